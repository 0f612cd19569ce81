use crate::base_image::is_plain;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
};

use crate::{LibFacts, LockState, Subject, Workspace};
use diagnostics::{Place, Problem};
use evidence::code::{self, Code, Imported, When, distribution, is_of_a_package, may_bring, well_known};
use formats::{PackageName, requirements::RequirementFile};
use repo::{
    Package, Repo,
    lock::{Manager, Outline},
    manifest::Dependency,
};
use requirements::{Extras, Selection};

/// A service or a lib, as one package among the others.
pub struct Member<'a> {
    /// The package.
    pub package: &'a Package,
    /// Its Python code.
    pub code: &'a Code,
    /// What is known about the libs, by name.
    pub libs: &'a BTreeMap<PackageName, LibFacts>,
    /// The services that hold it; the service itself, for a service.
    pub services: Vec<&'a Subject<'a>>,
    /// Whether it is a service.
    pub is_service: bool,
    /// The lock of a lib.
    pub lock: Option<&'a Outline>,
    /// Why its lock is not the one of its manifest.
    pub stale: Option<&'a Problem>,
    /// Whether anything tells which packages there are.
    pub is_locked: bool,
    /// Whether that tells all of them: by a lock, or by requirement files with everything that their packages need.
    pub is_complete: bool,
    /// Libs, locked third-party packages and well-known ones that it imports, each with the import that needs it most.
    pub imports: BTreeMap<PackageName, &'a Imported>,
    /// Modules that nothing locked is known to bring, by the first part of their names: what is imported, and where.
    pub unknown: BTreeMap<&'a str, (&'a str, &'a Imported)>,
    repo: &'a Repo,
    nearby: Nearby<'a>,
    /// Other services that it imports.
    pub of_services: BTreeMap<PackageName, &'a Imported>,
}

/// Services, of which two may have one name.
type ByName<'a> = BTreeMap<&'a PackageName, Vec<&'a Subject<'a>>>;

/// The modules that lie in the repository; looked for once, and where something is not known.
type Nearby<'a> = Arc<OnceLock<BTreeSet<&'a str>>>;

impl<'a> Member<'a> {
    /// Every service that is looked at, every lib that one of them needs, and libs that none needs whose locks are out of date.
    pub fn all(workspace: &Workspace<'a>) -> Vec<Self> {
        let Some(first) = workspace.subjects.first() else {
            return Vec::new();
        };
        let by_module = by_module(first.libs);
        let mut by_name = ByName::new();
        for subject in workspace.subjects {
            by_name.entry(&subject.service.package.name).or_default().push(subject);
        }
        let repo = workspace.repo;
        let nearby = Nearby::default();
        let services = workspace.subjects.iter().map(|subject| {
            let locked: BTreeSet<&PackageName> = names(&subject.lock).collect();
            let Found { imports, mut unknown } = found(&subject.code, &by_module, &locked, &subject.service.package);
            let listed = if locked.is_empty() {
                listed(subject)
            } else {
                BTreeSet::new()
            };
            if !listed.is_empty() {
                unknown = found(&subject.code, &by_module, &listed, &subject.service.package).unknown;
            }
            Member {
                package: &subject.service.package,
                code: &subject.code,
                libs: subject.libs,
                services: vec![subject],
                is_service: true,
                lock: None,
                stale: match &subject.lock {
                    LockState::Stale { problem, .. } => Some(problem),
                    LockState::Missing | LockState::Unneeded | LockState::Unreadable | LockState::Fresh(_) => None,
                },
                is_locked: !locked.is_empty(),
                is_complete: !locked.is_empty() || !listed.is_empty(),
                imports,
                unknown,
                repo,
                nearby: nearby.clone(),
                of_services: of_services(&subject.code, &subject.service.package, &by_name),
            }
        });
        let libs = workspace.repo.libs.iter().filter_map(|lib| {
            let needs = |subject: &&Subject<'_>| subject.service.libs.contains(&lib.name);
            let services: Vec<&Subject<'_>> = workspace.subjects.iter().filter(needs).collect();
            let libs = services.first()?.libs;
            let facts = libs.get(&lib.name)?;
            let own = facts.lock.iter().flat_map(|lock| &lock.packages).map(|(name, _)| name);
            let locked: BTreeSet<&PackageName> = services
                .iter()
                .flat_map(|subject| names(&subject.lock))
                .chain(own)
                .collect();
            let Found { imports, unknown } = found(&facts.code, &by_module, &locked, lib);
            let is_locked = services.iter().all(|subject| subject.lock().is_some());
            Some(Member {
                package: lib,
                code: &facts.code,
                libs,
                is_service: false,
                lock: facts.lock.as_ref(),
                stale: facts.stale.as_ref(),
                is_locked,
                is_complete: is_locked,
                imports,
                unknown,
                repo,
                nearby: nearby.clone(),
                of_services: of_services(&facts.code, lib, &by_name),
                services,
            })
        });
        // Of a lib that no service needs the lock alone is checked.
        let spare = workspace.repo.libs.iter().filter_map(|lib| {
            let facts = first.libs.get(&lib.name)?;
            let stale = facts.stale.as_ref()?;
            let is_needed = workspace
                .subjects
                .iter()
                .any(|subject| subject.service.libs.contains(&lib.name));
            (!is_needed).then(|| Member {
                package: lib,
                code: &facts.code,
                libs: first.libs,
                services: Vec::new(),
                is_service: false,
                lock: None,
                stale: Some(stale),
                is_locked: false,
                is_complete: false,
                imports: BTreeMap::new(),
                unknown: BTreeMap::new(),
                repo,
                nearby: nearby.clone(),
                of_services: BTreeMap::new(),
            })
        });
        let spare: Vec<Self> = spare.collect();
        services.chain(libs).chain(spare).collect()
    }

    /// The libs that services need.
    pub fn needed_libs(&self) -> BTreeSet<&'a PackageName> {
        let services = self.repo.services.iter();
        services.flat_map(|service| &service.libs).collect()
    }

    /// What writes its lock; Poetry, where nothing tells.
    pub fn manager(&self) -> Manager {
        match self.services.first().filter(|_| self.is_service) {
            Some(subject) => subject.manager(),
            None => Manager::of(&self.package.manifest).unwrap_or(Manager::Poetry),
        }
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

    /// Whether one of its own extras brings a package, by itself or by what it needs.
    pub fn comes_with_extras(&self, name: &PackageName) -> bool {
        let manifest = &self.package.manifest;
        if !self.is_service || manifest.main.iter().all(|dependency| !dependency.optional) {
            return false;
        }
        let everything = Selection {
            extras: Extras::All,
            ..Selection::main()
        };
        let brings = |subject: &&Subject<'_>| {
            let export = subject
                .lock()
                .map(|lock| requirements::export(manifest, lock, &everything));
            matches!(export, Some(Ok(export)) if export.pins.iter().any(|pin| pin.name == *name))
        };
        self.services.iter().any(brings)
    }

    /// Whether its sources or settings name a module of a lib, without importing it.
    pub fn speaks_of(&self, lib: &LibFacts) -> bool {
        code::speaks_of(&self.repo.root, self.repo.tree(), self.package, &lib.code.modules)
    }

    /// Whether a module of that name lies in the repository.
    pub fn is_nearby(&self, module: &str) -> bool {
        self.nearby
            .get_or_init(|| code::nearby(self.repo.tree()))
            .contains(module)
    }

    /// Whether a lock of one of its services, or its own, has a package.
    pub fn is_in_lock(&self, name: &PackageName) -> bool {
        let own = self.lock.iter().flat_map(|lock| &lock.packages).map(|(name, _)| name);
        let locked = self.services.iter().flat_map(|subject| names(&subject.lock));
        own.chain(locked).any(|known| known == name)
    }

    /// Whether a production image may get a module otherwise than out of a lock: by a command that installs more, from a
    /// package of the distribution, or with its base.
    pub fn may_be_there(&self, module: &str) -> bool {
        let images = self.services.iter().filter_map(|subject| subject.prod.as_ref());
        images.into_iter().any(|image| {
            let installed = image.installs.iter().flat_map(|install| &install.what.packages);
            let system = image.system.iter().map(|package| &package.what.value);
            let mut names = installed.chain(system).chain([&image.base.value]);
            names.any(|name| may_bring(name, module))
        })
    }

    /// Whether it is known what else its production images hold: the base is Python or a distribution, and each command is
    /// understood.
    pub fn is_told(&self) -> bool {
        let mut images = self.services.iter().filter_map(|subject| subject.prod.as_ref());
        images.all(|image| !image.is_unclear && is_plain(&image.base.value))
    }

    /// What locks it again after its manifest was edited.
    pub fn relock(&self) -> String {
        let subject = self.services.first();
        subject.map_or_else(|| "lock it again".to_owned(), |subject| subject.relock(self.package))
    }

    /// Where the manifest has its name; the whole file where it has none.
    pub fn manifest_place(&self) -> Place {
        let name = self.package.manifest.name.as_ref();
        let file = || Place::File(self.package.manifest.source.path().to_owned());
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

/// The top-level module of a dotted path.
pub fn top(path: &str) -> &str {
    path.split('.').next().unwrap_or_default()
}

#[derive(Default)]
struct Found<'a> {
    imports: BTreeMap<PackageName, &'a Imported>,
    unknown: BTreeMap<&'a str, (&'a str, &'a Imported)>,
}

fn found<'a>(
    code: &'a Code,
    by_module: &ByModule<'a>,
    locked: &BTreeSet<&PackageName>,
    package: &Package,
) -> Found<'a> {
    let mut found = Found::default();
    let is_locked = |name: &PackageName| locked.contains(name);
    let is_declared = |name: &PackageName| {
        let mut main = package.manifest.main.iter();
        main.any(|dependency| dependency.name.value == *name)
    };
    for (path, import) in &code.imports {
        let mut libs = by_module.get(top(path)).into_iter().flatten();
        let lib = libs
            .find(|(_, code)| code.provides(path))
            .map(|(name, _)| (*name).clone());
        // `mcp.types` may be of `mcp-types`, and of the `mcp` that needs it. Only the manifest can make the longer name the surer one.
        let of_lock = || {
            let whole = distribution(path, is_locked)?;
            let of_top = || distribution(top(path), is_locked);
            Some(if is_declared(&whole) {
                whole
            } else {
                of_top().unwrap_or(whole)
            })
        };
        let name = lib.or_else(of_lock).or_else(|| well_known(path));
        let Some(name) = name else {
            let is_unknown = || {
                let may_bring = |name: &&PackageName| may_bring(name.as_str(), path);
                is_of_a_package(path) && !locked.iter().any(may_bring) && !by_module.contains_key(top(path))
            };
            // Without a lock there is nothing that it could be missed in.
            if import.when == When::Always && !locked.is_empty() && is_unknown() {
                found.unknown.entry(top(path)).or_insert((path, import));
            }
            continue;
        };
        let known = found.imports.entry(name).or_insert(import);
        if import.when < known.when {
            *known = import;
        }
    }
    found
}

/// Imports of what can only be another service: of a module that has the name of one, and that nothing else provides.
fn of_services<'a>(code: &'a Code, own: &Package, services: &ByName<'a>) -> BTreeMap<PackageName, &'a Imported> {
    let service = |path: &str| {
        let name = PackageName::parse(top(path))?;
        let mut others = services.get(&name)?.iter();
        let other = others.find(|other| other.service.package.dir != own.dir && other.code.provides(path))?;
        let is_other = code.provides(path) || other.libs.values().any(|lib| lib.code.provides(path));
        (!is_other).then_some(name)
    };
    let found = code
        .imports
        .iter()
        .filter_map(|(path, import)| Some((service(path)?, import)));
    found.collect()
}

/// What the requirement files of production name, where no lock says more and they name everything.
fn listed<'a>(subject: &'a Subject<'_>) -> BTreeSet<&'a PackageName> {
    let Some(prod) = &subject.prod else {
        return BTreeSet::new();
    };
    let files = Subject::installs_in(prod).flat_map(|install| &install.files);
    let known: Option<Vec<&RequirementFile>> = files
        .map(|file| subject.requirements.get(file.path.as_ref()?))
        .collect();
    let known = known.filter(|files| files.iter().all(|file| file.is_complete()));
    let entries = known.into_iter().flatten().flat_map(|file| &file.entries);
    entries.map(|entry| &entry.name.value).collect()
}

fn names(lock: &LockState) -> impl Iterator<Item = &PackageName> {
    lock.fresh()
        .into_iter()
        .flat_map(|lock| &lock.packages)
        .map(|package| &package.name)
}
