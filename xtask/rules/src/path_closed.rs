use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::image::{Image, Reach};
use facts::{
    Pair, Subject,
    own_code::{OwnCode, Side, tops},
    owned::site,
    user::is_same,
};
use formats::absolute;
use image::{Closed, Module, NoCheckout, Origin, Start, packages_at};

pub const RULE: Rule = Rule {
    id: "path-closed",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "the user of an image cannot read what its Python loads or the system asks for",
    why: "Python cannot import it although it is in the image",
    example: "RUN chmod -R go-rwx /opt/venv, and USER 10001",
    fix: "make it readable for others: `chmod -R a+rX`",
    check: Check::Halves(check, of_images),
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

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    if subject.images().all(|image| image.runs_as().is_none()) {
        return Vec::new();
    }
    let own = OwnCode::of(subject);
    let sides = own.sides();
    let found = sides
        .iter()
        .filter_map(|side| of_image(&own, side, side.image.runs_as()?));
    found.collect()
}

fn of_image(own: &OwnCode<'_>, side: &Side<'_>, user: &str) -> Option<Problem> {
    let image: &Image = side.image;
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
    // The Python of an environment may be a link to one that is elsewhere.
    let environments = python.packages.iter().filter_map(|folder| packages_at(folder));
    let interpreters = environments.map(|prefix| format!("{prefix}/bin/python"));
    let interpreters: Vec<String> = interpreters
        .flat_map(|python| image.tree.entries(&python))
        .filter_map(|entry| match &entry.origin {
            Origin::Link(target) => Some(target.clone()),
            _ => None,
        })
        .collect();
    let paths = paths.chain(interpreters).chain(READ_BY_ALL.map(str::to_owned));
    let is_own = |owner: &str| is_same(owner, user);
    // What was copied that way is shown where it is copied.
    let is_copied = |at: &str| {
        let copied = image.copied.iter().filter(|copied| copied.reach == Reach::Chain);
        let mut copied = copied.map(|copied| &copied.what);
        copied.any(|copied| copied.mode.is_some() && at.starts_with(copied.destination.trim_end_matches('/')))
    };
    let mut closed = image.tree.closed_to(paths.chain(modules), &is_own, &own.listed);
    let (closed, path) = closed.find(|(closed, _)| !is_copied(&closed.at))?;
    let problem = problem(&closed, &path, (image.path.as_str(), user));
    Some(match &image.config.user {
        Some(said) => problem.at(said.place.clone().label("the user")),
        None => problem,
    })
}

/// The modules of the wheels of the repository, where a step changes modes below the folders of packages.
fn members(own: &OwnCode<'_>, side: &Side<'_>) -> Vec<String> {
    let wheels = own.packages.iter().map(|(package, code)| own.contents(package, code));
    let sources = wheels
        .flat_map(|wheel| wheel.members.keys())
        .filter_map(|path| path.strip_suffix(".py"));
    let names = sources.map(|path| path.strip_suffix("/__init__").unwrap_or(path).replace('/', "."));
    if side.image.tree.changes_modes() {
        names.collect()
    } else {
        Vec::new()
    }
}

fn problem(closed: &Closed, path: &str, (image, user): (&str, &str)) -> Problem {
    let owner = match closed.owner.as_deref() {
        None | Some("0") => "root",
        Some(owner) => owner,
    };
    let message = format!(
        "`{}` is readable only by `{owner}` (mode {:o}), but `{image}` runs as `{user}`, whose Python reads `{path}`",
        closed.at, closed.mode
    );
    Problem::error(message)
        .at(closed.step.clone())
        .remedy(format!("run `chmod -R a+rX {}` after it", closed.at))
}

/// The same question, of the tree that the files of a built image make.
fn of_images(pair: &Pair<'_>) -> Vec<Problem> {
    let found = pair.sides().into_iter().filter_map(|side| {
        let built = side.built;
        let (user, python) = (built.runs_as()?, built.python.as_ref()?);
        let packages = built.distributions.values();
        let files = packages.flat_map(|package| {
            let code = package
                .record
                .keys()
                .filter(|path| path.ends_with(".py") || path.ends_with(".so"));
            code.map(|path| absolute(site(package), path))
        });
        let folders = python.path.iter().chain([&python.prefix, &python.executable]).cloned();
        let folders = folders.chain(READ_BY_ALL.map(str::to_owned));
        // Sources that are not installed, in the folders that Python looks into.
        let sources = python.path.iter().filter(|folder| !folder.ends_with("-packages"));
        let sources = sources.flat_map(|folder| {
            let below = built
                .files
                .under(folder)
                .into_iter()
                .filter(|path| path.ends_with(".py"));
            below.map(move |path| format!("{folder}/{path}"))
        });
        let paths = folders
            .chain(files)
            .chain(sources)
            .filter_map(|path| built.files.resolve(&path));
        let is_own = |owner: &str| owner == user;
        let mut closed = built.tree().closed_to(paths, &is_own, &NoCheckout);
        let (closed, path) = closed.next()?;
        Some(problem(&closed, &path, (side.title(), &user)))
    });
    found.collect()
}
