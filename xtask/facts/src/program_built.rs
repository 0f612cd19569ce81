//! What a built image starts and does not have, as the engine, `env` and Python look it up.

use evidence::built::{At, Built};
use formats::{absolute, shell::is_shell};

use crate::{
    Twin, Twins,
    command::single,
    own_code::{OwnCode, Side},
    program::{Missing, Why, missing},
    started_elsewhere::behind_entrypoint,
    twins::Producer,
};

impl Twins<'_> {
    /// The programs that one of them starts and does not have.
    pub fn missing_programs(&self, twin: &Twin<'_>) -> Vec<Missing> {
        match (twin.of, self.subject) {
            (Producer::File(image), Some(subject)) if !image.is_unclear => {
                let own = OwnCode::of(subject);
                let side = own.side(image);
                let passed_on = behind_entrypoint(&own, image);
                let passed_on = passed_on.as_ref().map(|image| (image, own.load(image)));
                let behind = passed_on.iter().flat_map(|(image, loaded)| {
                    let is_dev = side.is_dev;
                    missing(subject, &own, &Side { image, loaded, is_dev })
                });
                missing(subject, &own, &side).into_iter().chain(behind).collect()
            }
            (Producer::File(_), _) => Vec::new(),
            (Producer::Built(built), _) => {
                let found = launcher(built)
                    .or_else(|| program(built))
                    .into_iter()
                    .chain(interpreter(built));
                let missing = |(name, why)| Missing {
                    name,
                    place: twin.place.clone(),
                    is_sure: true,
                    why,
                };
                found.map(missing).collect()
            }
        }
    }
}

/// The program that the command names.
fn program(built: &Built) -> Option<(String, Why)> {
    let words = built.config.program();
    let words = match words.as_slice() {
        [shell, flag, text, ..] if is_shell(shell) && flag.starts_with('-') => single(text)?,
        _ => words,
    };
    lacking(built, words.into_iter().next()?)
}

/// `env` and others that start what follows them.
fn launcher(built: &Built) -> Option<(String, Why)> {
    let (config, said) = (&built.config, built.config.program());
    let first = config
        .entrypoint
        .iter()
        .chain(&config.command)
        .find_map(|words| words.value.first())?;
    (said.first() != Some(first)).then(|| lacking(built, first.clone()))?
}

fn lacking(built: &Built, name: String) -> Option<(String, Why)> {
    let (config, files) = (&built.config, &built.files);
    // A text with variables is only known when it runs.
    if name.is_empty() || name.contains(['$', '=', '*']) {
        return None;
    }
    let paths: Vec<String> = if name.contains('/') {
        vec![absolute(config.folder(), &name)]
    } else {
        config.path().map(|folder| absolute(folder, &name)).collect()
    };
    match paths.into_iter().find(|path| files.is_file(path)) {
        None => Some((name, Why::NotInstalled)),
        Some(path) if files.meta(&path).is_some_and(|meta| meta.mode & 0o111 == 0) => {
            Some((name, Why::NotExecutable(path)))
        }
        Some(_) => None,
    }
}

/// The Python of the environment, which is a link, and the one that it was made from.
fn interpreter(built: &Built) -> Option<(String, Why)> {
    let files = &built.files;
    let of_variable = built.config.variable("VIRTUAL_ENV");
    let of_variable = of_variable.map(|folder| format!("{folder}/bin/python"));
    let environment = built.interpreter.iter().filter(|python| python.is_environment);
    let other_names = environment.flat_map(|python| {
        let folder = format!("{}/bin", python.prefix);
        let names = files.names(&folder).into_iter();
        let names = names.filter(|name| name.starts_with("python"));
        names.map(|name| format!("{folder}/{name}")).collect::<Vec<_>>()
    });
    let dangling = of_variable
        .into_iter()
        .chain(other_names)
        .find_map(|path| match files.at(&path) {
            Some(At::Link(target)) if !files.exists(&path) => Some((path.clone(), target.to_owned())),
            _ => None,
        });
    if let Some((python, link)) = dangling {
        return Some((python.clone(), Why::DanglingPython { python, link }));
    }
    if let Some(prefix) = without_settings(built) {
        return Some((format!("{prefix}/bin/python"), Why::NoSettings(prefix)));
    }
    let python = built.interpreter.as_ref()?;
    let home = python.home.clone().filter(|home| !has_python(built, home))?;
    let settings = format!("{}/pyvenv.cfg", python.prefix);
    Some((python.executable.clone(), Why::HomeWithoutPython { settings, home }))
}

/// An environment without `pyvenv.cfg` is none: its Python looks for packages where it is installed itself.
fn without_settings(built: &Built) -> Option<String> {
    let files = &built.files;
    let prefix = built.config.variable("VIRTUAL_ENV")?.trim_end_matches('/');
    let is_link = matches!(files.at(&format!("{prefix}/bin/python")), Some(At::Link(_)));
    let is_one = is_link && !files.is_file(&format!("{prefix}/pyvenv.cfg"));
    is_one.then(|| prefix.to_owned())
}

fn has_python(built: &Built, folder: &str) -> bool {
    let names = built.files.names(folder).into_iter();
    let mut pythons = names.filter(|name| name.starts_with("py"));
    pythons.any(|name| built.files.is_file(&format!("{folder}/{name}")))
}
