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
  version) echo "linux/${ARCH:-amd64}"; exit ;;
  image) [ "$2" = inspect ] && echo "${SIZE:-1000}"; exit ;;
esac
case "$*" in *"imagetools inspect python"*) echo sha256:5678 ;; *"imagetools inspect"*) echo sha256:9999 ;; esac
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
fn an_image_is_pushed_by_digest_and_its_tests_run_on_that_digest() {
    let repo = repository();
    repo.write(
        "services/web/Dockerfile",
        "FROM a AS production\nFROM production AS test\nFROM production\n",
    );
    let credentials = [("REGISTRY_USER", "robot"), ("REGISTRY_PASSWORD", "hunter2")];
    let output = run(&repo, &["web", "--push", "--tag", "v2.0"], &credentials);
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "image=registry.example.org/team/web\ndigest=sha256:1234\nplatform=linux/amd64\n",
        "{}",
        fixture::shown(&output)
    );
    insta::assert_snapshot!("push", asked(&repo));
    // What fails its tests is not printed, so nothing can be released from it.
    let output = run(&repo, &["web", "--push"], &[("TESTS", "1")]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
}

#[test]
fn tests_that_would_not_run_on_what_was_pushed_are_refused() {
    let repo = repository();
    repo.write(
        "services/web/Dockerfile",
        "FROM a AS final\nFROM final AS test\nFROM final\n",
    );
    let output = run(&repo, &["web", "--push"], &[]);
    assert_eq!(output.status.code(), Some(1));
    let said = fixture::shown(&output);
    assert!(
        said.contains("`services/web/Dockerfile` has no stage `production`"),
        "{said}"
    );
}

#[test]
fn a_release_names_the_tested_digests_of_all_platforms() {
    let repo = repository();
    let printed = |platform: &str, digest: &str| {
        format!("image=registry.example.org/team/web\ndigest=sha256:{digest}\nplatform=linux/{platform}\n")
    };
    repo.write("digests/web-X64.digest", printed("amd64", "aa"));
    let arguments = ["web", "--release", "digests", "--tag", "v2.0"];
    let output = run(&repo, &arguments, &[]);
    assert_eq!(output.status.code(), Some(1));
    let said = fixture::shown(&output);
    assert!(said.contains("has no tested digest for `linux/arm64`"), "{said}");
    assert!(!repo.path("log").exists(), "nothing is named before all is there");
    repo.write("digests/web-ARM64.digest", printed("arm64", "bb"));
    let output = run(&repo, &arguments, &[]);
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "image=registry.example.org/team/web\ndigest=sha256:9999\n",
        "{}",
        fixture::shown(&output)
    );
    insta::assert_snapshot!("release", asked(&repo));
}

#[test]
fn layers_and_sizes_are_kept_where_the_environment_says() {
    let repo = repository();
    std::fs::create_dir_all(repo.path("layers/web")).unwrap();
    let layers = repo.path("layers").display().to_string();
    let sizes = repo.path("sizes").display().to_string();
    let environment = |size: &'static str| {
        vec![
            ("LAYER_CACHE", layers.clone()),
            ("IMAGE_SIZES", sizes.clone()),
            ("SIZE", size.to_owned()),
        ]
    };
    for size in ["1000", "1500"] {
        let environment = environment(size);
        let environment: Vec<(&str, &str)> = environment
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let output = run(&repo, &["web"], &environment);
        assert_eq!(output.status.code(), Some(0), "{}", fixture::shown(&output));
    }
    let asked = asked(&repo);
    assert!(
        asked.contains("--load --set=web.cache-from=type=local,src=ROOT/layers/web "),
        "{asked}"
    );
    assert!(
        asked.contains("--set=web-development.cache-to=type=local,mode=max,dest=ROOT/layers/web-development.new"),
        "{asked}"
    );
    let noted: serde_json::Value = serde_json::from_str(&repo.read("sizes/web.json")).unwrap();
    assert_eq!(
        noted["production"],
        serde_json::json!({ "bytes": 1500, "before": 1000 })
    );
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
        pushed.contains("--sbom=true --provenance=mode=max") && pushed.contains(" pages VERSION="),
        "{pushed}"
    );
    run(&repo, &[], &[]);
    assert!(
        asked(&repo).contains(" web web-development pages VERSION="),
        "{}",
        asked(&repo)
    );
    let unknown = fixture::shown(&run(&repo, &["page"], &[]));
    assert!(unknown.contains("did you mean `pages`"), "{unknown}");
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
    assert!(fixture::shown(&output).contains("service `nope` does not exist"));
}
