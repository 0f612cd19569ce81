use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem, count};
use evidence::built::At;
use facts::{Pair, Side, owned::site};
use formats::absolute;

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
        .flat_map(|side| {
            let of_accounts = roots(side).chain(mixed(side));
            set_id(side).into_iter().chain(writable(side)).chain(of_accounts)
        })
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

/// Accounts that are root by another name.
fn roots(side: &Side<'_>) -> impl Iterator<Item = Problem> {
    let accounts = side.built.accounts();
    accounts
        .filter(|account| account.number == 0 && account.name != "root")
        .map(|account| {
            let message = format!(
                "`{}` in /etc/passwd of {} has the number of root",
                account.name, side.name
            );
            let problem = Problem::error(message).at(side.place());
            problem.remedy("remove the account, or give it a number of its own")
        })
}

/// Packages of which the user of production owns some files and somebody else the rest: an install gives all to one.
fn mixed(side: &Side<'_>) -> Vec<Problem> {
    let built = side.built;
    let Some(user) = built.runs_as().filter(|_| side.name == "production") else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for package in built.distributions.values() {
        let files = package
            .record
            .keys()
            .filter(|path| path.ends_with(".py") || path.ends_with(".so"));
        let paths = files.map(|path| absolute(site(package), path));
        let (own, others): (Vec<String>, Vec<String>) =
            paths.filter(|path| built.files.is_file(path)).partition(|path| {
                built
                    .files
                    .meta(path)
                    .is_some_and(|meta| meta.owner.to_string() == user)
            });
        if let (Some(first), false) = (own.first(), others.is_empty()) {
            let message = format!(
                "{} of `{}` in {} {} to the user that it runs as, and the rest does not: `{first}`",
                count(own.len(), "file"),
                package.name,
                side.name,
                if own.len() == 1 { "belongs" } else { "belong" }
            );
            let problem = Problem::warning(message).at(side.place());
            found.push(problem.remedy("leave installed files to root: `chown -R root:root`"));
        }
    }
    found
}

/// What Python loads, by its folders and files, and the settings of the system.
fn writable(side: &Side<'_>) -> Option<Problem> {
    let python = side.built.interpreter.as_ref()?;
    let settings = "/etc".to_owned();
    let folders: Vec<String> = python
        .path
        .iter()
        .chain(&python.standard)
        .chain([&python.prefix, &settings])
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
        "{} that the Python of {} reads {verb} writable by every user, such as `{first}`",
        count(found.len(), "path"),
        side.name
    );
    let problem = Problem::warning(message)
        .at(side.place())
        .remedy(format!("run `chmod -R go-w {first}`"));
    let rest = found.iter().skip(1).take(SHOWN);
    Some(rest.map(|path| format!("also `{path}`")).fold(problem, Problem::note))
}
