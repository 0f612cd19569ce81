use std::collections::BTreeSet;

use super::{Aspect, Check, Rule};
use diagnostics::{Level, Place, Problem};
use facts::Subject;
use formats::{
    PackageName,
    requirements::{Entry, RequirementFile},
};
use repo::{RepoPath, Root};

pub const RULE: Rule = Rule {
    id: "compiled-requirements-stale",
    aspect: Aspect::Lock,
    level: Level::Error,
    what: "a requirement file that is compiled from another one lacks a package that this names, or has a different version of it",
    why: "the images install the compiled file, and so not what was asked for",
    example: "sentry-sdk in requirements.in, and not in requirements.txt",
    fix: "compile it again: `pip-compile requirements.in`, or `uv pip compile requirements.in --output-file requirements.txt`",
    check: Check::Service(check),
};

/// What the programs that compile write into the first lines.
const COMPILERS: [&str; 2] = ["pip-compile", "uv pip compile"];
/// Of the file; the command is among them.
const HEADER: usize = 12;

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let root = &subject.repo.root;
    let installs = subject.images().flat_map(|image| &image.installs);
    let files = installs.flat_map(|install| &install.what.files);
    let paths: BTreeSet<&RepoPath> = files.filter_map(|file| file.path.as_ref()).collect();
    let mut found = Vec::new();
    for path in paths {
        let Some(compiled) = subject.requirements.get(path) else {
            continue;
        };
        for input in inputs(root, path) {
            let Ok(source) = root.source(&input) else { continue };
            let asked = RequirementFile::read(&source);
            let problems = asked.entries.iter().filter_map(|entry| differs(entry, compiled, path));
            found.extend(problems);
        }
    }
    found
}

/// The files that a requirement file says that it is compiled from.
fn inputs(root: &Root, path: &RepoPath) -> Vec<RepoPath> {
    let Ok(source) = root.source(path) else {
        return Vec::new();
    };
    let header = source.text().lines().take(HEADER);
    let header: Vec<&str> = header.take_while(|line| line.starts_with('#')).collect();
    if !header
        .iter()
        .any(|line| COMPILERS.iter().any(|name| line.contains(name)))
    {
        return Vec::new();
    }
    let words = header.iter().flat_map(|line| line.split_whitespace());
    // The command was run in the root, or where the file lies.
    let folders = [RepoPath::root(), path.parent()];
    let named = words.filter(|word| word.ends_with(".in") && !word.starts_with('-'));
    let named = named.filter_map(|word| {
        let mut candidates = folders.iter().filter_map(|folder| folder.join(word));
        candidates.find(|candidate| root.has_file(candidate))
    });
    named.collect()
}

fn differs(entry: &Entry, compiled: &RequirementFile, path: &RepoPath) -> Option<Problem> {
    // A marker may be true nowhere.
    if entry.marker.is_some() || entry.address.is_some() {
        return None;
    }
    let name: &PackageName = &entry.name.value;
    let pins = compiled.entries.iter().filter(|pin| pin.name.value == *name);
    let pins: Vec<&Entry> = pins.collect();
    let message = match (pins.first(), &entry.version) {
        (None, _) => format!("`{path}` lacks `{name}`, which the file asks for that it is compiled from"),
        (Some(pin), Some(version)) if pins.iter().all(|pin| is_other(pin, version)) => format!(
            "`{path}` pins `{name}` {}, but the file that it is compiled from asks for {version}",
            pin.version.as_deref().unwrap_or_default()
        ),
        (Some(_), _) => return None,
    };
    let problem = Problem::error(message).at(entry.name.place.clone());
    let place = pins.first().map(|pin| pin.name.place.clone());
    let place = place.unwrap_or_else(|| Place::File(path.to_string()));
    Some(problem.at(place.label("compiled")))
}

/// Whether a pin is surely not the version that is asked for, which may end with `.*`.
fn is_other(pin: &Entry, asked: &str) -> bool {
    let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let release = |text: &str| text.trim_end_matches(".0").to_owned();
    pin.version
        .as_deref()
        .is_some_and(|version| is_plain(version) && is_plain(asked) && release(version) != release(asked))
}
