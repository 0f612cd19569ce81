//! What the settings allow.

use super::{Allowed, Finding, finding};
use diagnostics::Problem;
use facts::Subject;
use repo::{Allow, Repo};
use rules::{Check, EXCEPTION_UNUSED, exceptions_unused, rule};

/// An exception that names what does not exist would never match, and nobody would know why.
pub fn check(repo: &Repo, problems: &mut Vec<Problem>) {
    for (id, level) in &repo.settings.levels {
        if rule(id).is_none() {
            let problem = Problem::error(format!("rule `{id}` does not exist")).at(level.place.clone());
            problems.push(problem.remedy("`cargo xtask explain` lists them"));
        }
    }
    for allow in &repo.settings.allow {
        if rule(&allow.rule.value).is_none() {
            let problem =
                Problem::error(format!("rule `{}` does not exist", allow.rule.value)).at(allow.rule.place.clone());
            problems.push(problem.remedy("`cargo xtask explain` lists them"));
        }
        if repo
            .services
            .iter()
            .all(|service| service.package.name != allow.service.value)
        {
            let message = format!("service `{}` does not exist", allow.service.value);
            problems.push(Problem::error(message).at(allow.service.place.clone()));
        }
    }
}

fn matches(allow: &Allow, finding: &Finding) -> bool {
    let service = finding.service.as_deref() == Some(allow.service.value.as_str());
    finding.rule.id == allow.rule.value && service
}

/// Takes out what the settings allow, and adds what is to be said of the exceptions themselves. Returns what was taken out.
pub fn take_out(
    repo: &Repo,
    findings: &mut Vec<Finding>,
    unused: impl FnOnce(&[Finding]) -> Vec<Finding>,
) -> Vec<Allowed> {
    let unused = unused(findings);
    let mut allowed = Vec::new();
    for finding in std::mem::take(findings) {
        match repo.settings.allow.iter().find(|allow| matches(allow, &finding)) {
            Some(allow) => allowed.push(Allowed {
                finding,
                reason: allow.reason.clone(),
            }),
            None => findings.push(finding),
        }
    }
    findings.extend(unused);
    allowed
}

/// The exceptions that took out nothing. Without images, those that only images may need are not checked.
pub fn unused<'a>(
    repo: &'a Repo,
    subjects: &mut [Subject<'a>],
    findings: &[Finding],
    with_images: bool,
) -> Vec<Finding> {
    let is_asked = |allow: &&Allow| {
        let rule = rule(&allow.rule.value);
        rule.is_some_and(|rule| with_images || !(allow.images || matches!(rule.check, Check::Images(_))))
    };
    let known = repo.settings.allow.iter().filter(is_asked);
    let unused: Vec<&Allow> = known
        .filter(|allow| !findings.iter().any(|finding| matches(allow, finding)))
        .collect();
    let mut found = Vec::new();
    for subject in subjects {
        let name = &subject.service.package.name;
        subject.unused_exceptions = unused
            .iter()
            .copied()
            .filter(|allow| allow.service.value == *name)
            .collect();
        let problems = exceptions_unused(subject).into_iter();
        found.extend(problems.map(|problem| finding(repo, &EXCEPTION_UNUSED, Some(name.to_string()), problem)));
    }
    found
}
