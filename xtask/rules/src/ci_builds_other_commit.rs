use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use facts::Workspace;

pub const RULE: Rule = Rule {
    id: "ci-builds-other-commit",
    aspect: Aspect::Ci,
    level: Level::Error,
    what: "a workflow that a version starts checks out a branch before it builds and pushes images",
    why: "the image of a version contains whatever the branch has at that time",
    example: "ref: main for actions/checkout, in a workflow that `push: tags: [v*]` starts",
    fix: "leave `ref` out: the commit of the tag is checked out then",
    check: Check::Workspace(check),
};

fn check(workspace: &Workspace<'_>) -> Vec<Problem> {
    let workflows = workspace.surroundings.workflows.iter();
    let releases = workflows.filter(|workflow| workflow.is_release && workflow.builds.iter().any(|build| build.pushes));
    let found = releases.flat_map(|workflow| {
        workflow.checked_out.iter().map(|said| {
            let message = format!(
                "`{}` is started by a version, but builds `{}`",
                workflow.path, said.value
            );
            Problem::error(message).at(said.place.clone())
        })
    });
    found.collect()
}
