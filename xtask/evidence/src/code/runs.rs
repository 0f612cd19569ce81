//! Whether the sources of a package start a program of the system.

use super::files;
use repo::{Package, Root, Tree};

/// Whether some source has one of these programs as the first of a list or of the arguments of a call, alone or with words behind
/// it: `["git", "clone", url]`, `which("git")`, `system("git status")`.
pub fn runs(root: &Root, tree: &Tree, package: &Package, programs: &[&str]) -> bool {
    let sources = files(root, tree, &package.dir, true);
    let mut sources = sources.iter().filter_map(|path| root.bytes(path));
    sources.any(|bytes| {
        let text = String::from_utf8_lossy(&bytes);
        // Most sources name none of them, and need not be split.
        programs.iter().any(|program| text.contains(program)) && names(&text, programs)
    })
}

fn names(text: &str, programs: &[&str]) -> bool {
    python_imports::literals(text).any(|span| {
        let before = text[..span.start].trim_end_matches(['\'', '"', 'f', 'r']).trim_end();
        let first = text[span].split(' ').next().unwrap_or_default();
        before.ends_with(['[', '(']) && programs.contains(&first)
    })
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn programs_are_named_where_they_are_called() {
        for (text, expected) in [
            ("run([\"git\", \"clone\", url])\n", true),
            ("run(\n    [\n        'git',\n        'clone',\n    ]\n)\n", true),
            ("shutil.which('git')\n", true),
            ("os.system(f\"git clone {url}\")\n", true),
            ("x = \"git is a program\"\n", false),
            ("kinds = {\"vcs\": \"git\"}\n", false),
            ("run([\"gitlint\"])\n", false),
        ] {
            assert_eq!(names(text, &["git"]), expected, "{text}");
        }
    }
}
