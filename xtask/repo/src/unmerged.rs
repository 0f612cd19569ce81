//! Files in which git left both sides of a merge. No reader understands them, and each would say so in its own words.

use formats::conflict_marker;

use super::lock::Manager;
use diagnostics::{Place, Problem};

/// Whether a line of the text is one of git's markers.
pub fn is(text: &str) -> bool {
    conflict_marker(text).is_some()
}

/// The problem itself, or, where it lies in such a file, the cause of it.
pub fn cause(problem: Problem) -> Problem {
    let Some((source, _)) = problem.places.first().and_then(Place::text) else {
        return problem;
    };
    let Some((start, line)) = conflict_marker(source.text()) else {
        return problem;
    };
    let path = source.path().to_owned();
    Problem {
        level: problem.level,
        ..Problem::error(format!("`{path}` contains both sides of a merge"))
            .at(source.place(start..start + line.len()))
            .remedy(remedy(&path))
    }
}

fn remedy(path: &str) -> String {
    match Manager::of_lock(path.rsplit('/').next().unwrap_or_default()) {
        Some(manager) => format!(
            "take the lock of one side, as `git checkout --theirs {path}` does while the merge lasts, and {}",
            manager.relock_beside(path)
        ),
        None => format!("keep one side in `{path}`, and remove the lines that git put between them"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use diagnostics::Source;

    #[test]
    fn a_merge_is_told_from_what_looks_like_one() {
        let problem = |text: &str| Problem::error("no").at(Source::new("a/poetry.lock", text).place(0..1));
        let said = |text: &str| cause(problem(text)).message;
        assert_eq!(
            said("a\n<<<<<<< HEAD\nb\n"),
            "`a/poetry.lock` contains both sides of a merge"
        );
        assert_eq!(
            said("a\nb\n>>>>>>> main\n"),
            "`a/poetry.lock` contains both sides of a merge"
        );
        for text in ["a <<<<<<< b\n", "=======\n", "<<<<<<<<\n", ""] {
            assert_eq!(said(text), "no", "{text}");
        }
    }

    #[test]
    fn a_lock_is_written_anew_by_its_own_manager() {
        assert!(remedy("web/uv.lock").ends_with("run `uv lock` in `web`"));
        assert!(remedy("poetry.lock").ends_with("run `poetry lock` in the root of the repository"));
        assert!(remedy("web/main.py").starts_with("keep one side"));
    }
}
