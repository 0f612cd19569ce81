//! What was found in a few lines each: what it is, where, how often, and what to do. Findings of one rule stand together.

use std::{collections::BTreeMap, fmt::Write};

use console::{
    style::{BOLD, CYAN, DIM, RED, YELLOW},
    terminal::{self, Screen, one_line},
};
use diagnostics::{Level, Place, Problem, count};
use verify::{Cause, Report};

/// How many services are named.
const NAMED: usize = 4;

/// What one rule found, or what could not be read for one reason.
struct Kind<'a> {
    level: Level,
    rule: Option<&'static str>,
    /// What is shown.
    first: &'a Problem,
    /// Where else exactly that is the case.
    same: Option<&'a Cause<'a>>,
    /// How many findings there are in all.
    number: usize,
    services: Vec<&'a str>,
}

/// As many causes as fit so many rows, the first of them with the lines of the files that they are in, and one line for the rest.
pub fn causes(outcome: &Report, screen: Screen, rows: usize) -> String {
    let causes = outcome.causes();
    let kinds = kinds(outcome, &causes);
    let mut entries: Vec<String> = kinds.iter().map(entry).collect();
    let rows_of = |texts: &[String]| texts.iter().map(|text| screen.rows_of(text)).sum::<usize>();
    let mut shown = entries.len();
    let mut last = String::new();
    // What comes first is shown on the smallest screen.
    while shown > 1 && rows_of(&entries[..shown]) + screen.rows_of(&last) > rows {
        shown -= 1;
        last = rest(&kinds[shown..]);
    }
    entries.truncate(shown);
    let mut free = rows.saturating_sub(rows_of(&entries) + screen.rows_of(&last));
    for (entry, kind) in entries.iter_mut().zip(&kinds) {
        let full = in_full(kind);
        let more = screen.rows_of(&full).saturating_sub(screen.rows_of(entry));
        if more > free {
            break;
        }
        free -= more;
        *entry = full;
    }
    entries.concat() + &last
}

fn in_full(kind: &Kind<'_>) -> String {
    let mut problem = kind.same.map_or_else(|| kind.first.clone(), Cause::problem);
    if kind.same.is_none() {
        problem.message.push_str(&suffix(kind));
        problem.notes.extend(elsewhere(kind));
    }
    terminal::problem(&problem)
}

/// In the order in which to read them: what could not be read before what was found, at each level.
fn kinds<'a>(outcome: &'a Report, causes: &'a [Cause<'a>]) -> Vec<Kind<'a>> {
    let mut kinds: Vec<Kind<'a>> = Vec::new();
    let mut unread: BTreeMap<(Level, String), usize> = BTreeMap::new();
    for problem in &outcome.problems {
        let known = unread
            .entry((problem.level, form(&problem.message)))
            .or_insert(kinds.len());
        if let Some(kind) = kinds.get_mut(*known) {
            kind.number += 1;
            continue;
        }
        kinds.push(Kind {
            level: problem.level,
            rule: None,
            first: problem,
            same: None,
            number: 1,
            services: Vec::new(),
        });
    }
    let mut of_rules: BTreeMap<(Level, &str), usize> = BTreeMap::new();
    for cause in causes {
        let (level, rule) = (cause.first.problem.level, cause.first.rule.id);
        let number = 1 + cause.others.len();
        let known = of_rules.entry((level, rule)).or_insert(kinds.len());
        if let Some(kind) = kinds.get_mut(*known) {
            kind.number += number;
            kind.same = None;
            for service in cause.services() {
                if !kind.services.contains(&service) {
                    kind.services.push(service);
                }
            }
            continue;
        }
        kinds.push(Kind {
            level,
            rule: Some(rule),
            first: &cause.first.problem,
            same: Some(cause),
            number,
            services: cause.services(),
        });
    }
    kinds.sort_by_key(|kind| kind.level);
    kinds
}

/// A message without its names: what is between backticks.
fn form(message: &str) -> String {
    message.split('`').step_by(2).collect::<Vec<_>>().join("`")
}

fn entry(kind: &Kind<'_>) -> String {
    let style = match kind.level {
        Level::Error => RED,
        Level::Warning => YELLOW,
        Level::Note => CYAN,
    };
    let level = super::level(kind.level);
    let (message, rule) = (&kind.first.message, suffix(kind));
    let mut text = format!("{style}{level}{style:#}{BOLD}: {message}{rule}{BOLD:#}\n");
    let place = kind.first.places.first().map(place);
    let more = elsewhere(kind);
    if let Some(at) = place
        .into_iter()
        .chain(more)
        .reduce(|place, more| format!("{place}; {more}"))
    {
        let _ = writeln!(text, "  {DIM}-->{DIM:#} {at}");
    }
    if let Some(remedy) = &kind.first.remedy {
        let _ = writeln!(text, "  {CYAN}help{CYAN:#}: {remedy}");
    }
    text.push('\n');
    text
}

/// The rule, behind the message.
fn suffix(kind: &Kind<'_>) -> String {
    kind.rule.map(|rule| format!(" [{rule}]")).unwrap_or_default()
}

/// "the same in 3 more services: a, b, c"; "5 more like it in a, b".
fn elsewhere(kind: &Kind<'_>) -> Option<String> {
    if let Some(services) = kind.same.and_then(Cause::in_services) {
        return Some(services);
    }
    if kind.number == 1 {
        return None;
    }
    let named = match kind.services.len() {
        0 => String::new(),
        number if number > NAMED => format!(" in {}", count(number, "service")),
        _ => format!(" in {}", kind.services.join(", ")),
    };
    Some(format!("{} more like it{named}", kind.number - 1))
}

fn place(place: &Place) -> String {
    match place.position() {
        (path, Some([start, _])) => format!("{}:{}:{}", one_line(path), start.0, start.1),
        (path, None) => one_line(path).into_owned(),
    }
}

/// "not shown: 4 errors (lib-missing, lock-stale), 2 notes (versions-vary)".
fn rest(kinds: &[Kind<'_>]) -> String {
    let mut parts = Vec::new();
    for (level, noun) in [
        (Level::Error, "error"),
        (Level::Warning, "warning"),
        (Level::Note, "note"),
    ] {
        let of_level: Vec<&Kind<'_>> = kinds.iter().filter(|kind| kind.level == level).collect();
        let number: usize = of_level.iter().map(|kind| kind.number).sum();
        if number == 0 {
            continue;
        }
        let rules: Vec<&str> = of_level.iter().filter_map(|kind| kind.rule).collect();
        let rules = if rules.is_empty() {
            String::new()
        } else {
            format!(" ({})", rules.join(", "))
        };
        parts.push(format!("{}{rules}", count(number, noun)));
    }
    if parts.is_empty() {
        return String::new();
    }
    format!("{DIM}not shown: {}{DIM:#}\n\n", parts.join(", "))
}
