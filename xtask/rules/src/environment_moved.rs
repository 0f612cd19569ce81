use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::image::{Image, Moved};
use facts::{Subject, started_program::Started};

pub const RULE: Rule = Rule {
    id: "environment-moved",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "an image starts a script of a virtual environment that was created at a different path",
    why: "each script in `bin` starts with the path of the original environment, so the container fails with \"no such file or directory\"",
    example: "RUN python -m venv /build/.venv, then COPY --from=build /build/.venv /venv and CMD [\"uvicorn\", \"app:app\"]",
    fix: "create it at its final path, or copy it to the path where it was created",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    // One file may make both images.
    subject.images().filter_map(of_image).collect()
}

fn of_image(image: &Image) -> Option<Problem> {
    // `sed -i` may have fixed the scripts, and a link may stand where it was made.
    if image.is_linked {
        return None;
    }
    let started = Started::of(image)?;
    let moved = image.moved.iter().find(|moved| starts_from(&started, moved, image))?;
    let Moved { from, to, .. } = moved;
    if image.touches(to) {
        return None;
    }
    let message = format!(
        "`{}` starts a Python in `{from}`, which is `{to}` in this image",
        started.name
    );
    Some(
        Problem::error(message)
            .at(moved.place.clone().label("moved here"))
            .at(moved.made.clone().label("made here"))
            .at(started.place.clone().label("started here"))
            .remedy(format!("create it at `{to}` in that stage too, or copy it to `{from}`")),
    )
}

fn starts_from(started: &Started, moved: &Moved, image: &Image) -> bool {
    let is_there = image.environments.iter().any(|made| made.value == moved.from);
    let is_relocatable = moved
        .made
        .text()
        .is_some_and(|(source, span)| source.text()[span].contains("--relocatable"));
    !is_there && !is_relocatable && started.is_script_of(&moved.to, image)
}
