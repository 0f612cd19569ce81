use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use facts::Workspace;
use repo::RepoPath;
use surfaces::{
    tilt::Fault,
    tiltfile::{Build, Dockerfile},
};

pub const RULE: Rule = Rule {
    id: "tilt-file-missing",
    aspect: Aspect::Tilt,
    level: Level::Error,
    what: "the Tiltfile builds a Dockerfile, or reads a chart, a manifest or a file of values, that does not exist",
    why: "`tilt up` stops before it builds anything",
    example: "helm('charts/web', values=['charts/web/values-dev.yaml']), and no such file",
    fix: "name a file of the repository, or add the file",
    check: Check::Workspace(check),
};

fn check(workspace: &Workspace<'_>) -> Vec<Problem> {
    let Some(tiltfile) = &workspace.surroundings.tiltfile else {
        return Vec::new();
    };
    let repo = workspace.repo;
    let mut found: Vec<Problem> = Vec::new();
    for world in &tiltfile.worlds {
        for (path, span) in &world.read {
            // What git ignores is made by each developer.
            if repo.root.has(path) || repo.root.would_ignore(path) {
                continue;
            }
            let message = format!("reads `{path}`, which does not exist");
            let problem = Problem::error(message).at(tiltfile.place(*span));
            if !found.contains(&problem) {
                found.push(problem);
            }
        }
        for build in &world.builds {
            // Where none is named, nothing may be of this repository.
            let is_default = matches!(build.dockerfile, Dockerfile::Default);
            let Some(path) = build.dockerfile_path().filter(|_| !is_default) else {
                continue;
            };
            if repo.root.has(&path) || repo.root.would_ignore(&path) || is_named(workspace, build, &path) {
                continue;
            }
            let message = format!("builds `{path}`, which does not exist");
            let problem = Problem::error(message).at(tiltfile.place(build.dockerfile_place()));
            if !found.contains(&problem) {
                found.push(problem);
            }
        }
    }
    found
}

/// Whether another rule names the Dockerfile: as the one that this build should be of, or as one that a service does not have.
fn is_named(workspace: &Workspace<'_>, build: &Build, path: &RepoPath) -> bool {
    workspace.subjects.iter().any(|subject| {
        let lacks_one = subject.both().is_none() && path.is_under(&subject.service.package.dir);
        let mut faults = subject.tilt.iter();
        lacks_one
            || faults.any(|found| {
                matches!(found.fault, Fault::Dockerfile { .. })
                    && found.build.is_some_and(|other| other.call == build.call)
            })
    })
}
