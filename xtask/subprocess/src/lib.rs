//! Runs other programs, and keeps what they say for the report.

pub mod watcher;

use std::{
    io::{self, PipeReader, Read},
    path::Path,
    process::{Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process_group};

use watcher::Watched;
use xshell::{Cmd, Shell};

use diagnostics::Problem;

/// How a program ended, and all it wrote: both streams, in the order in which they came.
#[derive(Clone, Debug)]
pub struct Ended {
    /// How it ended.
    pub status: ExitStatus,
    /// Both streams, with bytes that are not UTF-8 replaced.
    pub output: String,
}

/// A shell of xshell. It reads the current folder once, which is all that can fail.
pub fn shell() -> Result<Shell, Problem> {
    Shell::new().map_err(|error| Problem::error(format!("cannot determine the current folder: {error}")))
}

/// Runs a program to its end, without input. It ends with this process.
pub fn capture(program: Cmd<'_>) -> Result<Ended, Problem> {
    let shown = program.to_string();
    let unable = |error: io::Error| unable(&shown, &error);
    let mut command = Command::from(program);
    let mut reader = piped(&mut command).map_err(unable)?;
    let mut child = Watched::spawn(command.stdin(Stdio::null())).map_err(unable)?;
    // The command holds the writing ends, and the output ends only when all of those are closed.
    drop(command);
    let output = read(&mut reader).map_err(unable)?;
    let status = child.wait().map_err(unable)?;
    Ok(Ended { status, output })
}

/// The same, with an end: what takes longer is killed with all that it started, which is a problem.
pub fn capture_within(program: Cmd<'_>, limit: Duration) -> Result<Ended, Problem> {
    let shown = program.to_string();
    let unable = |error: io::Error| unable(&shown, &error);
    let given = Command::from(program);
    let mut command = watcher::leader(Path::new(given.get_program())).map_err(unable)?;
    command.args(given.get_args());
    for (name, value) in given.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    if let Some(folder) = given.get_current_dir() {
        command.current_dir(folder);
    }
    let mut reader = piped(&mut command).map_err(unable)?;
    let mut child = command.spawn().map_err(unable)?;
    drop(command);
    let (done, waits) = mpsc::channel::<()>();
    let group = Pid::from_child(&child);
    let watch = thread::spawn(move || {
        let is_late = waits.recv_timeout(limit) == Err(mpsc::RecvTimeoutError::Timeout);
        if is_late {
            let _ = kill_process_group(group, Signal::KILL);
        }
        is_late
    });
    let output = read(&mut reader);
    drop(done);
    let is_late = watch.join().unwrap_or(true);
    let status = child.wait();
    watcher::gone(child.id());
    if is_late {
        return Err(Problem::error(format!("`{shown}` did not end before the deadline")));
    }
    Ok(Ended {
        status: status.map_err(unable)?,
        output: output.map_err(unable)?,
    })
}

fn unable(shown: &str, error: &io::Error) -> Problem {
    Problem::error(format!("cannot run `{shown}`: {error}"))
}

/// Both streams of what is started, in the order in which they come.
fn piped(command: &mut Command) -> io::Result<PipeReader> {
    let (reader, writer) = io::pipe()?;
    command.stdout(writer.try_clone()?).stderr(writer);
    Ok(reader)
}

fn read(reader: &mut PipeReader) -> io::Result<String> {
    let mut output = Vec::new();
    reader.read_to_end(&mut output)?;
    Ok(String::from_utf8_lossy(&output).into_owned())
}

/// Runs a program that has to succeed. The problem holds what it wrote.
pub fn demand(purpose: &str, program: Cmd<'_>) -> Result<String, Problem> {
    let shown = program.to_string();
    let ended = capture(program)?;
    if ended.status.success() {
        return Ok(ended.output);
    }
    Err(Problem::error(format!("cannot {purpose}: `{shown}` ended with {}", ended.status)).note(ended.output.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_streams_are_kept_in_order() {
        let shell = shell().unwrap();
        let script = "echo one; echo two >&2; echo three; exit 3";
        let ended = capture(xshell::cmd!(shell, "sh -c {script}")).unwrap();
        assert_eq!(ended.output, "one\ntwo\nthree\n");
        assert_eq!(ended.status.code(), Some(3));
    }

    #[test]
    fn what_is_late_ends_with_all_it_started() {
        let shell = shell().unwrap();
        let started = std::time::Instant::now();
        let script = "sleep 60 & sleep 60";
        let problem = capture_within(xshell::cmd!(shell, "sh -c {script}"), Duration::from_millis(200)).unwrap_err();
        assert!(
            problem.message.ends_with("did not end before the deadline"),
            "{problem:?}"
        );
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "it waits for what was started"
        );
        let ended = capture_within(xshell::cmd!(shell, "echo here"), Duration::from_secs(60)).unwrap();
        assert_eq!(ended.output, "here\n");
    }

    #[test]
    fn an_absent_program_is_a_problem() {
        let shell = shell().unwrap();
        let problem = capture(xshell::cmd!(shell, "no-such-program --flag")).unwrap_err();
        assert!(
            problem.message.starts_with("cannot run `no-such-program --flag`"),
            "{problem:?}"
        );
    }
}
