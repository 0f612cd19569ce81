use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Place, Problem};
use facts::Subject;

pub const RULE: Rule = Rule {
    id: "command-ignored",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "an ENTRYPOINT in shell form ignores the CMD that follows it",
    why: "Docker passes the CMD to a shell that ignores it, so the service starts without these arguments",
    example: "ENTRYPOINT uvicorn app:app and CMD [\"--port\", \"8080\"]",
    fix: "write the ENTRYPOINT as a list: `ENTRYPOINT [\"uvicorn\", \"app:app\"]`",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for image in subject.images().filter(|image| image.config.ignores_command()) {
        let (Some(entrypoint), Some(command)) = (&image.config.entrypoint, &image.config.command) else {
            continue;
        };
        let label = |place: &Place, text: &str| place.clone().label(text);
        found.push(
            Problem::error(format!(
                "`{}` is never run: the ENTRYPOINT is a shell that ignores it",
                command.value.join(" ")
            ))
            .at(command.place.clone())
            .at(label(&entrypoint.place, "in shell form")),
        );
    }
    found
}
