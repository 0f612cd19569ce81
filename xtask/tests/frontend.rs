//! The frontend beside the services: started, tested, and left alone by what concerns images of services. npm is a script
//! that counts its installs; the environments of the services are real, so it needs Python and the package index.

#![allow(
    clippy::disallowed_methods,
    reason = "folders of the tests, not the repository that is worked on"
)]

#[allow(dead_code, reason = "other tests use the rest of it")]
mod fixture;

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output, Stdio},
    sync::OnceLock,
};

use fixture::Fixture;

const SETTINGS: &str = r#"
[workspace.metadata.xtask.frontend]
folder = "pages"
command = ["npm", "run", "dev"]
port = 18490
env = { PAGES_PORT = "{port}", ONE_URL = "{url:one}" }
open = "/start"
test = ["npm", "test"]
browser-test = { command = ["npm", "run", "browser"], env = { ONE_URL = "{url:one}", SECRET = "told to all" } }
"#;

/// What `npm` does in the fixture: `ci` is noted, `run dev` serves its environment, tests write a report.
const NPM: &str = r#"#!/bin/sh
case "$*" in
  ci*) mkdir -p node_modules && echo installed >>../installs ;;
  "run dev") exec python3 -u serve.py ;;
  test) echo '<testsuite tests="3" failures="0" skipped="1"/>' >"$XTASK_JUNIT" ;;
  "run browser")
    python3 ask.py || exit 1
    echo '<testsuite tests="2" failures="0"/>' >"$XTASK_JUNIT" ;;
  *) exit 64 ;;
esac
"#;

const SERVE: &str = r#"
import json, os
from http.server import BaseHTTPRequestHandler, HTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass

print("told", json.dumps({name: os.environ[name] for name in ("PAGES_PORT", "ONE_URL")}))
HTTPServer(("127.0.0.1", int(os.environ["PAGES_PORT"])), Handler).serve_forever()
"#;

/// The service answers with its environment.
const ASK: &str = r#"
import json, os, urllib.request

told = json.load(urllib.request.urlopen(os.environ["ONE_URL"]))
assert told["SECRET"] == os.environ["SECRET"] == "told to all", told
"#;

/// One for all tests, so that uv is installed once.
fn repository() -> &'static Fixture {
    static FIXTURE: OnceLock<Fixture> = OnceLock::new();
    FIXTURE.get_or_init(|| {
        let fixture = with_pages("served");
        for file in ["pyproject.toml", "poetry.lock"] {
            let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools").join(file);
            fixture.write(&format!("xtask/tools/{file}"), fs::read(from).unwrap());
        }
        fixture
    })
}

fn with_pages(name: &str) -> Fixture {
    let fixture = Fixture::of(name);
    fixture.write("Cargo.toml", fixture.read("Cargo.toml") + SETTINGS);
    for (file, text) in [
        ("pages/package-lock.json", "{}"),
        ("pages/serve.py", SERVE),
        ("pages/ask.py", ASK),
        ("bin/npm", NPM),
    ] {
        fixture.write(file, text);
    }
    fs::set_permissions(fixture.path("bin/npm"), fs::Permissions::from_mode(0o755)).unwrap();
    fixture
}

/// The tool with the npm of the fixture, or with none.
fn tool(fixture: &Fixture, has_npm: bool, arguments: &[&str]) -> Command {
    let path = std::env::var("PATH").unwrap();
    let others = path.split(':').map(|folder| without_npm(fixture, folder));
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let bin = fixture.path("bin");
    command
        .env(
            "PATH",
            if has_npm {
                format!("{}:{path}", bin.display())
            } else {
                others.collect::<Vec<_>>().join(":")
            },
        )
        .env_remove("VIRTUAL_ENV")
        .env_remove("CI")
        .arg("--root")
        .arg(fixture.path(""))
        .args(arguments);
    command
}

/// A folder of the path, or one with links to all that it holds but npm.
fn without_npm(fixture: &Fixture, folder: &str) -> String {
    if !Path::new(folder).join("npm").exists() {
        return folder.to_owned();
    }
    let links = fixture.path("without-npm").join(folder.trim_start_matches('/'));
    fs::create_dir_all(&links).unwrap();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let link = links.join(entry.file_name());
        if entry.file_name() != "npm" && !link.exists() {
            let _ = std::os::unix::fs::symlink(entry.path(), link);
        }
    }
    links.to_str().unwrap().to_owned()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Runs `up` until it says something, and stops it.
fn up_until(fixture: &Fixture, has_npm: bool, wanted: &str) -> String {
    let state = tempfile::tempdir().unwrap();
    let script = r#"
        "$@" >"$SAID" 2>&1 &
        for _ in $(seq 900); do
            grep -q "$WANTED" "$SAID" && break
            kill -0 $! 2>/dev/null || break
            sleep 0.1
        done
        kill -INT $! && wait $!
        cat "$SAID"
    "#;
    let state_folder = state.path().to_str().unwrap();
    let up = tool(fixture, has_npm, &["up", "--state", state_folder]);
    let mut shell = Command::new("bash");
    shell
        .arg("-c")
        .arg(script)
        .arg("up")
        .arg(up.get_program())
        .args(up.get_args());
    for (name, value) in up.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    let said_file = tempfile::NamedTempFile::new().unwrap();
    let output = shell
        .env("SAID", said_file.path())
        .env("WANTED", wanted)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    said(&output)
}

#[test]
fn it_runs_beside_the_services_and_is_installed_once_for_each_lock() {
    let fixture = repository();
    let first = up_until(fixture, true, "state is kept in");
    for part in ["Healthy", "http://127.0.0.1:", "/start", "told {\"PAGES_PORT\": \""] {
        assert!(first.contains(part), "`{part}` in\n{first}");
    }
    let one = first.lines().find(|line| line.contains("Started one on port")).unwrap();
    let port = one.rsplit(' ').next().unwrap();
    assert!(
        first.contains(&format!("\"ONE_URL\": \"http://127.0.0.1:{port}\"")),
        "{first}"
    );
    assert_eq!(fixture.read("installs"), "installed\n");
    let tested = tool(fixture, true, &["test", "pages"]).output().unwrap();
    assert!(
        said(&tested).contains("2 passed, 0 failed, 1 skipped"),
        "{}",
        said(&tested)
    );
    assert_eq!(fixture.read("installs"), "installed\n");

    fixture.write("pages/package-lock.json", "{\"changed\": true}");
    let tested = tool(fixture, true, &["test", "pages"]).output().unwrap();
    assert_eq!(tested.status.code(), Some(0), "{}", said(&tested));
    assert_eq!(fixture.read("installs"), "installed\ninstalled\n");

    let browser = tool(fixture, true, &["test", "browser"]).output().unwrap();
    assert_eq!(browser.status.code(), Some(0), "{}", said(&browser));
    assert!(
        said(&browser).contains("2 passed, 0 failed, 0 skipped"),
        "{}",
        said(&browser)
    );

    // Whoever has no npm gets the services, and what was not tested is not a pass.
    let without = up_until(fixture, false, "state is kept in");
    assert!(
        without.contains("Left out pages: `npm` is not on the path"),
        "{without}"
    );
    assert!(without.contains("Healthy 2/2"), "{without}");
    let skipped = tool(fixture, false, &["test", "pages"]).output().unwrap();
    assert_eq!(skipped.status.code(), Some(3), "{}", said(&skipped));
    let in_ci = tool(fixture, false, &["test", "pages"])
        .env("CI", "true")
        .output()
        .unwrap();
    assert_eq!(in_ci.status.code(), Some(1), "{}", said(&in_ci));
}

#[test]
fn what_its_settings_say_wrong_comes_out_together() {
    let fixture = with_pages("served");
    fixture.edit("Cargo.toml", "folder = \"pages\"", "folder = \"../pages\"");
    fixture.edit("Cargo.toml", "port = 18490", "port = 0\nprot = 1");
    fixture.edit("Cargo.toml", "test = [\"npm\", \"test\"]", "test = []");
    let output = fixture.run(&["gen-dockerfiles"]);
    let text = said(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    for part in [
        "`../pages` leads out of the repository",
        "0 is not a port",
        "unknown key of `frontend` `prot`",
        "`test` is empty",
    ] {
        assert!(text.contains(part), "`{part}` in\n{text}");
    }
    fs::remove_file(fixture.path("pages/package-lock.json")).unwrap();
    let fixture = with_pages("served");
    fs::remove_file(fixture.path("pages/package-lock.json")).unwrap();
    fixture.edit("Cargo.toml", "PAGES_PORT = \"{port}\"", "PAGES_PORT = \"{url:three}\"");
    let text = said(&fixture.run(&["gen-dockerfiles"]));
    assert!(text.contains("`pages` does not contain `package-lock.json`"), "{text}");
    assert!(text.contains("service `three` does not exist"), "{text}");
}

#[test]
fn images_of_services_leave_its_own_alone() {
    let fixture = Fixture::of_this_repository();
    let image = "frontend/Dockerfile";
    assert!(fixture.path(image).is_file(), "there is something to leave alone");
    let before = said(&fixture.run(&["verify-parity"]));
    // All that a judge of services would object to.
    let fault = "FROM python:latest\nRUN pip install --pre poetry && poetry install\nUSER root\nEXPOSE 8080\nCMD [\"sleep\", \"1\"]\n";
    fixture.write(image, fault);
    let judged = fixture.run(&["verify-parity"]);
    assert_eq!(judged.status.code(), Some(0), "{}", said(&judged));
    assert_eq!(said(&judged), before);
    let drawn = fixture.run(&["gen-dockerfiles"]);
    assert_eq!(drawn.status.code(), Some(0), "{}", said(&drawn));
    assert_eq!(fixture.read(image), fault);
}
