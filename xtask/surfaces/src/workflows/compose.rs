//! What `docker compose` builds: the services of a file.

use super::{Build, What, command::within, filter};
use crate::compose::{Reader, Service};
use diagnostics::{Located, Place, Problem};
use formats::shell::Variables;
use repo::RepoPath;
use repo::Root;

/// Where compose looks when no file is named; the first counts.
pub const DEFAULT: [&str; 4] = [
    "compose.yaml",
    "compose.yml",
    "docker-compose.yml",
    "docker-compose.yaml",
];

/// The builds of a call, where it builds or pushes.
pub fn builds(
    root: &Root,
    folder: &str,
    words: &[&str],
    variables: &Variables,
    place: &Place,
    problems: &mut Vec<Problem>,
) -> Vec<Build> {
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
    if !matches!(task, Some("build" | "up" | "run" | "push")) {
        return Vec::new();
    }
    let wanted: Vec<&str> = rest.iter().copied().filter(|word| !word.starts_with('-')).collect();
    if let Some(said) = variables.get("COMPOSE_FILE").filter(|_| files.is_empty()) {
        files.extend(said.split(':').map(|file| within(folder, file)));
    }
    if files.is_empty() {
        let is_there = |file: &str| RepoPath::parse(file).is_some_and(|path| root.has_file(&path));
        let defaults = DEFAULT.iter().map(|name| within(folder, name));
        if let Some(first) = defaults.into_iter().find(|file| is_there(file)) {
            // What lies beside it is laid over it.
            let (stem, end) = first.rsplit_once('.').unwrap_or((&first, "yml"));
            let upper = ["yml", "yaml"].map(|other| format!("{stem}.override.{other}"));
            let upper = upper.into_iter().find(|file| is_there(file));
            let first = format!("{stem}.{end}");
            files.extend([Some(first), upper].into_iter().flatten());
        }
    }
    let paths: Vec<RepoPath> = files.iter().filter_map(|file| RepoPath::parse(file)).collect();
    let home = home.map_or_else(
        || paths.first().map(RepoPath::parent),
        |home| RepoPath::parse(&within(folder, home)),
    );
    let is_known = |file: &&String| !file.contains('*');
    if !files.iter().all(|file| is_known(&file)) {
        // Perhaps all: what is not known is not a fault.
        return vec![build_of(What::Dockerfile("*".into()), place)];
    }
    let mut reader = Reader::new(root).at(home);
    let services = reader.services(&paths);
    problems.append(&mut reader.into_problems());
    let is_wanted =
        |service: &Service| wanted.is_empty() || wanted.iter().any(|name| is_like(name, &service.name.value));
    let found = services.iter().filter(|service| is_wanted(service));
    let found = found.filter_map(|service| of_service(service, place));
    let pushes = rest.contains(&"--push") || task == Some("push");
    found.map(|build| Build { pushes, ..build }).collect()
}

/// Whether a call pushes what was built before.
pub fn is_push(words: &[&str]) -> bool {
    words.contains(&"push") && !words.contains(&"build")
}

/// A name with a `*` in it is one that only a run can tell.
fn is_like(wanted: &str, name: &str) -> bool {
    wanted == name || filter::matches(wanted, name, filter::Stars::Anything)
}

fn of_service(service: &Service, place: &Place) -> Option<Build> {
    let build = service.build.as_ref()?;
    let text = |said: &Option<Located<String>>| said.as_ref().map(|said| said.value.clone());
    let file = build
        .dockerfile()
        .map_or_else(|| "*".to_owned(), |file| file.to_string());
    let arguments = build.arguments.iter();
    Some(Build {
        context: build.context.as_ref().map(|context| context.shown().to_owned()),
        args: arguments
            .map(|(name, said)| (name.clone(), said.value.clone()))
            .collect(),
        target: text(&build.target),
        tags: text(&service.image).into_iter().collect(),
        ..build_of(What::Dockerfile(file), place)
    })
}

fn build_of(what: What, place: &Place) -> Build {
    Build {
        what,
        context: None,
        args: Vec::new(),
        contexts: Vec::new(),
        target: None,
        tags: Vec::new(),
        pushes: false,
        place: place.clone(),
    }
}
