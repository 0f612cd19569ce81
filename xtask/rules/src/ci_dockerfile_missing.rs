use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem, Sameness};
use facts::Workspace;
use repo::{Repo, RepoPath, suggestion::nearest};
use surfaces::workflows::{Build, What, Workflow};

pub const RULE: Rule = Rule {
    id: "ci-dockerfile-missing",
    aspect: Aspect::Ci,
    level: Level::Error,
    what: "a workflow builds a Dockerfile that does not exist",
    why: "the build fails, and nothing is released",
    example: "file: docker/${{ matrix.service }}.Dockerfile, while the Dockerfiles are services/*/Dockerfile",
    fix: "name the Dockerfile that exists",
    check: Check::Workspace(check),
};

fn check(workspace: &Workspace<'_>) -> Vec<Problem> {
    let mut found: Vec<Problem> = Vec::new();
    for workflow in &workspace.surroundings.workflows {
        for build in &workflow.builds {
            let Some(path) = missing(workspace.repo, workflow, build) else {
                continue;
            };
            let problem = Problem::error(format!("this builds `{path}`, which does not exist"));
            let problem = problem.at(build.place.clone()).same_by(Sameness::Statement);
            let known: Vec<&str> = workspace
                .subjects
                .iter()
                .flat_map(|subject| subject.images().map(|image| image.path.as_str()))
                .collect();
            found.push(match nearest(path.as_str(), &known) {
                Some(near) => problem.remedy(format!("did you mean `{near}`?")),
                None => problem,
            });
        }
    }
    found
}

/// The Dockerfile that a build names, where it can be told, is not there, and no step makes it.
fn missing(repo: &Repo, workflow: &Workflow, build: &Build) -> Option<RepoPath> {
    let What::Dockerfile(path) = &build.what else {
        return None;
    };
    let is_told =
        !path.contains(['*', '$', '{', '\u{1}']) && !path.starts_with(['-', '/', '~']) && !path.contains("://");
    let path = RepoPath::parse(path.trim_start_matches("./")).filter(|_| is_told)?;
    // A context that is not here is made by the workflow, or is a checkout of something else.
    let context = build.context.as_deref()?.trim_start_matches("./");
    let context = RepoPath::parse(context).or_else(|| ["", "."].contains(&context).then(RepoPath::root))?;
    let is_here = context == RepoPath::root() || repo.root.has_folder(&context);
    let text = repo.root.text(&workflow.path)?;
    let name = path.file_name();
    let is_made = text.lines().any(|line| {
        let says = line.contains(name);
        says && ["cp ", "mv ", "> ", ">> ", "tee ", "curl ", "wget ", "path:"]
            .iter()
            .any(|by| line.contains(by))
    });
    let is_checked_out = text.contains("repository:") || text.contains("submodules:");
    (is_here && !is_made && !is_checked_out && !repo.root.has(&path)).then_some(path)
}
