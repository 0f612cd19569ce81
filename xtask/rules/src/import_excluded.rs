use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::code::When;
use facts::{Member, Subject, base_image::python_of as python};
use formats::PackageName;
use python::marker::{Environment, Marker};

pub const RULE: Rule = Rule {
    id: "import-excluded",
    aspect: Aspect::Libs,
    level: Level::Error,
    what: "a service or lib imports a package that a marker excludes from the production image",
    why: "the install skips it silently, and the container fails on the import",
    example: "`import httpx`, with `httpx ; python_version < \"3.12\"` in the manifest and FROM python:3.13-slim in Dockerfile",
    fix: "widen the marker and lock again, or import it under `try` with `except ImportError`",
    check: Check::Package(check),
};

fn check(member: &Member<'_>) -> Vec<Problem> {
    let needed = member.imports.iter().filter(|(_, import)| import.when == When::Always);
    let third_party = needed.filter(|(name, _)| !member.libs.contains_key(name));
    let found = third_party.filter_map(|(name, import)| {
        let mut services = member.services.iter();
        let (subject, marker, base) = services.find_map(|subject| {
            let (marker, base) = excluded(subject, name)?;
            Some((subject, marker, base))
        })?;
        if member.may_be_there(name.as_str()) {
            return None;
        }
        let (of, to) = (&member.package.name, &subject.service.package.name);
        let message = format!("`{of}` imports `{name}`, which is only installed where `{marker}`");
        let image = subject.prod.as_ref()?;
        let problem = Problem::error(message).at(import.place.clone()).at(image
            .base
            .place
            .clone()
            .label(format!("`{to}` runs with Python {}.{}", base.0, base.1)));
        let mut dependencies = member.package.manifest.main.iter();
        Some(match dependencies.find(|dependency| dependency.name.value == *name) {
            Some(line) => problem.at(line.name.place.clone().label("with its marker")),
            None => problem.note("another package requires it, if it is installed at all"),
        })
    });
    found.collect()
}

/// The marker that keeps a package out of the production image of a service, and the Python of that image.
fn excluded(subject: &Subject<'_>, name: &PackageName) -> Option<(Marker, (u64, u64))> {
    let image = subject.prod.as_ref()?;
    // Hardly any package has a marker.
    let marker = subject.installed_where(name).filter(|marker| !marker.is_true())?;
    let (major, minor) = python(&image.base.value)?;
    // Patch releases and processors are not told by the tag.
    let may_hold = |marker: Marker| {
        ["0", "99"].iter().any(|patch| {
            let version = format!("{major}.{minor}.{patch}");
            let mut machines = ["x86_64", "aarch64"].iter();
            machines.any(|machine| marker.evaluate(&Environment::linux(&version, machine)))
        })
    };
    // A Python that the lock is not for at all is another rule.
    let is_locked_for = || Some(may_hold(Marker::python(&subject.lock()?.python)));
    (!may_hold(marker) && is_locked_for()? && !subject.has_by_group(name)).then_some((marker, (major, minor)))
}
