//! One cause is one finding: what is merged among the findings of a rule, between files and images, and across services.

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet, hash_map::Entry},
};

use super::Finding;
use diagnostics::{Place, Problem, count, merged};

/// How many further services or places are named.
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

/// One cause: what a rule found, each once, and where else it is the same.
#[derive(Debug)]
pub struct Cause<'a> {
    /// The first finding that shows it.
    pub first: &'a Finding,
    /// The same in other services, or at other places of this one.
    pub others: Vec<&'a Finding>,
}

impl Cause<'_> {
    /// The services that it hits, in the order in which it was found in them.
    pub fn services(&self) -> Vec<&str> {
        let findings = std::iter::once(&self.first).chain(&self.others);
        let mut seen = HashSet::new();
        let services = findings.filter_map(|finding| finding.service.as_deref());
        services.filter(|service| seen.insert(*service)).collect()
    }

    /// The finding as a problem: with the rule in its message, and a note that says where else it is.
    pub fn problem(&self) -> Problem {
        let mut problem = self.first.problem.clone();
        problem.message = format!("{} [{}]", problem.message, self.first.rule.id);
        problem.notes.extend(self.elsewhere());
        problem
    }

    /// "the same in 3 more services: a, b, c".
    pub fn in_services(&self) -> Option<String> {
        match self.services().get(1..) {
            None | Some([]) => None,
            Some(more) => Some(format!(
                "the same in {}: {}",
                count(more.len(), "more service"),
                listed(more)
            )),
        }
    }

    /// The same with the places, where those are not the one that is shown.
    pub fn elsewhere(&self) -> Option<String> {
        let mut seen = HashSet::from([place(self.first)]);
        let places = self.others.iter().map(|other| place(other));
        let places: Vec<String> = places.filter(|place| seen.insert(place.clone())).collect();
        let places = (!places.is_empty()).then(|| listed(&places));
        match (self.in_services(), places) {
            (Some(services), Some(places)) => Some(format!("{services} ({places})")),
            (Some(services), None) => Some(services),
            (None, Some(places)) => Some(format!("the same at {places}")),
            (None, None) => None,
        }
    }
}

/// The findings as causes: severe ones first, then those that hit many services, then what other findings may follow from.
pub fn across_services(findings: &[Finding]) -> Vec<Cause<'_>> {
    let mut causes: Vec<Cause<'_>> = Vec::new();
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
            Entry::Occupied(entry) => causes[*entry.get()].others.push(finding),
            Entry::Vacant(entry) => {
                entry.insert(causes.len());
                causes.push(Cause {
                    first: finding,
                    others: Vec::new(),
                });
            }
        }
    }
    let reached = causes.into_iter().map(|cause| (Reverse(cause.services().len()), cause));
    let mut causes: Vec<_> = reached.collect();
    causes.sort_by(|(reach, a), (other, b)| rank(a, *reach).cmp(&rank(b, *other)));
    causes.into_iter().map(|(_, cause)| cause).collect()
}

/// Where a cause is in a report. Aspects are in the order in which one follows from another.
fn rank<'a>(cause: &'a Cause<'_>, reach: Reverse<usize>) -> impl Ord + use<'a> {
    let Finding { rule, problem, .. } = cause.first;
    (
        problem.level,
        IS_ABSENT.contains(&rule.id),
        reach,
        rule.aspect,
        problem.order(),
    )
}

/// What a repository may never have had: nothing follows from it, and what is wrong in the files that are there comes first.
const IS_ABSENT: [&str; 1] = ["dockerfile-missing"];

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

/// "a, b and c", of which at most [`NAMED`] are named.
fn listed(names: &[impl AsRef<str>]) -> String {
    let named: Vec<&str> = names.iter().take(NAMED).map(AsRef::as_ref).collect();
    match names.len().saturating_sub(NAMED) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

fn place(finding: &Finding) -> String {
    match finding.problem.places.first().map(Place::position) {
        Some((path, Some([start, _]))) => format!("{path}:{}:{}", start.0, start.1),
        Some((path, None)) => path.to_owned(),
        None => finding.service.clone().unwrap_or_default(),
    }
}
