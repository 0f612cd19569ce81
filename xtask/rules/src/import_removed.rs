use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::image::python_of;
use facts::{Member, Subject, top};
use python_imports::When;

pub const RULE: Rule = Rule {
    id: "import-removed",
    aspect: Aspect::Libs,
    level: Level::Error,
    what: "a service or lib imports a module that the Python of its images no longer has",
    why: "that import fails: the module left the standard library with an earlier version",
    example: "`import cgi` in src/, and FROM python:3.13-slim",
    fix: "use what replaces the module, or lock a package that brings it, such as `legacy-cgi`",
    check: Check::Package(check),
};

/// Modules with the minor version of Python 3 that lacks them, from the documentation of Python.
const REMOVED: [(&str, u64); 29] = [
    ("aifc", 13),
    ("asynchat", 12),
    ("asyncore", 12),
    ("audioop", 13),
    ("binhex", 11),
    ("cgi", 13),
    ("cgitb", 13),
    ("chunk", 13),
    ("crypt", 13),
    ("distutils", 12),
    ("formatter", 10),
    ("imghdr", 13),
    ("imp", 12),
    ("lib2to3", 13),
    ("mailcap", 13),
    ("msilib", 13),
    ("nis", 13),
    ("nntplib", 13),
    ("ossaudiodev", 13),
    ("parser", 10),
    ("pipes", 13),
    ("smtpd", 12),
    ("sndhdr", 13),
    ("spwd", 13),
    ("sunau", 13),
    ("symbol", 10),
    ("telnetlib", 13),
    ("uu", 13),
    ("xdrlib", 13),
];

fn check(member: &Member<'_>) -> Vec<Problem> {
    let pythons = member.services.iter().flat_map(|subject| subject.images());
    let pythons = pythons.filter_map(|image| Some((python_of(&image.base.value)?, &image.base.place)));
    let Some(((_, minor), place)) = pythons
        .filter(|((major, _), _)| *major == 3)
        .max_by_key(|(python, _)| *python)
    else {
        return Vec::new();
    };
    let mut found: Vec<(&str, Problem)> = Vec::new();
    for (path, import) in member
        .code
        .imports
        .iter()
        .filter(|(_, import)| import.when == When::Always)
    {
        let module = top(path);
        let removed = REMOVED.iter().find(|(name, _)| *name == module);
        let Some((_, without)) = removed.filter(|(_, without)| minor >= *without) else {
            continue;
        };
        // What the repository or a package has under that name is another module.
        let is_own = member.code.provides(path) || member.libs.values().any(|lib| lib.code.provides(path));
        let is_brought = member.services.iter().all(|subject| brings(subject, module));
        if is_own || is_brought || found.iter().any(|(known, _)| *known == module) {
            continue;
        }
        let message = format!(
            "`{}` imports `{module}`, which Python 3.{minor} does not have: it is gone since 3.{without}",
            member.package.name
        );
        let problem = Problem::error(message).at(import.place.clone());
        found.push((module, problem.at(place.clone().label("the image"))));
    }
    found.into_iter().map(|(_, problem)| problem).collect()
}

/// Whether production has a package that brings a module which Python had: `legacy-cgi`, `standard-imghdr`, `setuptools`.
fn brings(subject: &Subject<'_>, module: &str) -> bool {
    let Some(main) = subject.main() else { return true };
    let mut names = main.iter().map(|name| name.as_str());
    names.any(|name| {
        name.contains(module)
            || (module == "distutils" && name == "setuptools")
            || (module == "cgitb" && name == "legacy-cgi")
    })
}
