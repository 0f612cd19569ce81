//! What `docker compose` builds: the services of a file.

use std::path::Path;

use super::{
    Build, What,
    command::{argument, within},
};
use crate::{
    evidence::yaml::{self, Node},
    repo::Source,
    report::{Place, Problem},
};

/// Where compose looks when no file is named; the first counts.
const DEFAULT: [&str; 4] = [
    "compose.yaml",
    "compose.yml",
    "docker-compose.yml",
    "docker-compose.yaml",
];

/// The builds of a call, where it builds.
pub fn builds(root: &Path, folder: &str, words: &[&str], place: &Place, problems: &mut Vec<Problem>) -> Vec<Build> {
    let mut files = Vec::new();
    let mut home = None;
    let mut words = words.iter().copied();
    let mut task = None;
    while let Some(word) = words.next() {
        let (name, value) = word
            .split_once('=')
            .map_or((word, None), |(name, value)| (name, Some(value)));
        match name {
            "-f" | "--file" => files.extend(value.or_else(|| words.next()).map(|file| within(folder, file))),
            "--project-directory" => home = value.or_else(|| words.next()),
            "-p" | "--project-name" | "--profile" | "--env-file" | "--progress" | "--ansi" => {
                if value.is_none() {
                    _ = words.next();
                }
            }
            _ if name.starts_with('-') => {}
            _ => {
                task = Some(word);
                break;
            }
        }
    }
    let rest: Vec<&str> = words.collect();
    // What is not there yet is built when it is started.
    if !matches!(task, Some("build" | "up" | "run")) {
        return Vec::new();
    }
    let wanted: Vec<&str> = rest.iter().copied().filter(|word| !word.starts_with('-')).collect();
    if files.is_empty() {
        let defaults = DEFAULT.iter().map(|name| within(folder, name));
        files.extend(defaults.into_iter().find(|file| root.join(file).is_file()));
    }
    let mut found = Vec::new();
    for file in files {
        let source = match Source::read_if_present(&root.join(&file), &file) {
            Ok(Some(source)) => source,
            Ok(None) => continue,
            Err(problem) => {
                problems.push(problem);
                continue;
            }
        };
        let documents = yaml::read(&source, problems);
        let parent = file.rsplit_once('/').map_or("", |(parent, _)| parent).to_owned();
        let home = home.map_or(parent, |home| within(folder, home));
        let services = documents.first().and_then(|file| file.get("services"));
        for (name, service) in services.map(Node::entries).unwrap_or_default() {
            let is_wanted = wanted.is_empty() || name.text().is_some_and(|name| wanted.contains(&name));
            if let Some(mut build) = of_service(&home, service, place).filter(|_| is_wanted) {
                build.pushes = rest.contains(&"--push");
                found.push(build);
            }
        }
    }
    found
}

fn of_service(home: &str, service: &Node, place: &Place) -> Option<Build> {
    let build = service.get("build")?;
    let text = |key: &str| build.get(key).and_then(Node::text);
    let context = within(home, build.text().or_else(|| text("context")).unwrap_or("."));
    let args = build.get("args");
    let listed = args.map(Node::items).unwrap_or_default();
    let listed = listed.iter().filter_map(|item| Some(argument(item.text()?)));
    let mapped = args.map(Node::entries).unwrap_or_default();
    let mapped = mapped
        .iter()
        .filter_map(|(name, value)| Some((name.text()?.to_owned(), value.text()?.to_owned())));
    Some(Build {
        what: What::Dockerfile(within(&context, text("dockerfile").unwrap_or("Dockerfile"))),
        args: listed.chain(mapped).collect(),
        target: text("target").map(str::to_owned),
        tags: service
            .get("image")
            .and_then(Node::text)
            .map(str::to_owned)
            .into_iter()
            .collect(),
        pushes: false,
        place: place.clone(),
    })
}
