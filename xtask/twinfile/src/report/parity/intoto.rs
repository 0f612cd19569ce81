//! An in-toto statement (https://in-toto.io/Statement/v1) with the predicate for results of tests: what was checked of which two
//! images, by the rules and with the lock that are named.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use diagnostics::{Level, Problem};
use verify::{ImageDigest, Portrait, Report};

const STATEMENT: &str = "https://in-toto.io/Statement/v1";
/// https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md
const PREDICATE: &str = "https://in-toto.io/attestation/test-result/v0.1";

/// The statement. `Err` where there is nothing that it could be about: no image, one that could not be read, or no service.
pub fn statement(outcome: &Report) -> Result<Value, Vec<Problem>> {
    let unread: Vec<Problem> = outcome
        .problems
        .iter()
        .filter(|problem| problem.level == Level::Error)
        .cloned()
        .collect();
    if !unread.is_empty() {
        return Err(unread);
    }
    let mut subjects = Vec::new();
    for portrait in &outcome.portraits {
        let sides = [("development", &portrait.dev), ("production", &portrait.prod)];
        // With a commit, production alone was built: development is what its Dockerfile says.
        let built = sides.into_iter().skip(usize::from(portrait.commit.is_some()));
        for (image, shown) in built {
            let digest = shown.as_ref().and_then(|shown| shown.digest.as_ref());
            subjects.push(subject(
                portrait,
                image,
                digest.ok_or_else(|| vec![nothing(portrait, image)])?,
            ));
        }
    }
    if subjects.is_empty() {
        return Err(vec![Problem::error(
            "a statement needs the images of a service, but no service was found",
        )]);
    }
    Ok(json!({
        "_type": STATEMENT,
        "subject": subjects,
        "predicateType": PREDICATE,
        "predicate": predicate(outcome),
    }))
}

fn nothing(portrait: &Portrait, image: &str) -> Problem {
    Problem::error(format!(
        "a statement needs the digest of the {image} image of `{}`, but no such image was read",
        portrait.service
    ))
    .remedy("add `--images DEV PROD`, `--built`, or `--production IMAGE` with the service that the image is of")
}

fn subject(portrait: &Portrait, image: &str, digest: &ImageDigest) -> Value {
    let of = if digest.is_of_registry {
        "the registry"
    } else {
        "the local image store"
    };
    let mut annotations = json!({"service": portrait.service, "image": image, "digest-from": of});
    if let Some(commit) = &portrait.commit {
        annotations["commit"] = json!(commit);
    }
    json!({
        "name": digest.name,
        "digest": {"sha256": digest.sha256},
        "annotations": annotations,
    })
}

fn predicate(outcome: &Report) -> Value {
    // The worst finding of each rule.
    let mut worst: BTreeMap<&str, Level> = outcome.asked.iter().map(|rule| (rule.id, Level::Note)).collect();
    for finding in &outcome.findings {
        let level = worst.entry(finding.rule.id).or_insert(Level::Note);
        *level = finding.problem.level.min(*level);
    }
    let with = |wanted: Level| -> Vec<&str> {
        let rules = worst.iter().filter(|(_, level)| **level == wanted);
        rules.map(|(rule, _)| *rule).collect()
    };
    let (failed, warned, passed) = (with(Level::Error), with(Level::Warning), with(Level::Note));
    let result = match (failed.is_empty(), warned.is_empty()) {
        (false, _) => "FAILED",
        (true, false) => "WARNED",
        (true, true) => "PASSED",
    };
    json!({
        "result": result,
        "configuration": configuration(outcome),
        "passedTests": passed,
        "warnedTests": warned,
        "failedTests": failed,
    })
}

/// What decides, besides the images: the tool, the lock of each service, and the Dockerfiles where they were compared instead of images.
/// Exceptions that were used are said with their reasons.
fn configuration(outcome: &Report) -> Vec<Value> {
    let version = env!("CARGO_PKG_VERSION");
    let mut configuration = vec![json!({
        "name": crate::NAME,
        "uri": format!("pkg:cargo/{}@{version}", crate::NAME),
        "annotations": {
            "allowed": outcome.allowed.iter().map(|allowed| json!({
                "rule": allowed.finding.rule.id,
                "service": allowed.finding.service,
                "reason": allowed.reason,
            })).collect::<Vec<_>>(),
        },
    })];
    let mut locks = BTreeMap::new();
    for lock in outcome.portraits.iter().filter_map(|portrait| portrait.lock.as_ref()) {
        locks.insert(lock.path(), lock.text());
    }
    let sha256 = |text: &str| -> String { Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect() };
    configuration.extend(
        locks
            .into_iter()
            .map(|(path, text)| json!({"name": path, "digest": {"sha256": sha256(text)}})),
    );
    for portrait in outcome.portraits.iter().filter(|portrait| portrait.commit.is_some()) {
        let sides = [("development", &portrait.dev), ("production", &portrait.prod)];
        for (image, shown) in sides {
            let Some(file) = shown.as_ref().and_then(|shown| shown.file.as_ref()) else {
                continue;
            };
            configuration.push(json!({
                "name": file.path(),
                "digest": {"sha256": sha256(file.text())},
                "annotations": {"service": portrait.service, "image": image, "compared-as": "Dockerfile"},
            }));
        }
    }
    configuration
}
