//! What a finished wheel has to be before anyone gets it: named as ordered, whole, free of what does not belong in it, and
//! installable elsewhere.

use std::str::FromStr;

use pep440_rs::Version;

use super::{
    Order,
    hook::{Archive, Kind},
};
use diagnostics::{Located, Place, Problem};
use formats::PackageName;
use python::constraint::{Dialect, VersionSet};
use python::metadata::Metadata;
use repo::manifest::{Dependency, DependencySource};

/// A wheel is `NAME-VERSION-TAGS.whl` (PEP 427, PEP 491), a source archive `NAME-VERSION.tar.gz` (PEP 625): the name
/// normalised, with `_` for `-`.
pub fn names(order: &Order, archive: &Archive, problems: &mut Vec<Problem>) {
    let name = archive
        .path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let stem = match archive.kind {
        Kind::Wheel => name.strip_suffix(".whl"),
        Kind::Sdist => name.strip_suffix(".tar.gz"),
    };
    let mut parts = stem.unwrap_or_default().splitn(3, '-');
    let is_name = parts.next().and_then(PackageName::parse).as_ref() == Some(&order.name);
    let version = parts.next().and_then(|version| Version::from_str(version).ok());
    if stem.is_none() || !is_name || version.as_ref() != Some(&order.version) {
        problems.push(about(
            order,
            format!(
                "the backend named its archive `{name}`, which is not `{}` {}",
                order.name, order.version
            ),
        ));
    }
}

pub fn wheel(order: &Order, wheel: &Archive, metadata: &Metadata, problems: &mut Vec<Problem>) {
    let is_named = PackageName::parse(&metadata.name).as_ref() == Some(&order.name);
    if !is_named || Version::from_str(&metadata.version).ok().as_ref() != Some(&order.version) {
        problems.push(about(
            order,
            format!(
                "`METADATA` of the wheel says `{}` {}, the manifest says `{}` {}",
                metadata.name, metadata.version, order.name, order.version
            ),
        ));
    }
    members(order, wheel, metadata, problems);
    requirements(order, metadata, problems);
}

fn members(order: &Order, wheel: &Archive, metadata: &Metadata, problems: &mut Vec<Problem>) {
    for member in &wheel.members {
        if let Some(why) = stray(member) {
            problems.push(
                about(order, format!("the wheel contains `{member}`, {why}"))
                    .remedy("tell the build backend which packages to take"),
            );
        }
    }
    let inputs = || order.inputs.files.iter().map(|file| &file.path);
    let has = |ending: &str| {
        wheel
            .members
            .iter()
            .any(|member| member == ending || member.ends_with(&format!("/{ending}")))
    };
    for typed in inputs().filter(|path| path.file_name() == "py.typed") {
        let package = format!("{}/py.typed", typed.parent().file_name());
        if !has(&package) {
            problems.push(
                about(
                    order,
                    format!("the wheel lacks `{package}`: type checkers will not see its types (PEP 561)"),
                )
                .remedy("include it in the package data"),
            );
        }
    }
    for licence in inputs().filter(|path| is_licence(path.file_name()) && path.parent() == order.dir) {
        let is_inside = wheel
            .members
            .iter()
            .any(|member| member.contains(".dist-info/") && member.rsplit('/').next() == Some(licence.file_name()));
        if !is_inside {
            problems.push(
                about(order, format!("the wheel lacks the licence `{licence}` (PEP 639)")).remedy(format!(
                    "name it in `[project]`: `license-files = [\"{}\"]`",
                    licence.file_name()
                )),
            );
        }
    }
    for licence in &metadata.license_files {
        if !has(licence) {
            problems.push(about(
                order,
                format!("`METADATA` names the licence `{licence}`, which the wheel lacks"),
            ));
        }
    }
}

/// Why a file does not belong in a wheel.
fn stray(member: &str) -> Option<&'static str> {
    let top = member.split('/').next().unwrap_or_default();
    if ["tests", "test", "docs", "build", "dist"].contains(&top) && member.contains('/') {
        return Some("a folder that any other package could provide too");
    }
    if member.split('/').any(|part| part == "__pycache__") || member.ends_with(".pyc") {
        return Some("which Python writes by itself");
    }
    let is_unsafe = member.starts_with('/') || member.split('/').any(|part| part == "..") || member.contains('\\');
    is_unsafe.then_some("which is outside of the folder that it is unpacked to")
}

fn is_licence(name: &str) -> bool {
    ["LICENSE", "LICENCE", "COPYING", "NOTICE"]
        .iter()
        .any(|start| name.starts_with(start))
}

/// Nothing may lead to the machine that built it, and siblings are required by a range that holds what is beside them.
fn requirements(order: &Order, metadata: &Metadata, problems: &mut Vec<Problem>) {
    let place = Place::File(order.dir.child("pyproject.toml").to_string());
    let mut unreadable = Vec::new();
    let parsed = metadata.requirements.iter().filter_map(|text| {
        let located = Located {
            value: text.clone(),
            place: place.clone(),
        };
        Some((text, Dependency::pep508(located, &mut unreadable)?))
    });
    let required: Vec<(&String, Dependency)> = parsed.collect();
    problems.extend(unreadable);
    for (text, dependency) in &required {
        match &dependency.source {
            DependencySource::Index(_) | DependencySource::Workspace { .. } => {}
            DependencySource::Path { .. } => problems.push(by_address(order, text).remedy(format!(
                "set the range in `[project] dependencies`: `\"{}>=…,<…\"`, and keep the path in `[tool.poetry.dependencies]`",
                dependency.name.value
            ))),
            DependencySource::Git { .. } | DependencySource::Url(_) => problems.push(by_address(order, text).remedy(format!(
                "require a range of published versions: `\"{}>=…,<…\"`",
                dependency.name.value
            ))),
        }
    }
    for (sibling, version) in &order.siblings {
        let mut found = required
            .iter()
            .filter(|(_, dependency)| dependency.name.value == *sibling)
            .peekable();
        if found.peek().is_none() {
            problems.push(
                about(
                    order,
                    format!("the wheel does not require `{sibling}`, which the lib takes by path"),
                )
                .remedy(format!(
                    "add `\"{sibling}{}\"` to `[project] dependencies`",
                    range(version)
                )),
            );
        }
        for (text, dependency) in found {
            let Some(constraint) = &dependency.constraint else {
                problems.push(
                    about(order, format!("the wheel requires `{sibling}` at any version"))
                        .remedy(format!("require `\"{sibling}{}\"`", range(version))),
                );
                continue;
            };
            let allowed = VersionSet::parse(&constraint.text.value, Dialect::Pep440);
            if !allowed.is_ok_and(|allowed| allowed.contains(version)) {
                problems.push(
                    about(
                        order,
                        format!("the wheel requires `{text}`, but `{sibling}` here is {version}"),
                    )
                    .note("the two cannot be installed together")
                    .remedy(format!("require `\"{sibling}{}\"`", range(version))),
                );
            }
        }
    }
}

fn by_address(order: &Order, requirement: &str) -> Problem {
    about(
        order,
        format!("the wheel requires `{requirement}`, which indexes reject and few machines have"),
    )
    .note("wheels require packages by name and version")
}

/// `>=1.2,<2`, `>=0.1,<0.2`: from this minor version up to what may break.
fn range(version: &Version) -> String {
    let part = |index: usize| version.release().get(index).copied().unwrap_or(0);
    match (part(0), part(1)) {
        (0, minor) => format!(">=0.{minor},<0.{}", minor + 1),
        (major, minor) => format!(">={major}.{minor},<{}", major + 1),
    }
}

fn about(order: &Order, message: String) -> Problem {
    Problem::error(message).at(Place::File(order.dir.child("pyproject.toml").to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strays_are_known() {
        for member in [
            "tests/test_a.py",
            "a/__pycache__/b.py",
            "a.pyc",
            "../a.py",
            "/etc/a",
            "a\\b",
        ] {
            assert!(stray(member).is_some(), "{member}");
        }
        for member in ["core/tests.py", "core/py.typed", "core-1.0.dist-info/RECORD", "test.py"] {
            assert_eq!(stray(member), None, "{member}");
        }
    }

    #[test]
    fn ranges_end_before_what_may_break() {
        assert_eq!(range(&"0.1.4".parse().unwrap()), ">=0.1,<0.2");
        assert_eq!(range(&"2.3".parse().unwrap()), ">=2.3,<3");
    }
}
