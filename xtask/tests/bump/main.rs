//! `cargo xtask bump` on a small repository, with a Poetry that the test controls.

#![allow(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    reason = "a test prints, and works on folders of its own"
)]

mod dependents;
#[path = "../fixture/mod.rs"]
mod fixture;
mod pylock;

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output},
};

use fixture::{Fixture, shown};

const CORE: &str = "libs/core/pyproject.toml";
const WEB: &str = "services/web/pyproject.toml";
/// Does to a lock what Poetry does to it here: the lib's version is the one that its manifest says, and the hash is that
/// of the manifest.
const POETRY: &str = r#"#!/usr/bin/env python3
import hashlib, json, os, pathlib, re, sys, tomllib
with open(os.environ["POETRY_LOG"], "a") as log:
    print(os.getcwd(), *sys.argv[1:], file=log)
manifest = tomllib.loads(pathlib.Path("pyproject.toml").read_text())
project = {key: manifest["project"][key] for key in ("requires-python", "dependencies")}
poetry = {"dependencies": manifest["tool"]["poetry"]["dependencies"]}
relevant = {"project": project, "dependency-groups": manifest["dependency-groups"], "tool": {"poetry": poetry}}
digest = hashlib.sha256(json.dumps(relevant, sort_keys=True).encode()).hexdigest()
version = tomllib.loads(pathlib.Path("../../libs/core/pyproject.toml").read_text())["project"].get("version")
lock = pathlib.Path("poetry.lock")
text = re.sub(r'(name = "core"\nversion = )".*"', rf'\1"{version}"', lock.read_text())
lock.write_text(re.sub('content-hash = ".*"', f'content-hash = "{digest}"', text))
"#;

/// The sound repository, committed, with comments and odd spacing that have to stay.
fn repository(poetry: &str) -> Fixture {
    let repo = Fixture::sound();
    repo.edit(CORE, "version = \"1.2.0\"", "version   = '1.2.0'   # the one place");
    repo.edit(
        WEB,
        "dependencies = [\"core>=1.2,<2\", \"uvicorn>=0.30\"]",
        "dependencies = [  # sorted\n  \"Core[fast] >= 1.2, < 2 ; python_version >= '3.11'\", # ours\n  \"uvicorn>=0.30\" ]",
    );
    repo.write("bin/poetry", poetry);
    fs::set_permissions(repo.path("bin/poetry"), fs::Permissions::from_mode(0o755)).unwrap();
    repo.write(".gitignore", "/target/\n/poetry.log\n");
    lock(&repo);
    repo.git(&["init", "--quiet", "--initial-branch=main"]);
    commit(&repo, "Add the *core* and <web>");
    repo
}

fn lock(repo: &Fixture) {
    let mut poetry = Command::new("python3");
    poetry
        .env("POETRY_LOG", "/dev/null")
        .current_dir(repo.path("services/web"));
    assert!(poetry.arg(repo.path("bin/poetry")).status().unwrap().success());
}

fn commit(repo: &Fixture, subject: &str) {
    repo.git(&["add", "--all"]);
    repo.git(&["commit", "--quiet", "--allow-empty", "--message", subject]);
}

fn bump(repo: &Fixture, arguments: &[&str]) -> Output {
    let path = std::env::var("PATH").unwrap_or_default();
    assert_cmd::Command::cargo_bin("xtask")
        .unwrap()
        .env_clear()
        .env("PATH", format!("{}:{path}", repo.path("bin").display()))
        .env("POETRY_LOG", repo.path("poetry.log"))
        .env("SOURCE_DATE_EPOCH", "1767225600")
        .current_dir(repo.path(""))
        .args(["--root", ".", "bump"])
        .args(arguments)
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &shown(output)
}

#[test]
fn a_major_release_changes_what_has_to_change_and_nothing_else() {
    let repo = repository(POETRY);
    let before = repo.files();
    let shown_first = bump(&repo, &["core", "major", "--check"]);
    insta::assert_snapshot!("major_check", said(&shown_first));
    let kept = |files: Vec<(String, Vec<u8>)>| {
        let is_kept = |path: &str| path != "poetry.log" && !path.starts_with("target/") && !path.starts_with(".git/");
        files.into_iter().filter(|(path, _)| is_kept(path)).collect::<Vec<_>>()
    };
    assert!(kept(repo.files()) == kept(before), "`--check` wrote");

    let output = bump(&repo, &["core", "major"]);
    insta::assert_snapshot!("major", said(&output));
    assert!(repo.read(CORE).contains("version   = '2.0.0'   # the one place\n"));
    assert!(
        repo.read(WEB)
            .contains("  \"Core[fast] >= 2.0, < 3 ; python_version >= '3.11'\", # ours\n")
    );
    assert!(
        repo.read("libs/core/src/core/__init__.py")
            .contains("__version__ = \"2.0.0\"")
    );
    assert!(
        repo.read("services/web/poetry.lock")
            .contains("name = \"core\"\nversion = \"2.0.0\"")
    );
    assert!(!repo.path("target/xtask/bump").exists(), "the staged copy stays");
    let poetry = repo.read("poetry.log");
    assert_eq!(poetry.lines().count(), 2, "once for each run: {poetry}");
    assert!(poetry.contains("services/web lock"), "{poetry}");
}

#[test]
fn a_range_that_admits_the_version_stays() {
    let repo = repository(POETRY);
    let manifest = repo.read(WEB);
    assert!(bump(&repo, &["core", "minor"]).status.success());
    assert_eq!(repo.read(WEB), manifest);
    assert!(repo.read("services/web/poetry.lock").contains("version = \"1.3.0\""));
}

#[test]
fn the_changelog_starts_at_the_last_tag() {
    let repo = repository(POETRY);
    repo.git(&["tag", "core-v1.2.0"]);
    repo.git(&["tag", "other-v9.0"]);
    repo.write("libs/core/src/core/more.py", "");
    commit(&repo, "Fix what was wrong");
    repo.write("services/web/src/web/more.py", "");
    commit(&repo, "Change something else");
    assert!(bump(&repo, &["core", "patch"]).status.success());
    let log = repo.read("libs/core/CHANGELOG.md");
    assert!(
        log.ends_with("## [1.2.1] - 2026-01-01\n\n### Fixed\n\n- Fix what was wrong\n"),
        "{log}"
    );
    commit(&repo, "Release core 1.2.1");
    repo.git(&["tag", "core-v1.2.1"]);
    assert!(bump(&repo, &["core", "1.3.0rc1"]).status.success());
    let log = repo.read("libs/core/CHANGELOG.md");
    assert!(
        log.contains("\n## [1.3.0rc1] - 2026-01-01\n\nNo changes.\n\n## [1.2.1]"),
        "{log}"
    );
}

#[test]
fn generated_files_are_fresh_afterwards() {
    let repo = repository(POETRY);
    assert!(repo.run(&["gen-dockerfiles"]).status.success());
    commit(&repo, "Generate");
    assert!(bump(&repo, &["core", "major"]).status.success());
    let check = repo.run(&["gen-dockerfiles", "--check"]);
    assert!(check.status.success(), "{}", shown(&check));
}

#[test]
fn images_that_take_libs_from_an_index_wait_for_it() {
    let repo = repository(POETRY);
    repo.edit(
        "Cargo.toml",
        "lib-source = \"wheelhouse\"",
        "lib-source = \"index\"\nlib-index = { name = \"team\", url = \"https://example.org/simple/\" }",
    );
    let hash = "a".repeat(64);
    repo.write(
        "libs/core/published.toml",
        format!("[\"1.2.0\"]\n\"core-1.2.0-py3-none-any.whl\" = \"sha256:{hash}\"\n"),
    );
    assert!(repo.run(&["gen-dockerfiles"]).status.success());
    commit(&repo, "Take libs from an index");
    let dockerfile = repo.read("services/web/Dockerfile");
    let output = bump(&repo, &["core", "minor"]);
    assert!(output.status.success(), "{}", shown(&output));
    assert!(shown(&output).contains("cargo xtask build-wheels core --publish INDEX"));
    assert_eq!(repo.read("services/web/Dockerfile"), dockerfile);
    let check = repo.run(&["gen-dockerfiles", "--check"]);
    assert!(
        shown(&check).contains("`core` 1.3.0 is not known to be published"),
        "{}",
        shown(&check)
    );
}

#[test]
fn a_version_that_has_a_tag_is_taken() {
    let repo = repository(POETRY);
    repo.git(&["tag", "core-v1.3.0"]);
    let output = bump(&repo, &["core", "minor"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(shown(&output).contains("`core` 1.3.0 is released: there is the tag `core-v1.3.0`"));
}

/// Runs on a repository that was broken in one way. Nothing may change, and the report is a snapshot.
macro_rules! refused {
    ($($name:ident: $arguments:expr, $break:expr;)+) => {$(
        #[test]
        fn $name() {
            let repo = repository(POETRY);
            let break_it: fn(&Fixture) = $break;
            break_it(&repo);
            let before = repo.files();
            let output = bump(&repo, &$arguments);
            let root = repo.path("").canonicalize().unwrap();
            let text = said(&output).replace(root.to_str().unwrap(), "ROOT");
            insta::assert_snapshot!(stringify!($name), text);
            assert_eq!(output.status.code(), Some(1));
            assert!(tracked(before) == tracked(repo.files()), "a failed run changed files");
        }
    )+};
}

/// Git's own files may change: it keeps what it found out.
fn tracked(files: Vec<(String, Vec<u8>)>) -> Vec<(String, Vec<u8>)> {
    let is_tracked = |path: &str| !path.starts_with(".git/") && path != "poetry.log";
    files.into_iter().filter(|(path, _)| is_tracked(path)).collect()
}

refused! {
    unknown_lib: ["cores", "major"], |_| {};
    a_service_is_no_lib: ["web", "major"], |_| {};
    no_version: ["core", "newest"], |_| {};
    not_greater: ["core", "1.2"], |_| {};
    local_version: ["core", "1.3+build"], |_| {};
    uncommitted_changes: ["core", "major"], |repo| {
        repo.edit(WEB, "port = 8080", "port = 8081");
        repo.write("libs/core/CHANGELOG.md", "# Mine\n");
    };
    not_in_git: ["core", "major"], |repo| fs::remove_dir_all(repo.path(".git")).unwrap();
    literal_differs: ["core", "major"], |repo| {
        repo.edit("libs/core/src/core/__init__.py", "\"1.2.0\"", "\"1.1.0\"");
        commit(repo, "Forget");
    };
    version_is_dynamic: ["core", "major"], |repo| {
        repo.edit(CORE, "version   = '1.2.0'   # the one place", "dynamic = [\"version\"]");
        commit(repo, "Be clever");
    };
    version_is_none: ["core", "major"], |repo| {
        repo.edit(CORE, "'1.2.0'", "'one'");
        commit(repo, "Be cleverer");
    };
    range_with_alternatives: ["core", "major"], |repo| {
        repo.edit(WEB, "core = { path", "core = { version = \"^1.2 || ^0.9\", path");
        lock(repo);
        commit(repo, "Be broad");
    };
    poetry_fails: ["core", "major"], |repo| {
        repo.edit("bin/poetry", "import hashlib", "print('the index does not answer'), exit(1)\nimport hashlib");
        commit(repo, "Break Poetry");
    };
    history_is_cut_off: ["core", "major"], |repo| {
        commit(repo, "Second");
        // What a clone of depth 1 has.
        let head = Command::new("git").args(["rev-parse", "HEAD"]).current_dir(repo.path("")).output().unwrap();
        repo.write(".git/shallow", head.stdout);
    };
}

#[test]
fn poetry_is_absent() {
    let repo = repository(POETRY);
    fs::remove_file(repo.path("bin/poetry")).unwrap();
    commit(&repo, "Lose Poetry");
    let before = tracked(repo.files());
    let output = assert_cmd::Command::cargo_bin("xtask")
        .unwrap()
        .env("POETRY", "no-such-poetry")
        .args(["--root", repo.path("").to_str().unwrap(), "bump", "core", "major"])
        .output()
        .unwrap();
    insta::assert_snapshot!("poetry_is_absent", shown(&output));
    assert!(before == tracked(repo.files()), "a failed run changed files");
}

/// With Poetry itself, where the environment names one.
#[test]
fn poetry_itself_takes_the_result() {
    let Some(poetry) = std::env::var_os("POETRY").filter(|poetry| Path::new(poetry).is_absolute()) else {
        eprintln!("skipped: the environment variable `POETRY` names no Poetry");
        return;
    };
    let repo = Fixture::sound();
    repo.git(&["init", "--quiet"]);
    commit(&repo, "Add all");
    let output = assert_cmd::Command::cargo_bin("xtask")
        .unwrap()
        .args(["--root", repo.path("").to_str().unwrap(), "bump", "core", "major"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", shown(&output));
    let check = Command::new(poetry)
        .args(["check", "--lock"])
        .current_dir(repo.path("services/web"))
        .output()
        .unwrap();
    assert!(check.status.success(), "{check:?}");
}

#[test]
fn the_test_of_the_application_is_no_obstacle() {
    let repo = repository(POETRY);
    let test = "\n[workspace.metadata.xtask.application-test]\nscript = \"tests/flow.py\"\npython-of = \"web\"\n";
    repo.write("Cargo.toml", repo.read("Cargo.toml") + test);
    repo.write("tests/flow.py", "print('ok 1')\n");
    commit(&repo, "Test the application");
    let output = bump(&repo, &["core", "minor"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
}
