use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::{built::At, image::Image};
use facts::{
    Pair, Side, Subject,
    command::single,
    own_code::{OwnCode, Side as Seen},
    program::{Missing, Why, missing},
    started_elsewhere::behind_entrypoint,
};
use formats::{absolute, shell::is_shell};

pub const RULE: Rule = Rule {
    id: "program-missing",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "an image starts a program that it does not contain",
    why: "the container fails at once with `no such file or directory`",
    example: "CMD [\"gunicorn\", \"web:app\"], and no lock has gunicorn",
    fix: "install the package of the program, or start a different program",
    check: Check::Halves(check, of_images),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let own = OwnCode::of(subject);
    let mut found = Vec::new();
    for side in own.sides() {
        let passed_on = behind_entrypoint(&own, side.image);
        let passed_on = passed_on.as_ref().map(|image| (image, own.load(image)));
        let behind = passed_on.iter().map(|(image, loaded)| Seen {
            image,
            loaded,
            is_dev: side.is_dev,
        });
        let all =
            std::iter::once(missing(subject, &own, &side)).chain(behind.map(|side| missing(subject, &own, &side)));
        let mut problems = all
            .flatten()
            .filter_map(|missing| problem(subject, side.image, missing));
        for problem in problems.by_ref() {
            if !found.contains(&problem) {
                found.push(problem);
            }
        }
    }
    found
}

fn problem(subject: &Subject<'_>, image: &Image, missing: Missing) -> Option<Problem> {
    let (name, title) = (&missing.name, image.name());
    let (message, remedy) = match missing.why {
        // Another rule says so.
        Why::Elsewhere(_) => return None,
        Why::OfPackage(package) => (
            format!("`{name}` comes with the package `{package}`, which `{title}` does not install"),
            "start it as a module: `python -m`".to_owned(),
        ),
        Why::NotInstalled => (
            format!("`{title}` starts `{name}`, which no environment or system package in it provides"),
            format!(
                "install it in the last stage, or lock it in {}",
                subject.service.package.dir.in_words()
            ),
        ),
        Why::OfScript(script) => (
            format!("`{script}` is run by `{name}`, which `{title}` does not have"),
            "begin the script with `#!/bin/sh`, or install that shell".to_owned(),
        ),
        Why::NoShell => (
            format!(
                "`{title}` starts its command with the shell `{name}`, which `{}` does not have",
                image.base.value
            ),
            "write the command as a list, which needs no shell: `CMD [\"program\", \"argument\"]`".to_owned(),
        ),
        Why::DanglingPython(link) => (
            format!("the Python of the environment is a link to `{link}`, which `{title}` does not have"),
            "create the environment with the Python of the base image: `--no-managed-python`".to_owned(),
        ),
    };
    let problem = if missing.is_sure {
        Problem::error(message)
    } else {
        Problem::warning(message)
    };
    Some(problem.at(missing.place).remedy(remedy))
}

fn of_images(pair: &Pair<'_>) -> Vec<Problem> {
    let sides = pair.sides();
    let found = sides
        .iter()
        .flat_map(|side| program_of(side).into_iter().chain(interpreter_of(side)));
    found.collect()
}

/// The program that the command names, as the engine and `env` look it up.
fn program_of(side: &Side<'_>) -> Option<Problem> {
    let (config, files) = (&side.built.config, &side.built.files);
    let words = config.program();
    let words = match words.as_slice() {
        [shell, flag, text, ..] if is_shell(shell) && flag.starts_with('-') => single(text)?,
        _ => words,
    };
    // A text with variables is only known when it runs.
    let name = words
        .first()
        .filter(|name| !name.is_empty() && !name.contains(['$', '=', '*']))?;
    let paths: Vec<String> = if name.contains('/') {
        vec![absolute(config.folder(), name)]
    } else {
        config.path().map(|folder| absolute(folder, name)).collect()
    };
    let title = side.title();
    let message = match paths.iter().find(|path| files.is_file(path)) {
        None => format!("`{title}` starts `{name}`, which is not in the image"),
        Some(path) if files.meta(path).is_some_and(|meta| meta.mode & 0o111 == 0) => {
            format!("`{title}` starts `{path}`, which is not executable")
        }
        Some(_) => return None,
    };
    Some(Problem::error(message).at(side.place()))
}

/// The Python of the environment, which is a link, and the one that it was made from.
fn interpreter_of(side: &Side<'_>) -> Option<Problem> {
    let files = &side.built.files;
    let of_variable = side
        .built
        .config
        .variable("VIRTUAL_ENV")
        .map(|folder| format!("{folder}/bin/python"));
    let other_names = side.built.interpreter.iter().filter(|python| python.is_environment);
    let other_names = other_names.flat_map(|python| {
        let folder = format!("{}/bin", python.prefix);
        let names = files
            .names(&folder)
            .into_iter()
            .filter(|name| name.starts_with("python"));
        names.map(move |name| format!("{folder}/{name}")).collect::<Vec<_>>()
    });
    let of_names = of_variable.clone().into_iter().chain(other_names);
    let dangling = of_names
        .into_iter()
        .find(|path| matches!(files.at(path), Some(At::Link(_))) && !files.exists(path));
    if dangling.is_none()
        && let Some(problem) = without_settings(side)
    {
        return Some(problem);
    }
    let message = match (dangling, side.built.interpreter.as_ref()) {
        (Some(path), _) => format!("`{path}` in {} is a dangling link", side.name),
        (None, Some(python)) => {
            let home = python.home.as_ref().filter(|home| !has_python(side, home))?;
            let settings = format!("{}/pyvenv.cfg", python.prefix);
            format!(
                "`{settings}` in {} names `{home}`, which does not contain Python",
                side.name
            )
        }
        (None, None) => return None,
    };
    let problem = Problem::error(message).at(side.place());
    Some(problem.remedy("create the environment with the Python of the image that runs it"))
}

/// An environment without `pyvenv.cfg` is none: its Python looks for packages where it is installed itself.
fn without_settings(side: &Side<'_>) -> Option<Problem> {
    let files = &side.built.files;
    let prefix = side.built.config.variable("VIRTUAL_ENV")?.trim_end_matches('/');
    let is_link = matches!(files.at(&format!("{prefix}/bin/python")), Some(At::Link(_)));
    let is_one = is_link && !files.is_file(&format!("{prefix}/pyvenv.cfg"));
    is_one.then(|| {
        let message = format!(
            "`{prefix}` in {} has no pyvenv.cfg, so its Python does not see the packages beside it",
            side.name
        );
        let problem = Problem::error(message).at(side.place());
        problem.remedy("copy the whole environment, as the installer made it")
    })
}

fn has_python(side: &Side<'_>, folder: &str) -> bool {
    let files = &side.built.files;
    let names = files.names(folder).into_iter();
    let mut pythons = names.filter(|name| name.starts_with("py"));
    pythons.any(|name| files.is_file(&format!("{folder}/{name}")))
}
