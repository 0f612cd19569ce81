//! References of images: names with a registry, a tag and a digest. `*` stands for what only a run can tell.

use crate::workflows::is_like;

/// The name without tag and digest, as engines write it: `web` for `docker.io/library/web:1`.
pub fn name(reference: &str) -> &str {
    let name = reference.split('@').next().unwrap_or_default();
    // A colon before the last slash belongs to the port of a registry.
    let last = name.rfind('/').map_or(0, |slash| slash + 1);
    let name = name[last..].find(':').map_or(name, |colon| &name[..last + colon]);
    let name = name.strip_prefix("docker.io/").unwrap_or(name);
    name.strip_prefix("library/").unwrap_or(name)
}

/// The last part of a name.
pub fn last(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or_default()
}

/// Whether two names may be one. A name without a registry may be one of this machine alone, or get a registry where it is used.
pub fn may_be_same(one: &str, other: &str) -> bool {
    if has_registry(one) == has_registry(other) {
        one == other || is_like(one, other) || is_like(other, one)
    } else {
        let (one, other) = (last(one), last(other));
        one == other || is_like(one, other) || is_like(other, one)
    }
}

fn has_registry(name: &str) -> bool {
    let host = name.split_once('/').map_or("", |(host, _)| host);
    host.contains(['.', ':', '*']) || host == "localhost"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_without_what_changes_from_release_to_release() {
        for (reference, expected) in [
            ("web", "web"),
            ("web:1", "web"),
            ("docker.io/library/web:1", "web"),
            ("localhost:5000/team/web", "localhost:5000/team/web"),
            ("r.example.org/team/web:1@sha256:00", "r.example.org/team/web"),
            ("*/web:*", "*/web"),
        ] {
            assert_eq!(name(reference), expected);
        }
        assert!(may_be_same("*/web", "r.example.org/web") && may_be_same("r/web", "r/*"));
        assert!(may_be_same("web", "r.example.org/team/web") && may_be_same("team/web", "*/web"));
        assert!(!may_be_same("team/web", "other/web") && !may_be_same("r.io/team/web", "r.io/other/web"));
        assert!(!may_be_same("r/web", "r/worker") && !may_be_same("*/web", "r/worker"));
    }
}
