//! Runs every guide under `docs/guides/` from top to bottom in a copy of this repository: its snippets become files, its
//! commands are run, and what it promises is compared. No block of a guide is only read.
//!
//! Four programs are not what they are to a reader: `cargo xtask` is the build under test; `tilt up` evaluates the Tiltfile
//! (see `tilt.rs`); `helm` renders and installs nothing; `docker` answers as if it had pushed, and builds nothing but with compose.
//!
//! A guide that calls compose is ignored where no engine answers, or Docker has no such plugin.
//! A guide that calls Poetry is ignored where there is none (`POETRY` names one), and in CI fails.

#![allow(
    clippy::disallowed_methods,
    reason = "folders of the tests, not the repository that is worked on"
)]

mod block;
mod expected;
#[path = "../fixture/mod.rs"]
#[expect(dead_code, reason = "other tests use the rest of it")]
mod fixture;
mod launch;
#[path = "../update_tilt/real.rs"]
mod real;
mod runner;
mod served;
mod snippet;
mod tilt;
mod trial;

use std::{fs, path::Path, process::ExitCode};

use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = trial::of_the_runner();
    trials.extend(guides().into_iter().map(|(name, text)| {
        let blocks = block::read(&text);
        let is_ignored = blocks.iter().flatten().any(block::Block::calls_poetry) && poetry().is_none() && !in_ci();
        let composes = blocks.iter().flatten().any(block::Block::calls_compose);
        let is_ignored = is_ignored || (composes && !has_compose());
        let run = move || -> Result<(), Failed> { Ok(runner::run(&blocks?, poetry().as_deref())?) };
        Trial::test(name, run).with_ignored_flag(is_ignored)
    }));
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// Every guide with its text.
fn guides() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guides");
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut guides: Vec<(String, String)> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect();
    guides.sort();
    guides
}

/// Whether Docker runs containers here, and by compose files.
fn has_compose() -> bool {
    let answers = |words: &[&str]| {
        let output = std::process::Command::new("docker").args(words).output();
        output.is_ok_and(|output| output.status.success())
    };
    answers(&["compose", "version"]) && answers(&["version"])
}

/// The Poetry of this machine: what `POETRY` names, or the one on the path.
fn poetry() -> Option<String> {
    let named = std::env::var("POETRY").ok().filter(|program| !program.is_empty());
    named.or_else(|| {
        let folders = std::env::var_os("PATH")?;
        let program = std::env::split_paths(&folders)
            .map(|folder| folder.join("poetry"))
            .find(|file| file.is_file());
        program.map(|program| program.display().to_string())
    })
}

fn in_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty())
}
