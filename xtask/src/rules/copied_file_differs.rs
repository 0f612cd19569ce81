use std::{collections::BTreeMap, fs};

use super::{Aspect, Check, Level, Rule, Subject};
use crate::{
    evidence::image::{Copied, Image, Reach},
    repo::RepoPath,
    report::Problem,
};

pub const RULE: Rule = Rule {
    id: "copied-file-differs",
    aspect: Aspect::Files,
    level: Level::Warning,
    what: "the same path of both images is another file of the repository",
    why: "what development starts with or reads there is never what production does",
    example: "COPY start-dev.sh /start.sh in Dockerfile.dev, COPY start.sh /start.sh in Dockerfile",
    fix: "copy the same file in both, and let the environment say what has to differ",
    check: Check::Service(check),
};

/// What says which packages there are: compared by what it installs.
const OF_PACKAGES: [&str; 5] = [".lock", ".toml", "README.md", "requirements", "constraints"];

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = subject.both() else {
        return Vec::new();
    };
    let in_prod = files(subject, prod);
    let mut found = Vec::new();
    for (at, (ours, copied)) in files(subject, dev) {
        let Some((theirs, other)) = in_prod.get(&at).filter(|(theirs, _)| *theirs != ours) else {
            continue;
        };
        let text = |path: &RepoPath| fs::read(path.under(&subject.repo.root)).ok();
        if text(ours) == text(theirs) {
            continue;
        }
        found.push(
            Problem::warning(format!(
                "`{at}` is `{ours}` in development and `{theirs}` in production"
            ))
            .at(copied.place.clone().label("development"))
            .at(other.place.clone().label("production")),
        );
    }
    found
}

/// Single files that are copied into the last stage, by where they stand there.
fn files<'a>(subject: &Subject<'_>, image: &'a Image) -> BTreeMap<String, (&'a RepoPath, &'a Copied)> {
    let mut found = BTreeMap::new();
    let copied = image.copied.iter().filter(|copied| copied.reach == Reach::Chain);
    for copied in copied.map(|copied| &copied.what) {
        let Some(source) = &copied.source.path else { continue };
        let name = source.file_name();
        let is_file = source.under(&subject.repo.root).is_file();
        if !is_file || OF_PACKAGES.iter().any(|part| name.contains(part)) {
            continue;
        }
        let is_folder = |path: &str| {
            let is_workdir = image.workdir.as_ref().is_some_and(|folder| folder.value == path);
            path.ends_with('/') || is_workdir || image.folders.iter().any(|folder| folder == path)
        };
        let at = match is_folder(&copied.destination) {
            true => format!("{}/{name}", copied.destination.trim_end_matches('/')),
            false => copied.destination.clone(),
        };
        found.insert(at, (source, copied));
    }
    found
}
