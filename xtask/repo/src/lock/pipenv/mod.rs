//! `Pipfile.lock`, specification 6: for each category of the Pipfile, all packages that it comes to.
//!
//! `default` is what runs in production and `develop` what `--dev` adds; both are noted as groups, as in format 2.1 of Poetry.

mod entry;
mod stale;

use formats::normalised;
use std::collections::BTreeMap;

use super::{Format, Lock, LockedPackage, uv};
use crate::manifest::MAIN;
use diagnostics::{Located, Problem, Source};
use formats::json::{self, Value};
use python::constraint::VersionSet;
pub(super) use stale::stale;

/// The group that `[dev-packages]` is.
pub const DEV: &str = "dev-packages";
/// What the lock says about itself.
const META: &str = "_meta";
const REMEDY: &str = "run `pipenv lock`, to write the lock again";

/// Reads a lock. Either all of it is understood, or everything that is not is reported.
pub fn read(source: &Source) -> Result<Lock, Vec<Problem>> {
    let path = source.path();
    let root = json::parse(source).map_err(|problem| vec![problem.remedy(REMEDY)])?;
    let Value::Object(sections) = &root.value else {
        let problem = Problem::error(format!("`{path}` is not a lock of Pipenv: it is not a JSON object"));
        return Err(vec![problem.at(source.place(root.span)).remedy(REMEDY)]);
    };
    let Some(meta) = root.get(META) else {
        let problem = Problem::error(format!("`{path}` is not a lock of Pipenv: it has no `{META}`"));
        return Err(vec![problem.at(source.place(0..0)).remedy(REMEDY)]);
    };
    let hash = meta.get("hash").and_then(|hash| hash.get("sha256"));
    let hash = hash.and_then(|hash| hash.located(source));
    let mut problems = Vec::new();
    let mut packages: Vec<LockedPackage> = Vec::new();
    let mut by_release = BTreeMap::new();
    for (section, _, node) in sections.iter().filter(|(section, ..)| section != META) {
        let Value::Object(entries) = &node.value else {
            let problem = Problem::error(format!("`{section}` is not an object of packages"));
            problems.push(problem.at(source.place(node.span.clone())));
            continue;
        };
        let group = group(section);
        for (name, span, node) in entries {
            let place = source.place(span.start + 1..span.end - 1);
            let Some((package, marker)) = entry::read(source, Located { value: name, place }, node, &mut problems)
            else {
                continue;
            };
            let release = (package.name.clone(), package.number.clone());
            let index = *by_release.entry(release).or_insert_with(|| {
                packages.push(package);
                packages.len() - 1
            });
            packages[index].groups.insert(group.clone(), marker);
        }
    }
    let lock = Lock {
        source: source.clone(),
        format: Format::Pipenv,
        generator: None,
        content_hash: hash.unwrap_or_else(|| Located {
            value: String::new(),
            place: source.place(meta.span.clone()),
        }),
        python: VersionSet::any(),
        packages,
        extras: BTreeMap::new(),
        uv: None,
        conflicts: uv::Conflicts::default(),
        indexes: Vec::new(),
        offers: None,
        fresh_for: Default::default(),
    };
    if problems.is_empty() {
        Ok(lock)
    } else {
        Err(problems.into_iter().map(|problem| problem.remedy(REMEDY)).collect())
    }
}

/// A category by the name that the Pipfile has for it.
fn group(section: &str) -> String {
    match section {
        "default" => MAIN.to_owned(),
        "develop" => DEV.to_owned(),
        other => normalised(other),
    }
}
