//! SARIF 2.1.0, for code scanning: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::level;
use diagnostics::{Edit, Fix, Place, Problem, called};
use rules::{RULES, Rule};
use verify::{Finding, Report};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// The name of what findings are recognised by in later runs. Another way to make it takes another number.
const FINGERPRINT: &str = "xtaskFinding/v1";

pub fn log(outcome: &Report) -> Value {
    let mut seen = BTreeMap::new();
    let mut results: Vec<Value> = Vec::new();
    for finding in &outcome.findings {
        results.push(result(finding, &mut seen));
    }
    for allowed in &outcome.allowed {
        let mut value = result(&allowed.finding, &mut seen);
        value["suppressions"] = json!([{"kind": "external", "justification": allowed.reason}]);
        results.push(value);
    }
    let problems = outcome.problems.iter().map(notification);
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": called::as_called("cargo xtask verify-parity"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": RULES.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
            }},
            "automationDetails": {"id": "verify-parity/"},
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {"SRCROOT": {"description": {"text": "the root of the repository"}}},
            "invocations": [{
                "executionSuccessful": outcome.problems.iter().all(|problem| level(problem.level) != "error"),
                "exitCode": outcome.exit() as u8,
                "toolExecutionNotifications": problems.collect::<Vec<_>>(),
            }],
            "results": results,
        }],
    })
}

fn descriptor(rule: &Rule) -> Value {
    let Rule {
        what,
        why,
        example,
        fix,
        ..
    } = rule;
    json!({
        "id": rule.id,
        "shortDescription": {"text": what},
        "fullDescription": {"text": format!("{what}: {why}")},
        "help": {
            "text": format!("{what}\n\nWhy: {why}\nExample: {example}\nFix: {fix}"),
            "markdown": format!("{what}\n\n**Why:** {why}\n\n**Example:** {example}\n\n**Fix:** {fix}\n"),
        },
        "defaultConfiguration": {"level": level(rule.level)},
        "properties": {"tags": [rule.aspect.name()]},
    })
}

fn result(finding: &Finding, seen: &mut BTreeMap<String, usize>) -> Value {
    let problem = &finding.problem;
    let index = RULES.iter().position(|rule| rule.id == finding.rule.id);
    let mut value = json!({
        "ruleId": finding.rule.id,
        "level": level(problem.level),
        "message": message(problem),
        "partialFingerprints": {FINGERPRINT: fingerprint(finding, seen)},
        "properties": {"aspect": finding.rule.aspect.name(), "service": finding.service},
    });
    if let Some(index) = index {
        value["ruleIndex"] = json!(index);
    }
    if let [first, others @ ..] = problem.places.as_slice() {
        value["locations"] = json!([location(first)]);
        let related = others.iter().enumerate().map(|(id, place)| {
            let mut location = location(place);
            location["id"] = json!(id + 1);
            location
        });
        value["relatedLocations"] = related.collect();
    }
    if let Some(fix) = problem.fix.as_deref().and_then(change) {
        value["fixes"] = json!([fix]);
    }
    value
}

/// What could not be read or understood is about the run, and no result of it.
fn notification(problem: &Problem) -> Value {
    let locations: Vec<Value> = problem.places.iter().map(location).collect();
    json!({"level": level(problem.level), "message": message(problem), "locations": locations})
}

/// Viewers show the first sentence, so the message comes as one.
fn message(problem: &Problem) -> Value {
    let lines: Vec<&str> = std::iter::once(&problem.message)
        .chain(&problem.notes)
        .chain(&problem.remedy)
        .map(String::as_str)
        .collect();
    json!({"text": lines.join("\n"), "markdown": lines.join("\n\n")})
}

fn location(place: &Place) -> Value {
    let (path, position) = place.position();
    let mut value = json!({"physicalLocation": {"artifactLocation": artifact(path)}});
    if let Some([start, end]) = position {
        value["physicalLocation"]["region"] = region(start, end);
    }
    if let Place::Text { label, .. } = place
        && !label.is_empty()
    {
        value["message"] = json!({"text": label});
    }
    value
}

fn region(start: (usize, usize), end: (usize, usize)) -> Value {
    json!({"startLine": start.0, "startColumn": start.1, "endLine": end.0, "endColumn": end.1})
}

fn artifact(path: &str) -> Value {
    json!({"uri": uri(path), "uriBaseId": "SRCROOT"})
}

/// A relative reference (RFC 3986): a path with all but a few characters escaped.
fn uri(path: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
    let escaped = path.bytes().map(|byte| {
        if is_plain(byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    });
    escaped.collect()
}

/// Only what is in the file already can be replaced; a file that is to come or to go is for `--fix`.
fn change(fix: &Fix) -> Option<Value> {
    let mut files: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for edit in &fix.edits {
        let Edit::Replace { source, span, text } = edit else {
            return None;
        };
        let region = region(source.position(span.start), source.position(span.end));
        files
            .entry(source.path())
            .or_default()
            .push(json!({"deletedRegion": region, "insertedContent": {"text": text}}));
    }
    let changes = files
        .into_iter()
        .map(|(path, replacements)| json!({"artifactLocation": artifact(path), "replacements": replacements}));
    Some(json!({"description": {"text": fix.what}, "artifactChanges": changes.collect::<Vec<_>>()}))
}

/// The same while the finding is: no line numbers are in it. What is found twice is counted.
fn fingerprint(finding: &Finding, seen: &mut BTreeMap<String, usize>) -> String {
    let path = finding.problem.places.first().map_or("", |place| place.position().0);
    let service = finding.service.as_deref().unwrap_or_default();
    let said = [finding.rule.id, service, path, &finding.problem.message].join("\0");
    let number = seen.entry(said.clone()).or_insert(0);
    *number += 1;
    let digest = Sha256::digest(format!("{said}\0{number}"));
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
