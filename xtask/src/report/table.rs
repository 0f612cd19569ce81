//! Draws a summary: what failed in full, a row a step, a line of totals, and the plain line that other tools read.

use std::{fmt::Write, time::Duration};

use super::{
    count,
    style::{BOLD, DIM, GREEN, RED, YELLOW},
    summary::{Counts, Row, Summary, Verdict},
    terminal,
};

pub fn summary(summary: &Summary) -> String {
    let mut text = String::new();
    for row in &summary.rows {
        if row.verdict == Verdict::Failed {
            failure(&mut text, row);
        }
    }
    let width = |cell: fn(&Row) -> usize| summary.rows.iter().map(cell).max().unwrap_or(0);
    let steps = width(|row| row.step.chars().count());
    let results = width(|row| result(row).chars().count());
    text.push('\n');
    for row in &summary.rows {
        let style = match row.verdict {
            Verdict::Passed => GREEN,
            Verdict::Failed => RED,
            Verdict::Skipped { .. } | Verdict::NoTests { .. } => YELLOW,
        };
        let (verb, result, time) = (verb(&row.verdict), result(row), seconds(row.time));
        let step = &row.step;
        // Padding counts characters, so the style goes around what is padded.
        let _ = writeln!(
            text,
            "{style}{verb:>12}{style:#} {step:steps$}  {result:results$}  {DIM}{time:>8}{DIM:#}"
        );
    }
    totals(&mut text, summary);
    text
}

/// "12 passed, 1 failed, 2 skipped", leaving out what is zero.
pub fn counts(counts: &Counts) -> String {
    let parts = [
        (counts.passed, "passed"),
        (counts.failed, "failed"),
        (counts.skipped, "skipped"),
    ];
    let said: Vec<String> = parts
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{number} {word}"))
        .collect();
    said.join(", ")
}

pub fn verb(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => "Passed",
        Verdict::Failed => "Failed",
        Verdict::Skipped { .. } => "Skipped",
        Verdict::NoTests { .. } => "No tests",
    }
}

pub fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

/// What came of the step, beside the verb.
pub fn result(row: &Row) -> String {
    let counted = counts(&row.counts);
    match &row.verdict {
        Verdict::Passed => counted,
        Verdict::Failed if row.counts.failed == 0 && counted.is_empty() => "did not get to its tests".into(),
        Verdict::Failed => counted,
        Verdict::Skipped { reason } if counted.is_empty() => reason.clone(),
        Verdict::Skipped { reason } => format!("{counted}: {reason}"),
        Verdict::NoTests { reason } => reason.clone(),
    }
}

fn failure(text: &mut String, row: &Row) {
    let _ = writeln!(text, "\n{RED}failed: {}{RED:#} {DIM}({}){DIM:#}", row.step, result(row));
    let output = row.output.trim_matches('\n');
    if !output.is_empty() {
        let _ = writeln!(text, "{output}");
    }
    for problem in &row.problems {
        let _ = writeln!(text, "{}", terminal::problem(problem));
    }
    let _ = writeln!(text, "run it again: {BOLD}{}{BOLD:#}", row.rerun);
}

fn totals(text: &mut String, summary: &Summary) {
    let number = |wanted: fn(&Verdict) -> bool| summary.rows.iter().filter(|row| wanted(&row.verdict)).count();
    let steps = Counts {
        passed: number(|verdict| matches!(verdict, Verdict::Passed)),
        failed: number(|verdict| matches!(verdict, Verdict::Failed)),
        skipped: number(|verdict| matches!(verdict, Verdict::Skipped { .. })),
    };
    let mut parts = vec![counts(&steps)];
    match number(|verdict| matches!(verdict, Verdict::NoTests { .. })) {
        0 => {}
        without => parts.push(format!("{without} without tests")),
    }
    parts.retain(|part| !part.is_empty());
    let style = if steps.failed > 0 { RED } else { BOLD };
    let _ = writeln!(
        text,
        "\n{style}{}{style:#}: {} in {}",
        count(summary.rows.len(), "step"),
        parts.join(", "),
        seconds(summary.time)
    );
    let all = summary.totals();
    let _ = writeln!(text, "{} passed, {} failed, {} skipped", all.passed, all.failed, all.skipped);
}
