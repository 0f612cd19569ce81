use std::collections::{BTreeMap, BTreeSet, HashMap};

use diagnostics::{Located, Place, Problem};
use formats::PackageName;
use formats::normalised;
use python::{
    constraint::{Dialect, VersionSet},
    marker::Marker,
};
use repo::{
    lock::{Lock, LockedPackage, LockedSource},
    manifest::{Dependency, DependencySource, Manifest},
};

/// What can be walked: the manifest's dependencies, and those of every locked package.
pub(super) struct Graph<'a> {
    pub packages: &'a [LockedPackage],
    /// The locked versions of each package, highest first, as indices.
    pub candidates: BTreeMap<&'a PackageName, Vec<usize>>,
    /// Where each package itself supports the Python.
    pub supported: Vec<Marker>,
    pub roots: Vec<Edge>,
    /// By package, in the order of `packages`.
    pub edges: Vec<Vec<Edge>>,
}

/// One requirement.
pub(super) struct Edge {
    pub name: PackageName,
    /// The locked packages that it accepts, as indices.
    pub accepted: Vec<usize>,
    pub marker: Marker,
    /// Extras of the package that it leads to.
    pub extras: Vec<String>,
    /// Extras of the package that it starts from which walk along it. Empty: it is always walked.
    pub only_for: Option<BTreeSet<String>>,
    pub place: Place,
}

/// Reads what the dependencies say; texts repeat a lot.
#[derive(Default)]
struct Reader {
    constraints: HashMap<String, Option<VersionSet>>,
    markers: HashMap<String, Marker>,
    problems: Vec<Problem>,
}

impl<'a> Graph<'a> {
    pub(super) fn new(
        manifest: &Manifest,
        lock: &'a Lock,
        groups: &BTreeSet<String>,
        extras: &BTreeSet<String>,
    ) -> Result<Self, Vec<Problem>> {
        let packages = lock.packages.as_slice();
        let mut candidates: BTreeMap<&PackageName, Vec<usize>> = BTreeMap::new();
        for (index, package) in packages.iter().enumerate() {
            candidates.entry(&package.name).or_default().push(index);
        }
        let number = |index: &usize| packages.get(*index).map(|package| &package.number);
        for versions in candidates.values_mut() {
            versions.sort_by(|a, b| number(b).cmp(&number(a)));
        }
        let mut graph = Self {
            packages,
            candidates,
            supported: supported(packages),
            roots: Vec::new(),
            edges: Vec::new(),
        };
        let mut reader = Reader::default();
        graph.edges = packages
            .iter()
            .map(|package| graph.edges_of(package, manifest, &mut reader))
            .collect();
        graph.roots = graph.roots(manifest, lock, groups, extras, &mut reader);
        if reader.problems.is_empty() {
            Ok(graph)
        } else {
            Err(reader.problems)
        }
    }

    /// A marker for each package, none of which holds.
    pub(super) fn nowhere(&self) -> Vec<Marker> {
        vec![Marker::FALSE; self.packages.len()]
    }

    fn roots(
        &self,
        manifest: &Manifest,
        lock: &Lock,
        groups: &BTreeSet<String>,
        extras: &BTreeSet<String>,
        reader: &mut Reader,
    ) -> Vec<Edge> {
        let python = Marker::python(&lock.python);
        let in_extras = self.closure_of_extras(lock, extras);
        let mut roots = Vec::new();
        for group in groups {
            let dependencies = match manifest.groups.get(group) {
                Some(group) => &group.dependencies,
                None => &manifest.main,
            };
            for dependency in dependencies {
                let Some(mut edge) = self.edge(dependency, reader) else {
                    continue;
                };
                edge.marker = edge.marker.with_extras(extras).and(python);
                // As Poetry does it: whether the lock calls the package optional counts, not the manifest. So a package
                // that something else needs anyway is walked from here too.
                let first = edge.accepted.iter().min().and_then(|index| self.packages.get(*index));
                let Some(first) = first else { continue };
                if is_own(manifest, &edge) || first.optional && !in_extras.contains(&first.name) {
                    continue;
                }
                roots.push(edge);
            }
        }
        roots
    }

    /// Everything that packages of the extras can lead to.
    fn closure_of_extras(&self, lock: &'a Lock, extras: &BTreeSet<String>) -> BTreeSet<&PackageName> {
        let mut seen = BTreeSet::new();
        let members = extras.iter().filter_map(|extra| lock.extras.get(extra)).flatten();
        let mut open: Vec<&PackageName> = members.collect();
        while let Some(name) = open.pop() {
            let Some((name, versions)) = self.candidates.get_key_value(name) else {
                continue;
            };
            if !seen.insert(*name) {
                continue;
            }
            let packages = versions.iter().filter_map(|index| self.packages.get(*index));
            open.extend(
                packages
                    .flat_map(|package| &package.dependencies)
                    .map(|dependency| &dependency.name.value),
            );
        }
        seen
    }

    fn edges_of(&self, package: &LockedPackage, manifest: &Manifest, reader: &mut Reader) -> Vec<Edge> {
        let mut edges = Vec::with_capacity(package.dependencies.len());
        for dependency in &package.dependencies {
            let Some(mut edge) = self.edge(dependency, reader) else {
                continue;
            };
            if is_own(manifest, &edge) {
                continue;
            }
            if dependency.optional {
                edge.only_for = Some(reader.extras_with(package, dependency));
            }
            edges.push(edge);
        }
        edges
    }

    fn edge(&self, dependency: &Dependency, reader: &mut Reader) -> Option<Edge> {
        let name = &dependency.name.value;
        let constraint = reader.constraint(dependency)?;
        let accepts = |index: &usize| {
            self.packages.get(*index).is_some_and(|package| {
                constraint.contains(&package.number) && is_same_source(&dependency.source, &package.source)
            })
        };
        let candidates = self.candidates.get(name).map(Vec::as_slice).unwrap_or_default();
        Some(Edge {
            name: name.clone(),
            accepted: candidates.iter().copied().filter(accepts).collect(),
            marker: reader.marker(dependency)?,
            extras: dependency.extras.iter().map(|extra| normalised(extra)).collect(),
            only_for: None,
            place: dependency.place(),
        })
    }
}

fn supported(packages: &[LockedPackage]) -> Vec<Marker> {
    // Hundreds of packages share a handful of ranges.
    let mut known: HashMap<&VersionSet, Marker> = HashMap::new();
    let markers = packages.iter().map(|package| {
        let python = &package.python;
        *known.entry(python).or_insert_with(|| Marker::python(python))
    });
    markers.collect()
}

impl Reader {
    /// The extras of a package that add one of its optional dependencies.
    fn extras_with(&mut self, package: &LockedPackage, dependency: &Dependency) -> BTreeSet<String> {
        let adding = package.extras.iter().filter(|(_, members)| {
            members.iter().any(|text| {
                // Poetry 1 wrote requirements here that PEP 508 does not know. They add nothing that the lock could pin.
                let member = Dependency::pep508(text.clone(), &mut Vec::new());
                member.is_some_and(|member| self.is_same(&member, dependency))
            })
        });
        adding.map(|(extra, _)| extra.clone()).collect()
    }

    /// Whether a member of an extra is this dependency. As Poetry compares them, by constraint too: `!=0.15.0` is not the
    /// same as `<0.15.0 || >0.15.0`, which leaves out its pre-releases. So locks of Poetry 1 can list members that neither
    /// Poetry 2 nor we walk along.
    fn is_same(&mut self, member: &Dependency, dependency: &Dependency) -> bool {
        let is_named = member.name.value == dependency.name.value && {
            let extras =
                |one: &Dependency| -> BTreeSet<String> { one.extras.iter().map(|extra| normalised(extra)).collect() };
            extras(member) == extras(dependency)
        };
        let is_direct = !matches!(dependency.source, DependencySource::Index(_));
        is_named && (is_direct || self.loose_constraint(member) == self.constraint(dependency))
    }

    /// Extras were written down less carefully than dependencies; a constraint that is unreadable equals no other.
    fn loose_constraint(&self, member: &Dependency) -> Option<VersionSet> {
        match &member.constraint {
            Some(constraint) => VersionSet::parse(&constraint.text.value, Dialect::Poetry).ok(),
            None => Some(VersionSet::any()),
        }
    }

    /// `None` where it is unreadable, which is reported once.
    fn constraint(&mut self, dependency: &Dependency) -> Option<VersionSet> {
        match &dependency.constraint {
            Some(constraint) => self.versions(&constraint.text, constraint.dialect),
            None => Some(VersionSet::any()),
        }
    }

    fn versions(&mut self, text: &Located<String>, dialect: Dialect) -> Option<VersionSet> {
        if let Some(known) = self.constraints.get(&text.value) {
            return known.clone();
        }
        let set = match VersionSet::parse(&text.value, dialect) {
            Ok(set) => Some(set),
            Err(error) => {
                self.problems
                    .push(Problem::error(error.message).at(text.part(error.span)));
                None
            }
        };
        self.constraints.insert(text.value.clone(), set.clone());
        set
    }

    /// The marker, and Poetry's short forms of two.
    fn marker(&mut self, dependency: &Dependency) -> Option<Marker> {
        let mut marker = match &dependency.marker {
            Some(text) => self.parsed(text)?,
            None => Marker::TRUE,
        };
        if let Some(python) = &dependency.python {
            marker = marker.and(Marker::python(&self.versions(python, Dialect::Poetry)?));
        }
        if let Some(platform) = &dependency.platform {
            marker = marker.and(platforms(&platform.value));
        }
        Some(marker)
    }

    fn parsed(&mut self, text: &Located<String>) -> Option<Marker> {
        if let Some(&known) = self.markers.get(&text.value) {
            return Some(known);
        }
        match Marker::parse(&text.value) {
            Ok(marker) => {
                self.markers.insert(text.value.clone(), marker);
                Some(marker)
            }
            Err(error) => {
                self.problems
                    .push(Problem::error(error.message).at(text.part(error.span)));
                None
            }
        }
    }
}

/// Poetry's `platform = "linux || !=win32"`.
fn platforms(text: &str) -> Marker {
    let alternatives = text.split('|').map(str::trim).filter(|one| !one.is_empty());
    alternatives.fold(Marker::FALSE, |any, alternative| {
        let all = alternative
            .split([',', ' '])
            .filter(|one| !one.is_empty() && *one != "*");
        let all = all.fold(Marker::TRUE, |all, one| match one.strip_prefix("!=") {
            Some(name) => all.and(Marker::platform(name).negated()),
            None => all.and(Marker::platform(one.trim_start_matches('='))),
        });
        any.or(all)
    })
}

/// A package that requires itself, by an extra of its own, is not in its lock.
fn is_own(manifest: &Manifest, edge: &Edge) -> bool {
    manifest.name.as_ref().is_some_and(|name| name.value == edge.name)
}

/// A dependency on an index takes whatever was locked; one on a place takes what was locked from there.
fn is_same_source(wanted: &DependencySource, locked: &LockedSource) -> bool {
    match (wanted, locked) {
        (DependencySource::Index(_), _) => true,
        (DependencySource::Path { .. }, LockedSource::File { .. } | LockedSource::Directory { .. }) => true,
        (DependencySource::Url(wanted), LockedSource::Url { url, .. }) => wanted.value == *url,
        (
            DependencySource::Git {
                url: wanted,
                reference: wanted_reference,
                ..
            },
            LockedSource::Git { url, reference, .. },
        ) => wanted.value == *url && (wanted_reference.is_none() || wanted_reference == reference),
        (
            DependencySource::Path { .. }
            | DependencySource::Url(_)
            | DependencySource::Git { .. }
            | DependencySource::Workspace { .. },
            _,
        ) => false,
    }
}
