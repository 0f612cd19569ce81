use std::collections::{BTreeMap, BTreeSet};

use super::{LibFacts, LockState, Subject, Whole};
use crate::{
    evidence::code::{Code, Imported, distribution, well_known},
    repo::{Package, PackageName, lock::Outline, manifest::Dependency},
    report::{Place, Problem},
};

/// A service or a lib, as one package among the others.
pub struct Member<'a> {
    pub package: &'a Package,
    pub code: &'a Code,
    pub libs: &'a BTreeMap<PackageName, LibFacts>,
    /// The services that hold it; the service itself, for a service.
    pub services: Vec<&'a Subject<'a>>,
    pub is_service: bool,
    /// The lock of a lib.
    pub lock: Option<&'a Outline>,
    /// Why its lock is not the one of its manifest.
    pub stale: Option<&'a Problem>,
    /// Whether anything tells which packages there are.
    pub is_locked: bool,
    /// Libs, locked third-party packages and well-known ones that it imports, each with the import that needs it most.
    pub imports: BTreeMap<PackageName, &'a Imported>,
    /// Other services that it imports.
    pub of_services: BTreeMap<PackageName, &'a Imported>,
}

impl<'a> Member<'a> {
    /// Every service that is looked at, and every lib that one of them needs.
    pub fn all(whole: &Whole<'a>) -> Vec<Self> {
        let Some(first) = whole.subjects.first() else {
            return Vec::new();
        };
        let by_module = by_module(first.libs);
        let services = whole.subjects.iter().map(|subject| {
            let locked: BTreeSet<&PackageName> = names(&subject.lock).collect();
            Member {
                package: &subject.service.package,
                code: &subject.code,
                libs: subject.libs,
                services: vec![subject],
                is_service: true,
                lock: None,
                stale: match &subject.lock {
                    LockState::Stale(problem) => Some(problem),
                    LockState::Missing | LockState::Unneeded | LockState::Unreadable | LockState::Fresh(_) => None,
                },
                is_locked: !locked.is_empty(),
                imports: imports(&subject.code, &by_module, &locked),
                of_services: of_services(&subject.code, &subject.service.package, whole.subjects),
            }
        });
        let libs = whole.repo.libs.iter().filter_map(|lib| {
            let needs = |subject: &&Subject<'_>| subject.service.libs.contains(&lib.name);
            let services: Vec<&Subject<'_>> = whole.subjects.iter().filter(needs).collect();
            let libs = services.first()?.libs;
            let facts = libs.get(&lib.name)?;
            let own = facts.lock.iter().flat_map(|lock| &lock.packages).map(|(name, _)| name);
            let locked: BTreeSet<&PackageName> = services
                .iter()
                .flat_map(|subject| names(&subject.lock))
                .chain(own)
                .collect();
            Some(Member {
                package: lib,
                code: &facts.code,
                libs,
                is_service: false,
                lock: facts.lock.as_ref(),
                stale: facts.stale.as_ref(),
                is_locked: services.iter().all(|subject| subject.lock().is_some()),
                imports: imports(&facts.code, &by_module, &locked),
                of_services: of_services(&facts.code, lib, whole.subjects),
                services,
            })
        });
        services.chain(libs).collect()
    }

    /// What its manifest has for the program itself.
    pub fn declared(&self) -> BTreeSet<&'a PackageName> {
        self.package
            .manifest
            .main
            .iter()
            .map(|dependency| &dependency.name.value)
            .collect()
    }

    /// The group, other than the main one, that its manifest has a package for, and the line that says so.
    pub fn in_group(&self, name: &PackageName) -> Option<(&'a str, &'a Dependency)> {
        let mut groups = self.package.manifest.groups.iter();
        groups.find_map(|(group, members)| {
            let known = members.dependencies.iter().find(|known| known.name.value == *name);
            Some((group.as_str(), known?))
        })
    }

    pub fn manifest_place(&self) -> Place {
        let name = self.package.manifest.name.as_ref();
        let file = || Place::File(self.package.dir.child("pyproject.toml").to_string());
        name.map_or_else(file, |name| name.place.clone().label("of this manifest"))
    }
}

/// Libs by the first part of what they are imported as. Several may share it.
type ByModule<'a> = BTreeMap<&'a str, Vec<(&'a PackageName, &'a Code)>>;

fn by_module(libs: &BTreeMap<PackageName, LibFacts>) -> ByModule<'_> {
    let mut by_module = ByModule::new();
    for (name, lib) in libs {
        let tops: BTreeSet<&str> = lib.code.modules.iter().map(|module| top(module)).collect();
        for top in tops {
            by_module.entry(top).or_default().push((name, &lib.code));
        }
    }
    by_module
}

fn top(path: &str) -> &str {
    path.split('.').next().unwrap_or_default()
}

fn imports<'a>(
    code: &'a Code,
    by_module: &ByModule<'a>,
    locked: &BTreeSet<&PackageName>,
) -> BTreeMap<PackageName, &'a Imported> {
    let mut imports: BTreeMap<PackageName, &'a Imported> = BTreeMap::new();
    for (path, import) in &code.imports {
        let mut libs = by_module.get(top(path)).into_iter().flatten();
        let lib = libs
            .find(|(_, code)| code.provides(path))
            .map(|(name, _)| (*name).clone());
        let locked = || distribution(path, |name| locked.contains(name));
        let forgotten = || well_known(path).filter(|_| !code.provides(path));
        let Some(name) = lib.or_else(locked).or_else(forgotten) else {
            continue;
        };
        let known = imports.entry(name).or_insert(import);
        if import.when < known.when {
            *known = import;
        }
    }
    imports
}

/// Imports of what can only be another service: of a module that has the name of one, and that nothing else provides.
fn of_services<'a>(code: &'a Code, own: &Package, services: &'a [Subject<'a>]) -> BTreeMap<PackageName, &'a Imported> {
    let service = |path: &str| {
        let name = PackageName::parse(top(path))?;
        let mut others = services.iter().filter(|other| other.service.package.dir != own.dir);
        let other = others.find(|other| other.service.package.name == name && other.code.provides(path))?;
        let is_other = code.provides(path) || other.libs.values().any(|lib| lib.code.provides(path));
        (!is_other).then_some(name)
    };
    let found = code
        .imports
        .iter()
        .filter_map(|(path, import)| Some((service(path)?, import)));
    found.collect()
}

fn names(lock: &LockState) -> impl Iterator<Item = &PackageName> {
    lock.fresh()
        .into_iter()
        .flat_map(|lock| &lock.packages)
        .map(|package| &package.name)
}
