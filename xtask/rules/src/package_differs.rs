use std::collections::{BTreeMap, BTreeSet};

use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Place, Problem};
use evidence::image::{Image, Placed, Reach};
use facts::Subject;
use formats::{
    PackageName,
    requirements::{Entry, RequirementFile},
};

pub const RULE: Rule = Rule {
    id: "package-differs",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "the two images install different versions or archives of a package, or only one of them has it though both need it",
    why: "production does not run the packages that development was tested with",
    example: "httpx==0.27.2 in requirements-dev.txt, httpx==0.28.1 in requirements.txt",
    fix: "install the same requirement file in both images, and the development packages from a second file",
    check: Check::Service(check),
};

/// A package as one image installs it, whatever the file.
#[derive(Default)]
struct Pinned<'a> {
    versions: BTreeSet<&'a str>,
    entries: Vec<(&'a RequirementFile, &'a Entry)>,
    place: Option<Place>,
}

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = subject.both() else {
        return Vec::new();
    };
    let (in_dev, in_prod) = (pinned(subject, dev), pinned(subject, prod));
    let mut found = Vec::new();
    for (name, ours) in &in_prod {
        let Some(theirs) = in_dev.get(name) else {
            found.extend(in_production_alone(subject, name, ours, in_dev.is_empty()));
            continue;
        };
        let what = if ours.versions != theirs.versions {
            format!("{} in development, {} in production", list(theirs), list(ours))
        } else if have_no_archive_in_common(ours, theirs) {
            format!("{} in both, and no archive is allowed in both", list(ours))
        } else {
            continue;
        };
        let mut problem = Problem::error(format!("`{name}` differs: {what}"));
        problem
            .places
            .extend(shown(theirs, ours).map(|place| place.label("development")));
        problem
            .places
            .extend(shown(ours, theirs).map(|place| place.label("production")));
        found.push(problem);
    }
    found.extend(lost_in_production(subject, &in_dev, &in_prod));
    found
}

/// Packages that development has because of a package that both have, where the files of production name everything that it installs.
fn lost_in_production(
    subject: &Subject<'_>,
    in_dev: &BTreeMap<PackageName, Pinned<'_>>,
    in_prod: &BTreeMap<PackageName, Pinned<'_>>,
) -> Vec<Problem> {
    let mut files = in_prod
        .values()
        .flat_map(|pinned| &pinned.entries)
        .map(|(file, _)| *file);
    if subject.lock().is_some() || !files.all(RequirementFile::is_complete) {
        return Vec::new();
    }
    let lost = in_dev.iter().filter(|(name, _)| !in_prod.contains_key(*name));
    let lost = lost.filter_map(|(name, theirs)| {
        let mut needed_by = theirs.entries.iter().flat_map(|(file, entry)| file.needed_by(entry));
        let by = needed_by.find(|by| in_prod.contains_key(by))?;
        let message = format!("`{name}` is only in development, and `{by}`, which both images have, needs it there");
        let problem = Problem::warning(message).at(theirs.place.clone()?);
        Some(problem.remedy(format!(
            "compile both files from one input, or ask for the same extras of `{by}` in both"
        )))
    });
    lost.collect()
}

/// Where the lock has it for production, that development lacks it is another rule.
fn in_production_alone(
    subject: &Subject<'_>,
    name: &PackageName,
    ours: &Pinned<'_>,
    is_unknown: bool,
) -> Option<Problem> {
    if is_unknown || subject.lock().is_some() {
        return None;
    }
    let problem = Problem::error(format!("`{name}` is only in production"));
    Some(problem.at(ours.place.clone()?))
}

fn pinned<'a>(subject: &'a Subject<'_>, image: &'a Image) -> BTreeMap<PackageName, Pinned<'a>> {
    let mut pinned: BTreeMap<PackageName, Pinned<'a>> = BTreeMap::new();
    let inside = image.installs.iter().filter(|install| install.reach <= Reach::Copied);
    for Placed { what: install, reach } in inside {
        for file in install
            .files
            .iter()
            .filter_map(|file| subject.requirements.get(file.path.as_ref()?))
        {
            for entry in file.entries.iter().filter(|entry| entry.is_pinned) {
                let known = pinned.entry(entry.name.value.clone()).or_default();
                known.versions.extend(entry.version.as_deref());
                known.entries.push((file, entry));
                known.place.get_or_insert_with(|| entry.name.place.clone());
            }
        }
        // What is named in a stage that only some of is copied out of is mostly a tool of that stage.
        if *reach != Reach::Chain {
            continue;
        }
        for (name, version) in install.packages.iter().filter_map(|package| package.split_once("==")) {
            let name = name.split('[').next().and_then(PackageName::parse);
            if let Some(name) = name {
                let known = pinned.entry(name).or_default();
                known
                    .versions
                    .insert(version.split(';').next().unwrap_or_default().trim());
                known.place.get_or_insert_with(|| install.place.clone());
            }
        }
    }
    pinned
}

fn have_no_archive_in_common(ours: &Pinned<'_>, theirs: &Pinned<'_>) -> bool {
    // Mostly it is the same line of the same file.
    let same = |entry: &Entry| theirs.entries.iter().any(|(_, other)| std::ptr::eq(*other, entry));
    if ours.entries.iter().any(|(_, entry)| same(entry)) {
        return false;
    }
    let hashes = |pinned: &Pinned<'_>| -> BTreeSet<String> {
        let entries = pinned.entries.iter();
        entries
            .flat_map(|(file, entry)| file.hashes(entry).map(str::to_owned))
            .collect()
    };
    let (ours, theirs) = (hashes(ours), hashes(theirs));
    !ours.is_empty() && !theirs.is_empty() && ours.is_disjoint(&theirs)
}

/// The line that the other image does not have, where there are several.
fn shown(ours: &Pinned<'_>, theirs: &Pinned<'_>) -> Option<Place> {
    let is_own = |entry: &Entry| !theirs.versions.contains(entry.version.as_deref().unwrap_or_default());
    let own = ours.entries.iter().find(|(_, entry)| is_own(entry));
    own.map(|(_, entry)| entry.name.place.clone())
        .or_else(|| ours.place.clone())
}

fn list(pinned: &Pinned<'_>) -> String {
    let versions: Vec<&str> = pinned.versions.iter().copied().collect();
    versions.join(" and ")
}
