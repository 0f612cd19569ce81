use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem, count};
use evidence::built::At;
use facts::{Pair, Side};

pub const RULE: Rule = Rule {
    id: "rights-too-wide",
    aspect: Aspect::Runtime,
    level: Level::Warning,
    what: "a built image has a program that runs with the rights of its owner, or code that every user can change",
    why: "whoever gets into the container can become root, or replace what the service runs",
    example: "RUN chmod -R 777 /opt/venv",
    fix: "remove the bit: `chmod u-s`, `chmod -R go-w`",
    check: Check::Images(check),
};

const SET_ID: u32 = 0o6000;
const OF_OTHERS: u32 = 0o002;

/// As many as a person reads.
const SHOWN: usize = 5;

fn check(pair: &Pair<'_>) -> Vec<Problem> {
    pair.sides()
        .iter()
        .flat_map(|side| set_id(side).into_iter().chain(writable(side)))
        .collect()
}

/// Distributions have a few, which their packages bring.
fn set_id(side: &Side<'_>) -> Vec<Problem> {
    let built = side.built;
    let is_of_system = |path: &str| {
        built.system.owner(path).is_some_and(|package| USUAL.contains(&package)) || !built.system.lists_files()
    };
    let files = built.files.entries();
    let found = files.filter(|(path, at, meta)| *at == At::File && meta.mode & SET_ID != 0 && !is_of_system(path));
    found
        .map(|(path, _, meta)| {
            let message = format!(
                "`{path}` in {} runs with the rights of its owner (mode {:o})",
                side.name, meta.mode
            );
            Problem::warning(message)
                .at(side.place())
                .remedy(format!("run `chmod ug-s {path}`"))
        })
        .collect()
}

/// The packages of Debian that bring programs for everybody to become another user.
const USUAL: [&str; 10] = [
    "cron",
    "dbus",
    "libpam-modules-bin",
    "login",
    "mount",
    "openssh-client",
    "passwd",
    "sudo",
    "util-linux",
    "utempter",
];

/// What Python loads, by its folders and files.
fn writable(side: &Side<'_>) -> Option<Problem> {
    let python = side.built.python.as_ref()?;
    let folders: Vec<String> = python
        .path
        .iter()
        .chain(&python.standard)
        .chain([&python.prefix])
        .filter_map(|folder| side.built.files.resolve(folder))
        .filter(|folder| !matches!(folder.as_str(), "/" | "/usr" | "/tmp"))
        .collect();
    let is_loaded = |path: &str| {
        folders.iter().any(|folder| {
            path.strip_prefix(folder.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    let files = side.built.files.entries();
    let found: Vec<&str> = files
        .filter(|(_, at, meta)| matches!(at, At::File | At::Folder) && meta.mode & OF_OTHERS != 0)
        .map(|(path, _, _)| path)
        .filter(|path| is_loaded(path))
        .collect();
    let first = found.first()?;
    let verb = if found.len() == 1 { "is" } else { "are" };
    let message = format!(
        "{} that the Python of {} loads {verb} writable by every user, such as `{first}`",
        count(found.len(), "path"),
        side.name
    );
    let problem = Problem::warning(message)
        .at(side.place())
        .remedy(format!("run `chmod -R go-w {first}`"));
    let rest = found.iter().skip(1).take(SHOWN);
    Some(rest.map(|path| format!("also `{path}`")).fold(problem, Problem::note))
}
