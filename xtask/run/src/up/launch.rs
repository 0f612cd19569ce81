//! How each service is started: its command from sources, its environment, its address.

#![expect(
    clippy::disallowed_methods,
    reason = "programs of an environment that was made below `target/`"
)]

use std::{
    collections::BTreeMap,
    ffi::OsString,
    path::{Path, PathBuf},
};

use super::{ports::listening, strays};
use crate::environments::{Environment, first_on_path, import_path};
use diagnostics::Problem;
use generate::image::Command;
use repo::Root;
use repo::{Repo, RepoPath, Service, Surroundings, Template};

/// A program that is to run as long as the application does.
#[derive(Clone, Debug)]
pub struct Launch {
    pub name: String,
    pub program: PathBuf,
    pub arguments: Vec<String>,
    pub env: BTreeMap<String, OsString>,
    pub dir: PathBuf,
}

/// A service that is to be started.
#[derive(Clone, Debug)]
pub struct ServiceLaunch {
    /// The command with its environment.
    pub launch: Launch,
    /// The port on which it listens, if it does.
    pub port: Option<u16>,
    /// What answers 200 once it is up.
    pub health: String,
    /// What answers 200 once all that it needs is up; `None` where it needs nothing.
    pub ready: Option<String>,
    /// What a person is told once all is ready.
    pub note: Option<String>,
    /// What a person opens.
    pub urls: Vec<String>,
    /// The file with what people sign in with.
    pub sign_in: Option<PathBuf>,
    /// Where it waits for a debugger.
    pub debug_port: Option<u16>,
    /// Variables that the person's own environment sets, and that are left as they are.
    pub kept: Vec<String>,
}

impl ServiceLaunch {
    /// The file with what people sign in with, where it is there: none is made where the environment says it.
    pub fn sign_in_file(&self) -> Option<&Path> {
        self.sign_in.as_deref().filter(|file| file.is_file())
    }
}

/// A program that is not on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Its name.
    pub program: String,
    /// What would use it.
    pub service: String,
    /// What is lost without it.
    pub lost: String,
}

impl Missing {
    /// Those that a service would use.
    pub fn of(service: &Service) -> impl Iterator<Item = Self> {
        let programs = service.settings.up.programs.iter();
        programs
            .filter(|(program, _)| !is_installed(program))
            .map(|(program, lost)| Self {
                program: program.clone(),
                service: service.package.name.to_string(),
                lost: lost.clone(),
            })
    }
}

/// Whether a program is on the path.
pub fn is_installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// What a run has decided about one service.
pub struct Decided<'a> {
    pub service: &'a Service,
    pub environment: &'a Environment,
    pub surroundings: Surroundings,
    pub debug_port: Option<u16>,
    pub reload: bool,
    /// What the application's test tells services. It wins over everything.
    pub test: &'a BTreeMap<String, Template>,
}

/// `inherited` tells whether the person who starts the run has set a variable: that wins over manifests, so that
/// a service can be pointed at real backing services by configuration alone.
pub fn service(repo: &Repo, decided: &Decided<'_>, inherited: &dyn Fn(&str) -> bool) -> Result<ServiceLaunch, Problem> {
    let service = decided.service;
    let settings = &service.settings;
    let start = service.start()?;
    let surroundings = &decided.surroundings;
    let packages = std::iter::once(&service.package).chain(repo.libs_of(service));
    let roots: Vec<RepoPath> = packages.flat_map(|package| package.run_roots.clone()).collect();
    let mut env = python_env(&repo.root, decided.environment, &roots)?;
    let mut kept = Vec::new();
    let of_images = settings.env.iter().map(|(name, value)| (name, value.clone()));
    let of_up = settings
        .up
        .env
        .iter()
        .map(|(name, text)| (name, text.render(surroundings)));
    for (name, value) in of_images.chain(of_up) {
        if inherited(name) {
            kept.push(name.clone());
        } else {
            env.insert(name.clone(), value.into());
        }
    }
    for (name, text) in decided.test {
        env.insert(name.clone(), text.render(surroundings).into());
        kept.retain(|kept| kept != name);
    }
    kept.dedup();
    let mut command = Command::from_sources(&service.package, start);
    if decided.reload {
        let venv = decided.environment.home().to_string_lossy();
        command = command.reloading(&roots, &repo.root.to_string_lossy(), &venv);
    }
    let words = command.0.iter().map(|word| {
        start
            .port
            .map_or_else(|| word.clone(), |own| listening(word, own, surroundings.port))
    });
    let (program, arguments) = debuggable(words.collect(), decided);
    Ok(ServiceLaunch {
        launch: Launch {
            name: service.package.name.to_string(),
            program,
            arguments,
            env,
            // As in its images.
            dir: if service.package.is_program {
                service.package.dir.under(&repo.root)
            } else {
                repo.root.to_path_buf()
            },
        },
        port: start.port.map(|_| surroundings.port),
        health: settings.up.health.clone(),
        ready: Some(settings.up.ready.clone()),
        note: settings.up.note.as_ref().map(|note| note.render(surroundings)),
        urls: start
            .port
            .map(|_| format!("http://127.0.0.1:{}{}", surroundings.port, settings.up.open))
            .into_iter()
            .collect(),
        sign_in: settings
            .up
            .sign_in
            .as_ref()
            .map(|file| file.render(surroundings).into()),
        debug_port: decided.debug_port,
        kept,
    })
}

/// The environment in which a Python of a virtual environment imports from these folders, and from nowhere else.
pub fn python_env(
    root: &Root,
    environment: &Environment,
    import_roots: &[RepoPath],
) -> Result<BTreeMap<String, OsString>, Problem> {
    let set = |name: &str, value: OsString| (name.to_owned(), value);
    Ok(BTreeMap::from([
        set("PATH", first_on_path(&environment.home().join("bin"))?),
        set("VIRTUAL_ENV", environment.home().into()),
        set("PYTHONPATH", import_path(root, import_roots)?),
        set("PYTHONPYCACHEPREFIX", root.join("target/xtask/pycache").into()),
        set("PYTHONUNBUFFERED", "1".into()),
        set(strays::VARIABLE, strays::mark().into()),
    ]))
}

/// The program by its path in the virtual environment, under debugpy where it is to wait for a debugger.
fn debuggable(words: Vec<String>, decided: &Decided<'_>) -> (PathBuf, Vec<String>) {
    let mut words = words.into_iter();
    let name = words.next().unwrap_or_default();
    let bin = decided.environment.home().join("bin");
    let in_venv = bin.join(&name);
    let program = if !name.contains('/') && in_venv.exists() {
        in_venv
    } else {
        PathBuf::from(&name)
    };
    let Some(port) = decided.debug_port else {
        return (program, words.collect());
    };
    let mut arguments: Vec<String> = [
        "-X",
        "frozen_modules=off",
        "-m",
        "debugpy",
        "--wait-for-client",
        "--listen",
    ]
    .map(String::from)
    .to_vec();
    arguments.push(format!("127.0.0.1:{port}"));
    // A Python is told the same by its options, any other program is run as the script that it is.
    if !name.rsplit('/').next().unwrap_or_default().starts_with("python") {
        arguments.push(program.to_string_lossy().into_owned());
    }
    arguments.extend(words);
    (decided.environment.python(), arguments)
}
