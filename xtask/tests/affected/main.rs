//! `cargo xtask affected`, through the binary, in repositories with a history of their own.

#![allow(
    clippy::disallowed_methods,
    reason = "folders of the tests, not the repository that is worked on"
)]

#[path = "../fixture/mod.rs"]
#[expect(dead_code, reason = "other tests use the rest of it")]
mod fixture;

mod allow_list;
mod bad_input;
mod every_file;
mod without_settings;

use fixture::Fixture;
use serde_json::Value;

/// A repository with what was drawn, committed.
fn committed() -> Fixture {
    let repo = Fixture::sound();
    assert!(run(&repo, &["gen-dockerfiles"]).status.success());
    repo.git(&["init", "--quiet", "--initial-branch=main"]);
    commit(&repo);
    repo
}

fn commit(repo: &Fixture) {
    repo.git(&["add", "--all"]);
    repo.git(&["commit", "--quiet", "--message=change"]);
}

/// Runs the tool with the git of this machine.
fn run(repo: &Fixture, arguments: &[&str]) -> std::process::Output {
    let mut command = assert_cmd::Command::cargo_bin("xtask").unwrap();
    command
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .arg("--root")
        .arg(repo.path(""));
    command.args(arguments).output().unwrap()
}

/// The names of the services and of the libs that what has changed since a revision affects.
fn affected(repo: &Fixture, base: &str) -> (Vec<String>, Vec<String>) {
    let output = run(repo, &["affected", "--base", base, "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", fixture::shown(&output));
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let names = |key: &str| {
        let entries = json[key].as_array().unwrap().iter();
        entries
            .map(|entry| entry["name"].as_str().unwrap().to_owned())
            .collect()
    };
    (names("services"), names("libs"))
}

/// What a change to a sound repository affects.
fn after(change: impl Fn(&Fixture)) -> (Vec<String>, Vec<String>) {
    let repo = committed();
    change(&repo);
    affected(&repo, "HEAD")
}

fn names(services: &[&str], libs: &[&str]) -> (Vec<String>, Vec<String>) {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    (owned(services), owned(libs))
}

#[test]
fn a_change_reaches_those_that_are_made_of_it() {
    let both = names(&["web"], &["core"]);
    let service = names(&["web"], &[]);
    let lib = names(&[], &["core"]);
    let none = names(&[], &[]);
    assert_eq!(after(|_| {}), none);
    assert_eq!(
        after(|repo| repo.write("libs/core/src/core/__init__.py", "X = 1\n")),
        both
    );
    assert_eq!(after(|repo| repo.write("libs/core/src/core/new.py", "")), both);
    assert_eq!(
        after(|repo| repo.write("libs/core/README.md", "of the wheel's metadata")),
        both
    );
    assert_eq!(
        after(|repo| repo.write("libs/core/setup.py", "taken without being told")),
        both
    );
    assert_eq!(after(|repo| repo.write("libs/core/tests/test_core.py", "")), lib);
    assert_eq!(
        after(|repo| repo.write("libs/core/poetry.lock", repo.read("libs/core/poetry.lock") + "\n")),
        lib
    );
    assert_eq!(after(|repo| repo.write("services/web/tests/test_more.py", "")), service);
    assert_eq!(
        after(|repo| repo.write("services/web/poetry.lock", repo.read("services/web/poetry.lock") + "\n")),
        service
    );
    assert_eq!(
        after(|repo| repo.write("services/web/requirements-test.txt", "")),
        service
    );
    assert_eq!(
        after(|repo| repo.write("services/web/NOTES.md", "not in the context")),
        none
    );
    assert_eq!(after(|repo| repo.write("README.md", "")), none);
    assert_eq!(after(|repo| repo.write("docs/guide.md", "")), none);
    for shared in [
        "Cargo.lock",
        "xtask/src/main.rs",
        "xtask/tools/requirements.txt",
        ".cargo/config.toml",
        ".gitattributes",
    ] {
        assert_eq!(after(|repo| repo.write(shared, "# changed\n")), service, "{shared}");
    }
    assert_eq!(after(|repo| repo.write("xtask/tests/some.rs", "")), none);
}

#[test]
fn what_is_ignored_is_no_change() {
    let repo = committed();
    repo.write(".gitignore", "*.log\n");
    commit(&repo);
    repo.write("services/web/src/web/run.log", "");
    assert_eq!(affected(&repo, "HEAD"), names(&[], &[]));
}

#[test]
fn both_names_of_a_rename_count() {
    assert_eq!(
        after(|repo| repo.git(&["mv", "libs/core/src/core/py.typed", "notes.txt"])),
        names(&["web"], &["core"])
    );
    // What a build finds by its name is in no manifest.
    let repo = committed();
    repo.write("libs/core/setup.cfg", "");
    commit(&repo);
    repo.git(&["mv", "libs/core/setup.cfg", "notes.txt"]);
    assert_eq!(affected(&repo, "HEAD"), names(&["web"], &["core"]));
}

#[test]
fn a_change_counts_committed_staged_and_neither() {
    let repo = committed();
    repo.git(&["switch", "--quiet", "--create", "work"]);
    repo.write("services/web/src/web/main.py", "X = 1\n");
    assert_eq!(affected(&repo, "main").0, ["web"]);
    repo.git(&["add", "--all"]);
    assert_eq!(affected(&repo, "main").0, ["web"]);
    commit(&repo);
    assert_eq!(affected(&repo, "main").0, ["web"]);
    // What others did meanwhile is not a change of this branch.
    repo.git(&["switch", "--quiet", "main"]);
    repo.write("libs/core/src/core/__init__.py", "Y = 1\n");
    commit(&repo);
    repo.git(&["switch", "--quiet", "--create", "other", "HEAD~1"]);
    assert_eq!(affected(&repo, "main"), names(&[], &[]));
}

#[test]
fn a_service_that_is_gone_is_not_built() {
    let repo = committed();
    let manifest = repo.read("services/web/pyproject.toml");
    repo.write(
        "services/other/pyproject.toml",
        manifest.replace("name = \"web\"", "name = \"other\""),
    );
    repo.write("services/other/README.md", "");
    repo.write("services/other/src/other/__init__.py", "");
    commit(&repo);
    repo.git(&["rm", "--quiet", "-r", "services/other"]);
    assert_eq!(affected(&repo, "HEAD"), names(&[], &[]));
}

#[test]
fn what_needed_a_lib_that_is_gone_is_affected_through_its_manifest() {
    let repo = committed();
    repo.write(
        "libs/extra/pyproject.toml",
        "[project]\nname = \"extra\"\nversion = \"1\"\nrequires-python = \">=3.11,<3.14\"\n",
    );
    repo.write("libs/extra/src/extra/__init__.py", "");
    let with = "core = { path = \"../../libs/core\", develop = true }\n";
    let extra = "extra = { path = \"../../libs/extra\", develop = true }\n";
    repo.edit("services/web/pyproject.toml", with, &format!("{with}{extra}"));
    commit(&repo);
    repo.git(&["rm", "--quiet", "-r", "libs/extra"]);
    repo.edit("services/web/pyproject.toml", extra, "");
    assert_eq!(affected(&repo, "HEAD"), names(&["web"], &[]));
}

#[test]
fn a_lib_whose_tests_need_another_is_affected_by_it() {
    let repo = committed();
    repo.write(
        "libs/extra/pyproject.toml",
        "[project]\nname = \"extra\"\nversion = \"1\"\nrequires-python = \">=3.11,<3.14\"\n\
         [dependency-groups]\ntest = [\"core\", \"pytest\"]\n[tool.uv.sources]\ncore = { workspace = true }\n",
    );
    repo.write("libs/extra/src/extra/__init__.py", "");
    commit(&repo);
    repo.write("libs/core/src/core/__init__.py", "X = 1\n");
    assert_eq!(affected(&repo, "HEAD"), names(&["web"], &["core", "extra"]));
}

#[test]
fn dockerfiles_that_somebody_wrote_count_by_what_they_copy() {
    let change = |file: &str, changed: &str| {
        let repo = committed();
        repo.write("services/web/Dockerfile", format!("FROM python:3.13\n{file}\n"));
        repo.write("assets/logo.svg", "<svg/>");
        repo.write("docs/guide.md", "");
        commit(&repo);
        repo.write(changed, "changed");
        affected(&repo, "HEAD").0
    };
    assert_eq!(change("COPY assets /srv/", "assets/logo.svg"), ["web"]);
    assert_eq!(change("COPY assets/*.svg /srv/", "assets/new.svg"), ["web"]);
    assert_eq!(
        change(
            "RUN --mount=type=bind,source=assets,target=/mnt true",
            "assets/logo.svg"
        ),
        ["web"]
    );
    assert_eq!(change("COPY assets /srv/", "docs/guide.md"), Vec::<String>::new());
    assert_eq!(change("COPY assets /srv/", "services/web/NOTES.md"), ["web"]);
    assert_eq!(change("ARG D=docs\nCOPY $D /srv/", "docs/guide.md"), ["web"]);
    assert_eq!(change("COPY . /srv/", "docs/guide.md"), ["web"]);
}

#[test]
fn dockerfiles_apart_from_their_service_count() {
    let repo = committed();
    for file in [
        "Dockerfile",
        "Dockerfile.dev",
        "Dockerfile.dockerignore",
        "Dockerfile.dev.dockerignore",
    ] {
        std::fs::remove_file(repo.path(&format!("services/web/{file}"))).unwrap();
    }
    repo.write("docker/web/Dockerfile", "FROM python:3.13\nCOPY assets /srv\n");
    repo.write("docker/web/Dockerfile.dev", "FROM python:3.13\n");
    commit(&repo);
    assert_eq!(affected(&repo, "HEAD"), names(&[], &[]));
    repo.write("docker/web/Dockerfile.dev", "FROM python:3.12\n");
    assert_eq!(affected(&repo, "HEAD"), names(&["web"], &[]));
    commit(&repo);
    repo.write("assets/logo.svg", "<svg/>");
    assert_eq!(affected(&repo, "HEAD"), names(&["web"], &[]));
}

/// With a frontend in `pages`, whose Dockerfile copies two folders and leaves the tests out.
fn with_pages() -> Fixture {
    let repo = committed();
    repo.with_pages();
    repo.write("pages/src/main.ts", "");
    repo.write("pages/tests/main.test.ts", "");
    repo.write("assets/logo.svg", "<svg/>");
    repo.write(
        "pages/Dockerfile",
        "FROM node:22\nCOPY pages /build\nCOPY assets /build/assets\n",
    );
    repo.write("pages/Dockerfile.dockerignore", "*\n!pages\n!assets\npages/tests\n");
    assert!(run(&repo, &["gen-dockerfiles"]).status.success());
    commit(&repo);
    repo
}

#[test]
fn pages_are_affected_by_what_their_image_is_made_of() {
    let change = |file: &str| {
        let repo = with_pages();
        repo.write(file, "# changed\n");
        affected(&repo, "HEAD").0
    };
    let none = Vec::<String>::new();
    for file in [
        "pages/src/main.ts",
        "pages/src/new.ts",
        "assets/logo.svg",
        "pages/Dockerfile.dockerignore",
        "pages/.gitattributes",
    ] {
        assert_eq!(change(file), ["pages"], "{file}");
    }
    for file in ["pages/tests/main.test.ts", "docs/guide.md"] {
        assert_eq!(change(file), none, "{file}");
    }
    assert_eq!(change("libs/core/src/core/new.py"), ["web"]);
    assert_eq!(change("xtask/src/main.rs"), ["web"]);
    // Without an ignore file all counts that is copied; without a Dockerfile there is no image.
    let repo = with_pages();
    std::fs::remove_file(repo.path("pages/Dockerfile.dockerignore")).unwrap();
    commit(&repo);
    repo.write("pages/tests/main.test.ts", "changed");
    assert_eq!(affected(&repo, "HEAD").0, ["pages"]);
    std::fs::remove_file(repo.path("pages/Dockerfile")).unwrap();
    assert_eq!(affected(&repo, "HEAD").0, none);
}

#[test]
fn a_matrix_has_the_production_image_of_pages() {
    let repo = with_pages();
    repo.write("pages/src/main.ts", "changed");
    let output = run(&repo, &["affected", "--base", "HEAD", "--format", "github-matrix"]);
    insta::assert_snapshot!("matrix_of_pages", String::from_utf8(output.stdout).unwrap());
}

#[test]
fn a_matrix_has_both_flavours_and_says_when_it_is_empty() {
    let repo = committed();
    let matrix = |repo: &Fixture| {
        let output = run(repo, &["affected", "--base", "HEAD", "--format", "github-matrix"]);
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(matrix(&repo), "matrix={\"include\":[]}\nany=false\n");
    repo.write("services/web/src/web/main.py", "X = 1\n");
    insta::assert_snapshot!("matrix", matrix(&repo));
}

#[test]
fn people_read_by_which_file() {
    let repo = committed();
    repo.write("libs/core/src/core/__init__.py", "X = 1\n");
    repo.write("libs/core/src/core/new.py", "X = 1\n");
    let output = run(&repo, &["affected"]);
    let said = fixture::shown(&output).replace(&head(&repo), "COMMIT");
    insta::assert_snapshot!("text", format!("{}{said}", String::from_utf8_lossy(&output.stdout)));
}

fn head(repo: &Fixture) -> String {
    let output = std::process::Command::new("git")
        .current_dir(repo.path(""))
        .args(["rev-parse", "HEAD"])
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()[..7].to_owned()
}
