//! `cargo xtask build-images`, through the binary, with a Docker that notes what it is asked.

#![allow(
    clippy::disallowed_methods,
    reason = "folders of the tests, not the repository that is worked on"
)]

#[expect(dead_code, reason = "other tests use the rest of it")]
mod fixture;

use std::{os::unix::fs::PermissionsExt, process::Output};

use fixture::Fixture;

/// Notes its arguments, and what of the environment bake reads. It "pushes" by writing what buildx would say.
const DOCKER: &str = r#"#!/bin/sh
echo "docker $* VERSION=$VERSION REVISION=$REVISION CREATED=$CREATED" >> "$LOG"
case "$1" in
  login) read -r password; echo "password $password" >> "$LOG" ;;
  run) exit ${TESTS:-0} ;;
esac
case "$2" in imagetools) echo "sha256:5678" ;; esac
for word; do case "$word" in --metadata-file=*)
  echo '{"web": {"image.name": "registry.example.org/team/web:2.0", "containerimage.digest": "sha256:1234"}}' > "${word#*=}" ;;
esac; done
"#;

fn repository() -> Fixture {
    let repo = Fixture::sound();
    repo.write("bin/docker", DOCKER);
    std::fs::set_permissions(repo.path("bin/docker"), std::fs::Permissions::from_mode(0o755)).unwrap();
    repo
}

fn run(repo: &Fixture, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let path = std::env::var("PATH").unwrap();
    let mut command = assert_cmd::Command::cargo_bin("xtask").unwrap();
    command
        .env("PATH", format!("{}:{path}", repo.path("bin").display()))
        .env("LOG", repo.path("log"))
        .envs(environment.iter().copied());
    command
        .arg("--root")
        .arg(repo.path(""))
        .arg("build-images")
        .args(arguments);
    command.output().unwrap()
}

/// What Docker was asked, without what differs from run to run.
fn asked(repo: &Fixture) -> String {
    let root = repo.path("").display().to_string();
    let text = repo.read("log").replace(&root, "ROOT/");
    let mut kept = String::new();
    for character in text.chars() {
        let is_id = ["xtask-test/web:", "bake-"].iter().any(|before| kept.ends_with(before));
        if !(is_id && character.is_ascii_digit()) {
            kept.push(character);
        }
    }
    kept
}

#[test]
fn both_flavours_are_built_and_the_tests_run_in_their_stage() {
    let repo = repository();
    let output = run(&repo, &["web", "--test"], &[]);
    assert_eq!(output.status.code(), Some(0), "{}", fixture::shown(&output));
    insta::assert_snapshot!("test", format!("{}{}", asked(&repo), fixture::shown(&output)));
    assert_eq!(run(&repo, &["web", "--test"], &[("TESTS", "1")]).status.code(), Some(1));
}

#[test]
fn a_release_is_pushed_for_all_platforms_and_named_by_digest() {
    let repo = repository();
    let credentials = [("REGISTRY_USER", "robot"), ("REGISTRY_PASSWORD", "hunter2")];
    let output = run(&repo, &["web", "--push", "--tag", "v2.0"], &credentials);
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "image=registry.example.org/team/web\ndigest=sha256:1234\n"
    );
    insta::assert_snapshot!("push", asked(&repo));
}

#[test]
fn only_affected_services_are_built() {
    let repo = repository();
    repo.git(&["init", "--quiet", "--initial-branch=main"]);
    repo.write(".gitignore", "log\nbin\ntarget\n");
    repo.git(&["add", "--all"]);
    repo.git(&["commit", "--quiet", "--message=all"]);
    let output = run(&repo, &["--affected=main"], &[]);
    assert_eq!(output.status.code(), Some(0));
    assert!(!repo.path("log").exists(), "{}", fixture::shown(&output));
    repo.write("libs/core/src/core/__init__.py", "X = 1\n");
    run(&repo, &["--affected"], &[]);
    let asked = asked(&repo);
    assert!(
        asked.contains("bake --file docker-bake.json web web-development VERSION= REVISION=")
            && asked.contains("-dirty CREATED=2"),
        "{asked}"
    );
}

#[test]
fn pages_are_built_tested_and_pushed_like_services() {
    let repo = repository();
    repo.with_pages();
    repo.write(
        "Cargo.toml",
        repo.read("Cargo.toml") + "image-test = [\"npm\", \"run\", \"of-image\"]\n",
    );
    repo.write("pages/Dockerfile", "FROM scratch\n");
    repo.write(
        "bin/npm",
        "#!/bin/sh\necho \"npm $1\" >> \"$LOG\"\n[ \"$1\" = ci ] && exec mkdir -p node_modules\nexit ${TESTS:-0}\n",
    );
    std::fs::set_permissions(repo.path("bin/npm"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let output = run(&repo, &["pages", "--test"], &[]);
    assert_eq!(output.status.code(), Some(0), "{}", fixture::shown(&output));
    insta::assert_snapshot!("pages", format!("{}{}", asked(&repo), fixture::shown(&output)));
    assert_eq!(
        run(&repo, &["pages", "--test"], &[("TESTS", "1")]).status.code(),
        Some(1)
    );
    std::fs::remove_file(repo.path("log")).unwrap();
    run(&repo, &["pages", "--push"], &[]);
    let pushed = asked(&repo);
    assert!(
        pushed.contains("--sbom=true --provenance=mode=max --push") && pushed.contains(" pages VERSION="),
        "{pushed}"
    );
    run(&repo, &[], &[]);
    assert!(
        asked(&repo).contains(" web web-development pages VERSION="),
        "{}",
        asked(&repo)
    );
    let unknown = fixture::shown(&run(&repo, &["page"], &[]));
    assert!(unknown.contains("known services are `web` and `pages`"), "{unknown}");
}

#[test]
fn without_docker_it_is_said() {
    let repo = Fixture::sound();
    let mut command = assert_cmd::Command::cargo_bin("xtask").unwrap();
    command
        .env("PATH", "/nowhere")
        .arg("--root")
        .arg(repo.path(""))
        .arg("build-images");
    insta::assert_snapshot!("no_docker", fixture::shown(&command.output().unwrap()));
    let output = run(&repository(), &["nope"], &[]);
    assert!(fixture::shown(&output).contains("there is no service `nope`"));
}
