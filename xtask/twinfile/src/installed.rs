//! How people call the installed program.

use std::path::Path;

use crate::NAME;

/// `uvx NAME` and `pipx run NAME` keep the program in a cache of theirs and not on the path: what they are told to type has to name
/// the runner, too.
pub(crate) fn name(program: Option<&Path>) -> String {
    let folders: Vec<&str> = program
        .map(|program| program.iter().filter_map(|part| part.to_str()).collect())
        .unwrap_or_default();
    let is_in = |above: &str, below: &str| {
        folders
            .windows(2)
            .any(|pair| pair[0].starts_with(above) && pair[1].starts_with(below))
    };
    if is_in("uv", "archive-v") || is_in("uv", "environments-v") {
        format!("uvx {NAME}")
    } else if is_in("pipx", ".cache") || is_in(".cache", "pipx") {
        format!("pipx run {NAME}")
    } else {
        NAME.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runner_is_told_by_its_cache() {
        for (program, called) in [
            ("/usr/local/bin/twinfile", "twinfile"),
            ("/home/a/.cargo/bin/twinfile", "twinfile"),
            ("/home/a/.local/share/uv/tools/twinfile/bin/twinfile", "twinfile"),
            ("/home/a/.local/share/pipx/venvs/twinfile/bin/twinfile", "twinfile"),
            ("/home/a/.cache/uv/archive-v0/Qx7/bin/twinfile", "uvx twinfile"),
            ("/home/a/.local/pipx/.cache/5d1/bin/twinfile", "pipx run twinfile"),
            ("/home/a/.cache/pipx/5d1/bin/twinfile", "pipx run twinfile"),
        ] {
            assert_eq!(name(Some(Path::new(program))), called, "{program}");
        }
        assert_eq!(name(None), "twinfile");
    }
}
