//! Runs that are killed, and machines whose disk or tools say less than git does.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{
    ended,
    fixture::Fixture,
    workshop::{OUT, build, command, python, repository, run_python},
};

/// How many runs are killed, each at another moment; `WHEEL_KILLS` sets another number.
const TIMES: u64 = 20;
const WHEEL: &str = "base-0.2.1-py3-none-any.whl";

/// What works in a folder, by its command.
fn at_work_in(folder: &std::path::Path) -> Vec<String> {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    processes
        .filter(|process| fs::read_link(process.path().join("cwd")).is_ok_and(|at| at.starts_with(folder)))
        .map(|process| fs::read_to_string(process.path().join("cmdline")).unwrap_or_default())
        .collect()
}

#[test]
fn a_killed_run_is_followed_by_one_that_works() {
    let fixture = repository();
    let times = std::env::var("WHEEL_KILLS").map_or(TIMES, |times| times.parse().unwrap());
    for time in 0..times {
        fixture.write("libs/base/src/base/more.py", format!("MORE = {time}\n"));
        fixture.write("libs/old/src/old/more.py", format!("MORE = {time}\n"));
        let mut killed = Command::new(command(&fixture).get_program())
            .arg("--root")
            .arg(fixture.path(""))
            .arg("build-wheels")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(Duration::from_millis(time * 60 * TIMES / times));
        killed.kill().unwrap();
        killed.wait().unwrap();
        // At once: what the killed run has started may be alive for a moment.
        ended(&build(&fixture, &[]), 0);
        let started = Instant::now();
        while !at_work_in(&fixture.path("")).is_empty() {
            let left = at_work_in(&fixture.path(""));
            assert!(started.elapsed() < Duration::from_secs(3), "left are {left:?}");
            thread::sleep(Duration::from_millis(20));
        }
    }
    ended(&build(&fixture, &[]), 0);
    fixture.write("libs/base/src/base/more.py", "LAST = True\n");
    ended(&build(&fixture, &[]), 0);
    assert!(!fixture.path("target/xtask/wheel-stage").exists(), "copies are left");
}

fn git(fixture: &Fixture, arguments: &[&str]) {
    let mut command = Command::new("git");
    command
        .current_dir(fixture.path(""))
        .args(["-c", "user.name=a", "-c", "user.email=a@example.org"]);
    ended(&command.args(arguments).output().unwrap(), 0);
}

/// The names of what can be run, in the wheel of `base`.
fn executables(fixture: &Fixture) -> String {
    let script = "import sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
print(*(info.filename for info in archive.infolist() if info.external_attr >> 16 & 0o111))";
    let wheel = fixture.path(OUT).join(WHEEL);
    run_python(&python(), &["-c", script, wheel.to_str().unwrap()])
        .trim()
        .to_owned()
}

/// A checkout whose disk keeps no executable bits, or says that everything can be run, makes the same wheel.
#[test]
fn git_says_what_can_be_run() {
    let fixture = repository();
    for name in ["run.sh", "plain.sh"] {
        fixture.write(&format!("libs/base/src/base/data/{name}"), "#!/bin/sh\n");
    }
    fixture.write(".gitignore", "/target/\n");
    git(&fixture, &["init", "--quiet"]);
    git(&fixture, &["config", "core.fileMode", "false"]);
    git(&fixture, &["add", "--all"]);
    git(
        &fixture,
        &["update-index", "--chmod=+x", "libs/base/src/base/data/run.sh"],
    );
    git(&fixture, &["commit", "--quiet", "--message", "Start"]);
    let mut wheels = Vec::new();
    for (run, plain) in [(0o644, 0o755), (0o755, 0o644), (0o755, 0o755)] {
        for (name, mode) in [("run.sh", run), ("plain.sh", plain)] {
            let path = fixture.path(&format!("libs/base/src/base/data/{name}"));
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        }
        let _ = fs::remove_dir_all(fixture.path("target/xtask/wheel-cache"));
        ended(&build(&fixture, &["base"]), 0);
        assert_eq!(executables(&fixture), "base/data/run.sh");
        wheels.push(fs::read(fixture.path(OUT).join(WHEEL)).unwrap());
    }
    assert!(wheels.windows(2).all(|pair| pair[0] == pair[1]), "the disk shows");
}

#[test]
fn without_a_repository_nobody_needs_git() {
    let fixture = repository();
    let programs = TempDir::new().unwrap();
    let path = std::env::var_os("PATH").unwrap();
    for folder in std::env::split_paths(&path) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if !entry.file_name().to_string_lossy().starts_with("git") {
                let _ = symlink(entry.path(), programs.path().join(entry.file_name()));
            }
        }
    }
    let without = |fixture: &Fixture| command(fixture).env("PATH", programs.path()).output().unwrap();
    ended(&without(&fixture), 0);
    // In one, what git would say is part of the wheel.
    git(&fixture, &["init", "--quiet"]);
    let said = ended(&without(&fixture), 1);
    assert!(said.contains("install git"), "{said}");
}
