use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use facts::Workspace;
use repo::RepoPath;
use surfaces::compose;

pub const RULE: Rule = Rule {
    id: "ci-deploys-development",
    aspect: Aspect::Ci,
    level: Level::Error,
    what: "a workflow deploys with a compose file for development",
    why: "production then has the mounts, commands and ports of a machine of a developer",
    example: "docker compose up -d in deploy.yml, beside compose.override.yaml",
    fix: "name the files of production: `docker compose -f compose.yaml up -d`",
    check: Check::Workspace(check),
};

fn check(workspace: &Workspace<'_>) -> Vec<Problem> {
    let started = workspace
        .surroundings
        .workflows
        .iter()
        .flat_map(|workflow| &workflow.started);
    let mut found: Vec<Problem> = Vec::new();
    for started in started {
        let file = |file: &String| started.folder.as_ref().and_then(|folder| folder.join(file));
        let named: Vec<RepoPath> = started.files.iter().filter_map(file).collect();
        let wrong = if started.files.is_empty() {
            beside(workspace, started.folder.as_ref())
                .map(|path| format!("deploys with `{path}`, which compose reads where no file is named"))
        } else {
            let is_dev = |path: &&RepoPath| compose::is_for_development(path.file_name());
            let path = named.iter().find(is_dev);
            path.map(|path| format!("deploys with `{path}`, which is for development"))
        };
        let Some(message) = wrong else { continue };
        let problem = Problem::error(message).at(started.place.clone());
        if !found.contains(&problem) {
            found.push(problem);
        }
    }
    found
}

/// The file that compose lays over the first one without being asked.
fn beside(workspace: &Workspace<'_>, folder: Option<&RepoPath>) -> Option<RepoPath> {
    let names = ["compose", "docker-compose"].iter();
    let names = names.flat_map(|stem| ["yaml", "yml"].map(|end| format!("{stem}.override.{end}")));
    let mut paths = names.map(|name| folder.map(|folder| folder.child(&name)));
    paths.find_map(|path| path.filter(|path| workspace.repo.root.has_file(path)))
}
