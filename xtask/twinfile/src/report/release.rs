//! Says what a release did.

use super::{
    diff,
    status::{Rendered, done, line},
};
use crate::tasks::{bump::Bumped, lock, publish};
use diagnostics::{called, count};
use release::publish::Archive;
use repo::RepoPath;

/// Said before a file goes to the index.
pub fn uploading(archive: &Archive) -> String {
    line("Uploading", &archive.file)
}

/// The lines about a publication.
pub fn published(outcome: &publish::Outcome) -> String {
    let mut text = String::new();
    let there = outcome.archives.iter().filter(|archive| archive.was_there);
    for archive in there.clone() {
        text.push_str(&line("Unchanged", &archive.file));
    }
    for change in &outcome.recorded.changes {
        text.push_str(&line("Recorded", change.path.as_str()));
    }
    let there = there.count();
    let uploaded = count(outcome.archives.len() - there, "file");
    text.push_str(&line(
        "Published",
        &format!("{uploaded} to {}, {there} already there", outcome.index),
    ));
    if !outcome.is_recorded {
        text.push_str("note: this is not the index of the settings (`lib-index`), so nothing is recorded\n");
    } else if !outcome.recorded.changes.is_empty() {
        text.push_str(&called::as_called(
            "help: commit the records; with `lib-source = \"index\"`, run `cargo xtask gen-dockerfiles` first\n",
        ));
    }
    text
}

/// Said when a lock is made again, which takes seconds.
pub fn locking(folder: &RepoPath) -> String {
    let is_root = folder.as_str().is_empty();
    line("Locking", if is_root { "the workspace" } else { folder.as_str() })
}

/// The outcome of `lock`.
pub fn locked(outcome: &lock::Outcome) -> Rendered {
    let mut rendered = Rendered::default();
    for change in &outcome.plan.changes {
        if outcome.is_written {
            rendered.err.push_str(&line(done(change.kind), change.path.as_str()));
        } else {
            rendered.out.push_str(&diff::unified(change));
        }
    }
    let verb = if outcome.is_written { "Locked" } else { "Would lock" };
    let said = format!(
        "{}: {} changed",
        count(outcome.locks, "package"),
        count(outcome.plan.changes.len(), "file")
    );
    rendered.err.push_str(&line(verb, &said));
    rendered
}

/// The outcome of `bump`.
pub fn bumped(bumped: &Bumped) -> Rendered {
    let mut rendered = Rendered::default();
    let changes = &bumped.plan.changes;
    for change in changes {
        if bumped.is_written {
            rendered.err.push_str(&line(done(change.kind), change.path.as_str()));
        } else {
            rendered.out.push_str(&diff::unified(change));
        }
    }
    let verb = if bumped.is_written { "Bumped" } else { "Would bump" };
    let (lib, old, new) = (&bumped.lib, &bumped.old, &bumped.new);
    let files = count(changes.len(), "file");
    rendered
        .err
        .push_str(&line(verb, &format!("{lib} {old} to {new}: {files}")));
    for other in &bumped.dependents {
        let what = format!(
            "{} {} to {}, because its requirement changed",
            other.lib, other.old, other.new
        );
        rendered.err.push_str(&line(verb, &what));
    }
    if !bumped.is_written {
        return rendered;
    }
    let tags = std::iter::once(&bumped.tag).chain(bumped.dependents.iter().map(|other| &other.tag));
    let tags: Vec<String> = tags.map(|tag| format!("`git tag {tag}`")).collect();
    let release = if tags.len() == 1 {
        "the tag releases"
    } else {
        "each tag starts a release: push them in this order"
    };
    rendered.err.push_str(&format!(
        "help: see `git diff`, commit, and {}: {release}\n",
        tags.join(", ")
    ));
    for other in &bumped.moved {
        rendered.err.push_str(&called::as_called(format!(
            "help: {other} now requires a different {lib}: if its version is already published, `cargo xtask bump {other} patch`, or run this with `--dependents`\n"
        )));
    }
    if bumped.awaits_publishing {
        rendered.err.push_str(&called::as_called(format!(
            "help: images take libs from the index: `cargo xtask build-wheels {lib} --publish INDEX`, then `cargo xtask gen-dockerfiles`\n"
        )));
    }
    rendered
}
