use super::{Aspect, Check, Rule};
use diagnostics::{Level, Place, Problem};
use facts::Twins;

pub const RULE: Rule = Rule {
    id: "pythonpath-in-production",
    aspect: Aspect::Libs,
    level: Level::Warning,
    what: "the production image sets PYTHONPATH",
    why: "Python then imports packages from those folders instead of the installed ones",
    example: "ENV PYTHONPATH=/app in Dockerfile",
    fix: "install the libs and the service as wheels",
    check: Check::Both(check),
};

fn check(twins: &Twins<'_>) -> Vec<Problem> {
    // What is not a package is run where it lies. That no lib is, is another rule.
    if twins.subject.is_some_and(|subject| subject.service.package.is_program) {
        return Vec::new();
    }
    let path = twins.prod.as_ref().and_then(|prod| prod.config.env.get("PYTHONPATH"));
    // An empty one adds no folder.
    let path = path.filter(|path| !path.value.trim_matches(':').is_empty());
    let problem = path.map(|path| {
        let problem = Problem::error("the production image sets PYTHONPATH").at(path.place.clone());
        match path.place {
            Place::Text { .. } => problem,
            Place::File(_) => problem.note(format!("it is `{}`", path.value)),
        }
    });
    problem.into_iter().collect()
}
