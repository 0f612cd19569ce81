use super::{Aspect, Check, Rule, rule};
use diagnostics::Level;
use diagnostics::{Edit, Fix, Problem};
use facts::Subject;
use repo::Allow;

/// Reports exceptions that match nothing.
pub const RULE: Rule = Rule {
    id: "exception-unused",
    aspect: Aspect::Files,
    level: Level::Warning,
    what: "an exception in the settings matches nothing",
    why: "the difference that it allowed is gone, and it would hide the next one",
    example: "allow of `port-differs` for a service whose ports are the same again",
    fix: "remove the entry from `[[workspace.metadata.xtask.allow]]`",
    check: Check::Service(check),
};

/// A problem for each exception of a service that matches nothing.
pub fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let unused = subject.unused_exceptions.iter();
    unused
        .map(|allow| {
            let message = format!(
                "the exception from `{}` for `{}` matches nothing",
                allow.rule.value, allow.service.value
            );
            let problem = Problem::error(message).at(allow.rule.place.clone());
            let problem = match rule(&allow.rule.value).map(|rule| rule.check) {
                Some(Check::Both(_)) if !allow.images => {
                    problem.note("if only images show what it allows, add `images = true` to it")
                }
                Some(_) | None => problem,
            };
            match fix(allow) {
                Some(fix) => problem.fix(fix),
                None => problem,
            }
        })
        .collect()
}

fn fix(allow: &Allow) -> Option<Fix> {
    let (source, _) = allow.rule.place.text()?;
    let (span, text) = allow.removal(source.text())?;
    let source = source.clone();
    let what = format!(
        "remove the exception from `{}` for `{}`",
        allow.rule.value, allow.service.value
    );
    Some(Fix::new(what, Edit::Replace { source, span, text }))
}
