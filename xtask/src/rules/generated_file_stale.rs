use std::ops::Range;

use super::{Aspect, Check, Level, Rule, Subject};
use crate::{
    repo::Source,
    report::{Edit, Fix, Place, Problem},
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
    let path = change.path.as_str();
    let source = Source::new(path, change.before.as_str());
    let text = change.after.clone();
    let (how, place, what, edit) = match change.kind {
        Kind::Create => {
            let place = Place::File(path.to_owned());
            (
                "is missing",
                place,
                "draw",
                Edit::Create {
                    path: path.into(),
                    text,
                },
            )
        }
        Kind::Update => {
            let place = source.place(first_difference(&change.before, &change.after));
            let span = 0..change.before.len();
            (
                "is not what its sources say",
                place,
                "draw",
                Edit::Replace { source, span, text },
            )
        }
        Kind::Remove => {
            let place = source.place(first_difference(&change.before, &change.after));
            ("belongs to nothing any more", place, "remove", Edit::Remove { source })
        }
        Kind::Foreign => return None,
    };
    Some(
        Problem::error(format!("`{path}` {how}"))
            .at(place)
            .remedy("run `cargo xtask gen-dockerfiles`")
            .fix(Fix::new(format!("{what} `{path}`"), edit)),
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
