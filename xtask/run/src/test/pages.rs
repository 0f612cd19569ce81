//! The tests of the frontend: those that need no service, and those of a browser before the whole application.

#![expect(
    clippy::disallowed_methods,
    reason = "below `target/`, in folders that this module makes and owns"
)]

use std::{fs, path::PathBuf};

use xshell::cmd;

use super::{
    application::this_program,
    junit,
    step::{Outcome, Runner, Step},
    summary::{Counts, Verdict},
};
use crate::up::pages;
use diagnostics::Problem;
use repo::Frontend;
use subprocess::{self as process, Ended, shell};

const REPORT: &str = "XTASK_JUNIT";

/// The tests that need no service.
pub fn run(runner: &Runner<'_>, step: &Step, frontend: &Frontend, command: &[String]) -> Result<Outcome, Vec<Problem>> {
    tested(runner, step, frontend, |report| {
        let shell = shell()?;
        shell.change_dir(frontend.folder.value.under(runner.root()));
        let Some((program, arguments)) = command.split_first() else {
            return Err(Problem::error("`test` of the frontend is empty"));
        };
        process::capture(cmd!(shell, "{program} {arguments...}").env(REPORT, report))
    })
}

/// By this program itself, which starts the services, as for the test of the application.
pub fn browser(runner: &Runner<'_>, step: &Step, frontend: &Frontend) -> Result<Outcome, Vec<Problem>> {
    tested(runner, step, frontend, |report| {
        let (program, root) = (this_program()?, runner.root());
        let shell = shell()?;
        process::capture(cmd!(shell, "{program} --root {root} up --test=browser").env(REPORT, report))
    })
}

fn tested(
    runner: &Runner<'_>,
    step: &Step,
    frontend: &Frontend,
    test: impl FnOnce(&PathBuf) -> Result<Ended, Problem>,
) -> Result<Outcome, Vec<Problem>> {
    if !pages::can_be_installed() {
        return absent(runner.in_ci);
    }
    runner.progress.doing(&step.name, "installing its lock");
    pages::install(runner.root(), frontend)?;
    runner.progress.doing(&step.name, "");
    let reports = runner.root().join("target/xtask/reports");
    let report = reports.join(format!("{}.xml", step.name));
    fs::create_dir_all(&reports)
        .map_err(|error| Problem::error(format!("cannot make a folder for reports: {error}")))?;
    // A report of an earlier run must not speak for this one.
    let _ = fs::remove_file(&report);
    let ended = test(&report)?;
    let counts = fs::read_to_string(&report).ok().and_then(|xml| junit::counts(&xml));
    let counts = counts.unwrap_or_default();
    let verdict = if !ended.status.success() || counts.failed > 0 {
        Verdict::Failed
    } else if counts.passed == 0 && counts.skipped > 0 {
        let reason = "its tests skip themselves here".to_owned();
        Verdict::Skipped { reason }
    } else if counts.passed == 0 {
        let reason = format!("its command reported no test in the file that `{REPORT}` names");
        Verdict::NoTests { reason }
    } else {
        Verdict::Passed
    };
    Ok(Outcome {
        verdict,
        counts,
        output: ended.output,
    })
}

fn absent(in_ci: bool) -> Result<Outcome, Vec<Problem>> {
    let reason = "`npm` is not on the path".to_owned();
    if in_ci {
        return Err(Problem::error(format!("skipped in CI: {reason}")).into());
    }
    Ok(Outcome {
        verdict: Verdict::Skipped { reason },
        counts: Counts::default(),
        output: String::new(),
    })
}
