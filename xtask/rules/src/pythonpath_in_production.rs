use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::{Pair, Subject};

pub const RULE: Rule = Rule {
    id: "pythonpath-in-production",
    aspect: Aspect::Libs,
    level: Level::Warning,
    what: "the production image sets PYTHONPATH",
    why: "Python then imports packages from those folders instead of the installed ones",
    example: "ENV PYTHONPATH=/app in Dockerfile",
    fix: "install the libs and the service as wheels",
    check: Check::Both(check, of_images),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    // What is not a package is run where it lies. That no lib is, is another rule.
    if subject.service.package.is_program {
        return Vec::new();
    }
    let path = subject.prod.as_ref().and_then(|prod| prod.env.get("PYTHONPATH"));
    path.map(|path| Problem::error("the production image sets PYTHONPATH").at(path.place.clone()))
        .into_iter()
        .collect()
}

fn of_images(pair: &Pair<'_>) -> Vec<Problem> {
    let is_program = pair.subject.is_some_and(|subject| subject.service.package.is_program);
    let path = pair.prod.config.env.get("PYTHONPATH").filter(|_| !is_program);
    let problem = path.map(|path| {
        Problem::error("the production image sets PYTHONPATH")
            .at(pair.in_prod())
            .note(format!("it is `{path}`"))
    });
    problem.into_iter().collect()
}
