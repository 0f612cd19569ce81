//! Runs other programs, and keeps what they say for the report.

pub mod watcher;

use std::{
    io::{self, Read},
    process::{Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};

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
    Shell::new().map_err(|error| Problem::error(format!("cannot tell the current folder: {error}")))
}

/// Runs a program to its end, without input. It ends with this process.
pub fn capture(program: Cmd<'_>) -> Result<Ended, Problem> {
    capture_within(program, None)
}

/// The same, with an end: a program that takes longer is killed with all that it started, which is a problem.
pub fn capture_within(program: Cmd<'_>, limit: Option<Duration>) -> Result<Ended, Problem> {
    let shown = program.to_string();
    let unable = |error: io::Error| Problem::error(format!("cannot run `{shown}`: {error}"));
    let mut command = Command::from(program);
    let (mut reader, writer) = io::pipe().map_err(unable)?;
    let (stdout, stderr) = (writer.try_clone().map_err(unable)?, writer);
    command.stdin(Stdio::null()).stdout(stdout).stderr(stderr);
    let mut child = Watched::spawn(&mut command).map_err(unable)?;
    // The command holds the writing ends, and the output ends only when all of those are closed.
    drop(command);
    let over = limit.map(|limit| deadline(&child, limit));
    let mut output = Vec::new();
    reader.read_to_end(&mut output).map_err(unable)?;
    if over.is_some_and(Deadline::has_passed) {
        let _ = child.wait();
        let limit = limit.unwrap_or_default().as_secs();
        return Err(Problem::error(format!("`{shown}` did not end within {limit} s")));
    }
    Ok(Ended {
        status: child.wait().map_err(unable)?,
        output: String::from_utf8_lossy(&output).into_owned(),
    })
}

/// Kills a program that is not done by then.
struct Deadline {
    done: mpsc::Sender<()>,
    waiting: thread::JoinHandle<bool>,
}

impl Deadline {
    /// Whether it has killed the program.
    fn has_passed(self) -> bool {
        drop(self.done);
        self.waiting.join().unwrap_or(true)
    }
}

fn deadline(child: &Watched, limit: Duration) -> Deadline {
    let (done, waits) = mpsc::channel::<()>();
    let program = Pid::from_child(&child.0);
    let waiting = thread::spawn(move || {
        let is_late = waits.recv_timeout(limit) == Err(mpsc::RecvTimeoutError::Timeout);
        if is_late {
            let _ = kill_process(program, Signal::KILL);
        }
        is_late
    });
    Deadline { done, waiting }
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
    fn an_absent_program_is_a_problem() {
        let shell = shell().unwrap();
        let problem = capture(xshell::cmd!(shell, "no-such-program --flag")).unwrap_err();
        assert!(
            problem.message.starts_with("cannot run `no-such-program --flag`"),
            "{problem:?}"
        );
    }
}
