//! A run of what CI runs: a heading before each step, and a table of them at the end.

use std::fmt::Write;

use console::style::{BOLD, CYAN, DIM, GREEN, RED, YELLOW};
use console::{output, progress::seconds};
use diagnostics::{called, count};
use run::ci::{Outcome, Row, Step, Verdict};

/// Said before the output of a step. GitHub folds the lines of a group.
pub fn started(step: &Step, on_github: bool) -> String {
    if on_github {
        return format!("::group::{}\n", one_line(&format!("{}: {}", step.name, step.run)));
    }
    let text = format!(
        "\n{CYAN}{:>12}{CYAN:#} {}: {DIM}{}{DIM:#}\n",
        "Running", step.name, step.run
    );
    output::plain(&text).into_owned()
}

/// What is in a workflow command: it ends with the line.
fn one_line(text: &str) -> String {
    output::visible(text)
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Said behind it.
pub fn ended(row: &Row, on_github: bool) -> String {
    if !on_github {
        return String::new();
    }
    let failed = match row.verdict {
        Verdict::Failed => {
            let (name, run) = (one_line(&row.step.name), one_line(&row.step.run.to_string()));
            format!("::error title={name}::`{run}` failed\n")
        }
        Verdict::Missing(reason) => {
            format!(
                "::error title={}::cannot run here: {reason}\n",
                one_line(&row.step.name)
            )
        }
        Verdict::Passed | Verdict::Skipped(_) | Verdict::Listed => String::new(),
    };
    match row.verdict {
        Verdict::Passed | Verdict::Failed => format!("::endgroup::\n{failed}"),
        Verdict::Missing(_) | Verdict::Skipped(_) | Verdict::Listed => failed,
    }
}

/// The steps and their commands.
pub fn list(outcome: &Outcome) -> String {
    let width = outcome
        .rows
        .iter()
        .map(|row| row.step.name.chars().count())
        .max()
        .unwrap_or(0);
    let rows = outcome.rows.iter().map(|row| {
        let Step { stage, name, run, .. } = &row.step;
        format!("{:<6}  {name:width$}  {DIM}{run}{DIM:#}\n", stage.name())
    });
    rows.collect()
}

/// The table of `ci`.
pub fn table(outcome: &Outcome) -> String {
    let width = outcome
        .rows
        .iter()
        .map(|row| row.step.name.chars().count())
        .max()
        .unwrap_or(0);
    let mut text = String::from("\n");
    for row in &outcome.rows {
        let (style, verb, reason) = match row.verdict {
            Verdict::Passed | Verdict::Listed => (GREEN, "Passed", None),
            Verdict::Failed => (RED, "Failed", None),
            Verdict::Missing(reason) => (RED, "Missing", Some(reason)),
            Verdict::Skipped(reason) => (YELLOW, "Skipped", Some(reason)),
        };
        let time = seconds(row.time);
        let reason = reason.map(|reason| format!("  {reason}")).unwrap_or_default();
        let _ = writeln!(
            text,
            "{style}{verb:>12}{style:#} {:<6}  {:width$}  {DIM}{time:>8}{DIM:#}{reason}",
            row.step.stage.name(),
            row.step.name
        );
    }
    totals(&mut text, outcome);
    text
}

fn totals(text: &mut String, outcome: &Outcome) {
    let number = |wanted: fn(&Verdict) -> bool| outcome.rows.iter().filter(|row| wanted(&row.verdict)).count();
    let failed: Vec<&str> = outcome
        .rows
        .iter()
        .filter(|row| matches!(row.verdict, Verdict::Failed | Verdict::Missing(_)))
        .map(|row| row.step.name.as_str())
        .collect();
    let passed = number(|verdict| matches!(verdict, Verdict::Passed));
    let skipped = number(|verdict| matches!(verdict, Verdict::Skipped(_)));
    let parts = [(passed, "passed"), (failed.len(), "failed"), (skipped, "skipped")];
    let said: Vec<String> = parts
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{number} {word}"))
        .collect();
    let style = if failed.is_empty() { BOLD } else { RED };
    let _ = writeln!(
        text,
        "\n{style}{}{style:#}: {} in {}",
        count(outcome.rows.len(), "step"),
        said.join(", "),
        seconds(outcome.time)
    );
    if !failed.is_empty() {
        let _ = writeln!(
            text,
            "run again what failed: {BOLD}{} ci {}{BOLD:#}",
            called::command(),
            failed.join(" ")
        );
    }
}
