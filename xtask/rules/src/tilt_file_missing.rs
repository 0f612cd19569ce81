use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use facts::Workspace;

pub const RULE: Rule = Rule {
    id: "tilt-file-missing",
    aspect: Aspect::Tilt,
    level: Level::Error,
    what: "the Tiltfile reads a chart, a manifest or a file of values that does not exist",
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
    }
    found
}
