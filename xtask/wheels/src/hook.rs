//! Runs the Python process that calls the backend's hooks (PEP 517), and reads what it reports.

#![expect(
    clippy::disallowed_methods,
    reason = "below `target/`, in folders that this module makes and owns"
)]

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde::{Deserialize, Serialize};

use super::circumstances::Circumstances;
use diagnostics::Problem;
use python::invocation::{ENVIRONMENT, UMASK};
use subprocess::watcher::Watched;

const SCRIPT: &str = include_str!("hook.py");

/// The two kinds of archive that a hook makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A wheel.
    Wheel,
    /// A source archive.
    Sdist,
}

/// One call of a hook.
#[derive(Clone, Debug, Serialize)]
pub struct Build {
    /// Place in the list of orders, and kind.
    #[serde(skip)]
    pub order: usize,
    pub id: usize,
    pub kind: Kind,
    /// The staged package.
    pub dir: PathBuf,
    /// Where the archive goes.
    pub out: PathBuf,
    pub log: PathBuf,
    pub report: PathBuf,
}

/// What became of it.
#[derive(Clone, Debug)]
pub struct Archive {
    pub order: usize,
    pub kind: Kind,
    pub path: PathBuf,
    pub members: Vec<String>,
    /// Core metadata (`METADATA`); empty for source archives.
    pub metadata: String,
}

/// Where a hook process is.
pub enum Event<'a> {
    Started(&'a Build),
    Ended(&'a Build, Result<Archive, Failure>),
}

/// Why a build gave no archive.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What the hook printed, and how it ended.
    pub said: String,
}

#[derive(Serialize)]
struct Input<'a> {
    backend: &'a str,
    builds: &'a [Build],
    jobs: usize,
    umask: u32,
    build_umask: &'a str,
    clock_shift: i64,
}

#[derive(Deserialize)]
struct Line {
    id: usize,
    event: String,
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    file: String,
    #[serde(default)]
    members: Vec<String>,
    #[serde(default)]
    metadata: String,
}

/// Calls one backend for all these builds, in one process that forks. Problems are those of the process itself.
pub fn run(
    python: &Path,
    backend: &str,
    builds: &[Build],
    jobs: usize,
    circumstances: &Circumstances,
    mut on_event: impl FnMut(Event<'_>),
) -> Result<(), Problem> {
    let input = Input {
        backend,
        builds,
        jobs: jobs.clamp(1, circumstances.most_jobs),
        umask: circumstances.umask,
        build_umask: UMASK,
        clock_shift: circumstances.clock_shift,
    };
    let unable =
        |error: &dyn std::fmt::Display| Problem::error(format!("cannot run the build backend `{backend}`: {error}"));
    let input = serde_json::to_vec(&input).map_err(|error| unable(&error))?;
    let mut child = Watched::spawn(&mut command(python, circumstances)).map_err(|error| unable(&error))?;
    let stderr = child.0.stderr.take();
    // A process that ended early closes its input, and says why on its other streams.
    let _ = child.0.stdin.take().map(|mut stdin| stdin.write_all(&input));
    let by_id: BTreeMap<usize, &Build> = builds.iter().map(|build| (build.id, build)).collect();
    let mut ended = 0;
    for line in child
        .0
        .stdout
        .take()
        .map(BufReader::new)
        .into_iter()
        .flat_map(BufRead::lines)
    {
        let line: Line =
            serde_json::from_str(&line.map_err(|error| unable(&error))?).map_err(|error| unable(&error))?;
        let Some(build) = by_id.get(&line.id) else { continue };
        if line.event == "started" {
            on_event(Event::Started(build));
        } else {
            ended += 1;
            on_event(Event::Ended(build, archive(build, line)));
        }
    }
    let status = child.wait().map_err(|error| unable(&error))?;
    if ended == builds.len() {
        return Ok(());
    }
    let said = stderr
        .and_then(|stderr| std::io::read_to_string(stderr).ok())
        .unwrap_or_default();
    Err(unable(&format!("it ended with {status} before its builds did")).note(said.trim()))
}

/// `-P`: the current folder is not an import root. The environment holds nothing that is not said here.
fn command(python: &Path, circumstances: &Circumstances) -> Command {
    let mut command = Command::new(python);
    let tools = python.parent().unwrap_or(python).display();
    command.args(["-P", "-c", SCRIPT]).env_clear();
    command
        .envs(circumstances.environment.iter().copied())
        .envs(ENVIRONMENT);
    command.env("PATH", format!("{tools}:/usr/local/bin:/usr/bin:/bin"));
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn archive(build: &Build, line: Line) -> Result<Archive, Failure> {
    if let Some(error) = line.error {
        let log = fs::read(&build.log).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        return Err(Failure {
            said: format!("{}\n{}", log.trim(), error.trim()).trim().to_owned(),
        });
    }
    let name = Path::new(&line.file).file_name();
    Ok(Archive {
        order: build.order,
        kind: build.kind,
        path: build.out.join(name.unwrap_or_default()),
        members: line.members,
        metadata: line.metadata,
    })
}
