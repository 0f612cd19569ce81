//! Says what a release did.

use super::{
    count, diff,
    status::{Rendered, done, line},
};
use crate::{repo::RepoPath, tasks::bump::Bumped};

/// Said when a lock is made again, which takes seconds.
pub fn locking(folder: &RepoPath) -> String {
    line("Locking", folder.as_str())
}

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
    if !bumped.is_written {
        return rendered;
    }
    rendered.err.push_str(&format!(
        "help: see `git diff`, commit, and `git tag {}`: the tag releases\n",
        bumped.tag
    ));
    for other in &bumped.moved {
        rendered.err.push_str(&format!(
            "help: {other} asks for another {lib} now: where its version is published, `cargo xtask bump {other} patch`\n"
        ));
    }
    if bumped.awaits_publishing {
        rendered.err.push_str(&format!(
            "help: images take libs from the index: `cargo xtask build-wheels {lib} --publish INDEX`, then `cargo xtask gen-dockerfiles`\n"
        ));
    }
    rendered
}
