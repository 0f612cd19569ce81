//! One JSON object, for programs. `xtask/schemas/verify-parity.schema.json` describes it.

use serde_json::{Value, json};

use super::level;
use diagnostics::{Edit, Fix, Place, Problem};
use verify::{Finding, Report};

pub fn value(outcome: &Report) -> Value {
    let services = outcome
        .services
        .iter()
        .map(|(name, dir)| json!({"name": name, "path": dir.as_str()}));
    let allowed = outcome.allowed.iter().map(|allowed| {
        let mut value = finding(&allowed.finding);
        value["reason"] = json!(allowed.reason);
        value
    });
    json!({
        "version": 1,
        "services": services.collect::<Vec<_>>(),
        "aspects": outcome.aspects.iter().map(|aspect| aspect.name()).collect::<Vec<_>>(),
        "findings": outcome.findings.iter().map(finding).collect::<Vec<_>>(),
        "allowed": allowed.collect::<Vec<_>>(),
        "fixed": outcome.fixed.as_deref().unwrap_or_default(),
        "problems": outcome.problems.iter().map(problem).collect::<Vec<_>>(),
    })
}

fn finding(finding: &Finding) -> Value {
    let mut value = problem(&finding.problem);
    value["rule"] = json!(finding.rule.id);
    value["aspect"] = json!(finding.rule.aspect.name());
    value["service"] = json!(finding.service);
    value["fix"] = json!(finding.problem.fix.as_deref().map(fix));
    value
}

fn problem(problem: &Problem) -> Value {
    json!({
        "level": level(problem.level),
        "message": problem.message,
        "places": problem.places.iter().map(place).collect::<Vec<_>>(),
        "notes": problem.notes,
        "help": problem.remedy,
    })
}

fn place(place: &Place) -> Value {
    let mut value = match place.position() {
        (path, Some([start, end])) => {
            json!({"path": path, "line": start.0, "column": start.1, "end-line": end.0, "end-column": end.1})
        }
        (path, None) => json!({"path": path}),
    };
    if let Place::Text { label, .. } = place
        && !label.is_empty()
    {
        value["label"] = json!(label);
    }
    value
}

fn fix(fix: &Fix) -> Value {
    let files: Vec<&str> = fix.edits.iter().map(Edit::path).collect();
    json!({"what": fix.what, "files": files})
}
