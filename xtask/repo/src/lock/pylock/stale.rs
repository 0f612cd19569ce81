use crate::{
    lock::{Lock, LockedPackage, LockedSource, Manager, pdm},
    manifest::{Dependency, DependencySource, Manifest},
};
use diagnostics::{Place, Problem};
use python::constraint::VersionSet;

/// Whether the manifest asks for what the lock does not have: the problem that says so. Only PDM adds a digest of the manifest
/// to a `pylock.toml`; in those of other programs, what was removed from the manifest is not noticed.
pub fn stale(manifest: &Manifest, lock: &Lock) -> Option<Problem> {
    if let Some(problem) = pdm::stale(manifest, lock) {
        return Some(problem);
    }
    let offers = lock.offers.as_ref()?;
    let is_of_main = |asked: &&Dependency| asked.extra.as_ref().is_none_or(|extra| offers.extras.contains(extra));
    let main = manifest.main.iter().filter(|asked| !asked.optional).filter(is_of_main);
    let groups = manifest.groups.iter().filter(|(name, _)| offers.groups.contains(*name));
    let groups = groups.flat_map(|(_, group)| &group.dependencies);
    let (asked, locked) = main
        .chain(groups)
        .find_map(|asked| Some((asked, unmet(asked, lock)?)))?;
    let (path, of) = (lock.source.path(), manifest.source.path());
    let name = &asked.name.value;
    let problem = Problem::error(format!("`{path}` is stale: it does not have what `{of}` requires"));
    let problem = match locked {
        Some(package) => problem.at(asked.name.place.clone().label("asked for")).at(package
            .version
            .place
            .clone()
            .label(format!("{name} {} is locked", package.version.value))),
        None => problem
            .at(asked.name.place.clone().label("not locked"))
            .at(Place::File(path.to_owned())),
    };
    Some(problem.remedy(format!("{}, and commit `{path}`", Manager::Pylock.relock_beside(of))))
}

/// The version that is locked in place of the one that is asked for, or nothing of that name.
fn unmet<'a>(asked: &Dependency, lock: &'a Lock) -> Option<Option<&'a LockedPackage>> {
    let mut same = lock
        .packages
        .iter()
        .filter(|package| package.name == asked.name.value)
        .peekable();
    let Some(first) = same.peek().copied() else {
        // What is not for the environments of the lock is not in it.
        let is_conditional = asked.marker.is_some() || asked.python.is_some() || asked.platform.is_some();
        return (!is_conditional && asked.name.value.as_str() != "python").then_some(None);
    };
    if !matches!(asked.source, DependencySource::Index(_)) {
        return None;
    }
    let constraint = asked.constraint.as_ref()?;
    let allowed = VersionSet::parse(&constraint.text.value, constraint.dialect).ok()?;
    // A folder has the version that its manifest has now.
    let is_met = |package: &LockedPackage| {
        allowed.contains(&package.number) || matches!(package.source, LockedSource::Directory { .. })
    };
    (!same.any(is_met)).then_some(Some(first))
}
