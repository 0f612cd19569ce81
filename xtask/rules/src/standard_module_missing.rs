use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use evidence::code::{Imported, Since, When, added_in, removed_in};
use facts::{Member, base_image::python_of, named_installs::NamedInstalls, top};
use formats::PackageName;

pub const RULE: Rule = Rule {
    id: "standard-module-missing",
    aspect: Aspect::Libs,
    level: Level::Error,
    what: "a service or lib imports a module of the standard library, or a name from one, that the Python of an image does not have",
    why: "Python fails with `ImportError` when it gets there",
    example: "`import cgi`, which left Python with 3.13, or `from warnings import deprecated`, which came with it",
    fix: "replace the module, declare a package that brings it, or import it under `try` with `except ImportError`",
    check: Check::Package(check),
};

/// Packages that bring a removed module, beside those that are called `standard-NAME`.
const STAND_INS: [(&str, &str); 6] = [
    ("asynchat", "pyasynchat"),
    ("asyncore", "pyasyncore"),
    ("audioop", "audioop-lts"),
    ("cgi", "legacy-cgi"),
    ("cgitb", "legacy-cgi"),
    ("distutils", "setuptools"),
];

fn check(member: &Member<'_>) -> Vec<Problem> {
    let mut found: Vec<(&str, Problem)> = Vec::new();
    for (path, import) in &member.code.imports {
        let (removed, added) = (removed_in(path), added_in(path));
        let Some((name, _)) = removed.or(added) else { continue };
        let is_known = found.iter().any(|(known, _)| *known == name);
        if import.when != When::Always || is_known {
            continue;
        }
        // Hardly a module left the standard library, and who else brings one takes long to find out.
        let missing = missing(member, name, (removed, added), import).filter(|_| !is_brought(member, top(path)));
        found.extend(missing.map(|problem| (name, problem)));
    }
    found.into_iter().map(|(_, problem)| problem).collect()
}

fn missing(
    member: &Member<'_>,
    name: &str,
    (removed, added): (Option<Since>, Option<Since>),
    import: &Imported,
) -> Option<Problem> {
    let (removed, added) = (removed.map(|(_, first)| first), added.map(|(_, first)| first));
    let lacks = |python| removed.is_some_and(|first| python >= first) || added.is_some_and(|first| python < first);
    let images = member.services.iter().flat_map(|subject| subject.images());
    let lacking: Vec<_> = images
        .filter_map(|image| Some((image, python_of(&image.base.value)?)))
        .filter(|(_, python)| lacks(*python))
        .collect();
    let &(_, (major, minor)) = lacking.first()?;
    let message = format!(
        "`{}` imports `{name}`, which Python {major}.{minor} does not have",
        member.package.name
    );
    let note = match (removed, added) {
        (Some((major, minor)), _) => format!("it left the standard library with Python {major}.{minor}"),
        (None, Some((major, minor))) => format!("it is new in Python {major}.{minor}"),
        (None, None) => return None,
    };
    let problem = Problem::error(message).at(import.place.clone()).note(note);
    let places = lacking
        .iter()
        .map(|(image, (major, minor))| image.base.place.clone().label(format!("Python {major}.{minor}")));
    Some(places.take(2).fold(problem, Problem::at))
}

/// Whether the repository or a locked package brings a module of that name.
fn is_brought(member: &Member<'_>, module: &str) -> bool {
    let own = member.code.provides(module) || member.libs.values().any(|lib| lib.code.provides(module));
    let stand_in = STAND_INS.iter().find(|(name, _)| *name == module);
    let names = [
        Some(format!("standard-{module}")),
        stand_in.map(|(_, name)| (*name).to_owned()),
    ];
    let mut names = names.into_iter().flatten().filter_map(|name| PackageName::parse(&name));
    own || names.any(|name| member.is_in_lock(&name)) || member.may_be_there(module) || may_be_unlocked(member, module)
}

/// Whether a service without a lock may install it.
fn may_be_unlocked(member: &Member<'_>, module: &str) -> bool {
    let unlocked = member.services.iter().filter(|subject| subject.lock().is_none());
    let mut images = unlocked.flat_map(|subject| subject.images().map(move |image| (subject, image)));
    images.any(|(subject, image)| NamedInstalls::of(subject, image).is_none_or(|named| named.may_bring(module)))
}
