use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use evidence::image::By;
use facts::Subject;

pub const RULE: Rule = Rule {
    id: "lock-of-another-project",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "an image installs a project from the lock of another one",
    why: "Poetry and PDM refuse a lock that is not of the manifest, and an older version installs other packages",
    example: "COPY services/api/poetry.lock beside services/worker/pyproject.toml, in the Dockerfile of the worker",
    fix: "copy the lock that lies beside the manifest",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found: Vec<Problem> = Vec::new();
    for install in subject.images().flat_map(|image| &image.installs) {
        let install = &install.what;
        // The lock of a workspace of uv lies above its members.
        if !matches!(install.by, By::Poetry | By::Pdm | By::Pipenv) {
            continue;
        }
        let (Some(lock), Some(project)) = (&install.lock, &install.project) else {
            continue;
        };
        if lock.parent() == *project {
            continue;
        }
        let message = format!(
            "`{}` is installed from `{lock}`, the lock of another project",
            project.shown()
        );
        let problem = Problem::error(message).at(install.place.clone());
        // One file may make both images.
        if !found.contains(&problem) {
            found.push(problem);
        }
    }
    found
}
