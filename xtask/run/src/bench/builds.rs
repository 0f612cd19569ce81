//! How long the tool takes to build: from nothing, and after an edit in one rule.

#![expect(clippy::disallowed_methods, reason = "a scratch folder of the measurement's own")]

use std::{fs, path::Path, process::Command};

use super::{Reference, Row, time};
use diagnostics::Problem;
use repo::{Root, git};

/// The rule that is edited in a copy.
const RULE: &str = "xtask/rules/src/port_differs.rs";

pub fn all(root: &Root, scratch: &Path, base: Option<&str>) -> Result<Vec<Row>, Problem> {
    if !root.join(RULE).is_file() {
        return Err(Problem::error("the sources of the tool are not in this repository")
            .remedy("run `cargo xtask bench --builds` in the repository of the tool"));
    }
    let (ours, theirs) = (scratch.join("ours"), scratch.join("base"));
    let mut reference = Reference::None;
    let mut absent = vec![target(&ours)];
    copy(root, "HEAD", &ours)?;
    if let Some(base) = base {
        copy(root, base, &theirs)?;
        absent.push(target(&theirs));
        reference = Reference::Commands("the base", vec![build(&theirs)]);
    }
    let cold = Row {
        name: "cold build of the tool".into(),
        absent,
        ours: vec![build(&ours)],
        reference,
    };
    let edited = scratch.join("edited");
    copy(root, "HEAD", &edited)?;
    let mut start = cargo(&edited);
    start.env("CARGO_INCREMENTAL", "1").args(["xtask", "verify-parity"]);
    time(&mut start)?;
    // A statement more in what it does, each time: a comment would change nothing that the compiler keeps.
    let mut edit = Command::new("sh");
    edit.arg("-c")
        .arg(format!(
            r"sed -i.before 's/^fn check(.*{{$/&\n    std::hint::black_box(1);/' {RULE} && ! cmp -s {RULE} {RULE}.before"
        ))
        .current_dir(&edited);
    let rebuild = Row {
        name: "`cargo xtask verify-parity` after an edit in one rule".into(),
        absent: Vec::new(),
        ours: vec![edit, start],
        reference: Reference::None,
    };
    Ok(vec![cold, rebuild])
}

/// What git has at a revision, in a folder of its own.
fn copy(root: &Root, revision: &str, to: &Path) -> Result<(), Problem> {
    let failed = |error: std::io::Error| Problem::error(format!("cannot make `{}`: {error}", to.display()));
    fs::create_dir_all(to).map_err(failed)?;
    let archive = to.join("sources.tar");
    let mut archived = git::command(root);
    archived.arg("archive").arg("--output").arg(&archive).arg(revision);
    time(&mut archived)?;
    time(Command::new("tar").arg("-xf").arg(&archive).arg("-C").arg(to))?;
    fs::remove_file(&archive).map_err(failed)
}

fn target(folder: &Path) -> std::path::PathBuf {
    folder.join("target")
}

fn build(folder: &Path) -> Command {
    let mut command = cargo(folder);
    command
        .env_remove("CARGO_INCREMENTAL")
        .args(["build", "--locked", "--package", "xtask"]);
    command
}

fn cargo(folder: &Path) -> Command {
    let mut command = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()));
    command.current_dir(folder).env("CARGO_TARGET_DIR", target(folder));
    command
}
