//! Says what `verify-parity` found: to a person, as JSON, and as annotations of a pull request.

use std::fmt::Write;

use serde_json::{Value, json};

use super::{
    Level, Problem, count,
    status::Rendered,
    style::{BOLD, DIM, GREEN, RED},
    terminal,
};
use crate::{
    rules::{Aspect, Rule},
    tasks::verify_parity::{Finding, Format, Outcome},
};

pub fn outcome(outcome: &Outcome, format: Format) -> Rendered {
    let mut rendered = match format {
        Format::Terminal => to_people(outcome),
        Format::Json => Rendered {
            out: format!("{}\n", as_json(outcome)),
            ..Rendered::default()
        },
        Format::Github => Rendered {
            out: annotations(outcome),
            ..Rendered::default()
        },
    };
    for (what, time) in outcome.timings.iter().flatten() {
        let milliseconds = time.as_secs_f64() * 1000.0;
        let _ = writeln!(rendered.err, "{DIM}{milliseconds:>9.1} ms {what}{DIM:#}");
    }
    rendered
}

/// The documentation of rules.
pub fn explain(rules: &[&Rule]) -> String {
    let mut text = String::new();
    for rule in rules {
        let Rule {
            id,
            what,
            why,
            example,
            fix,
            ..
        } = rule;
        let _ = writeln!(
            text,
            "{BOLD}{id}{BOLD:#} ({})\n  finds    {what}\n  why      {why}\n  example  {example}\n  fix      {fix}\n",
            rule.aspect.name()
        );
    }
    text
}

fn to_people(outcome: &Outcome) -> Rendered {
    let mut rendered = Rendered::default();
    if outcome.services.is_empty() {
        rendered.err = format!("{RED}error{RED:#}: there is no service to compare the images of\n");
        return rendered;
    }
    let mut problems = outcome.problems.clone();
    problems.extend(outcome.findings.iter().map(named));
    rendered.err = terminal::problems(&problems);
    let services = count(outcome.services.len(), "service");
    if outcome.findings.is_empty() {
        let rules = count(outcome.rules, "rule");
        let failed = outcome.problems.iter().any(|problem| problem.level == Level::Error);
        match failed {
            true => rendered.err.push_str(&format!(
                "{RED}{:>12}{RED:#} parity of {services}: not all could be read\n",
                "Unknown"
            )),
            false => rendered
                .err
                .push_str(&format!("{GREEN}{:>12}{GREEN:#} {services}, {rules}\n", "Parity")),
        }
        return rendered;
    }
    rendered.out = table(outcome);
    let broken = count(outcome.findings.len(), "problem");
    rendered.err.push_str(&format!(
        "{RED}{:>12}{RED:#} {broken} in {services}; `cargo xtask explain RULE` tells more\n",
        "Broken"
    ));
    rendered
}

/// The problem, with the rule in its message.
fn named(finding: &Finding) -> Problem {
    let mut problem = finding.problem.clone();
    problem.message = format!("{} [{}]", problem.message, finding.rule.id);
    problem
}

/// Services down, aspects across; how many problems, or that there is none.
fn table(outcome: &Outcome) -> String {
    let of_none = outcome.findings.iter().any(|finding| finding.service.is_none());
    let mut rows: Vec<Option<&str>> = outcome.services.iter().map(|(name, _)| Some(name.as_str())).collect();
    rows.extend(of_none.then_some(None));
    let width = rows
        .iter()
        .map(|row| row.unwrap_or("repository").len())
        .max()
        .unwrap_or(0);
    let mut text = format!("{:width$}", "");
    for aspect in Aspect::ALL {
        let _ = write!(text, "  {BOLD}{:>8}{BOLD:#}", aspect.name());
    }
    text.push('\n');
    for row in rows {
        let _ = write!(text, "{:width$}", row.unwrap_or("repository"));
        for aspect in Aspect::ALL {
            let found = outcome
                .findings
                .iter()
                .filter(|finding| finding.service.as_deref() == row && finding.rule.aspect == aspect)
                .count();
            let (style, cell) = match found {
                0 => (GREEN, "ok".to_owned()),
                number => (RED, number.to_string()),
            };
            let _ = write!(text, "  {style}{cell:>8}{style:#}");
        }
        text.push('\n');
    }
    text
}

fn as_json(outcome: &Outcome) -> Value {
    let services = outcome
        .services
        .iter()
        .map(|(name, dir)| json!({"name": name, "path": dir.as_str()}));
    let findings = outcome.findings.iter().map(|finding| {
        let mut value = problem(&finding.problem);
        value["rule"] = json!(finding.rule.id);
        value["aspect"] = json!(finding.rule.aspect.name());
        value["service"] = json!(finding.service);
        value
    });
    json!({
        "version": 1,
        "services": services.collect::<Vec<_>>(),
        "findings": findings.collect::<Vec<_>>(),
        "problems": outcome.problems.iter().map(problem).collect::<Vec<_>>(),
    })
}

fn problem(problem: &Problem) -> Value {
    let places = problem.places.iter().map(|place| match place.position() {
        (path, Some([start, end])) => {
            json!({"path": path, "line": start.0, "column": start.1, "end-line": end.0, "end-column": end.1})
        }
        (path, None) => json!({"path": path}),
    });
    json!({
        "level": level(problem.level),
        "message": problem.message,
        "places": places.collect::<Vec<_>>(),
        "notes": problem.notes,
        "help": problem.remedy,
    })
}

/// Workflow commands; one a problem, at its first place.
fn annotations(outcome: &Outcome) -> String {
    let mut text = String::new();
    let findings = outcome
        .findings
        .iter()
        .map(|finding| (finding.rule.id, &finding.problem));
    for (title, problem) in outcome
        .problems
        .iter()
        .map(|problem| ("cannot read", problem))
        .chain(findings)
    {
        let mut properties = Vec::new();
        if let Some((path, position)) = problem.places.first().map(super::Place::position) {
            properties.push(format!("file={}", property(path)));
            if let Some([start, end]) = position {
                properties.push(format!("line={},endLine={},col={}", start.0, end.0, start.1));
            }
        }
        properties.push(format!("title={}", property(title)));
        let body = std::iter::once(&problem.message)
            .chain(&problem.notes)
            .chain(&problem.remedy);
        let body = body.map(String::as_str).collect::<Vec<_>>().join("\n");
        let _ = writeln!(
            text,
            "::{} {}::{}",
            level(problem.level).replace("note", "notice"),
            properties.join(","),
            data(&body)
        );
    }
    text
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
