use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use facts::{Subject, Workspace};
use formats::PackageName;
use surfaces::compose::{Project, Purpose, Run};

pub const RULE: Rule = Rule {
    id: "compose-service-missing",
    aspect: Aspect::Compose,
    level: Level::Warning,
    what: "a compose file for production runs all services but one, which the file for development beside it and a chart run",
    why: "the service is not deployed with the others, and nobody notices",
    example: "compose.yaml runs web and worker, and compose.prod.yaml runs web alone",
    fix: "add the service to the file for production",
    check: Check::Among(check),
};

fn check(workspace: &Workspace<'_>) -> Vec<(PackageName, Problem)> {
    let mut found = Vec::new();
    for project in &workspace.surroundings.compose {
        let is_of = |run: &&Run<'_>| std::ptr::eq(run.project, project) && run.purpose == Purpose::Production;
        let runs = |subject: &&Subject<'_>| subject.compose.iter().any(|run| is_of(&run));
        // What is laid over another file runs what that runs.
        if project.files.len() != 1 {
            continue;
        }
        let (present, missing): (Vec<&Subject<'_>>, Vec<&Subject<'_>>) = workspace
            .subjects
            .iter()
            .filter(|subject| is_deployed(workspace, subject, project))
            .partition(runs);
        let [missing] = missing.as_slice() else { continue };
        let Some(first) = present.first().and_then(|subject| subject.compose.iter().find(is_of)) else {
            continue;
        };
        let name = &missing.service.package.name;
        let message = format!(
            "`{}` runs {} of {} services and lacks `{name}`",
            project.file(),
            present.len(),
            present.len() + 1
        );
        let problem = Problem::warning(message).at(first.service.name.place.clone());
        found.push((name.clone(), problem));
    }
    found
}

/// Whether the service is run beside the others in development, and by a chart, where there is one.
fn is_deployed(workspace: &Workspace<'_>, subject: &Subject<'_>, project: &Project) -> bool {
    let folder = project.file().parent();
    let is_beside = |run: &Run<'_>| run.purpose != Purpose::Production && run.project.file().parent() == folder;
    let has_chart = workspace.subjects.iter().any(|subject| !subject.containers.is_empty());
    subject.compose.iter().any(is_beside) && has_chart && !subject.containers.is_empty()
}
