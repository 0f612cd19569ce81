//! One cause is one finding: what is merged among the findings of a rule, between files and images, and across services.

use std::collections::{HashMap, hash_map::Entry};

use super::Finding;
use diagnostics::{Place, Problem, merged};

/// How many further places are named.
const NAMED: usize = 8;

/// The findings of each rule in each service, each cause once: see [`merged`].
pub fn merge(findings: Vec<Finding>) -> Vec<Finding> {
    let mut groups: Vec<Vec<Finding>> = Vec::new();
    let mut known = HashMap::new();
    for finding in findings {
        match known.entry((finding.rule.id, finding.service.clone())) {
            Entry::Occupied(entry) => {
                let group: &usize = entry.get();
                groups[*group].push(finding);
            }
            Entry::Vacant(entry) => {
                entry.insert(groups.len());
                groups.push(vec![finding]);
            }
        }
    }
    groups.into_iter().flat_map(of_one).collect()
}

/// Findings of one rule in one service.
fn of_one(findings: Vec<Finding>) -> Vec<Finding> {
    let Some(Finding { rule, service, .. }) = findings.first() else {
        return Vec::new();
    };
    let (rule, service) = (*rule, service.clone());
    let problems = merged(findings.into_iter().map(|finding| finding.problem));
    let of_rule = |problem| Finding {
        rule,
        service: service.clone(),
        problem,
    };
    problems.into_iter().map(of_rule).collect()
}

/// What the files of a service show already is not shown of its images again.
pub fn add_those_of_images(findings: &mut Vec<Finding>, of_images: Vec<Finding>) {
    let is_known = |new: &Finding| {
        let is_same = |old: &Finding| {
            old.rule.id == new.rule.id && old.service == new.service && old.problem.message == new.problem.message
        };
        findings.iter().any(is_same)
    };
    let new: Vec<Finding> = of_images.into_iter().filter(|finding| !is_known(finding)).collect();
    findings.extend(new);
}

/// The problems with the rule in their messages; those that say the same of several services as one.
pub fn across_services(findings: &[Finding]) -> Vec<Problem> {
    let mut groups: Vec<(&Finding, Vec<&Finding>)> = Vec::new();
    let mut known: HashMap<(Said, usize), usize> = HashMap::new();
    let mut in_service: HashMap<(Option<&str>, Said), usize> = HashMap::new();
    for finding in findings {
        let said = Said::of(finding);
        // What a service has twice stays two, where there is more to show than a place.
        let number = in_service
            .entry((finding.service.as_deref(), said.clone()))
            .or_insert(0);
        *number += usize::from(*number == 0 || finding.problem.places.len() > 1);
        match known.entry((said, *number)) {
            Entry::Occupied(entry) => groups[*entry.get()].1.push(finding),
            Entry::Vacant(entry) => {
                entry.insert(groups.len());
                groups.push((finding, Vec::new()));
            }
        }
    }
    let problems = groups.into_iter().map(|(first, others)| problem(first, &others));
    problems.collect()
}

/// What a finding says, without the service of which it says that.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Said {
    rule: &'static str,
    lines: Vec<String>,
}

impl Said {
    fn of(finding: &Finding) -> Self {
        let problem = &finding.problem;
        let service = finding.service.as_deref().unwrap_or_default();
        let path = problem.places.first().map_or("", |place| place.position().0);
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let masked = |text: &String| {
            let own = [path, folder, service].into_iter().filter(|own| !own.is_empty());
            own.fold(text.clone(), |text, own| text.replace(own, "\u{0}"))
        };
        let lines = std::iter::once(&problem.message)
            .chain(&problem.notes)
            .chain(&problem.remedy);
        Self {
            rule: finding.rule.id,
            lines: lines.map(masked).collect(),
        }
    }
}

fn problem(first: &Finding, others: &[&Finding]) -> Problem {
    let mut problem = first.problem.clone();
    problem.message = format!("{} [{}]", problem.message, first.rule.id);
    if others.is_empty() {
        return problem;
    }
    let places: Vec<String> = others.iter().take(NAMED).map(|other| place(other)).collect();
    let more = match others.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    problem.notes.push(format!("the same at {}{more}", places.join(", ")));
    problem
}

fn place(finding: &Finding) -> String {
    match finding.problem.places.first().map(Place::position) {
        Some((path, Some([start, _]))) => format!("{path}:{}:{}", start.0, start.1),
        Some((path, None)) => path.to_owned(),
        None => finding.service.clone().unwrap_or_default(),
    }
}
