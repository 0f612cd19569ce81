//! The figures of a suite, for people.

use std::{collections::BTreeMap, env, fmt::Write};

use crate::{
    entry::{Entry, Expected},
    outcome::{Outcome, Outcomes, Verdict},
};

/// When set, every wrong entry is printed with what was found in its place; `all` also prints the right ones.
const DETAILS: &str = "FAULTS_DETAILS";

pub fn render(suite: &str, entries: &[Entry], outcomes: &Outcomes) -> String {
    let mut counts: BTreeMap<(bool, &str), BTreeMap<Verdict, usize>> = BTreeMap::new();
    let mut levels = 0;
    for (entry, outcome) in entries.iter().zip(&outcomes.of_entries) {
        let kind = counts.entry((!entry.is_fault(), &entry.kind)).or_default();
        *kind.entry(outcome.verdict).or_default() += 1;
        levels += usize::from(is_of_another_level(entry, outcome));
    }
    let mut text = format!("\n{suite:<20} faults  named       partly  missed   harmless  alarms\n");
    let mut total = [0; 5];
    for ((_, kind), of_kind) in &counts {
        let row = [
            Verdict::Named,
            Verdict::Partly,
            Verdict::Missed,
            Verdict::Silent,
            Verdict::Alarm,
        ]
        .map(|verdict| of_kind.get(&verdict).copied().unwrap_or_default());
        for (sum, count) in total.iter_mut().zip(row) {
            *sum += count;
        }
        text += &line(&format!("  {kind}"), row);
    }
    text += &line("  total", total);
    let _ = writeln!(text, "  named at another severity than noted: {levels}");
    let _ = writeln!(
        text,
        "  errors and warnings on the repository as it is: {}",
        outcomes.at_rest.len()
    );
    if let Some(which) = env::var_os(DETAILS) {
        text += &details(entries, outcomes, which == "all");
    }
    text
}

fn line(name: &str, [named, partly, missed, silent, alarm]: [usize; 5]) -> String {
    let (faults, harmless) = (named + partly + missed, silent + alarm);
    let mut line = format!("{name:<20}");
    let of_faults = (named * 100).checked_div(faults).map_or_else(
        || format!("{:37}", ""),
        |percent| format!(" {faults:>6}  {named:>5} {percent:>4} %  {partly:>6}  {missed:>6}"),
    );
    line += &of_faults;
    if harmless > 0 {
        let _ = write!(line, "   {harmless:>8}  {alarm:>6}");
    }
    line.trim_end().to_owned() + "\n"
}

fn is_of_another_level(entry: &Entry, outcome: &Outcome) -> bool {
    match (&entry.expected, &outcome.level) {
        (Expected::Fault(wanted), Some(level)) => wanted.level.as_ref().is_some_and(|wanted| wanted != level),
        _ => false,
    }
}

fn details(entries: &[Entry], outcomes: &Outcomes, all: bool) -> String {
    let mut text = String::new();
    for finding in &outcomes.at_rest {
        let _ = writeln!(
            text,
            "as it is: {} [{}] {:?}",
            finding.message, finding.rule, finding.names
        );
    }
    for (entry, outcome) in entries.iter().zip(&outcomes.of_entries) {
        let is_level = is_of_another_level(entry, outcome);
        if outcome.verdict.is_right() && !is_level && !all {
            continue;
        }
        let level = if is_level { ", at another severity" } else { "" };
        let _ = writeln!(
            text,
            "{}{level}: {}/{}: {}",
            outcome.verdict.word(),
            entry.kind,
            entry.id,
            entry.why
        );
        for finding in &outcome.new {
            let _ = writeln!(
                text,
                "    {}: {} [{}] {:?}",
                finding.level, finding.message, finding.rule, finding.names
            );
        }
    }
    text
}
