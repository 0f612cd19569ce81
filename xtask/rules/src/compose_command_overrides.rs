use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Problem, Sameness};
use evidence::development;
use facts::command::started;
use facts::{Subject, command::plain};
use surfaces::compose::Run;

pub const RULE: Rule = Rule {
    id: "compose-command-overrides",
    aspect: Aspect::Compose,
    level: Level::Error,
    what: "a compose file for production overrides the command of a service",
    why: "the image defines its command; the tests of the image do not cover the command in the compose file",
    example: "command: uvicorn web.main:app --reload in docker-compose.prod.yml",
    fix: "remove `command` and `entrypoint`, or move them to the Dockerfile",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some(prod) = &subject.prod else { return Vec::new() };
    let wrong = subject.in_production().filter_map(|run| {
        let said = run.service.command.as_ref().or(run.service.entrypoint.as_ref())?;
        let started = started(run.service, &prod.config);
        let name = run.name();
        if let Some(word) =
            development::reloading(&started).filter(|_| development::reloading(&prod.program()).is_none())
        {
            let problem = Problem::error(format!("{name} starts with `{word}`, which is for development"));
            return Some(problem.at(said.place.clone()));
        }
        let own = plain(prod.program());
        let is_known = !own.is_empty() && !started.iter().any(|word| word.contains('*'));
        if !is_known || !is_alone(subject, run) || plain(started.clone()) == own {
            return None;
        }
        let message = format!(
            "{name} starts `{}`; its image `{}`",
            plain(started).join(" "),
            own.join(" ")
        );
        let image = prod.config.command.as_ref().or(prod.config.entrypoint.as_ref());
        let problem = Problem::error(message).at(said.place.clone().label("compose"));
        Some(match image {
            Some(image) => problem.at(image.place.clone().label("the image")),
            None => problem,
        })
    });
    wrong.map(|problem| problem.same_by(Sameness::Place)).collect()
}

/// Whether nothing else of the same files runs the image. Workers and migrations start otherwise by intent.
fn is_alone(subject: &Subject<'_>, run: &Run<'_>) -> bool {
    let mut same = subject
        .compose
        .iter()
        .filter(|other| other.project.files == run.project.files);
    same.all(|other| other.service.name.value == run.service.name.value)
}
