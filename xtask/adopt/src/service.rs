//! What one service says of its images, as it follows from those that are there.

use std::collections::BTreeMap;

use evidence::image::{Image, Reach};
use facts::{Subject, command::plain};
use repo::{Home, Package, RepoPath, Root};

use crate::{
    ByHand,
    table::{Table, header_of_service},
};

/// Variables that the generated images set for themselves, or that only a build needs.
const OWN_VARIABLES: [&str; 6] = [
    "PATH",
    "PYTHONPATH",
    "VIRTUAL_ENV",
    "PYTHONHOME",
    "DEBIAN_FRONTEND",
    "PYTHONUNBUFFERED",
];
const OWN_PREFIXES: [&str; 5] = ["POETRY_", "UV_", "PIP_", "PIPENV_", "PYTHONDONTWRITE"];

/// Servers whose module and program have one name.
const PROGRAMS: [&str; 8] = [
    "uvicorn",
    "gunicorn",
    "hypercorn",
    "granian",
    "celery",
    "flask",
    "streamlit",
    "arq",
];

/// Ports that servers listen on when they are not told.
const PORTS: [(&str, u16); 6] = [
    ("uvicorn", 8000),
    ("gunicorn", 8000),
    ("hypercorn", 8000),
    ("granian", 8000),
    ("flask", 5000),
    ("streamlit", 8501),
];

/// Where services usually say that they are well, the usual one of generated images first.
const HEALTH: [&str; 8] = [
    "/healthz",
    "/health",
    "/livez",
    "/health/live",
    "/api/health",
    "/api/healthz",
    "/ping",
    "/status",
];

/// The table of a service, and what it cannot say.
#[derive(Clone, Debug)]
pub struct Described {
    /// The table.
    pub table: String,
    /// What of it a person has to look at.
    pub by_hand: Vec<ByHand>,
    /// What its images hold now and generated ones would not.
    pub left_behind: Vec<ByHand>,
}

/// Reads it off the images of the service, and off its sources where there are none.
pub fn describe(home: Home, subject: &Subject<'_>, root: &Root) -> Described {
    let package = &subject.service.package;
    let image = subject.prod.as_ref().or(subject.dev.as_ref());
    let (mut by_hand, mut left) = (Vec::new(), Vec::new());
    let mut table = Table::new(&header_of_service(home));
    let command = match image {
        Some(image) => command(image, &mut by_hand),
        None => assumed(package, root, &mut by_hand),
    };
    let port = port(subject, image, &command, package, &mut by_hand);
    if let Some(port) = port {
        table.number("port", port);
    }
    if command.is_empty() {
        by_hand.push(ByHand::new(
            format!("nothing tells how `{}` starts", package.name),
            format!(
                "add `command = [\"…\"]` to `[{}]` of {}",
                header_of_service(home),
                package.manifest.source.path()
            ),
            None,
        ));
    }
    table.list("command", &command);
    system_packages(subject, &mut table);
    groups(subject, &mut table);
    if let Some(image) = image {
        table.texts("env", &environment(image));
        left_behind(subject, image, &mut left);
    }
    // What answers nobody is not asked how it is.
    if port.is_some()
        && let Some(path) = health(subject, image, root, &mut left)
        && path != HEALTH[0]
    {
        table.texts("up", &BTreeMap::from([("health".to_owned(), path)]));
    }
    Described {
        table: table.finish(),
        by_hand,
        left_behind: left,
    }
}

/// The one program that a package declares.
pub(crate) fn script(package: &Package) -> Option<String> {
    match package.manifest.scripts().as_slice() {
        [only] => Some((*only).to_owned()),
        [..] => None,
    }
}

fn command(image: &Image, by_hand: &mut Vec<ByHand>) -> Vec<String> {
    let said = image.program();
    let mut words = plain(said.clone());
    let module = said.windows(3).find(|words| {
        let name = words[0].rsplit('/').next().unwrap_or_default();
        name.starts_with("python") && words[1] == "-m"
    });
    if let (Some([_, _, module]), Some(first)) = (module, words.first())
        && module == first
        && !PROGRAMS.contains(&first.as_str())
    {
        words.splice(..0, ["python".to_owned(), "-m".to_owned()]);
    }
    let place = image
        .command
        .as_ref()
        .or(image.entrypoint.as_ref())
        .map(|said| &said.place);
    if let Some(script) = words.iter().find(|word| word.ends_with(".sh")) {
        by_hand.push(ByHand::new(
            format!("the image starts by the script `{script}`, which generated images do not hold"),
            "let `command` name what the script starts in the end, and move what it does before into the program",
            place,
        ));
    } else if words.iter().any(|word| word == "-c") {
        by_hand.push(ByHand::new(
            "a shell starts the service",
            "check `command`: name the program itself, in exec form, so that it gets SIGTERM",
            place,
        ));
    } else if words.first().is_some_and(|word| word == "python")
        && words.get(1).is_some_and(|word| word.ends_with(".py"))
    {
        by_hand.push(ByHand::new(
            format!("`{}` is started as a file", words[1]),
            "let `command` be `[\"python\", \"-m\", \"PACKAGE.MODULE\"]`: in production the package is installed",
            place,
        ));
    }
    words
}

/// What a package without an image starts, by what it depends on and holds.
fn assumed(package: &Package, root: &Root, by_hand: &mut Vec<ByHand>) -> Vec<String> {
    let module = package.import_roots.iter().find_map(|folder| {
        let mut entries = root.entries(folder).into_iter();
        let is_module = |entry: &repo::root::Entry| {
            root.is_file(&entry.path.child("__init__.py")) || root.is_file(&entry.path.child("main.py"))
        };
        entries.find(is_module).map(|entry| entry.path)
    });
    let needs = |name: &str| {
        let mut main = package.manifest.main.iter();
        main.any(|dependency| dependency.name.value.as_str() == name)
    };
    let assumed: Vec<String> = match (&module, script(package)) {
        (_, Some(script)) => vec![script],
        (Some(module), None) if needs("uvicorn") || needs("fastapi") => {
            let name = module.file_name();
            let words = [
                "uvicorn",
                &format!("{name}.main:app"),
                "--host",
                "0.0.0.0",
                "--port",
                "8000",
            ];
            words.iter().map(|word| (*word).to_owned()).collect()
        }
        (Some(module), None) if root.is_file(&module.child("__main__.py")) => {
            vec!["python".into(), "-m".into(), module.file_name().into()]
        }
        (Some(_) | None, None) => Vec::new(),
    };
    if !assumed.is_empty() {
        by_hand.push(ByHand::new(
            format!("no Dockerfile tells how `{}` starts", package.name),
            format!("check `command`: `{}` is an assumption", assumed.join(" ")),
            None,
        ));
    }
    assumed
}

fn port(
    subject: &Subject<'_>,
    image: Option<&Image>,
    command: &[String],
    package: &Package,
    by_hand: &mut Vec<ByHand>,
) -> Option<u16> {
    let debugger = subject.service.debug_port();
    let exposed = image.iter().flat_map(|image| &image.ports);
    let exposed = exposed.filter_map(|port| port.value.split('/').next()?.parse::<u16>().ok());
    let exposed: Vec<u16> = exposed.filter(|port| Some(*port) != debugger).collect();
    let listened = listened(command);
    if let (Some(listened), Some(image)) = (listened, image)
        && let [only] = exposed.as_slice()
        && *only != listened
    {
        by_hand.push(ByHand::new(
            format!("`EXPOSE` says {only}, and the command listens on {listened}"),
            format!("check `port`: {listened} is taken"),
            image.ports.first().map(|port| &port.place),
        ));
    }
    let of_charts = subject.containers().flat_map(|container| &container.ports);
    let of_charts = of_charts.filter_map(|port| port.value.parse::<u16>().ok()).next();
    let usual = || {
        let program = command.first()?;
        PORTS.iter().find(|(name, _)| name == program).map(|(_, port)| *port)
    };
    let port = listened.or(exposed.first().copied()).or(of_charts).or_else(usual);
    if port.is_none() {
        by_hand.push(ByHand::new(
            format!("nothing tells which port `{}` listens on", package.name),
            format!(
                "if it listens on one, add `port = …` to its table in {}: a worker or a job has none",
                package.manifest.source.path()
            ),
            None,
        ));
    }
    port
}

/// The port in the words of a command: `--port 80`, `--bind 0.0.0.0:80`, `-p 80`.
fn listened(command: &[String]) -> Option<u16> {
    let after = |word: &str, next: Option<&String>| -> Option<u16> {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, value.to_owned()),
            None => (word, next?.clone()),
        };
        let is_port = ["--port", "-p", "--bind", "-b", "--server.port"].contains(&name);
        let number = value.rsplit(':').next().unwrap_or_default();
        is_port.then(|| number.parse().ok())?
    };
    let mut words = command.iter().enumerate();
    words.find_map(|(index, word)| after(word, command.get(index + 1)))
}

/// Names decide where compilers and headers are needed: a build stage has no name in generated images.
fn system_packages(subject: &Subject<'_>, table: &mut Table) {
    let of = |image: &Image, wanted: &dyn Fn(Reach, &str) -> bool| -> Vec<String> {
        let packages = image.system.iter();
        let mut names: Vec<String> = packages
            .filter(|placed| wanted(placed.reach, &placed.what.value))
            .map(|placed| placed.what.value.clone())
            .collect();
        names.sort();
        names.dedup();
        names
    };
    let prod = subject.prod.as_ref().or(subject.dev.as_ref());
    let runtime = prod.map_or(Vec::new(), |image| {
        of(image, &|reach, name| reach == Reach::Chain && !is_for_builds(name))
    });
    let build = prod.map_or(Vec::new(), |image| {
        of(image, &|reach, name| reach != Reach::Chain || is_for_builds(name))
    });
    let build: Vec<String> = build.into_iter().filter(|name| !runtime.contains(name)).collect();
    let mut dev = match (&subject.dev, &subject.prod) {
        (Some(dev), Some(_)) => of(dev, &|reach, _| reach == Reach::Chain),
        (Some(_) | None, _) => Vec::new(),
    };
    dev.retain(|name| !runtime.contains(name) && !build.contains(name) && !is_for_builds(name));
    table.lists(
        "system-packages",
        &[("runtime", &runtime), ("build", &build), ("dev", &dev)],
    );
}

fn is_for_builds(name: &str) -> bool {
    let name = name.split('=').next().unwrap_or_default();
    matches!(
        name,
        "gcc" | "g++" | "make" | "cmake" | "build-essential" | "pkg-config" | "pkgconf" | "clang" | "rustc" | "cargo"
    ) || name.ends_with("-dev")
}

/// Groups whose names say what they are for, where the usual ones are not all.
fn groups(subject: &Subject<'_>, table: &mut Table) {
    let settings = &subject.service.settings;
    for (key, groups, usual) in [
        ("dev-groups", &settings.dev_groups, "dev"),
        ("test-groups", &settings.test_groups, "test"),
    ] {
        let names: Vec<String> = groups.iter().map(|group| group.value.clone()).collect();
        if names.iter().any(|name| name != usual) {
            table.list(key, &names);
        }
    }
}

fn environment(image: &Image) -> BTreeMap<String, String> {
    let is_own =
        |name: &str| OWN_VARIABLES.contains(&name) || OWN_PREFIXES.iter().any(|prefix| name.starts_with(prefix));
    let said = image
        .env
        .iter()
        .filter(|(name, said)| !is_own(name) && !said.value.contains('$'));
    said.map(|(name, said)| (name.clone(), said.value.clone())).collect()
}

/// What an image holds besides packages: generated images do not.
fn left_behind(subject: &Subject<'_>, image: &Image, by_hand: &mut Vec<ByHand>) {
    if subject.is_drawn {
        return;
    }
    // All libs: which of them the service needs, its manifest may not say yet.
    let folders = || {
        let libs = subject.repo.libs.iter().map(|lib| &lib.dir);
        std::iter::once(&subject.service.package.dir).chain(libs)
    };
    let is_of_a_package = |path: &RepoPath| {
        let is_root = *path == RepoPath::root();
        is_root || folders().any(|dir| path == dir || dir.is_under(path) || is_package_file(path, dir))
    };
    for copied in image.copied.iter().filter(|copied| copied.reach == Reach::Chain) {
        let copied = &copied.what;
        let Some(path) = &copied.source.path else { continue };
        if !is_of_a_package(path) {
            by_hand.push(ByHand::new(
                format!("the image holds `{path}`, which is part of no package"),
                "move what the program reads into the package, beside the module that reads it, or mount it",
                Some(&copied.place),
            ));
        }
    }
    for download in image.downloads.iter().filter(|download| !download.is_run) {
        by_hand.push(ByHand::new(
            "the image fetches a file",
            "generated images fetch none: make it a package, or mount it",
            Some(&download.place),
        ));
    }
    for volume in &image.volumes {
        by_hand.push(ByHand::new(
            format!("`{}` is a volume of the image", volume.value),
            "declare it where containers are started: generated images have one for `{state}` alone",
            Some(&volume.place),
        ));
    }
}

/// Manifests, locks and sources: what generated images take from the folder of a package.
fn is_package_file(path: &RepoPath, dir: &RepoPath) -> bool {
    let Some(inside) = path.relative_to(dir) else {
        return false;
    };
    let name = path.file_name();
    inside.starts_with("src")
        || name.ends_with(".lock")
        || name.ends_with(".py")
        || name.starts_with("README")
        || name.starts_with("requirements")
        || ["pyproject.toml", "Pipfile", "LICENSE"].contains(&name)
        || inside.replace('-', "_") == dir.file_name().replace('-', "_")
}

/// The path that says that the service is well: as the image asks, or as its sources have it.
fn health(subject: &Subject<'_>, image: Option<&Image>, root: &Root, by_hand: &mut Vec<ByHand>) -> Option<String> {
    let commands = image
        .iter()
        .filter_map(|image| image.health.as_ref())
        .flat_map(|health| &health.commands);
    let asked = commands.flatten().find_map(|word| {
        let (_, rest) = word.split_once("://")?;
        let end = rest.find(['\'', '"', ' ', ')', ';', '|']).unwrap_or(rest.len());
        let path = rest[..end].split_once('/').map(|(_, path)| format!("/{path}"));
        path.filter(|path| path.len() > 1)
    });
    let package = &subject.service.package;
    let sources = || {
        let files = subject.repo.tree().files().iter();
        files.filter(|file| {
            file.as_str().ends_with(".py") && package.import_roots.iter().any(|root| file.is_under(root))
        })
    };
    let written = || {
        let texts: Vec<String> = sources().filter_map(|file| root.text(file)).collect();
        let has = |path: &&str| {
            let mut texts = texts.iter();
            texts.any(|text| text.contains(&format!("\"{path}\"")) || text.contains(&format!("'{path}'")))
        };
        HEALTH.into_iter().find(has).map(str::to_owned)
    };
    let found = asked.or_else(written);
    if found.is_none() && !subject.is_drawn {
        by_hand.push(ByHand::new(
            format!("nothing tells which path of `{}` answers once it is up", package.name),
            format!(
                "answer 200 at `{}`, or set `up = {{ health = \"/…\" }}`: generated images ask it",
                HEALTH[0]
            ),
            None,
        ));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_in_the_command() {
        for (command, port) in [
            ("uvicorn web.main:app --host 0.0.0.0 --port 8080", Some(8080)),
            ("uvicorn web.main:app --port=81", Some(81)),
            ("gunicorn -b 0.0.0.0:5000 web:app", Some(5000)),
            ("gunicorn --bind=:5001 web:app", Some(5001)),
            ("celery -A web worker", None),
            ("uvicorn web.main:app --port $PORT", None),
        ] {
            let words: Vec<String> = command.split(' ').map(str::to_owned).collect();
            assert_eq!(listened(&words), port, "{command}");
        }
    }

    #[test]
    fn compilers_and_headers_are_for_builds() {
        for name in ["gcc", "build-essential", "libpq-dev", "python3-dev=3.13.5-1"] {
            assert!(is_for_builds(name), "{name}");
        }
        for name in ["libpq5", "tesseract-ocr", "curl", "ca-certificates"] {
            assert!(!is_for_builds(name), "{name}");
        }
    }
}
