//! `lock` of a `pylock.toml`: by the program that wrote it, for the groups that it was written for.

use super::*;

/// Notes how it is called, and changes nothing.
const PROGRAM: &str = "#!/bin/sh\necho \"$0 $*\" >> \"$CALLS\"\n";

/// What `lock` calls for a file with these lines, and what it says.
fn called(lines: &str) -> (String, String) {
    let repo = repository(POETRY);
    std::fs::remove_file(repo.path("services/web/poetry.lock")).unwrap();
    repo.write("services/web/pylock.toml", format!("lock-version = \"1.0\"\n{lines}"));
    for name in ["pip", "pdm"] {
        repo.write(&format!("bin/{name}"), PROGRAM);
        let mut mode = assert_cmd::Command::new("chmod");
        mode.arg("+x").arg(repo.path(&format!("bin/{name}"))).assert().success();
    }
    commit(&repo, "Lock by another program");
    let calls = repo.path("target/calls");
    repo.write("target/calls", "");
    let output = assert_cmd::Command::cargo_bin("xtask")
        .unwrap()
        .env("CALLS", &calls)
        .env("PIP", repo.path("bin/pip"))
        .env("PDM", repo.path("bin/pdm"))
        .args(["--root".as_ref(), repo.path("").as_os_str()])
        .args(["lock", "web"])
        .output()
        .unwrap();
    let calls = repo.read("target/calls");
    let calls = calls.trim().rsplit('/').next().unwrap_or_default().to_owned();
    (calls, shown(&output))
}

#[test]
fn the_program_that_wrote_it_writes_it_again() {
    for (lines, expected) in [
        ("created-by = \"pip\"\n", "pip lock --editable ."),
        (
            "created-by = \"pdm\"\ndependency-groups = [\"default\", \"dev\"]\nextras = [\"color\"]\n",
            "pdm lock --lockfile pylock.toml --group dev --group color",
        ),
        (
            "created-by = \"pdm\"\ndependency-groups = [\"default\"]\n",
            "pdm lock --lockfile pylock.toml --prod",
        ),
    ] {
        let (calls, said) = called(lines);
        assert_eq!(calls, expected, "{said}");
    }
}

#[test]
fn a_program_that_it_cannot_call_is_named() {
    for (lines, by) in [("created-by = \"uv\"\n", " by `uv`"), ("", "")] {
        let (calls, said) = called(lines);
        assert_eq!(calls, "");
        let message = format!("`services/web/pylock.toml` was written{by}, which this task cannot call");
        assert!(said.contains(&message), "{said}");
    }
}
