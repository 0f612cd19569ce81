//! The test of the application as a whole: `cargo xtask up --test`, whose script tells in TAP what it has seen.

#![expect(
    clippy::disallowed_methods,
    reason = "below `target/`, in folders that this module makes and owns"
)]

use std::path::{Path, PathBuf};

use repo::Root;
use xshell::cmd;

use super::{
    step::Outcome,
    summary::{Counts, Verdict},
};
use diagnostics::Problem;
use subprocess::{self as process, shell};

/// By this program itself, in a process of its own: that stops all services when a signal ends the tests.
pub fn run(root: &Root) -> Result<Outcome, Problem> {
    let program = this_program()?;
    let shell = shell()?;
    let ended = process::capture(cmd!(shell, "{program} --root {root} up --test"))?;
    let counts = tap(&ended.output);
    let verdict = if !ended.status.success() || counts.failed > 0 {
        Verdict::Failed
    } else if counts.passed == 0 {
        Verdict::NoTests {
            reason: "its script prints no line `ok …`".into(),
        }
    } else {
        Verdict::Passed
    };
    Ok(Outcome {
        verdict,
        counts,
        output: ended.output,
    })
}

/// The `rust` step may have built this program again, in the same place. Linux still knows the one that runs.
pub fn this_program() -> Result<PathBuf, Problem> {
    let running = Path::new("/proc/self/exe");
    if running.exists() {
        return Ok(running.to_owned());
    }
    std::env::current_exe().map_err(|error| Problem::error(format!("cannot determine the path of the xtask: {error}")))
}

/// The test points of the Test Anything Protocol.
fn tap(output: &str) -> Counts {
    let is_point = |line: &str, word: &str| {
        line.strip_prefix(word)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    let number = |word: &str| output.lines().filter(|line| is_point(line, word)).count();
    Counts {
        passed: number("ok"),
        failed: number("not ok"),
        skipped: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_counted_and_what_services_write_is_not() {
        let output = "TAP version 14\n1..3\nok 1 - a\n  web | ok 7\nokay\nnot ok 2 - b\nok\n";
        let expected = Counts {
            passed: 2,
            failed: 1,
            skipped: 0,
        };
        assert_eq!(tap(output), expected);
    }
}
