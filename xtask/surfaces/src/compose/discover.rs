//! Which compose files there are, and which of them are used together.

use std::collections::{BTreeMap, BTreeSet};

use super::{Project, Purpose, Reader};
use formats::yaml::Node;
use repo::root::Entry;
use repo::{
    RepoPath, Service as Package,
    dockerfiles::{DEVELOPMENT, HOMES, PRODUCTION},
};

/// What the name of a file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    /// `compose.yaml`
    Base,
    /// `compose.override.yaml`, which is laid over it without being asked for.
    Override,
    For(Purpose),
}

/// The folders in which compose files are looked for.
pub fn folders(services: &[Package]) -> Vec<RepoPath> {
    let mut found = BTreeSet::from([RepoPath::root()]);
    for service in services {
        let mut folder = service.package.dir.clone();
        while found.insert(folder.clone()) {
            folder = folder.parent();
        }
    }
    found.into_iter().collect()
}

/// What the files of a folder come to, and those of the folders in it that hold such files.
pub fn projects(reader: &mut Reader<'_>, folder: &RepoPath) -> Vec<Project> {
    let (mut projects, homes) = of_folder(reader, folder);
    for home in homes {
        projects.extend(of_folder(reader, &home).0);
    }
    projects
}

/// The projects of one folder, and the folders in it that are called as such that hold compose files.
fn of_folder(reader: &mut Reader<'_>, folder: &RepoPath) -> (Vec<Project>, Vec<RepoPath>) {
    let mut files: BTreeMap<RepoPath, Name> = BTreeMap::new();
    let mut homes = BTreeSet::new();
    for Entry { name: file, path, .. } in reader.root().entries(folder) {
        if file == "compose" || HOMES.contains(&file.as_str()) {
            homes.insert(path);
            continue;
        }
        let Some(name) = name_of(&file) else { continue };
        // `local.yml` may be anything.
        let is_known = file.contains("compose") || is_compose(reader, &path);
        if is_known {
            files.insert(path, name);
        }
    }
    (together(reader, &files), homes.into_iter().collect())
}

/// Whether a file whose name does not say it holds services.
fn is_compose(reader: &mut Reader<'_>, path: &RepoPath) -> bool {
    let document = reader.document(path);
    let services = document.as_ref().and_then(|document| document.get("services"));
    let mut services = services.map(Node::entries).unwrap_or_default().iter();
    services.any(|(_, service)| service.get("image").or_else(|| service.get("build")).is_some())
}

/// Which files of a folder are used together.
fn together(reader: &mut Reader<'_>, files: &BTreeMap<RepoPath, Name>) -> Vec<Project> {
    let of = |wanted: Name| {
        files
            .iter()
            .filter(move |(_, name)| **name == wanted)
            .map(|(path, _)| path)
    };
    // Of several, compose takes the shortest name first.
    let base = of(Name::Base).min_by_key(|path| (path.as_str().len(), path.as_str().to_owned()));
    let mut projects = Vec::new();
    for purpose in [Purpose::Development, Purpose::Production] {
        for file in of(Name::For(purpose)) {
            projects.push(laid_over(reader, purpose, base, file));
        }
    }
    if let (Some(base), Some(upper)) = (base, of(Name::Override).next()) {
        projects.push(project(reader, Purpose::Development, vec![base.clone(), upper.clone()]));
    }
    if let Some(base) = base {
        let is_there = |purpose| projects.iter().any(|project| project.purpose == purpose);
        // Beside a file for production alone, it is what is started otherwise.
        let purpose = if is_there(Purpose::Production) && !is_there(Purpose::Development) {
            Purpose::Development
        } else {
            Purpose::Unsaid
        };
        projects.push(project(reader, purpose, vec![base.clone()]));
    }
    projects
}

/// A file by itself; with what it is laid over, where a service of it could not be started without.
fn laid_over(reader: &mut Reader<'_>, purpose: Purpose, base: Option<&RepoPath>, file: &RepoPath) -> Project {
    let alone = project(reader, purpose, vec![file.clone()]);
    let Some(base) = base else { return alone };
    let lower = reader.of_file(base);
    let is_part = alone.services.iter().any(|service| {
        let is_below = lower.iter().any(|lower| lower.name.value == service.name.value);
        service.build.is_none() && service.image.is_none() && !service.extends && is_below
    });
    if is_part {
        project(reader, purpose, vec![base.clone(), file.clone()])
    } else {
        alone
    }
}

fn project(reader: &mut Reader<'_>, purpose: Purpose, files: Vec<RepoPath>) -> Project {
    let services = reader.services(&files);
    Project {
        purpose,
        files,
        services,
    }
}

/// Whether the name of a compose file says that it is for development.
pub fn is_for_development(file: &str) -> bool {
    matches!(name_of(file), Some(Name::Override | Name::For(Purpose::Development)))
}

/// Files for tests and the like are for nothing of this.
fn name_of(file: &str) -> Option<Name> {
    let lower = file.to_ascii_lowercase();
    let stem = lower.strip_suffix(".yml").or_else(|| lower.strip_suffix(".yaml"))?;
    let words: Vec<&str> = stem.split(['.', '-', '_']).filter(|word| !word.is_empty()).collect();
    let is_any = |known: &[&str]| words.iter().any(|word| known.contains(word));
    let is_compose = words.contains(&"compose");
    let rest = words
        .iter()
        .filter(|word| !["docker", "compose"].contains(word))
        .count();
    if is_any(&DEVELOPMENT) && (is_compose || rest == words.len() && rest == 1) {
        return Some(Name::For(Purpose::Development));
    }
    if is_any(&PRODUCTION) && (is_compose || rest == words.len() && rest == 1) {
        return Some(Name::For(Purpose::Production));
    }
    match (is_compose, rest) {
        (true, 0) => Some(Name::Base),
        (true, 1) if words.contains(&"override") => Some(Name::Override),
        (_, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_files_are_for() {
        for (file, expected) in [
            ("compose.yaml", Some(Name::Base)),
            ("docker-compose.yml", Some(Name::Base)),
            ("docker-compose.override.yml", Some(Name::Override)),
            ("docker-compose.dev.yml", Some(Name::For(Purpose::Development))),
            ("docker-compose-local.yaml", Some(Name::For(Purpose::Development))),
            ("compose.prod.yaml", Some(Name::For(Purpose::Production))),
            ("prod.docker-compose.yml", Some(Name::For(Purpose::Production))),
            ("production.yml", Some(Name::For(Purpose::Production))),
            ("docker-compose.test.yml", None),
            ("docker-compose.ci.yml", None),
            ("deploy-prod.yml", None),
            ("compose.md", None),
        ] {
            assert_eq!(name_of(file), expected, "{file}");
        }
    }
}
