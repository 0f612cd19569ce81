//! Classes and functions of own modules that the options of a command name, and that the image lacks: `--http web.http:Patient`.

use ::image::Module;
use diagnostics::{Place, Problem};

use crate::{
    own_code::{OwnCode, Side},
    started_module::{is_absent, source_of, stays_behind},
};

/// Options whose value is a class by its dotted name.
const OF_CLASSES: [&str; 4] = ["-k", "--logger-class", "--settings", "--worker-class"];

/// Each name with a problem in which `{where}` stands for the images that lack it.
pub fn named_by_options(own: &OwnCode<'_>, side: &Side<'_>) -> Vec<(String, Problem)> {
    let Some(place) = side.image.config.started_at() else {
        return Vec::new();
    };
    let words = side.image.program();
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let before = at
            .checked_sub(1)
            .and_then(|at| words.get(at))
            .map_or("", String::as_str);
        let Some((option, module, name)) = named(before, word) else {
            continue;
        };
        found.extend(lacking(own, side, (option, module, name), place));
    }
    found
}

/// The option, the module and the name in it. What is served is not one of them.
fn named<'a>(before: &'a str, word: &'a str) -> Option<(&'a str, &'a str, &'a str)> {
    let (option, value) = match word.split_once('=') {
        Some((option, value)) if option.starts_with("--") => (option, value),
        Some(_) => return None,
        None if before.starts_with('-') && !before.contains('=') => (before, word),
        None => return None,
    };
    let (module, name) = match value.split_once(':') {
        Some(both) => both,
        None if OF_CLASSES.contains(&option) => value.rsplit_once('.')?,
        None => return None,
    };
    let is_name = |text: &str| {
        let is_part = |part: &str| {
            part.starts_with(|c: char| c.is_alphabetic() || c == '_')
                && part.chars().all(|c| c.is_alphanumeric() || c == '_')
        };
        text.split('.').all(is_part)
    };
    (is_name(module) && is_name(name)).then_some((option, module, name.split('.').next()?))
}

fn lacking(
    own: &OwnCode<'_>,
    side: &Side<'_>,
    (option, module, name): (&str, &str, &str),
    place: &Place,
) -> Option<(String, Problem)> {
    let (package, code) = own.owner(module)?;
    if !own.is_told(side, package) || is_absent(side, module) {
        return None;
    }
    let title = side.image.name();
    match side.loaded.python.module(module) {
        Module::Missing => {
            let message = format!("`{title}` passes `{option} {module}:{name}`, whose module is {{where}}");
            let problem = Problem::error(message).at(place.clone());
            let problem = match source_of(own, module) {
                Some(path) => problem.note(stays_behind(own, &path)),
                None => problem.remedy(format!("name a module that `{}` has", package.name)),
            };
            Some((module.to_owned(), problem))
        }
        Module::File {
            source: Some(source), ..
        } => {
            let full = format!("{module}.{name}");
            let is_module = !matches!(side.loaded.python.module(&full), Module::Missing);
            if is_module || !own.defines_something(code, &source) || own.may_define(code, &source, name)? {
                return None;
            }
            let message = format!("`{title}` passes `{option} {module}:{name}`, and `{source}` defines no `{name}`");
            let problem = Problem::error(message)
                .at(place.clone())
                .at(Place::File(source))
                .remedy(format!("name what the module defines, or define `{name}` in it"));
            Some((full, problem))
        }
        Module::File { .. } | Module::Namespace(_) | Module::Unknown(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn values_of_options_are_told_from_what_is_served() {
        for (before, word, expected) in [
            ("--http", "web.http:Patient", Some(("--http", "web.http", "Patient"))),
            ("uvicorn", "--loop=web.loop:new", Some(("--loop", "web.loop", "new"))),
            ("-k", "web.workers.Worker", Some(("-k", "web.workers", "Worker"))),
            ("-k", "gevent", None),
            ("uvicorn", "web.main:app", None),
            ("--bind", "0.0.0.0:80", None),
            ("--reload", "web.main:app", Some(("--reload", "web.main", "app"))),
            ("--log-config", "/etc/log:ging", None),
        ] {
            assert_eq!(named(before, word), expected, "{before} {word}");
        }
    }
}
