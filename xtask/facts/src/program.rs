//! Whether the programs that an image runs are in it: the one that its command names, what launches that, and what runs a script.

use std::collections::BTreeSet;

use ::image::{Found, Origin, site_packages};

pub use crate::missing::{Missing, Why};
use crate::{
    Subject,
    base_image::interpreter_of,
    named_installs::NamedInstalls,
    own_code::{OwnCode, Side},
};
use diagnostics::Place;
use evidence::{
    absent::{self, Presence},
    image::{By, Image},
};
use formats::{PackageName, absolute, shell};

/// Programs that Python packages bring, and the packages that do where these are called otherwise.
const OF_PYTHON: [(&str, &[&str]); 22] = [
    ("alembic", &[]),
    ("arq", &[]),
    ("celery", &[]),
    ("daphne", &[]),
    ("ddtrace-run", &["ddtrace"]),
    ("debugpy", &[]),
    ("django-admin", &["django"]),
    ("dramatiq", &[]),
    ("fastapi", &["fastapi-cli"]),
    ("faststream", &[]),
    ("flask", &[]),
    ("granian", &[]),
    ("gunicorn", &[]),
    ("huey_consumer", &["huey"]),
    ("hypercorn", &[]),
    ("litestar", &[]),
    ("newrelic-admin", &["newrelic"]),
    (
        "opentelemetry-instrument",
        &["opentelemetry-distro", "opentelemetry-instrumentation"],
    ),
    ("pytest", &[]),
    ("streamlit", &[]),
    ("taskiq", &[]),
    ("uvicorn", &[]),
];
/// They start what follows them, or say how.
const LAUNCHERS: [&str; 6] = ["dumb-init", "gosu", "su-exec", "tini", "supervisord", "catatonit"];

/// What an image runs and does not have.
pub fn missing(subject: &Subject<'_>, own: &OwnCode<'_>, side: &Side<'_>) -> Vec<Missing> {
    let image = side.image;
    if image.is_unclear {
        return Vec::new();
    }
    let Some(place) = image.config.started_at().cloned() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (word, place) in launched(image) {
        if absent::presence(image, &word, &own.listed) == Presence::Absent {
            found.push(Missing {
                name: word,
                place,
                is_sure: true,
                why: Why::NotInstalled,
            });
        }
    }
    found.extend(interpreter(own, image));
    found.extend(no_shell(own, image));
    let program = side.loaded.started.program.clone();
    let name = program.rsplit('/').next().unwrap_or_default();
    let why = if program.is_empty() || program.contains('$') {
        None
    } else {
        of_package(own, side, name)
            .or_else(|| of_python(subject, own, image, &program))
            .or_else(|| dangling(own, side))
    };
    found.extend(why.map(|why| Missing {
        name: program.clone(),
        place,
        is_sure: true,
        why,
    }));
    found.extend(of_modules(subject, image));
    found
}

/// Launchers, wherever they are in the words, each with what names it.
fn launched(image: &Image) -> Vec<(String, Place)> {
    let said = image.config.entrypoint.iter().chain(&image.config.command);
    let first = said.flat_map(|said| {
        let words = match said.value.as_slice() {
            [program, flag, text] if shell::is_shell(program) && flag == "-c" => {
                crate::command::single(text).unwrap_or_default()
            }
            words => words.to_vec(),
        };
        words
            .into_iter()
            .take(1)
            .map(|word| (word, said.place.clone()))
            .collect::<Vec<_>>()
    });
    first
        .filter(|(word, _)| LAUNCHERS.contains(&word.rsplit('/').next().unwrap_or_default()))
        .collect()
}

/// The shell of a command, in an image of a base that has none.
fn no_shell(own: &OwnCode<'_>, image: &Image) -> Option<Missing> {
    let base = &image.base.value;
    // The variants for debugging have a shell of busybox.
    let is_without = base == "scratch" || (base.contains("distroless/") && !base.contains("debug"));
    let said = image.config.entrypoint.as_ref().or(image.config.command.as_ref())?;
    let first = said.value.first().filter(|first| shell::is_shell(first))?;
    let path = absolute("/bin", first.rsplit('/').next()?);
    let is_absent = matches!(image.tree.find(&path, &own.listed), Found::Nothing);
    (is_without && is_absent).then(|| Missing {
        name: first.clone(),
        place: said.place.clone(),
        is_sure: true,
        why: Why::NoShell(base.clone()),
    })
}

/// What a script of the repository names behind `#!`, where the image starts with one.
fn interpreter(own: &OwnCode<'_>, image: &Image) -> Option<Missing> {
    let said = image.config.entrypoint.as_ref().or(image.config.command.as_ref())?;
    let first = said.value.first().filter(|first| first.contains('/'))?;
    let folder = image.config.folder();
    let path = absolute(folder, first);
    let source = image.tree.source(&path, &own.listed)?;
    let text = own.text(&source)?;
    let line = text.lines().next()?.strip_prefix("#!")?.trim();
    let mut words = line.split_whitespace();
    let program = words.next()?;
    let program = if program.ends_with("/env") {
        words.next()?
    } else {
        program
    };
    (absent::presence(image, program, &own.listed) == Presence::Absent).then(|| Missing {
        name: program.to_owned(),
        place: said.place.clone(),
        is_sure: true,
        why: Why::OfScript(source),
    })
}

/// A script that comes with a package of the repository, which no environment on PATH has.
fn of_package(own: &OwnCode<'_>, side: &Side<'_>, name: &str) -> Option<Why> {
    let (package, _) = own
        .packages
        .iter()
        .find(|(package, _)| package.manifest.script(name).is_some())?;
    if !own.is_told(side, package) {
        return None;
    }
    let brings = |prefix: &String| {
        let entries = side.image.tree.entries(&site_packages(prefix));
        entries.iter().any(|entry| match &entry.origin {
            Origin::Unknown(_) => true,
            origin => origin
                .wheel()
                .is_some_and(|wheel| wheel.project == package.dir.as_str()),
        })
    };
    let folders = absent::folders(side.image);
    let is_there = folders.iter().any(|folder| {
        let prefix = folder.strip_suffix("/bin").unwrap_or(folder).to_owned();
        let is_found = matches!(
            side.image.tree.find(&format!("{folder}/{name}"), &own.listed),
            Found::File(_) | Found::Unknown(_)
        );
        is_found || brings(&prefix) || (prefix == "/usr" && brings(&"/usr/local".to_owned()))
    });
    (!is_there).then(|| Why::OfPackage(package.name.clone()))
}

/// A program of a Python package that no folder on PATH has.
fn of_python(subject: &Subject<'_>, own: &OwnCode<'_>, image: &Image, program: &str) -> Option<Why> {
    let name = program.rsplit('/').next().unwrap_or_default();
    let (_, others) = OF_PYTHON.iter().find(|(known, _)| *known == name)?;
    let mut bringing: BTreeSet<PackageName> = others.iter().filter_map(|name| PackageName::parse(name)).collect();
    bringing.extend(PackageName::parse(name));
    if !is_told(image) {
        return None;
    }
    // One with a slash in it is looked for from the working directory.
    let folders = match program.rsplit_once('/') {
        Some((folder, _)) => vec![absolute(image.config.folder(), folder)],
        None => absent::folders(image),
    };
    let is_there = |folder: &String| {
        let path = format!("{folder}/{name}");
        match image.tree.find(&path, &own.listed) {
            Found::File(_) | Found::Unknown(_) => true,
            Found::Folder | Found::Nothing => image.tree.may_hold(&path),
        }
    };
    if folders.iter().any(is_there) {
        return (!is_asked_for(subject, image, &bringing)).then_some(Why::NotInstalled);
    }
    // It looks in the environment that it chooses, wherever PATH leads.
    if crate::command::is_run_by_a_manager(image) {
        return None;
    }
    let elsewhere = image.environments.iter().map(|made| &made.value);
    let elsewhere = elsewhere.chain(Subject::installs_in(image).map(|install| &install.prefix));
    let mut elsewhere = elsewhere.filter(|prefix| image.tree.may_hold(&format!("{prefix}/bin/{name}")));
    Some(match elsewhere.next() {
        Some(prefix) => Why::Elsewhere(prefix.clone()),
        None => Why::NotInstalled,
    })
}

/// Modules of Python packages that the words run by `python -m`, and that nothing installs.
fn of_modules(subject: &Subject<'_>, image: &Image) -> Vec<Missing> {
    if !is_told(image) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for said in image.config.entrypoint.iter().chain(&image.config.command) {
        for (module, is_sure) in run_as_modules(&said.value) {
            let Some((_, others)) = OF_PYTHON.iter().find(|(known, _)| *known == module) else {
                continue;
            };
            let bringing = others
                .iter()
                .copied()
                .chain([module])
                .filter_map(PackageName::parse)
                .collect();
            if !is_asked_for(subject, image, &bringing) {
                found.push(Missing {
                    name: format!("python -m {module}"),
                    place: said.place.clone(),
                    is_sure,
                    why: Why::NotInstalled,
                });
            }
        }
    }
    found
}

/// `python -X dev -m NAME`, among the words or in the text of a script that is one of them: then perhaps it does not run.
fn run_as_modules(words: &[String]) -> Vec<(&str, bool)> {
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        if word.contains(' ') {
            let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';' | '&' | '|' | '(' | ')');
            let parts: Vec<&str> = word.split(ends).filter(|part| !part.is_empty()).collect();
            let modules = (0..parts.len()).filter_map(|at| run_as_module(&parts[at..]));
            found.extend(modules.map(|module| (module, false)));
        } else {
            let rest: Vec<&str> = words[at..].iter().map(String::as_str).collect();
            found.extend(run_as_module(&rest).map(|module| (module, true)));
        }
    }
    found
}

/// What a Python, as the first word, runs by `-m`.
fn run_as_module<'a>(words: &[&'a str]) -> Option<&'a str> {
    let (program, rest) = words.split_first()?;
    let name = program.rsplit('/').next()?;
    let version = name.strip_prefix("python")?;
    if !version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return None;
    }
    let mut rest = rest.iter();
    while let Some(word) = rest.next() {
        match *word {
            "-m" => return rest.next().copied(),
            "-X" | "-W" => drop(rest.next()),
            option if option.starts_with('-') && option != "-c" => {}
            _ => return None,
        }
    }
    None
}

/// Whether it is known what an image installs. That nothing is installed, or that the build ends before, are other rules; and
/// where Poetry keeps its environments nobody reads from a file.
fn is_told(image: &Image) -> bool {
    let is_hidden = |prefix: &str| prefix.contains("/virtualenvs") || prefix.contains('*');
    let mut prefixes = Subject::installs_in(image)
        .map(|install| install.prefix.as_str())
        .peekable();
    absent::is_plain(image) && image.unmet().next().is_none() && prefixes.peek().is_some() && !prefixes.any(is_hidden)
}

/// Whether an image is known to install none of these packages.
pub fn lacks(subject: &Subject<'_>, image: &Image, names: &[&str]) -> bool {
    let names = names.iter().filter_map(|name| PackageName::parse(name)).collect();
    // Without a lock nobody knows which wheels lie in a folder.
    let may_be_a_wheel =
        subject.lock().is_none() && Subject::installs_in(image).any(|install| !install.wheels.is_empty());
    is_told(image) && !image.is_unclear && !may_be_a_wheel && !is_asked_for(subject, image, &names)
}

/// Whether anything that is installed names one of these packages, or may bring them.
fn is_asked_for(subject: &Subject<'_>, image: &Image, names: &BTreeSet<PackageName>) -> bool {
    let (Some(lock), Some(main)) = (subject.lock(), subject.main()) else {
        return is_named(subject, image, names);
    };
    // That an image lacks a package of production is another rule. Which groups a manager installs, it tells itself.
    let is_locked = lock.packages.iter().any(|package| names.contains(&package.name));
    let by_lock = || {
        Subject::installs_in(image).any(|install| {
            let mut exports = install.files.iter().filter_map(|file| file.export.as_ref());
            install.by != By::Pip || exports.next().is_some()
        })
    };
    if names.iter().any(|name| main.contains(name)) || (is_locked && by_lock()) {
        return true;
    }
    let named = |word: &str| {
        let end = word.find(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c));
        PackageName::parse(&word[..end.unwrap_or(word.len())]).is_some_and(|name| names.contains(&name))
    };
    Subject::installs_in(image).any(|install| {
        let is_open = !install.is_alone && install.by.manager().is_none() && !install.is_offline;
        let mut files = install.files.iter();
        let is_listed = files.any(|file| {
            let known = file.path.as_ref().and_then(|path| subject.requirements.get(path));
            known.is_none_or(|known| known.entries.iter().any(|entry| names.contains(&entry.name.value)))
        });
        is_open || is_listed || install.packages.iter().any(|word| named(word))
    })
}

/// The same where no lock says what is installed. What one image names itself, and the other does not, nothing else brings by accident.
fn is_named(subject: &Subject<'_>, image: &Image, names: &BTreeSet<PackageName>) -> bool {
    let is_in = |installed: &NamedInstalls| names.iter().any(|name| installed.names.contains(name));
    let Some(installed) = NamedInstalls::of(subject, image) else {
        return true;
    };
    let in_another = || {
        let mut named = subject.images().filter_map(|image| NamedInstalls::of(subject, image));
        named.any(|installed| is_in(&installed))
    };
    is_in(&installed) || (!installed.is_whole && !in_another())
}

/// The Python of the environment that runs is a link into what was not copied along.
fn dangling(own: &OwnCode<'_>, side: &Side<'_>) -> Option<Why> {
    let tree = &side.image.tree;
    let prefix = side
        .loaded
        .python
        .packages
        .first()
        .and_then(|folder| ::image::packages_at(folder))?;
    let python = format!("{prefix}/bin/python");
    let is_made = tree
        .entries(&prefix)
        .iter()
        .any(|entry| matches!(entry.origin, Origin::Environment { .. }));
    let entries = tree.entries(&python);
    let link = entries.iter().find_map(|entry| match &entry.origin {
        Origin::Link(target) => Some(target.clone()),
        _ => None,
    });
    let Some(link) = link else {
        let of_base = interpreter_of(&side.image.base.value).filter(|path| tree.removed(path).is_some());
        return of_base.map(|link| Why::DanglingPython { python, link });
    };
    let leads_nowhere = matches!(tree.find(&python, &own.listed), Found::Nothing) && !tree.may_hold(&link);
    (is_made && leads_nowhere).then_some(Why::DanglingPython { python, link })
}
