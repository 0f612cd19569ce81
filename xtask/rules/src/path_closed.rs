use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use evidence::image::{Image, Reach};
use facts::{Twin, Twins, own_code::OwnCode};
use image::{Checkout, NoCheckout};

pub const RULE: Rule = Rule {
    id: "path-closed",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "the user of an image cannot read what its Python loads or the system asks for",
    why: "Python cannot import it although it is in the image",
    example: "RUN chmod -R go-rwx /opt/venv, and USER 10001",
    fix: "make it readable for others: `chmod -R a+rX`",
    check: Check::Both(check),
};

fn check(twins: &Twins<'_>) -> Vec<Problem> {
    let own = twins.subject.map(OwnCode::of);
    let found = twins.each().filter_map(|twin| of_image(twins, twin, own.as_ref()));
    found.collect()
}

fn of_image(twins: &Twins<'_>, twin: &Twin<'_>, own: Option<&OwnCode<'_>>) -> Option<Problem> {
    let user = twin.runs_as()?;
    let paths = twins.reads(twin, own)?.into_iter();
    let checkout = own.map_or(&NoCheckout as &dyn Checkout, |own| &own.listed);
    let is_shown = |at: &str| !twin.file().is_some_and(|image| is_copied(image, at));
    let (closed, path) = twin.who(&user, |who| {
        let mut closed = twin.tree().closed_to(paths, who, checkout);
        closed.find(|(closed, _)| is_shown(&closed.at))
    })?;
    let owner = match closed.owner.as_deref() {
        None | Some("0") => "root",
        Some(owner) => owner,
    };
    let message = format!(
        "`{}` is readable only by `{owner}` (mode {:o}), but `{}` runs as `{user}`, whose Python reads `{path}`",
        closed.at,
        closed.mode,
        twins.title(twin)
    );
    // The step that closes it; a built image does not tell steps apart.
    let step = if twin.file().is_some() {
        closed.step
    } else {
        twin.place.clone()
    };
    let problem = Problem::error(message)
        .at(step)
        .remedy(format!("run `chmod -R a+rX {}` after it", closed.at));
    Some(match twin.file().and_then(|image| image.config.user.as_ref()) {
        Some(said) => problem.at(said.place.clone().label("the user")),
        None => problem,
    })
}

/// What was copied that way is shown where it is copied.
fn is_copied(image: &Image, at: &str) -> bool {
    let copied = image.copied.iter().filter(|copied| copied.reach == Reach::Chain);
    let mut copied = copied.map(|copied| &copied.what);
    copied.any(|copied| copied.mode.is_some() && at.starts_with(copied.destination.trim_end_matches('/')))
}
