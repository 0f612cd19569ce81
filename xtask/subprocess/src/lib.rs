//! Runs other programs, and keeps what they say for the report.

use std::{
    io::{self, Read},
    process::{Command, ExitStatus, Stdio},
};

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

/// Runs a program to its end, without input.
pub fn capture(program: Cmd<'_>) -> Result<Ended, Problem> {
    let shown = program.to_string();
    let unable = |error: io::Error| Problem::error(format!("cannot run `{shown}`: {error}"));
    let mut command = Command::from(program);
    let (mut reader, writer) = io::pipe().map_err(unable)?;
    let (stdout, stderr) = (writer.try_clone().map_err(unable)?, writer);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(stdout)
        .stderr(stderr)
        .spawn()
        .map_err(unable)?;
    // The command holds the writing ends, and the output ends only when all of those are closed.
    drop(command);
    let mut output = Vec::new();
    reader.read_to_end(&mut output).map_err(unable)?;
    Ok(Ended {
        status: child.wait().map_err(unable)?,
        output: String::from_utf8_lossy(&output).into_owned(),
    })
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
