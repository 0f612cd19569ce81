//! What the Python of an image reads when the program runs, and who has to be able to read it.

use ::image::{Module, Origin, Start, Tree, packages_at};
use evidence::built::Built;
use formats::absolute;

use crate::{
    Twin, Twins,
    base_image::interpreter_of,
    own_code::{OwnCode, Side, tops},
    owned::site,
    twins::Producer,
};

/// Files of the system that Python and its libraries read.
const READ_BY_ALL: [&str; 6] = [
    "/etc/group",
    "/etc/localtime",
    "/etc/nsswitch.conf",
    "/etc/passwd",
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/ssl/openssl.cnf",
];

impl<'a> Twin<'a> {
    /// The files of the image, with their owners and modes.
    pub fn tree(&self) -> &'a Tree {
        match self.of {
            Producer::File(image) => &image.tree,
            Producer::Built(built) => built.tree(),
        }
    }

    /// The user that it runs as, as owners are named in its tree; `None` for root.
    pub fn runs_as(&self) -> Option<String> {
        match self.of {
            Producer::File(image) => image.runs_as().map(str::to_owned),
            Producer::Built(built) => built.runs_as(),
        }
    }
}

impl Twins<'_> {
    /// The paths that the Python of one of them reads, as far as they can be told. `None` without a Python that is known.
    pub fn reads(&self, twin: &Twin<'_>, own: Option<&OwnCode<'_>>) -> Option<Vec<String>> {
        let paths = match twin.of {
            Producer::File(image) if image.is_unclear => return None,
            Producer::File(image) => {
                let own = own?;
                of_file(own, &own.side(image))
            }
            Producer::Built(built) => of_built(built)?,
        };
        Some(paths.into_iter().chain(READ_BY_ALL.map(str::to_owned)).collect())
    }
}

/// The interpreter, the folders that it imports from, and the modules of the repository.
fn of_file(own: &OwnCode<'_>, side: &Side<'_>) -> Vec<String> {
    let python = &side.loaded.python;
    let program = side.loaded.started.program.as_str();
    let modules = own
        .packages
        .iter()
        .flat_map(|(_, code)| tops(code).into_iter().chain(code.packages.iter().map(String::as_str)));
    let started = match &side.loaded.started.start {
        Start::Module(module) => Some(module.as_str()),
        Start::Script(_) | Start::Unknown => None,
    };
    let members = members(own, side);
    let modules = modules
        .chain(started)
        .chain(members.iter().map(String::as_str))
        .filter_map(|module| match python.module(module) {
            Module::File { at, .. } => Some(at),
            Module::Namespace(_) | Module::Missing | Module::Unknown(_) => None,
        });
    let paths = python.packages.iter().chain(&python.path).cloned();
    let paths = paths.chain(program.starts_with('/').then(|| program.to_owned()));
    // The Python of an environment may be a link to one that is elsewhere, as it is in every environment that is made in the image.
    let environments = python.packages.iter().filter_map(|folder| packages_at(folder));
    let interpreters = environments
        .map(|prefix| format!("{prefix}/bin/python"))
        .flat_map(|python| side.image.tree.entries(&python))
        .filter_map(|entry| match &entry.origin {
            Origin::Link(target) => Some(target.clone()),
            _ => None,
        });
    let of_base = interpreter_of(&side.image.base.value);
    paths.chain(interpreters).chain(of_base).chain(modules).collect()
}

/// The modules of the wheels of the repository, where a step changes modes below the folders of packages.
fn members(own: &OwnCode<'_>, side: &Side<'_>) -> Vec<String> {
    if !side.image.tree.changes_modes() {
        return Vec::new();
    }
    let wheels = own.packages.iter().map(|(package, code)| own.contents(package, code));
    let sources = wheels
        .flat_map(|wheel| wheel.members.keys())
        .filter_map(|path| path.strip_suffix(".py"));
    let names = sources.map(|path| path.strip_suffix("/__init__").unwrap_or(path).replace('/', "."));
    names.collect()
}

/// The interpreter, the folders that it imports from, and the code of all packages and sources in them, with links followed.
fn of_built(built: &Built) -> Option<Vec<String>> {
    let python = built.interpreter.as_ref()?;
    let is_code = |path: &&String| path.ends_with(".py") || path.ends_with(".so");
    let installed = built.distributions.values().flat_map(|package| {
        let code = package.record.keys().filter(is_code);
        code.map(|path| absolute(site(package), path))
    });
    // What an interpreter reads before it looks for a module.
    let settings = python.is_environment.then(|| format!("{}/pyvenv.cfg", python.prefix));
    let folders = python
        .path
        .iter()
        .chain(&python.standard)
        .chain([&python.prefix, &python.executable]);
    let folders = folders.cloned().chain(settings);
    // Sources that are not installed.
    let sources = python.path.iter().filter(|folder| !folder.ends_with("-packages"));
    let sources = sources.flat_map(|folder| {
        let below = built.files.under(folder).into_iter();
        let below = below.filter(|path| path.ends_with(".py"));
        below.map(move |path| format!("{folder}/{path}"))
    });
    let paths = folders.chain(installed).chain(sources);
    Some(paths.filter_map(|path| built.files.resolve(&path)).collect())
}
