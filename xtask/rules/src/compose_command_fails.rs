use ::image::Found;

use super::{Aspect, Check, Rule};
use diagnostics::{Level, Located, Problem, Sameness};
use evidence::image::Image;
use facts::{
    Subject, called_by_script,
    own_code::{OwnCode, Side},
    program::{Missing, Why, missing},
    started_elsewhere::{behind_entrypoint, by_compose},
    started_module::started,
};
use formats::{absolute, shell};
use surfaces::compose::Purpose;

pub const RULE: Rule = Rule {
    id: "compose-command-fails",
    aspect: Aspect::Compose,
    level: Level::Error,
    what: "a compose file starts a module, a script or a program that the image does not contain, or a script that calls one",
    why: "that container fails at once; the image alone, and its tests, start something else",
    example: "command: celery -A web worker, and no requirement file has celery",
    fix: "start something that the image contains, or add it to the image",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let own = OwnCode::of(subject);
    let mut found: Vec<Problem> = Vec::new();
    for run in &subject.compose {
        let (dev, prod) = (subject.dev.as_ref(), subject.prod.as_ref());
        let image = match run.purpose {
            Purpose::Development => dev.or(prod),
            Purpose::Production | Purpose::Unsaid => prod,
        };
        // What is mounted may bring it.
        let image = image.filter(|image| !image.is_unclear && run.code.is_empty());
        let Some(image) = image.and_then(|image| by_compose(image, run.service)) else {
            continue;
        };
        let Some(said) = run.service.command.as_ref().or(run.service.entrypoint.as_ref()) else {
            continue;
        };
        let is_dev = run.purpose == Purpose::Development && dev.is_some();
        let message = lacking(subject, &own, &image, is_dev)
            .or_else(|| script(&own, &image, said))
            .or_else(|| called_by_script::lacking(&own, &image, &said.value));
        let problem = message.map(|message| {
            Problem::error(format!("{} {message}", run.name()))
                .at(said.place.clone())
                .at(image.place.clone().label("the image"))
                .same_by(Sameness::Place)
        });
        found.extend(problem.filter(|problem| !is_known(&found, problem)));
    }
    found
}

/// Files that extend one another say one thing once.
fn is_known(found: &[Problem], problem: &Problem) -> bool {
    found.iter().any(|known| known.places.first() == problem.places.first())
}

/// The program or the module that is started, and is not there.
fn lacking(subject: &Subject<'_>, own: &OwnCode<'_>, image: &Image, is_dev: bool) -> Option<String> {
    let behind = behind_entrypoint(own, image);
    let image = behind.as_ref().unwrap_or(image);
    let loaded = own.load(image);
    let side = Side {
        image,
        loaded: &loaded,
        is_dev,
    };
    let missing = missing(subject, own, &side)
        .into_iter()
        .find_map(|missing| in_words(&missing, image));
    missing.or_else(|| {
        let (name, _) = started(subject, own, &side)?;
        Some(format!(
            "starts `{name}`, which is not in the image of `{}`",
            image.name()
        ))
    })
}

fn in_words(missing: &Missing, image: &Image) -> Option<String> {
    let (name, title) = (&missing.name, image.name());
    match &missing.why {
        // Other rules look at the image itself.
        Why::Elsewhere(_)
        | Why::OfScript(_)
        | Why::DanglingPython { .. }
        | Why::NoShell(_)
        | Why::NotExecutable(_)
        | Why::NoSettings(_)
        | Why::HomeWithoutPython { .. } => None,
        Why::OfPackage(package) => Some(format!(
            "starts `{name}`, which comes with the package `{package}`, and `{title}` does not install that"
        )),
        Why::NotInstalled => Some(format!(
            "starts `{name}`, which nothing that `{title}` installs provides"
        )),
    }
}

/// A script that a shell runs, or that is run itself, and that the image does not have.
fn script(own: &OwnCode<'_>, image: &Image, said: &Located<Vec<String>>) -> Option<String> {
    let words: Vec<&str> = said.value.iter().map(String::as_str).collect();
    let script = match words.as_slice() {
        [program, script, ..] if shell::is_shell(program) && script.ends_with(".sh") => script,
        [script, ..] if script.ends_with(".sh") && script.contains('/') => script,
        _ => return None,
    };
    let folder = image.config.folder();
    let path = absolute(folder, script);
    let is_absent = matches!(image.tree.find(&path, &own.listed), Found::Nothing) && !image.tree.may_hold(&path);
    is_absent.then(|| {
        format!(
            "runs the script `{path}`, which is not in the image of `{}`",
            image.name()
        )
    })
}
