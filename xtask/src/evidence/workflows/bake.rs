//! What `docker buildx bake` builds: targets of a file.

use std::{collections::BTreeSet, path::Path};

use serde_json::Value;

use super::{
    Build, What,
    command::{argument, within},
};
use crate::report::{Place, Problem};

/// Where bake looks when no file is named, as far as we can read them.
const DEFAULT: [&str; 2] = ["docker-bake.json", "docker-bake.override.json"];

/// How bake is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Call {
    pub files: Vec<String>,
    pub targets: Vec<String>,
    pub pushes: bool,
}

impl Call {
    pub fn of_words(words: &[&str]) -> Self {
        let mut call = Self::default();
        let mut words = words.iter().copied();
        while let Some(word) = words.next() {
            let (name, value) = match word.split_once('=') {
                Some((name, value)) if word.starts_with("--") => (name, Some(value)),
                _ => (word, None),
            };
            match name {
                "-f" | "--file" => call.files.extend(value.or_else(|| words.next()).map(str::to_owned)),
                "--push" => call.pushes = value != Some("false"),
                "--set" => {
                    let set = value.or_else(|| words.next()).unwrap_or_default();
                    call.pushes |= set.contains("type=registry") || set.contains("push=true");
                }
                "--builder" | "--metadata-file" | "--progress" | "--provenance" | "--sbom" | "--allow"
                    if value.is_none() =>
                {
                    _ = words.next();
                }
                _ if name.starts_with('-') => {}
                _ => call.targets.push(word.to_owned()),
            }
        }
        call
    }

    /// The builds of its targets. A file that is not JSON is not understood, which is said.
    pub fn read(&self, root: &Path, folder: &str, place: &Place, problems: &mut Vec<Problem>) -> Vec<Build> {
        let files: Vec<String> = match self.files.is_empty() {
            true => DEFAULT.iter().map(|name| within(folder, name)).collect(),
            false => self.files.iter().map(|file| within(folder, file)).collect(),
        };
        let texts = files
            .iter()
            .filter_map(|file| std::fs::read_to_string(root.join(file)).ok());
        let documents: Vec<Value> = texts.filter_map(|text| serde_json::from_str(&text).ok()).collect();
        if documents.is_empty() {
            let shown = files.first().map_or("docker-bake.json", String::as_str);
            problems.push(
                Problem::warning(format!(
                    "cannot tell what bake builds here: `{shown}` is not there, or no JSON"
                ))
                .at(place.clone()),
            );
            // Perhaps all: what is not known is no fault.
            return vec![build(What::Dockerfile("*".into()), self.pushes, place)];
        }
        let wanted = match self.targets.is_empty() {
            true => vec!["default".to_owned()],
            false => self.targets.clone(),
        };
        let mut names = BTreeSet::new();
        for name in &wanted {
            collect(&documents, name, &mut names, 0);
        }
        names
            .iter()
            .filter_map(|name| self.target(&documents, folder, name, place))
            .collect()
    }

    fn target(&self, documents: &[Value], folder: &str, name: &str, place: &Place) -> Option<Build> {
        let mut targets = documents.iter().filter_map(|document| document["target"].get(name));
        if name.contains('*') {
            return Some(build(What::Dockerfile("*".into()), self.pushes, place));
        }
        let target = targets.next()?;
        let context = target["context"].as_str().unwrap_or(".");
        let file = target["dockerfile"].as_str().unwrap_or("Dockerfile");
        // bake takes it as seen from the context.
        let path = within(folder, &format!("{context}/{file}"));
        let args = target["args"].as_object();
        let args = args.into_iter().flatten().filter_map(|(name, value)| {
            let (_, value) = argument(&format!("{name}={}", value.as_str()?));
            Some((name.clone(), value))
        });
        let tags = target["tags"].as_array().into_iter().flatten();
        Some(Build {
            args: args.collect(),
            target: target["target"].as_str().map(str::to_owned),
            tags: tags.filter_map(|tag| tag.as_str().map(str::to_owned)).collect(),
            ..build(What::Dockerfile(path), self.pushes, place)
        })
    }
}

/// The targets that a name stands for: itself, or those of a group. Groups may hold groups.
fn collect(documents: &[Value], name: &str, found: &mut BTreeSet<String>, depth: usize) {
    let mut groups = documents.iter().filter_map(|document| document["group"].get(name));
    match groups.next() {
        Some(group) if depth < 8 => {
            let members = group["targets"].as_array().into_iter().flatten();
            for member in members.filter_map(Value::as_str) {
                collect(documents, member, found, depth + 1);
            }
        }
        Some(_) => {}
        None => drop(found.insert(name.to_owned())),
    }
}

fn build(what: What, pushes: bool, place: &Place) -> Build {
    Build {
        what,
        args: Vec::new(),
        target: None,
        tags: Vec::new(),
        pushes,
        place: place.clone(),
    }
}
