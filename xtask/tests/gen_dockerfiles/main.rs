//! `cargo xtask gen-dockerfiles`, through the binary, on repositories in temporary folders.

#![allow(
    clippy::disallowed_methods,
    reason = "folders of the tests, not the repository that is worked on"
)]

#[path = "../fixture/mod.rs"]
mod fixture;
mod foreign_layouts;
mod layouts;
mod metadata;
mod programs;
mod pylock;
mod refused;
mod uv_indexes;
mod written;

use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Command, Output, Stdio},
};

use fixture::{Fixture, shown};

const WEB: &str = "services/web/pyproject.toml";
const FILES: [&str; 8] = [
    "services/web/Dockerfile",
    "services/web/Dockerfile.dev",
    "services/web/Dockerfile.dev.dockerignore",
    "services/web/Dockerfile.dockerignore",
    "services/web/requirements-dev.txt",
    "services/web/requirements-test.txt",
    "services/web/requirements.txt",
    "xtask/tools/requirements.txt",
];

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The sound repository, its files drawn.
fn drawn() -> Fixture {
    let repo = Fixture::sound();
    let output = repo.run(&["gen-dockerfiles"]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    repo
}

#[test]
fn draws_every_file_of_a_service() {
    let repo = Fixture::sound();
    let output = repo.run(&["gen-dockerfiles"]);
    insta::assert_snapshot!("status_of_a_first_run", shown(&output));
    assert_eq!(out(&output), "");
    for file in FILES {
        insta::assert_snapshot!(
            file.rsplit_once('/').unwrap().0.replace('/', "_") + "_" + file.rsplit('/').next().unwrap(),
            repo.read(file)
        );
    }
    insta::assert_snapshot!("docker_bake", repo.read("docker-bake.json"));
}

#[test]
fn services_whose_targets_would_clash_are_refused() {
    let repo = Fixture::sound();
    let manifest = repo.read("services/web/pyproject.toml");
    let other = manifest.replace("name = \"web\"", "name = \"web-test\"");
    repo.write("services/web-test/pyproject.toml", other);
    repo.write("services/web-test/README.md", "");
    repo.write("services/web-test/src/web_test/__init__.py", "");
    let lock = repo.read("services/web/poetry.lock");
    repo.write("services/web-test/poetry.lock", lock);
    let output = repo.run(&["gen-dockerfiles"]);
    assert_eq!(code(&output), 1);
    insta::assert_snapshot!("clashing_targets", err(&output));
}

#[test]
fn the_image_of_pages_is_a_target_too() {
    let repo = Fixture::sound();
    repo.with_pages();
    let output = repo.run(&["gen-dockerfiles"]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    let without = repo.read("docker-bake.json");
    assert!(!without.contains("pages"), "{without}");
    repo.write("pages/Dockerfile", "FROM scratch\n");
    assert_eq!(code(&repo.run(&["gen-dockerfiles", "--check"])), 4);
    assert_eq!(code(&repo.run(&["gen-dockerfiles"])), 0);
    let bake: serde_json::Value = serde_json::from_str(&repo.read("docker-bake.json")).unwrap();
    assert_eq!(bake["group"]["default"]["targets"], serde_json::json!(["web", "pages"]));
    insta::assert_snapshot!("bake_of_pages", format!("{:#}", bake["target"]["pages"]));
    assert_eq!(repo.read("pages/Dockerfile"), "FROM scratch\n");
    for (version, said) in [
        ("{\"version\": \"1 0\"}", "is not a version"),
        ("{", "is not JSON"),
        ("{}", ""),
    ] {
        repo.write("pages/package.json", version);
        let said_now = err(&repo.run(&["gen-dockerfiles", "--check"]));
        assert!(said_now.contains(said), "{said_now}");
    }
}

#[test]
fn pages_named_like_a_service_are_refused() {
    let repo = Fixture::sound();
    repo.with_pages();
    repo.edit("Cargo.toml", "folder = \"pages\"", "folder = \"apps/web\"");
    repo.write("apps/web/package-lock.json", "{}");
    repo.write("apps/web/Dockerfile", "FROM scratch\n");
    insta::assert_snapshot!("pages_named_like_a_service", err(&repo.run(&["gen-dockerfiles"])));
}

#[test]
fn a_bake_file_of_somebody_is_left_alone() {
    let repo = Fixture::sound();
    let theirs = "{\"target\": {\"mine\": {}}}\n";
    repo.write("docker-bake.json", theirs);
    let output = repo.run(&["gen-dockerfiles"]);
    assert!(
        code(&output) == 1 && err(&output).contains("`docker-bake.json` is in the way"),
        "{}",
        err(&output)
    );
    assert_eq!(repo.read("docker-bake.json"), theirs);
    assert_eq!(code(&repo.run(&["gen-dockerfiles", "--adopt"])), 0);
    // A copy elsewhere is no file of ours, and one of a repository that was ours is.
    repo.write("deploy/docker-bake.json", repo.read("docker-bake.json"));
    assert_eq!(code(&repo.run(&["gen-dockerfiles", "--check"])), 0);
    let moved = repo
        .read("docker-bake.json")
        .replace("File: docker-bake", "File: deploy/docker-bake");
    repo.write("deploy/docker-bake.json", moved);
    assert_eq!(code(&repo.run(&["gen-dockerfiles", "--check"])), 4);
}

#[test]
fn a_second_run_changes_nothing() {
    let repo = drawn();
    let before = repo.files();
    for arguments in [
        &["gen-dockerfiles"][..],
        &["gen-dockerfiles", "--check"],
        &["gen-dockerfiles", "web"],
    ] {
        let output = repo.run(arguments);
        assert_eq!(code(&output), 0);
        assert_eq!(err(&output), "       Fresh 9 files of 1 service\n");
        assert!(repo.files() == before, "{arguments:?} changed files");
    }
}

#[test]
fn the_folder_of_the_clone_makes_no_difference() {
    let (one, other) = (drawn(), drawn());
    for file in FILES {
        assert_eq!(one.read(file), other.read(file));
    }
}

/// Every setting of a service, with text that shells, Docker and JSON read in their own ways.
#[test]
fn draws_what_the_settings_say() {
    let repo = Fixture::sound();
    repo.edit("Cargo.toml", "slim-trixie\"", "slim-trixie@sha256:0123\"");
    repo.edit(
        WEB,
        "command = [\"uvicorn\", \"web.main:app\", \"--host\", \"0.0.0.0\", \"--port\", \"8080\"]",
        "command = [\"serve\", \"it's $HOME\", \"\\\"\\\\\"]\ndebug-port = 9999\n\
         env = { GREETING = \"say \\\"$HOME\\\" \\\\o/\", A = \"\" }\n\
         system-packages = { runtime = [\"libb\", \"liba\"], build = [\"gcc\"], dev = [\"strace\"] }",
    );
    let output = repo.run(&["gen-dockerfiles"]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    insta::assert_snapshot!("every_setting_Dockerfile", repo.read("services/web/Dockerfile"));
    insta::assert_snapshot!("every_setting_Dockerfile.dev", repo.read("services/web/Dockerfile.dev"));
}

#[test]
fn both_flavours_share_their_first_stages() {
    let repo = drawn();
    let shared = |file: &str| {
        let text = repo.read(file);
        let stages = text.split("\n\n").skip(1).take(3).collect::<Vec<_>>().join("\n\n");
        assert!(stages.contains("AS deps"), "{stages}");
        stages
    };
    assert_eq!(shared(FILES[0]), shared(FILES[1]));
}

#[test]
fn a_service_without_groups_gets_no_files_for_them() {
    let repo = drawn();
    repo.edit(WEB, "port = 8080", "port = 8080\ntest-groups = []");
    let output = repo.run(&["gen-dockerfiles"]);
    assert_eq!(code(&output), 0);
    assert!(
        err(&output).contains("Removed services/web/requirements-test.txt\n"),
        "{}",
        err(&output)
    );
    assert!(!repo.path("services/web/requirements-test.txt").exists());
    assert!(!repo.read("services/web/Dockerfile").contains("AS test"));
    assert!(!repo.read("services/web/Dockerfile.dockerignore").contains("tests"));
}

#[test]
fn check_shows_what_differs_and_writes_nothing() {
    let repo = drawn();
    repo.edit(WEB, "port = 8080", "port = 8088");
    repo.write(
        "services/web/requirements-dev.txt",
        repo.read("services/web/requirements-dev.txt").replace("1.8", "1.7"),
    );
    fs::remove_file(repo.path("xtask/tools/requirements.txt")).unwrap();
    let before = repo.files();
    let output = repo.run(&["gen-dockerfiles", "--check"]);
    assert_eq!(code(&output), 4);
    assert!(repo.files() == before, "--check changed files");
    insta::assert_snapshot!("check_stale", format!("{}{}", out(&output), shown(&output)));

    assert_eq!(code(&repo.run(&["gen-dockerfiles"])), 0);
    assert_eq!(code(&repo.run(&["gen-dockerfiles", "--check"])), 0);
}

#[test]
fn manifests_with_crlf_say_the_same() {
    let repo = drawn();
    let whole = repo.files();
    for file in [WEB, "libs/core/pyproject.toml"] {
        repo.write(file, repo.read(file).replace('\n', "\r\n"));
    }
    let output = repo.run(&["gen-dockerfiles", "--check"]);
    assert_eq!(code(&output), 0, "{}", shown(&output));
    for (file, bytes) in whole {
        if !file.ends_with("pyproject.toml") {
            assert_eq!(fs::read(repo.path(&file)).unwrap(), bytes, "{file}");
        }
    }
}

#[test]
fn crlf_and_a_missing_final_newline_are_differences() {
    for change in [
        |text: String| text.replace('\n', "\r\n"),
        |text: String| text.trim_end().to_owned(),
    ] {
        let repo = drawn();
        repo.write(FILES[0], change(repo.read(FILES[0])));
        let output = repo.run(&["gen-dockerfiles", "--check"]);
        assert_eq!(code(&output), 4);
        assert!(
            out(&output).contains("+++ b/services/web/Dockerfile"),
            "{}",
            out(&output)
        );
    }
}

#[test]
fn an_unknown_service_is_told_the_known_ones() {
    let repo = Fixture::sound();
    insta::assert_snapshot!("unknown_service", shown(&repo.run(&["gen-dockerfiles", "wep"])));
    assert!(!repo.path(FILES[0]).exists());
    // Names are compared the way packages are.
    assert_eq!(code(&repo.run(&["gen-dockerfiles", "WEB"])), 0);
}

#[test]
fn no_service_is_no_pass() {
    let repo = Fixture::sound();
    repo.edit("Cargo.toml", "services = [\"services/*\"]", "services = []");
    let output = repo.run(&["gen-dockerfiles"]);
    insta::assert_snapshot!("no_service", shown(&output));
    assert_eq!(code(&output), 3);
    assert_eq!(code(&repo.run(&["gen-dockerfiles", "--check"])), 3);
}
