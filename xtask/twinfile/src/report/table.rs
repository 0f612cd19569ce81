//! Draws a summary: what failed in full, a row a step, a line of totals, and the plain line that other tools read.

use std::fmt::Write;

use console::{
    progress::seconds,
    style::{BOLD, DIM, RED},
    terminal,
};
use diagnostics::count;
use run::test::summary::{Counts, Row, Summary, Verdict, counts};

/// The table of `test`.
pub fn summary(summary: &Summary) -> String {
    let mut text = String::new();
    for row in &summary.rows {
        if row.verdict == Verdict::Failed {
            failure(&mut text, row);
        }
    }
    let width = |cell: fn(&Row) -> usize| summary.rows.iter().map(cell).max().unwrap_or(0);
    let steps = width(|row| row.step.chars().count());
    let results = width(|row| row.result().chars().count());
    text.push('\n');
    for row in &summary.rows {
        let ((style, verb), result, time) = (row.verdict.shown(), row.result(), seconds(row.time));
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

fn failure(text: &mut String, row: &Row) {
    let _ = writeln!(
        text,
        "\n{RED}failed: {}{RED:#} {DIM}({}){DIM:#}",
        row.step,
        row.result()
    );
    let output = row.output.trim_matches('\n');
    if !output.is_empty() {
        let _ = writeln!(text, "{output}");
    }
    if !row.problems.is_empty() {
        let _ = writeln!(text, "{}", terminal::problems(&row.problems).trim_end());
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
    let _ = writeln!(
        text,
        "{} passed, {} failed, {} skipped",
        all.passed, all.failed, all.skipped
    );
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use diagnostics::Problem;

    fn row(step: &str, verdict: Verdict, counted: (usize, usize, usize)) -> Row {
        Row {
            step: step.into(),
            verdict,
            counts: Counts {
                passed: counted.0,
                failed: counted.1,
                skipped: counted.2,
            },
            time: Duration::from_millis(1234),
            output: String::new(),
            problems: Vec::new(),
            rerun: format!("cargo xtask test {step}"),
        }
    }

    #[test]
    fn what_failed_comes_first_and_the_plain_line_last() {
        let mut wrong = row("lib-b", Verdict::Failed, (3, 1, 0));
        wrong.output = "FAILED test_it.py::test_it\n\n".into();
        let mut unable = row("lib-c", Verdict::Failed, (0, 0, 0));
        unable.problems = vec![Problem::error("no lock").remedy("run `poetry lock`")];
        let left_out = Verdict::Skipped {
            reason: "left out by `--fast`".into(),
        };
        let empty = Verdict::NoTests {
            reason: "holds no test file".into(),
        };
        let rows = vec![
            row("rust", Verdict::Passed, (120, 0, 2)),
            wrong,
            unable,
            row("lib-with-a-long-name", empty, (0, 0, 0)),
            row("images", left_out, (0, 0, 0)),
        ];
        let time = Duration::from_secs(65);
        let drawn = summary(&Summary { rows, time });
        insta::assert_snapshot!(anstream::adapter::strip_str(&drawn).to_string());
    }

    #[test]
    fn a_run_of_nothing_is_no_pass() {
        use diagnostics::Exit;

        let exit = |verdicts: Vec<Verdict>| {
            let rows = verdicts
                .into_iter()
                .map(|verdict| row("a", verdict, (1, 0, 0)))
                .collect();
            Summary {
                rows,
                time: Duration::ZERO,
            }
            .exit()
        };
        let skipped = || Verdict::Skipped { reason: String::new() };
        let empty = || Verdict::NoTests { reason: String::new() };
        assert_eq!(exit(vec![]), Exit::Nothing);
        assert_eq!(exit(vec![skipped(), empty()]), Exit::Nothing);
        assert_eq!(exit(vec![skipped(), Verdict::Passed]), Exit::Clean);
        assert_eq!(exit(vec![Verdict::Passed, Verdict::Failed]), Exit::Failed);
    }
}
