use ::image::{Module, Start};

use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use facts::{
    Subject,
    own_code::{OwnCode, Side},
    own_options, program,
    server_options::Server,
    volumes::is_over,
};
use formats::absolute;

pub const RULE: Rule = Rule {
    id: "command-refused",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "the command of an image passes an option that the program refuses, or that needs a package or a file that the image lacks",
    why: "the program ends as soon as it starts",
    example: "`uvicorn web.main:app --loop uvloop`, and no lock has uvloop; `--every 5`, and the option is called `--interval`",
    fix: "correct the option, or add the package or the file to the image",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let own = OwnCode::of(subject);
    let mut found: Vec<Problem> = Vec::new();
    for side in own.sides() {
        let Some(said) = side
            .image
            .config
            .command
            .as_ref()
            .or(side.image.config.entrypoint.as_ref())
        else {
            continue;
        };
        let words = side.image.program();
        let mut messages = Vec::new();
        if let Some(server) = Server::of(&words) {
            messages.extend(without_package(subject, &side, &server));
            messages.extend(without_file(subject, &side, &server));
            messages.extend(not_a_factory(&own, &side, &server));
        }
        if let Some(option) = own_options::unknown(&own, &side, side.image) {
            let program = &side.loaded.started.program;
            messages.push(format!(
                "the sources of `{program}` define no option `{option}`",
                program = shown(&side, program)
            ));
        }
        for message in messages {
            match found.iter_mut().find(|known| known.message == message) {
                Some(known) => known.places.push(said.place.clone()),
                None => found.push(Problem::error(message).at(said.place.clone())),
            }
        }
    }
    found
}

/// A module is run by Python, and is what people know the program by.
fn shown<'a>(side: &'a Side<'_>, program: &'a str) -> &'a str {
    match &side.loaded.started.start {
        Start::Module(module) if side.loaded.started.is_main => module,
        Start::Module(_) | Start::Script(_) | Start::Unknown => program,
    }
}

fn without_package(subject: &Subject<'_>, side: &Side<'_>, server: &Server<'_>) -> Vec<String> {
    let needs = server.needs().into_iter();
    let missing = needs.filter(|(_, packages)| program::lacks(subject, side.image, packages));
    missing
        .map(|(given, packages)| {
            let (option, value) = (given.option, given.value);
            let package = packages.join("` or `");
            format!("`{option} {value}` needs the package `{package}`, which the image does not install")
        })
        .collect()
}

fn without_file(subject: &Subject<'_>, side: &Side<'_>, server: &Server<'_>) -> Vec<String> {
    let folder = side.image.config.folder();
    let is_missing = |path: &String| {
        let is_mounted = |at: &str| is_over(at, path);
        let by_chart = subject
            .containers()
            .any(|container| container.mounts.iter().any(|at| is_mounted(&at.value)));
        let by_compose = subject.compose.iter().any(|run| !run.code.is_empty());
        let is_absent = matches!(side.loaded.python.file(path), Module::Missing) && !side.image.tree.may_hold(path);
        is_absent && !by_chart && !by_compose
    };
    let files = server.files().into_iter();
    let missing = files.filter(|given| is_missing(&absolute(folder, given.value)));
    missing
        .map(|given| {
            let path = absolute(folder, given.value);
            format!(
                "`{} {}` reads `{path}`, which is not in the image",
                given.option, given.value
            )
        })
        .collect()
}

/// An application is not what makes one: called without arguments, it raises `TypeError`.
fn not_a_factory(own: &OwnCode<'_>, side: &Side<'_>, server: &Server<'_>) -> Option<String> {
    let Start::Module(module) = &side.loaded.started.start else {
        return None;
    };
    let name = side
        .loaded
        .started
        .attribute
        .as_ref()
        .filter(|_| server.has("--factory"))?;
    let source = side.loaded.source(module)?;
    let text = own.text(&source)?;
    let made = text.lines().find_map(|line| {
        let rest = line.strip_prefix(name.as_str())?.trim_start();
        let (_, value) = rest.starts_with([':', '=']).then(|| rest.split_once('='))??;
        let called = value.trim().split('(').next()?.rsplit('.').next()?;
        let class = returned(&text, called).unwrap_or(called);
        APPLICATIONS.contains(&class).then_some(class)
    })?;
    Some(format!(
        "`--factory` calls `{module}:{name}` to make the application, but that is one already: an instance of `{made}`"
    ))
}

/// What a function of the module says that it returns.
fn returned<'t>(text: &'t str, function: &str) -> Option<&'t str> {
    let start = format!("def {function}(");
    let (_, rest) = text.split_once(start.as_str())?;
    let (_, type_) = rest.split_once("\n").unwrap_or((rest, "")).0.split_once("->")?;
    type_.trim().strip_suffix(':')?.rsplit('.').next()
}

/// Classes of applications.
const APPLICATIONS: [&str; 7] = [
    "BlackSheep",
    "FastAPI",
    "Litestar",
    "Quart",
    "Sanic",
    "Starlette",
    "FastMCP",
];
