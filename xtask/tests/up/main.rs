//! `cargo xtask up` on two small services without dependencies. Their environments are real, so it needs Python, and the
//! package index for uv.

#![allow(
    clippy::disallowed_methods,
    reason = "folders of the tests, not the repository that is worked on"
)]

#[path = "../fixture/mod.rs"]
#[expect(dead_code, reason = "other tests use the rest of it")]
mod fixture;
mod run;

use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use run::{MARK, Run, alone, get, marked, port, repository};
use rustix::process::Signal;
use tempfile::TempDir;

#[test]
fn services_know_each_other_and_a_signal_stops_all_that_was_started() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let env = [
            ("ONE", "parent"),
            ("OF_IMAGE", "person"),
            ("PYTHONDONTWRITEBYTECODE", "1"),
        ];
        let mut run = Run::start(&[], &env);
        run.until("one gets `OF_IMAGE` from your environment");
        let one = port(&run.until("Started one on port"));
        let two = port(&run.until("Started two on port"));
        run.until("one | serves on");
        run.until("Ready after");
        run.until(&format!("http://127.0.0.1:{one}/page"));
        let (of_one, of_two) = (get(one), get(two));
        assert_eq!(of_one["TWO_URL"], format!("http://127.0.0.1:{two}"));
        assert_eq!(of_two["ONE_URL"], format!("http://127.0.0.1:{one}"));
        let state = run.state.path().canonicalize().unwrap();
        assert_eq!(of_one["DATA"], state.join("one").to_str().unwrap());
        assert_eq!(of_one["OF_IMAGE"], "person", "the person's environment wins");
        assert!(
            of_one["PYTHONDONTWRITEBYTECODE"].is_null(),
            "bytecode is kept, in a folder of its own"
        );
        assert!(marked(&run.mark).len() >= 5, "the test sees the processes of a run");
        run.signal(signal);
        let (status, said) = run.end();
        assert_eq!(status.code(), Some(0), "{said}");
    }
}

#[test]
fn a_service_that_dies_ends_the_run_with_its_last_lines() {
    let (status, said) = Run::start(&[], &[("ONE", "dies")]).end();
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.contains("`one` ended with exit status: 1"), "{said}");
    let report = said.split("error:").nth(1).unwrap();
    assert!(report.contains("the database is on fire"), "{said}");
}

#[test]
fn a_port_in_use_is_another_one() {
    let alone = alone();
    // Something else on this machine may have it already.
    let _taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 18431));
    let mut run = Run::start_alone(alone, &["one"], &[]);
    run.until("its own port 18431 is in use");
    let one = port(&run.until("Started one on port"));
    assert_ne!(one, 18431);
    run.until("Ready");
    assert_eq!(
        get(one)["TWO_URL"],
        "http://127.0.0.1:18432",
        "a service that is not started has its own port"
    );
    run.signal(Signal::TERM);
    run.end();
}

#[test]
fn a_second_signal_kills() {
    let mut run = Run::start(&["one"], &[("ONE", "stubborn")]);
    run.until("Ready");
    let asked = Instant::now();
    run.signal(Signal::INT);
    run.until("Stopping");
    run.signal(Signal::INT);
    run.until("Killing one");
    let (status, said) = run.end();
    assert_eq!(status.code(), Some(0), "{said}");
    assert!(
        asked.elapsed() < Duration::from_secs(8),
        "it did not wait for the service"
    );
}

#[test]
fn a_run_is_ready_once_what_every_service_needs_is_there() {
    let mut run = Run::start(&[], &[("TWO", "waits")]);
    let said = run.until("Not ready");
    assert!(
        said.contains("two: `/readyz` answers 503: `database` is not available (connection refused)"),
        "{said}"
    );
    assert!(!said.contains("cache"), "{said}");
    run.until("Ready after");
    assert_eq!(get(port(&run.until("Started two on port")))["TWO"], "waits");
    run.signal(Signal::TERM);
    let (status, said) = run.end();
    assert_eq!(status.code(), Some(0), "{said}");
    let place = |text: &str| said.find(text).unwrap_or_else(|| panic!("no `{text}` in\n{said}"));
    assert!(place("Not ready") < place("Healthy 2/2 two"), "{said}");
    assert!(place("Healthy 2/2 two") < place("Ready after"), "{said}");
}

#[test]
fn a_program_that_is_missing_is_named_with_what_that_costs() {
    let mut run = Run::start(&["one"], &[]);
    run.until("Ready after");
    let said = run.until("`a-program-that-nobody-has`");
    assert!(
        said.contains("Missing `a-program-that-nobody-has`, which one uses: text in images is not read"),
        "{said}"
    );
    run.until("state is kept in");
    run.signal(Signal::TERM);
    let (_, said) = run.end();
    assert!(!said.contains("`sh`"), "what is there is not named: {said}");
}

#[test]
fn what_stays_missing_is_named_and_the_run_never_says_ready() {
    let mut run = Run::start(&["--start-seconds", "2"], &[("TWO", "lacks")]);
    run.until("Not ready");
    let (status, said) = run.end();
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(!said.contains("Ready after"), "{said}");
    let report = said.split("error:").nth(1).unwrap();
    assert!(report.contains("`two` is not ready after 2 s"), "{said}");
    assert!(
        report.contains("`database` is not available (connection refused)"),
        "{said}"
    );
    assert!(!said.contains("`one` is not"), "{said}");
}

/// A run that is killed cannot stop anything itself.
#[test]
fn what_a_killed_run_has_started_ends_with_it() {
    let moments = [
        "",
        "Started one on port",
        "Started two on port",
        "one | serves on",
        "Ready after",
    ];
    for moment in moments {
        // It has a child that ignores signals, and one in a session of its own.
        let mut run = Run::start(&[], &[("ONE", "parent")]);
        if moment.is_empty() {
            thread::sleep(Duration::from_millis(150));
        } else {
            run.until(moment);
        }
        run.child.kill().unwrap();
        run.child.wait().unwrap();
        let killed = Instant::now();
        while !marked(&run.mark).is_empty() {
            let left = marked(&run.mark);
            assert!(
                killed.elapsed() < Duration::from_secs(3),
                "killed at `{moment}`, left are {left:?}"
            );
            thread::sleep(Duration::from_millis(20));
        }
    }
}

#[test]
fn a_service_waits_for_a_debugger() {
    let mut run = Run::start(&["one", "--debug", "one"], &[]);
    let said = run.until("one waits for a debugger: attach to 127.0.0.1:");
    let address = said
        .split("attach to ")
        .nth(1)
        .unwrap()
        .split(' ')
        .next()
        .unwrap()
        .to_owned();
    run.until(&format!("debugpy --wait-for-client --listen {address} -m one --port"));
    run.signal(Signal::INT);
    run.end();
}

#[test]
fn fresh_empties_only_what_it_made() {
    let home = TempDir::new().unwrap();
    let thesis = home.path().join("thesis.txt");
    fs::File::create(&thesis).unwrap();
    let path = home.path().to_str().unwrap();
    let (status, said) = Run::start(&["--fresh", "--state", path], &[]).end();
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.contains("this folder was not made by `cargo xtask up`"), "{said}");
    assert!(thesis.exists());
}

#[test]
fn what_cannot_be_started_is_named() {
    let (status, said) = Run::start(&["three", "--debug", "four"], &[]).end();
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.contains("service `three` does not exist"), "{said}");
    assert!(said.contains("no service `four` is started"), "{said}");
    assert!(said.contains("known are `one` and `two`"), "{said}");
}

#[test]
fn the_test_of_the_application_is_a_step_whose_points_are_counted() {
    let step = |flow: &str| {
        // The `rust` step before it may replace the program.
        let home = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let program = home.path().join("xtask");
        // No copy: a program cannot be run while another thread's child still holds it open for writing.
        fs::hard_link(env!("CARGO_BIN_EXE_xtask"), &program).unwrap();
        let mut command = Command::new(&program);
        command
            .env("FLOW", flow)
            .env(MARK, flow)
            .arg("--root")
            .arg(repository().path(""));
        command
            .args(["test", "application"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let child = command.spawn().unwrap();
        fs::remove_file(&program).unwrap();
        let output = child.wait_with_output().unwrap();
        let ended = Instant::now();
        while !marked(flow).is_empty() {
            assert!(ended.elapsed() < Duration::from_secs(3), "left are {:?}", marked(flow));
            thread::sleep(Duration::from_millis(20));
        }
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        (
            output.status.code(),
            said.lines().last().unwrap_or_default().to_owned(),
            said,
        )
    };
    let (code, last, said) = step("passes");
    assert_eq!(
        (code, last.as_str()),
        (Some(0), "2 passed, 0 failed, 0 skipped"),
        "{said}"
    );
    let (code, last, said) = step("fails");
    assert_eq!(
        (code, last.as_str()),
        (Some(1), "2 passed, 1 failed, 0 skipped"),
        "{said}"
    );
    let states = fs::read_dir(repository().path("target/xtask/test-state")).unwrap();
    assert_eq!(states.count(), 0, "what it kept is removed");
}
