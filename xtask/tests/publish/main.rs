//! `build-wheels --publish` against a real index on this machine, and against one that fails.

#![allow(
    clippy::disallowed_methods,
    reason = "folders of the tests, not the repository that is worked on"
)]

#[path = "../fixture/mod.rs"]
#[expect(dead_code, reason = "other tests use the rest of it")]
mod fixture;
#[path = "../index_server/mod.rs"]
mod index_server;
mod listings;
mod proxy;
mod refused;

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::LazyLock,
    thread,
    time::{Duration, Instant},
};

use fixture::{Fixture, shown};
use index_server::IndexServer;
use proxy::{Fate, Proxy, Request};

const SECRET: &str = "pässword-of-the-index";
/// The same as `Authorization` holds it.
const SENT: &str = "cmVsZWFzZXI6cMOkc3N3b3JkLW9mLXRoZS1pbmRleA==";

/// A folder whose `target/xtask` holds the tools: made once, used by every repository of these tests, and by later runs.
static TOOLS: LazyLock<PathBuf> = LazyLock::new(|| {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("released");
    let fixture = unshared("http://localhost:9");
    // With a git repository of its own, because `target/` of this one is ignored.
    for (path, bytes) in fixture.files() {
        fs::create_dir_all(home.join(&path).parent().unwrap()).unwrap();
        let _ = fs::remove_file(home.join(&path));
        File::create(home.join(&path))
            .and_then(|mut file| file.write_all(&bytes))
            .unwrap();
    }
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("--root")
        .arg(&home)
        .arg("build-wheels")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", shown(&output));
    home.join("target/xtask")
});

fn unshared(index: &str) -> Fixture {
    let repo = Fixture::of("released");
    for file in ["pyproject.toml", "poetry.lock"] {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools").join(file);
        repo.write(&format!("xtask/tools/{file}"), fs::read(from).unwrap());
    }
    let settings = repo.read("Cargo.toml").replace("http://localhost:9", index);
    repo.write("Cargo.toml", settings);
    repo.write(".gitignore", "/target/\n");
    repo.git(&["init", "--quiet"]);
    commit(&repo, "Add two libs");
    repo
}

/// Two libs, of which `edge` needs `core`, and an index of that port.
fn repository(port: u16) -> Fixture {
    let repo = unshared(&format!("http://localhost:{port}"));
    fs::create_dir_all(repo.path("target/xtask")).unwrap();
    for entry in fs::read_dir(&*TOOLS).unwrap().flatten() {
        if entry.file_name().to_string_lossy().starts_with("tools-") && entry.path().is_dir() {
            let link = repo.path("target/xtask").join(entry.file_name());
            std::os::unix::fs::symlink(entry.path(), link).unwrap();
        }
    }
    repo
}

fn commit(repo: &Fixture, subject: &str) {
    repo.git(&["add", "--all"]);
    repo.git(&["commit", "--quiet", "--allow-empty", "--message", subject]);
}

fn command(repo: &Fixture, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    for (variable, _) in std::env::vars().filter(|(name, _)| name.starts_with("UV_") || name.starts_with("ACTIONS_")) {
        command.env_remove(variable);
    }
    command
        .env("UV_PUBLISH_USERNAME", "releaser")
        .env("UV_PUBLISH_PASSWORD", SECRET)
        .env("UV_HTTP_TIMEOUT", "2")
        .env("UV_UPLOAD_HTTP_TIMEOUT", "2")
        .env("UV_HTTP_RETRIES", "0")
        .env("NO_PROXY", "localhost")
        .current_dir(repo.path(""))
        .args(["--root", ".", "build-wheels"])
        .args(arguments);
    command
}

/// Runs, and sees that no credentials are shown.
fn run(repo: &Fixture, arguments: &[&str]) -> Output {
    let output = command(repo, arguments).output().unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), shown(&output));
    assert!(!text.contains(SECRET) && !text.contains(SENT), "{text}");
    output
}

fn publish(repo: &Fixture) -> Output {
    run(repo, &["--publish", "team"])
}

fn succeeds(output: &Output) -> String {
    assert!(output.status.success(), "{}", shown(output));
    shown(output)
}

fn fails(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{}", shown(output));
    shown(output)
}

fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` in\n{text}");
    }
}

#[test]
fn all_then_nothing_then_other_bytes() {
    let server = IndexServer::start("127.0.0.1");
    let repo = repository(server.port);
    let first = succeeds(&publish(&repo));
    has(
        &first,
        &[
            "Published 2 files to team, 0 already there",
            "Recorded libs/core/published.toml",
        ],
    );
    let core = first.find("Uploading core-1.2.0-py3-none-any.whl").unwrap();
    assert!(
        core < first.find("Uploading edge-0.3.0-py3-none-any.whl").unwrap(),
        "siblings first: {first}"
    );
    let record = repo.read("libs/core/published.toml");
    let hash = record.split("sha256:").nth(1).unwrap().split('"').next().unwrap();
    assert!(server.page("core").contains(hash), "the index lists what is recorded");

    // The records are not committed yet, and that is all that differs.
    let second = succeeds(&publish(&repo));
    has(&second, &["Published 0 files to team, 2 already there"]);
    assert!(
        !second.contains("Uploading") && !second.contains("Recorded"),
        "{second}"
    );

    commit(&repo, "Record");
    repo.write("libs/core/src/core/more.py", "\"\"\"More.\"\"\"\n");
    commit(&repo, "Change core");
    let page = server.page("core");
    let third = fails(&publish(&repo));
    has(
        &third,
        &[
            "`core-1.2.0-py3-none-any.whl` is on team with other bytes",
            "cargo xtask bump core patch",
            hash,
        ],
    );
    assert_eq!(server.page("core"), page);
}

#[test]
fn goes_on_after_a_failure_halfway() {
    let server = IndexServer::start("127.0.0.1");
    let proxy = Proxy::start(server.port, |request| match request {
        Request::Upload(1) => Fate::Answered(500),
        Request::Upload(_) | Request::Listing => Fate::Forwarded,
    });
    let repo = repository(proxy.port);
    let text = fails(&publish(&repo));
    has(
        &text,
        &[
            "`edge-0.3.0-py3-none-any.whl` was not uploaded to team",
            "published by this run: core-1.2.0-py3-none-any.whl",
            "not published: edge-0.3.0-py3-none-any.whl",
            "run the same command again",
        ],
    );
    assert!(
        !repo.path("libs/core/published.toml").exists(),
        "half a release is recorded"
    );
    let text = succeeds(&publish(&repo));
    has(
        &text,
        &[
            "Unchanged core-1.2.0",
            "Uploading edge-0.3.0",
            "Published 1 file to team, 1 already there",
        ],
    );
    assert_eq!(proxy.uploads(), 3, "nothing is uploaded twice");
}

#[test]
fn goes_on_after_being_killed() {
    let server = IndexServer::start("127.0.0.1");
    let proxy = Proxy::start(server.port, |request| match request {
        Request::Upload(1) => Fate::Hangs,
        Request::Upload(_) | Request::Listing => Fate::Forwarded,
    });
    let repo = repository(proxy.port);
    let mut child = command(&repo, &["--publish", "team"])
        .env("UV_UPLOAD_HTTP_TIMEOUT", "600")
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let started = Instant::now();
    while proxy.uploads() < 2 {
        assert!(
            started.elapsed() < Duration::from_secs(120),
            "the second upload does not come"
        );
        thread::sleep(Duration::from_millis(50));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(server.page("core").contains("core-1.2.0"));
    let text = succeeds(&publish(&repo));
    has(
        &text,
        &[
            "Published 1 file to team, 1 already there",
            "Recorded libs/edge/published.toml",
        ],
    );
}

#[test]
fn an_answer_that_is_lost_does_no_harm() {
    let server = IndexServer::start("127.0.0.1");
    let proxy = Proxy::start(server.port, |request| match request {
        Request::Upload(0) => Fate::AnswerLost,
        Request::Upload(_) | Request::Listing => Fate::Forwarded,
    });
    let text = succeeds(&publish(&repository(proxy.port)));
    has(&text, &["Published 2 files to team"]);
}

#[test]
fn an_index_by_its_url_is_not_recorded() {
    let server = IndexServer::start("127.0.0.1");
    let repo = repository(9);
    let upload = format!("http://localhost:{}/", server.port);
    let simple = format!("{upload}simple");
    let text = succeeds(&run(&repo, &["--publish", &upload, "--index-url", &simple]));
    has(&text, &["Published 2 files to http://localhost", "nothing is recorded"]);
    assert!(!repo.path("libs/core/published.toml").exists());
}

#[test]
fn a_tag_releases_one_lib_after_its_siblings() {
    let server = IndexServer::start("127.0.0.1");
    let repo = repository(server.port);
    repo.git(&["tag", "core-v1.2.0"]);
    repo.git(&["tag", "edge-v0.3.0"]);
    let early = fails(&run(&repo, &["--publish", "team", "--tag", "edge-v0.3.0"]));
    has(
        &early,
        &[
            "edge 0.3.0 requires `core",
            "is neither on team nor published in this run",
        ],
    );
    let core = succeeds(&run(&repo, &["--publish", "team", "--tag", "core-v1.2.0"]));
    has(&core, &["Published 1 file to team"]);
    let edge = succeeds(&run(&repo, &["--publish", "team", "--tag", "edge-v0.3.0"]));
    has(&edge, &["Uploading edge-0.3.0", "Published 1 file to team"]);
}
