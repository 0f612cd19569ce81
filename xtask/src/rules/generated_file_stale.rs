use std::ops::Range;

use super::{Aspect, Check, Level, Rule, Subject};
use crate::{
    repo::Source,
    report::Place,
    report::Problem,
    sync::{Change, Kind},
};

pub const RULE: Rule = Rule {
    id: "generated-file-stale",
    aspect: Aspect::Files,
    level: Level::Error,
    what: "a generated file is not what the sources say, or belongs to nothing any more",
    why: "whoever builds from it builds something else than the manifests describe",
    example: "a version edited by hand in requirements.txt",
    fix: "run `cargo xtask gen-dockerfiles`",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    subject.changes.iter().filter_map(|change| stale(change)).collect()
}

/// `None` for a file that is somebody else's, and so not ours to compare.
pub fn stale(change: &Change) -> Option<Problem> {
    let how = match change.kind {
        Kind::Create => "is missing",
        Kind::Update => "is not what its sources say",
        Kind::Remove => "belongs to nothing any more",
        Kind::Foreign => return None,
    };
    let path = change.path.as_str();
    let place = match change.before.is_empty() {
        true => Place::File(path.to_owned()),
        false => Source::new(path, change.before.as_str()).place(first_difference(&change.before, &change.after)),
    };
    Some(
        Problem::error(format!("`{path}` {how}"))
            .at(place)
            .remedy("run `cargo xtask gen-dockerfiles`"),
    )
}

/// The first line that is another.
fn first_difference(before: &str, after: &str) -> Range<usize> {
    let same = before
        .split_inclusive('\n')
        .zip(after.split_inclusive('\n'))
        .take_while(|(ours, theirs)| ours == theirs);
    let start: usize = same.map(|(line, _)| line.len()).sum();
    let line = before[start..].split('\n').next().unwrap_or_default();
    start..start + line.len()
}
