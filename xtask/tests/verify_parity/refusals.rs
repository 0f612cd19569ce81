//! What an installer refuses, and what it takes for another image than the one that it runs in.

use crate::{
    fixture::Fixture,
    suite::{DEV, Fault, PINS, PROD, by_hand, found, suite},
};

pub const FAULTS: &[Fault] = &[
    ("requirement-file-refused", "what a merge left behind", |repo| {
        put(repo, "<<<<<<< HEAD\n")
    }),
    ("requirement-file-refused", "a folder among hashes", |repo| {
        put(repo, "-e ../../libs/core\n")
    }),
    ("requirement-file-refused", "constraints that are not there", |repo| {
        put(repo, "-c constraints.txt\n")
    }),
    ("install-for-another", "an older Python", |repo| {
        install(repo, "--python-version=3.11")
    }),
    ("install-for-another", "another system", |repo| {
        install(repo, "--platform win_amd64")
    }),
    ("built-from-sources", "all packages", |repo| {
        install(repo, "--no-binary :all:")
    }),
    ("built-from-sources", "by an option of the file", |repo| {
        put(repo, "--no-binary uvicorn\n")
    }),
    ("package-missing", "a marker that is never true", |repo| {
        let text = repo.read(PINS);
        let (before, after) = text.split_once("uvicorn==").unwrap();
        let (pin, rest) = after.split_once(" \\\n").unwrap();
        let pin = pin.split(" ;").next().unwrap();
        repo.write(
            PINS,
            format!("{before}uvicorn=={pin} ; sys_platform == 'win32' \\\n{rest}"),
        );
    }),
    ("pin-not-in-lock", "an archive by its address", |repo| {
        let text = repo.read(PINS);
        let (before, after) = text.split_once("uvicorn==").unwrap();
        let (_, rest) = after.split_once(" \\\n").unwrap();
        repo.write(
            PINS,
            format!("{before}uvicorn @ https://files.example.org/uvicorn-1-py3-none-any.whl \\\n{rest}"),
        );
    }),
];

fn put(repo: &Fixture, text: &str) {
    repo.write(PINS, repo.read(PINS) + text);
}

fn install(repo: &Fixture, option: &str) {
    let install = "pip install --no-deps --require-hashes -r requirements.txt";
    repo.edit(PROD, install, &format!("{install} {option}"));
}

#[test]
fn faults_in_what_is_refused_are_found() {
    suite(by_hand, FAULTS, &[]);
}

/// What pip reads, and what holds in the image, is not a fault.
#[test]
fn what_is_taken_is_not_blamed() {
    for option in [
        "--python-version=3.13",
        "--platform manylinux_2_28_x86_64",
        "--no-binary :none:",
        "--no-binary somebody-elses",
    ] {
        let repo = by_hand();
        install(&repo, option);
        let (rules, problems) = found(&repo.run(&["verify-parity", "--format", "json"]));
        assert!(
            rules.is_empty() && problems.is_empty(),
            "{option}: {rules:?} {problems:?}"
        );
    }
    let repo = by_hand();
    put(&repo, "--no-cache-dir\n# <<<<<<<\n\n");
    repo.edit(DEV, "RUN pip --version", "RUN pip --version && true");
    let (rules, _) = found(&repo.run(&["verify-parity", "--format", "json"]));
    assert!(rules.is_empty(), "{rules:?}");
}
