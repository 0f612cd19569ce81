use std::ops::Range;

use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Edit, Fix, Place, Problem, Source};
use facts::Subject;
use repo::generated::{Change, Header, Kind};

/// Reports generated files that are out of date.
pub const RULE: Rule = Rule {
    id: "generated-file-stale",
    aspect: Aspect::Files,
    level: Level::Error,
    what: "a generated file is out of date or orphaned",
    why: "builds then do not match the manifests",
    example: "a version edited by hand in requirements.txt",
    fix: "run `cargo xtask gen-dockerfiles`",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    subject.changes.iter().map(|change| stale(change)).collect()
}

/// The problem of a file that is out of date, with the fix.
pub fn stale(change: &Change) -> Problem {
    let path = change.path.as_str();
    let source = Source::new(path, change.before.as_str());
    let text = change.after.clone();
    let (how, place, what, edit) = match change.kind {
        Kind::Create => {
            let place = Place::File(path.to_owned());
            (
                "is missing",
                place,
                "regenerate",
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
                "does not match its sources",
                place,
                "regenerate",
                Edit::Replace { source, span, text },
            )
        }
        Kind::Remove => {
            let place = source.place(first_difference(&change.before, &change.after));
            (
                "no longer belongs to anything",
                place,
                "remove",
                Edit::Remove { source },
            )
        }
        Kind::Foreign => return replaced(change, source),
    };
    Problem::error(format!("`{path}` {how}"))
        .at(place)
        .remedy(match change.kind {
            Kind::Update => format!("run `{}`; to keep an edit, make it in the sources", command(change)),
            Kind::Create | Kind::Remove | Kind::Foreign => format!("run `{}`", command(change)),
        })
        .fix(Fix::new(format!("{what} `{path}`"), edit))
}

/// What makes the file as it has to be.
pub fn command(change: &Change) -> &'static str {
    match change.kind {
        Kind::Create | Kind::Update | Kind::Remove => "cargo xtask gen-dockerfiles",
        Kind::Foreign => "cargo xtask gen-dockerfiles --adopt",
    }
}

/// Somebody else's file, where one of ours has to be. What it is for is for a person to say, so it is not overwritten by `--fix`.
fn replaced(change: &Change, source: Source) -> Problem {
    let path = change.path.as_str();
    let how = match Header::path_in(&change.before) {
        Some(other) => format!("is a copy of `{other}`, and not the file that is generated there"),
        None => "is not the file that is generated there: its first lines differ".to_owned(),
    };
    let place = match change.before.lines().next() {
        Some(line) => source.place(0..line.len()),
        None => Place::File(path.to_owned()),
    };
    Problem::error(format!("`{path}` {how}")).at(place).remedy(format!(
        "move what you need from it to its sources, then run `{}`",
        command(change)
    ))
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
