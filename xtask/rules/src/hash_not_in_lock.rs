use std::collections::BTreeSet;

use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Problem, count};
use facts::Subject;
use repo::lock::LockedFile;

pub const RULE: Rule = Rule {
    id: "hash-not-in-lock",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "a requirement file allows a hash that the lock does not have",
    why: "the version is the tested one, but the installed archive may not be",
    example: "`--hash=sha256:…` of a wheel that was uploaded after the lock was written, or of another file",
    fix: "export the lock again: `cargo xtask export-requirements`, or the export command of the lock manager",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some(lock) = subject.lock() else { return Vec::new() };
    let mut found = Vec::new();
    // In files that the tool drew, whatever differs is another rule.
    for file in subject.requirements.values().filter(|file| !file.is_drawn) {
        for entry in file.entries.iter().filter(|entry| entry.has_hash) {
            let same = |version: &str| version.parse::<pep440_rs::Version>().ok();
            let version = entry.version.as_deref().and_then(same);
            let locked = lock
                .packages
                .iter()
                .find(|package| package.name == entry.name.value && version.as_ref() == Some(&package.number));
            let Some(locked) = locked.filter(|locked| locked.files.iter().next().is_some()) else {
                continue;
            };
            let is_for = |archive: &&LockedFile| file.hashes(entry).any(|hash| hash == archive.hash);
            let allowed: Vec<&LockedFile> = locked.files.iter().filter(is_for).collect();
            let is_other = |archive: &&LockedFile| is_of_another_system(&archive.name);
            // Some packages are for another system, and have a marker that says so.
            let is_for_linux = !locked.files.iter().all(|archive| is_of_another_system(&archive.name));
            if is_for_linux && !allowed.is_empty() && allowed.iter().all(is_other) {
                let message = format!(
                    "`{}` is allowed for other systems than Linux alone, such as `{}`",
                    entry.name.value, allowed[0].name
                );
                let problem = Problem::error(message).at(entry.name.place.clone());
                found.push(problem.remedy("export the lock again, with the hashes of all archives"));
            }
            let known: BTreeSet<&str> = locked.files.iter().map(|archive| archive.hash.as_str()).collect();
            let unknown: Vec<&str> = file.hashes(entry).filter(|hash| !known.contains(hash)).collect();
            if let Some(first) = unknown.first() {
                let others = match unknown.len() {
                    1 => String::new(),
                    number => format!(", and {} more", count(number - 1, "hash")),
                };
                let message = format!(
                    "`{}` is allowed as `{first}`{others}, which the lock does not have",
                    entry.name.value
                );
                let (path, _) = entry.name.place.position();
                let remedy = format!(
                    "export the lock again, if `{path}` is of the main group: `cargo xtask export-requirements {} > {path}`",
                    subject.service.package.dir.shown()
                );
                found.push(
                    Problem::error(message)
                        .at(entry.name.place.clone())
                        .at(locked.version.place.clone().label("locked"))
                        .remedy(remedy),
                );
            }
        }
    }
    found
}

/// Whether a wheel is for macOS or Windows alone.
fn is_of_another_system(archive: &str) -> bool {
    let platform = archive.strip_suffix(".whl").and_then(|name| name.rsplit('-').next());
    platform.is_some_and(|platform| {
        platform
            .split('.')
            .all(|tag| tag.starts_with("macosx") || tag.starts_with("win") || tag.starts_with("ios"))
    })
}
