use std::collections::{BTreeMap, BTreeSet};

use super::{LibFacts, LockState, Subject, Whole};
use crate::{
    evidence::code::{Code, distribution},
    repo::{Package, PackageName},
    report::Place,
};

/// A service or a lib, as one package among the others.
pub struct Member<'a> {
    pub package: &'a Package,
    pub code: &'a Code,
    pub lock: &'a LockState,
    pub libs: &'a BTreeMap<PackageName, LibFacts>,
    /// The services that hold it; the service itself, for a service.
    pub services: Vec<&'a Subject<'a>>,
    pub is_service: bool,
    /// What is in its own lock, or in that of a service that holds it.
    locked: BTreeSet<&'a PackageName>,
}

impl<'a> Member<'a> {
    /// Every service that is looked at, and every lib that one of them needs.
    pub fn all(whole: &Whole<'a>) -> Vec<Self> {
        let services = whole.subjects.iter().map(|subject| Member {
            package: &subject.service.package,
            code: &subject.code,
            lock: &subject.lock,
            libs: subject.libs,
            services: vec![subject],
            is_service: true,
            locked: names(&subject.lock).collect(),
        });
        let libs = whole.repo.libs.iter().filter_map(|lib| {
            let needs = |subject: &&Subject<'_>| subject.service.libs.contains(&lib.name);
            let services: Vec<&Subject<'_>> = whole.subjects.iter().filter(needs).collect();
            let facts = services.first()?.libs.get(&lib.name)?;
            Some(Member {
                package: lib,
                code: &facts.code,
                lock: &facts.lock,
                libs: services.first()?.libs,
                locked: services
                    .iter()
                    .flat_map(|subject| names(&subject.lock))
                    .chain(names(&facts.lock))
                    .collect(),
                services,
                is_service: false,
            })
        });
        services.chain(libs).collect()
    }

    /// The lib that a dotted name is imported from.
    pub fn lib_of(&self, path: &str) -> Option<&PackageName> {
        self.libs
            .iter()
            .find(|(_, lib)| lib.code.provides(path))
            .map(|(name, _)| name)
    }

    /// The third-party package that a dotted name is imported from, out of those that are locked.
    pub fn third_party(&self, path: &str) -> Option<PackageName> {
        distribution(path, |name| self.locked.contains(name))
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

    /// The group, other than the main one, that its manifest has a package for.
    pub fn group_of(&self, name: &PackageName) -> Option<&'a str> {
        let groups = self.package.manifest.groups.iter();
        let mut with = groups.filter(|(_, group)| group.dependencies.iter().any(|known| known.name.value == *name));
        with.next().map(|(group, _)| group.as_str())
    }

    pub fn manifest_place(&self) -> Place {
        let name = self.package.manifest.name.as_ref();
        let file = || Place::File(self.package.dir.child("pyproject.toml").to_string());
        name.map_or_else(file, |name| name.place.clone().label("of this manifest"))
    }
}

fn names(lock: &LockState) -> impl Iterator<Item = &PackageName> {
    lock.fresh()
        .into_iter()
        .flat_map(|lock| &lock.packages)
        .map(|package| &package.name)
}
