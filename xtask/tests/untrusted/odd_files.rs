//! Named pipes, sockets, devices and folders in place of files: nothing waits, and each is a problem.

use std::{fs, os::unix::net::UnixListener, process::Command};

use crate::{
    fixture::Fixture,
    repository::{FILES, WORKFLOW, run, whole},
};

const TASKS: [&[&str]; 7] = [
    &["verify-parity"],
    &["verify-parity", "--fix"],
    &["gen-dockerfiles", "--check"],
    &["gen-dockerfiles", "--adopt"],
    &["update-tilt"],
    &["docs"],
    &["affected", "--since", "HEAD"],
];

/// Those that are tried with every task.
const OFTEN: [&str; 4] = [
    "Cargo.toml",
    "Tiltfile",
    "services/web/Dockerfile",
    "services/web/poetry.lock",
];

fn in_place_of_each(what: &str, make: impl Fn(&Fixture, &str)) {
    for file in FILES.into_iter().chain(["libs/core/poetry.lock"]) {
        let repo = whole();
        let _ = fs::remove_file(repo.path(file));
        make(&repo, file);
        let found = run(&repo, &["verify-parity"]);
        assert_eq!(found.code(), Some(1), "{what} {file}: {}", found.output);
        assert!(
            found.output.contains(file),
            "{what} {file} is not named: {}",
            found.output
        );
        for task in TASKS.into_iter().filter(|_| OFTEN.contains(&file)) {
            let found = run(&repo, task);
            assert!(found.code().is_some(), "{what} {file}, {task:?}: {}", found.output);
        }
    }
}

fn made(program: &str, arguments: &[&str]) {
    let status = Command::new(program).args(arguments).status().unwrap();
    assert!(status.success(), "{program} {arguments:?}");
}

#[test]
fn a_named_pipe_is_not_waited_for() {
    in_place_of_each("pipe", |repo, file| {
        made("mkfifo", &[repo.path(file).to_str().unwrap()])
    });
}

#[test]
fn a_socket_is_a_problem() {
    in_place_of_each("socket", |repo, file| {
        // A socket has a short path, or none.
        let socket = repo.path("s");
        drop(UnixListener::bind(&socket).unwrap());
        fs::rename(socket, repo.path(file)).unwrap();
    });
}

#[test]
fn a_folder_is_a_problem() {
    in_place_of_each("folder", |repo, file| fs::create_dir(repo.path(file)).unwrap());
}

/// Only root can make one; others meet them behind links, which are refused.
#[test]
fn a_device_is_a_problem() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    in_place_of_each("device", |repo, file| {
        made("mknod", &[repo.path(file).to_str().unwrap(), "c", "1", "5"]);
    });
}

#[test]
fn a_file_that_is_too_large_is_a_problem() {
    for file in [
        "Tiltfile",
        "services/web/Dockerfile",
        "services/web/poetry.lock",
        WORKFLOW,
    ] {
        let repo = whole();
        let text = fs::File::options().append(true).open(repo.path(file)).unwrap();
        // No block of it is on the disk.
        text.set_len(4 << 30).unwrap();
        let found = run(&repo, &["verify-parity"]);
        assert_eq!(found.code(), Some(1), "{file}: {}", found.output);
        assert!(
            found.output.contains(&format!("`{file}` is larger than")),
            "{}",
            found.output
        );
    }
}
