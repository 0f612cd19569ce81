//! For a person: the table, then what was found with its places, errors first, and one line that counts.

use std::fmt::Write;

use super::table::{self, Cell};
use crate::report::status::Rendered;
use console::{
    style::{BOLD, CYAN, DIM, GREEN, RED, YELLOW},
    terminal,
};
use diagnostics::{Exit, Level, Problem, called, count};
use verify::Report;

pub fn render(outcome: &Report) -> Rendered {
    let mut rendered = Rendered::default();
    if outcome.services.is_empty() {
        // Why there is none may be that a manifest cannot be read.
        for problem in &outcome.problems {
            rendered.err.push_str(&terminal::problem(problem));
        }
        if outcome.exit() != Exit::Nothing {
            return rendered;
        }
        let nothing = Problem::error("there is no service to compare the images of")
            .note("a service is a folder with a `pyproject.toml`, a `Pipfile` or a `requirements.txt`, and with a Dockerfile in it or named after it")
            .remedy("where they lie elsewhere, say so in the `Cargo.toml` at the root: `services = [\"FOLDER\"]` under `[workspace.metadata.xtask]`");
        rendered.err.push_str(&terminal::problem(&nothing));
        return rendered;
    }
    if let Some(fixed) = &outcome.fixed {
        rendered.err.push_str(&mended(outcome, fixed));
    }
    let is_table_of_use = !outcome.findings.is_empty() || outcome.exit() as u8 != 0;
    if is_table_of_use {
        rendered.out = drawn(outcome);
    }
    let mut problems = outcome.problems.clone();
    problems.extend(outcome.causes());
    problems.sort_by(|a, b| (a.level, a.order()).cmp(&(b.level, b.order())));
    for problem in &problems {
        rendered.err.push_str(&terminal::problem(problem));
    }
    rendered.err.push_str(&last_line(outcome));
    rendered
}

/// "2 errors, 1 warning"; `None` where nothing was found.
pub fn counted(outcome: &Report) -> Option<String> {
    let problems: Vec<&Problem> = outcome
        .problems
        .iter()
        .chain(outcome.findings.iter().map(|finding| &finding.problem))
        .collect();
    let number = |level: Level| problems.iter().filter(|problem| problem.level == level).count();
    let parts = [
        (Level::Error, "error"),
        (Level::Warning, "warning"),
        (Level::Note, "note"),
    ];
    let parts = parts.into_iter().map(|(level, noun)| (number(level), noun));
    let parts: Vec<String> = parts
        .filter(|(number, _)| *number > 0)
        .map(|(number, noun)| count(number, noun))
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn last_line(outcome: &Report) -> String {
    let failed = outcome.problems.iter().any(|problem| problem.level == Level::Error);
    let broken = outcome
        .findings
        .iter()
        .any(|finding| finding.problem.level == Level::Error);
    let (style, verb, help) = match (failed, broken) {
        (true, _) => (RED, "Unknown", "; not all could be read"),
        (false, true) => (RED, "Broken", "; `cargo xtask explain RULE` tells more"),
        (false, false) => (GREEN, "Parity", ""),
    };
    let services = count(outcome.services.len(), "service");
    let mut parts = vec![if broken || failed {
        format!("{} in {services}", counted(outcome).unwrap_or_default())
    } else {
        format!("{services}, {}", count(outcome.rules, "rule"))
    }];
    if !broken && !failed {
        parts.extend(counted(outcome));
    }
    if !outcome.allowed.is_empty() {
        parts.push(format!("{} allowed", outcome.allowed.len()));
    }
    let help = called::as_called(help);
    let mut text = format!("{style}{verb:>12}{style:#} {}{help}\n", parts.join(", "));
    let fixable = outcome
        .findings
        .iter()
        .filter(|finding| finding.problem.fix.is_some())
        .count();
    if fixable > 0 && outcome.fixed.is_none() && !failed {
        let _ = writeln!(
            text,
            "{DIM}help: `{} verify-parity --fix` mends {fixable} of them{DIM:#}",
            called::command()
        );
    }
    text
}

/// What `--fix` did, in cargo's style. That it did nothing is said where something is left.
fn mended(outcome: &Report, fixed: &[String]) -> String {
    let left = counted(outcome).is_some();
    if fixed.is_empty() && left {
        return format!(
            "{YELLOW}{:>12}{YELLOW:#} nothing: what was found takes a person\n\n",
            "Fix"
        );
    }
    let lines = fixed
        .iter()
        .map(|what| format!("{GREEN}{:>12}{GREEN:#} {what}\n", "Fix"));
    let text: String = lines.collect();
    if left { format!("{text}\n") } else { text }
}

/// Services down, aspects across.
fn drawn(outcome: &Report) -> String {
    let rows = table::rows(outcome);
    let first = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let widths = outcome.aspects.iter().enumerate().map(|(column, aspect)| {
        let cells = rows.iter().map(|(_, cells)| cells[column].text().len());
        cells.max().unwrap_or(0).max(aspect.name().len())
    });
    let widths: Vec<usize> = widths.collect();
    let mut text = format!("{:first$}", "");
    for (aspect, width) in outcome.aspects.iter().zip(&widths) {
        let _ = write!(text, "  {BOLD}{:>width$}{BOLD:#}", aspect.name());
    }
    text.push('\n');
    for (name, cells) in rows {
        let _ = write!(text, "{name:first$}");
        for (cell, width) in cells.into_iter().zip(&widths) {
            let style = match cell {
                Cell::Fine => GREEN,
                Cell::Found(Level::Error, _) => RED,
                Cell::Found(Level::Warning, _) | Cell::Unknown => YELLOW,
                Cell::Found(Level::Note, _) => CYAN,
                Cell::Empty => DIM,
            };
            let _ = write!(text, "  {style}{:>width$}{style:#}", cell.text());
        }
        text.push('\n');
    }
    text.push('\n');
    text
}
