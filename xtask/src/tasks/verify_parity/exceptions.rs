//! What the settings allow.

use super::{Allowed, Finding, finding};
use crate::{
    repo::{Allow, Repo},
    report::Problem,
    rules::{EXCEPTION_UNUSED, Subject, exceptions_unused, rule},
};

/// An exception that names what does not exist would never match, and nobody would know why.
pub fn check(repo: &Repo, problems: &mut Vec<Problem>) {
    for allow in &repo.settings.allow {
        if rule(&allow.rule.value).is_none() {
            let problem =
                Problem::error(format!("there is no rule `{}`", allow.rule.value)).at(allow.rule.place.clone());
            problems.push(problem.remedy("`cargo xtask explain` lists them"));
        }
        if repo
            .services
            .iter()
            .all(|service| service.package.name != allow.service.value)
        {
            let message = format!("there is no service `{}`", allow.service.value);
            problems.push(Problem::error(message).at(allow.service.place.clone()));
        }
    }
}

/// Takes out what the settings allow, and puts in the exceptions that took out nothing. Returns what was taken out.
pub fn apply<'a>(repo: &'a Repo, subjects: &mut [Subject<'a>], findings: &mut Vec<Finding>) -> Vec<Allowed> {
    let matches = |allow: &Allow, finding: &Finding| {
        let service = finding.service.as_deref() == Some(allow.service.value.as_str());
        finding.rule.id == allow.rule.value && service
    };
    let exceptions = &repo.settings.allow;
    let known = exceptions.iter().filter(|allow| rule(&allow.rule.value).is_some());
    let unused: Vec<&Allow> = known
        .filter(|allow| !findings.iter().any(|finding| matches(allow, finding)))
        .collect();
    let mut allowed = Vec::new();
    for finding in std::mem::take(findings) {
        match exceptions.iter().find(|allow| matches(allow, &finding)) {
            Some(allow) => allowed.push(Allowed {
                finding,
                reason: allow.reason.clone(),
            }),
            None => findings.push(finding),
        }
    }
    for subject in subjects {
        let name = &subject.service.package.name;
        subject.unused_exceptions = unused
            .iter()
            .copied()
            .filter(|allow| allow.service.value == *name)
            .collect();
        let problems = exceptions_unused(subject).into_iter();
        findings.extend(problems.map(|problem| finding(&EXCEPTION_UNUSED, Some(name.to_string()), problem)));
    }
    allowed
}
