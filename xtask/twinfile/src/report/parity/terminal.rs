//! For a person: the table, then what was found, errors first, and one line that counts. Unless all is asked for, no more than fits
//! a screen: whoever has a hundred findings wants to know with which to begin.

use super::{Detail, brief, drawn};
use crate::report::status::Rendered;
use console::{
    style::{GREEN, RED, YELLOW},
    terminal::{self, Screen},
};
use diagnostics::{Exit, Level, Problem, called, count};
use repo::RepoPath;
use verify::{Cause, Report};

/// How many Dockerfiles of nobody are named.
const STRAYS: usize = 5;

pub fn render(outcome: &Report, detail: Detail) -> Rendered {
    let mut rendered = Rendered::default();
    if outcome.services.is_empty() {
        // Why there is none may be that a manifest cannot be read.
        for problem in &outcome.problems {
            rendered.err.push_str(&terminal::problem(problem));
        }
        if outcome.exit() != Exit::Nothing {
            return rendered;
        }
        rendered.err.push_str(&terminal::problem(&without_service(outcome)));
        return rendered;
    }
    let fixed = outcome.fixed.as_deref().map(|fixed| mended(outcome, fixed));
    rendered.err.extend(fixed);
    let is_table_of_use = !outcome.findings.is_empty() || outcome.exit() as u8 != 0;
    let screen = Screen::of_stderr();
    let full = if is_table_of_use {
        drawn::table(outcome, usize::MAX)
    } else {
        String::new()
    };
    // A terminal may show the start of the command, and the prompt below.
    let rows = screen.rows - 2 - screen.rows_of(&rendered.err) - 1;
    let left = rows.saturating_sub(screen.rows_of(&full));
    let causes = outcome.causes();
    // Each takes two rows or more: thousands are not drawn to see that they do not fit.
    let may_fit = detail == Detail::All || 2 * (causes.len() + outcome.problems.len()) <= left;
    let causes = may_fit.then(|| in_full(outcome, &causes));
    if let Some(causes) = causes.filter(|causes| detail == Detail::All || screen.rows_of(causes) <= left) {
        rendered.out = full;
        rendered.err.push_str(&causes);
        rendered.err.push_str(&last_line(outcome, Detail::All));
        return rendered;
    }
    rendered.out = drawn::table(outcome, rows / 3);
    let rows = rows - screen.rows_of(&rendered.out);
    rendered.err.push_str(&brief::causes(outcome, screen, rows));
    rendered.err.push_str(&last_line(outcome, Detail::Screen));
    rendered
}

/// Why there is nothing to check, and what to do.
fn without_service(outcome: &Report) -> Problem {
    let nothing = Problem::error("no service found to check")
        .note("a service is a folder with a `pyproject.toml`, a `Pipfile` or a `requirements.txt`, and with a Dockerfile, or a stage of one, in it or named after it");
    let named =
        "the folders in the `Cargo.toml` at the root: `services = [\"FOLDER\"]` under `[workspace.metadata.xtask]`";
    if outcome.strays.is_empty() {
        return nothing.remedy(format!(
            "run `cargo xtask init --dry-run`, which finds services without Dockerfiles; or name {named}"
        ));
    }
    let strays: Vec<&str> = outcome.strays.iter().map(RepoPath::as_str).take(STRAYS).collect();
    let more = match outcome.strays.len() - strays.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    nothing
        .note(format!(
            "whose image is built by `{}`{more} cannot be determined",
            strays.join("`, `")
        ))
        .remedy(format!(
            "name {named}; and the Dockerfile in the `pyproject.toml` there: `prod = {{ file = \"PATH\" }}` under `[tool.xtask.dockerfiles]`"
        ))
}

/// Every cause with the lines of the files that it is in.
fn in_full(outcome: &Report, causes: &[Cause<'_>]) -> String {
    let mut problems = outcome.problems.clone();
    problems.sort_by(|a, b| (a.level, a.order()).cmp(&(b.level, b.order())));
    problems.extend(causes.iter().map(Cause::problem));
    problems.sort_by_key(|problem| problem.level);
    problems.iter().map(terminal::problem).collect()
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

/// What was found in all, and what to run next.
fn last_line(outcome: &Report, detail: Detail) -> String {
    let failed = outcome.problems.iter().any(|problem| problem.level == Level::Error);
    let broken = outcome
        .findings
        .iter()
        .any(|finding| finding.problem.level == Level::Error);
    let (style, verb) = match (failed, broken) {
        (true, _) => (RED, "Unknown"),
        (false, true) => (RED, "Broken"),
        (false, false) => (GREEN, "Parity"),
    };
    let services = count(outcome.services.len(), "service");
    let mut parts = vec![if broken || failed {
        format!("{} in {services}", counted(outcome).unwrap_or_default())
    } else {
        format!("{services}, {}", count(outcome.asked.len(), "rule"))
    }];
    if !broken && !failed {
        parts.extend(counted(outcome));
    }
    if !outcome.allowed.is_empty() {
        parts.push(format!("{} allowed", outcome.allowed.len()));
    }
    let mut next = Vec::new();
    if failed {
        next.push("not everything could be read".to_owned());
    }
    let fixable = outcome.findings.iter().filter(|finding| finding.problem.fix.is_some());
    let fixable = fixable.count();
    if fixable > 0 && outcome.fixed.is_none() && !failed {
        next.push(format!("`cargo xtask verify-parity --fix` fixes {fixable} of them"));
    }
    if detail == Detail::Screen {
        next.push("`--verbose` shows all".into());
    }
    if broken {
        let first = outcome.causes().first().map(|cause| cause.first.rule.id);
        next.extend(first.map(|rule| format!("`cargo xtask explain {rule}` explains the first")));
    }
    let next = next.iter().map(|next| format!("; {next}")).collect::<String>();
    let next = called::as_called(next);
    format!("{style}{verb:>12}{style:#} {}{next}\n", parts.join(", "))
}

/// What `--fix` did, in cargo's style. That it did nothing is said where something is left.
fn mended(outcome: &Report, fixed: &[String]) -> String {
    let left = counted(outcome).is_some();
    if fixed.is_empty() && left {
        return format!(
            "{YELLOW}{:>12}{YELLOW:#} nothing: these findings need a human decision\n\n",
            "Fix"
        );
    }
    let lines = fixed
        .iter()
        .map(|what| format!("{GREEN}{:>12}{GREEN:#} {what}\n", "Fix"));
    let text: String = lines.collect();
    if left { format!("{text}\n") } else { text }
}
