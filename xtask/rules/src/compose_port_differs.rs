use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Problem, Sameness};
use evidence::image::Image;
use facts::{
    Subject,
    command::{plain, started},
};
use surfaces::compose::{Purpose, Run};

pub const RULE: Rule = Rule {
    id: "compose-port-differs",
    aspect: Aspect::Compose,
    level: Level::Error,
    what: "a compose file publishes a port that the image of the service does not listen on",
    why: "nothing answers on that port in that image",
    example: "ports: [\"8000:8000\"] in compose.yaml, EXPOSE 8080 in Dockerfile",
    fix: "use the port of the image after the colon; the port of the host before the colon is your choice",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let wrong = subject.compose.iter().filter_map(|run| {
        let image = match run.purpose {
            Purpose::Development => subject.dev.as_ref().or(subject.prod.as_ref())?,
            Purpose::Production | Purpose::Unsaid => subject.prod.as_ref()?,
        };
        let exposed = image
            .config
            .ports
            .first()
            .filter(|port| !port.value.contains(['$', '*', '-']))?;
        // A debugger may listen beside it. Where one of them is right, the others are there for something.
        let first = run.service.ports.first()?;
        if run.service.ports.iter().any(|port| listens(run, image, &port.value)) || starts_another(run, image) {
            return None;
        }
        let message = format!(
            "{} publishes port {} of the container; the image exposes {}",
            run.name(),
            first.value,
            exposed.value
        );
        let problem = Problem::error(message).at(first.place.clone().label("compose"));
        Some(problem.at(exposed.place.clone().label("the image")))
    });
    wrong.map(|problem| problem.same_by(Sameness::Place)).collect()
}

/// Whether compose starts another program than the image, which listens where it likes: a monitor of the workers beside the server.
fn starts_another(run: &Run<'_>, image: &Image) -> bool {
    if run.service.command.is_none() && run.service.entrypoint.is_none() {
        return false;
    }
    let own = plain(image.program());
    let started = plain(started(run.service, &image.config));
    let word = |words: &[String], at: usize| words.get(at).cloned();
    // Behind a script that both share, the second word is the program.
    let at = usize::from(image.config.entrypoint.is_some() && run.service.entrypoint.is_none());
    word(&own, at).is_some_and(|own| word(&started, at).is_some_and(|started| started != own))
}

/// Whether the image exposes the port, or anything that starts it names it.
fn listens(run: &Run<'_>, image: &Image, port: &str) -> bool {
    let names = |text: &str| text.split(|c: char| !c.is_ascii_digit()).any(|number| number == port);
    let service = run.service;
    let words = service
        .command
        .iter()
        .chain(&service.entrypoint)
        .flat_map(|words| &words.value);
    let own = image.config.env.values().map(|said| &said.value);
    // What cannot be told may be it.
    let is_open = |text: &String| text.contains('*');
    image
        .config
        .ports
        .iter()
        .any(|said| said.value.split('/').next() == Some(port))
        || words.clone().chain(own).any(|word| names(word))
        || image.program().iter().any(|word| names(word))
        || service.environment.values().any(|said| names(&said.value))
        || words.clone().any(is_open)
}
