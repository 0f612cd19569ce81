//! Draws differences the way `diff -u` does.

use similar::TextDiff;

use repo::generated::{Change, Kind};

/// A change as a unified diff that `git apply` and `patch -p1` take.
pub fn unified(change: &Change) -> String {
    let before = match change.kind {
        Kind::Create => String::from("/dev/null"),
        Kind::Update | Kind::Remove | Kind::Foreign => format!("a/{}", change.path),
    };
    let after = match change.kind {
        Kind::Remove => String::from("/dev/null"),
        Kind::Create | Kind::Update | Kind::Foreign => format!("b/{}", change.path),
    };
    TextDiff::from_lines(change.before.as_str(), change.after.as_str())
        .unified_diff()
        .context_radius(3)
        .header(&before, &after)
        .to_string()
}
