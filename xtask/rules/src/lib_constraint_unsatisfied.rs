use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::Subject;
use python::constraint::VersionSet;
use repo::manifest::DependencySource;

pub const RULE: Rule = Rule {
    id: "lib-constraint-unsatisfied",
    aspect: Aspect::Libs,
    level: Level::Error,
    what: "the lock of a service does not satisfy the requirements of one of its libs",
    why: "the requirements of the lib changed after the service was locked, which `poetry check --lock` does not notice: the wheel requires packages that the image does not have",
    example: "a lib requires httpx>=0.28, and the lock of the service has 0.27",
    fix: "run `poetry lock` (or the command of uv, Pipenv or PDM) in the folder of the service",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some(lock) = subject.lock() else { return Vec::new() };
    let mut found = Vec::new();
    for lib in subject.repo.libs_of(subject.service) {
        let wanted = lib.manifest.main.iter().filter(|dependency| {
            matches!(dependency.source, DependencySource::Index(_))
                && !dependency.optional
                && dependency.marker.is_none()
                && dependency.python.is_none()
                && dependency.platform.is_none()
        });
        for dependency in
            wanted.filter(|dependency| dependency.extra.is_none() && dependency.name.value.as_str() != "python")
        {
            let name = &dependency.name.value;
            let locked: Vec<_> = lock.packages.iter().filter(|package| package.name == *name).collect();
            let constraint = dependency.constraint.as_ref();
            let allowed =
                constraint.and_then(|constraint| VersionSet::parse(&constraint.text.value, constraint.dialect).ok());
            let allowed = allowed.unwrap_or_else(VersionSet::any);
            if locked.iter().any(|package| allowed.contains(&package.number)) {
                continue;
            }
            let problem = match locked.first() {
                None => Problem::error(format!(
                    "`{}` requires `{name}`, which the lock of `{}` does not have",
                    lib.name, subject.service.package.name
                ))
                .at(dependency.name.place.clone()),
                Some(package) => Problem::error(format!(
                    "`{}` does not allow `{name}` {}, which the lock of `{}` has",
                    lib.name, package.version.value, subject.service.package.name
                ))
                .at(dependency.name.place.clone())
                .at(package.version.place.clone().label("locked")),
            };
            found.push(problem.remedy(subject.relock(&subject.service.package)));
        }
    }
    found
}
