use std::collections::{BTreeMap, BTreeSet};

use super::{Demand, Pair, builds_of};
use crate::tiltfile::{Build, Dockerfile, Placed, Sync, Text, Tiltfile, World, ignore};
use evidence::development;
use formats::{PackageName, starlark::syntax::Span};
use repo::{Package, Repo, RepoPath};

/// One thing that is not as a service asks for it.
#[derive(Clone, Debug)]
pub enum Fault<'a> {
    /// No build is of this service.
    NoBuild,
    /// Another Dockerfile than the development one.
    Dockerfile {
        /// The Dockerfile that is named; `None` where it is not known.
        said: Option<RepoPath>,
        /// Where it is named.
        place: Span,
    },
    /// A build argument that asks for a development image.
    BuildArg {
        /// The name of the argument.
        name: String,
        /// Where it is set.
        place: Span,
    },
    /// Needed sources are not synced.
    SyncMissing(Pair<'a>),
    /// A sync of needed sources to where the image does not have them.
    SyncElsewhere {
        /// Where the sources have to go.
        pair: Pair<'a>,
        /// The sync as it is written.
        sync: Placed<Sync>,
    },
    /// A sync of a lib that the service does not need.
    SyncNotNeeded {
        /// The lib.
        lib: &'a Package,
        /// The sync as it is written.
        sync: Placed<Sync>,
    },
    /// A needed folder is left out by this pattern.
    Ignored {
        /// The path that the service needs.
        path: RepoPath,
        /// The pattern that leaves it out.
        pattern: Option<Placed<Text>>,
        /// What the caret points at.
        place: Span,
    },
    /// A lib that the service does not need is not left out.
    NotIgnored {
        /// The lib.
        lib: &'a Package,
    },
}

impl Fault<'_> {
    /// The same in every evaluation, whatever bytes say it.
    pub fn key(&self, service: &PackageName) -> String {
        let (kind, what) = match self {
            Self::NoBuild => ("no build", String::new()),
            Self::Dockerfile { said, .. } => ("Dockerfile", said.as_ref().map_or(String::new(), RepoPath::to_string)),
            Self::BuildArg { name, .. } => ("build argument", name.clone()),
            Self::SyncMissing(pair) => ("sync missing", pair.local.to_string()),
            Self::SyncElsewhere { pair, sync } => {
                ("sync elsewhere", format!("{} {}", pair.local, sync.what.remote.shown()))
            }
            Self::SyncNotNeeded { sync, .. } => ("sync not needed", sync.what.local.shown()),
            Self::Ignored { path, .. } => ("ignored", path.to_string()),
            Self::NotIgnored { lib } => ("not ignored", lib.dir.to_string()),
        };
        format!("{service}: {kind} {what}")
    }
}

/// A fault, with a build that shows it.
#[derive(Clone, Debug)]
pub struct Found<'a> {
    /// The fault.
    pub fault: Fault<'a>,
    /// A build that has it.
    pub build: Option<&'a Build>,
    /// How the flags of Tilt are set where it is there, and not where they are set otherwise.
    pub flags: Vec<(Span, bool)>,
    /// The same in every evaluation, whatever bytes say it: the service, its image and the fault.
    pub key: String,
}

/// What is wrong with the builds of a service, in any evaluation; each fault of an image once.
pub fn faults<'a>(tiltfile: &'a Tiltfile, repo: &'a Repo, demand: &Demand<'a>) -> Vec<Found<'a>> {
    let service = &demand.service.package.name;
    let intent = Intent::of(tiltfile, repo, demand);
    let with_build: Vec<&World> = tiltfile
        .worlds
        .iter()
        .filter(|world| builds_of(world, repo, service).next().is_some())
        .collect();
    let mut found: Vec<Found<'a>> = Vec::new();
    let mut known: BTreeMap<String, (usize, Vec<&World>)> = BTreeMap::new();
    for world in &with_build {
        for build in builds_of(world, repo, service) {
            for fault in intent.faults(build, demand) {
                let key = format!(
                    "{} of {}",
                    fault.key(service),
                    super::image_name(build).unwrap_or_default()
                );
                let (_, worlds) = known.entry(key.clone()).or_insert_with(|| {
                    found.push(Found {
                        fault,
                        build: Some(build),
                        flags: Vec::new(),
                        key,
                    });
                    (found.len() - 1, Vec::new())
                });
                worlds.push(world);
            }
        }
    }
    for (index, worlds) in known.into_values() {
        found[index].flags = flags(&worlds, &with_build);
    }
    // A build that cannot be followed may be the one that is looked for.
    let is_certain = tiltfile.unfollowed.is_none()
        && tiltfile
            .worlds
            .iter()
            .all(|world| world.lost.is_empty() && world.builds.iter().all(|build| super::image_name(build).is_some()));
    if with_build.is_empty() && is_certain {
        found.push(Found {
            fault: Fault::NoBuild,
            build: None,
            flags: Vec::new(),
            key: Fault::NoBuild.key(service),
        });
    }
    found
}

/// What a Tiltfile does for a service under other flags: there, it may build production, or sync nothing.
#[derive(Debug, Default)]
pub struct Intent {
    /// A flag chooses the development Dockerfile.
    is_development_elsewhere: bool,
    /// Images that are synced into under some flags.
    synced: BTreeSet<String>,
}

impl Intent {
    /// What all evaluations say of a service.
    pub fn of(tiltfile: &Tiltfile, repo: &Repo, demand: &Demand<'_>) -> Self {
        let service = &demand.service.package.name;
        let builds = || tiltfile.worlds.iter().flat_map(|world| builds_of(world, repo, service));
        let synced = builds().filter(|build| !build.syncs.items.is_empty());
        Self {
            is_development_elsewhere: builds().any(|build| is_development(build, demand)),
            synced: synced.filter_map(super::image_name).collect(),
        }
    }

    /// What is wrong with a build of the service.
    pub fn faults<'a>(&self, build: &Build, demand: &Demand<'a>) -> Vec<Fault<'a>> {
        if self.is_production_by_choice(build, demand) {
            return Vec::new();
        }
        let has_no_syncs = has_no_syncs(build);
        let mut found = of_build(build, demand);
        // Under this flag, as in CI, nothing is synced.
        let is_synced_elsewhere = super::image_name(build).is_some_and(|name| self.synced.contains(&name));
        if has_no_syncs && is_synced_elsewhere {
            found.retain(|fault| !matches!(fault, Fault::SyncMissing(_)));
        }
        found
    }

    /// Whether Tilt runs production here because a flag says so: nothing is synced, and under others it is development.
    pub fn is_production_by_choice(&self, build: &Build, demand: &Demand<'_>) -> bool {
        has_no_syncs(build) && !is_development(build, demand) && self.is_development_elsewhere
    }

    /// Whether a flag chooses between development and this build.
    pub fn is_chosen(&self, fault: &Fault<'_>) -> bool {
        matches!(fault, Fault::Dockerfile { .. }) && self.is_development_elsewhere
    }
}

fn has_no_syncs(build: &Build) -> bool {
    build.syncs.items.is_empty() && !build.syncs.has_hole
}

/// Whether a build is of the development image: of its file, and of its stage where the file has several images.
fn is_development(build: &Build, demand: &Demand<'_>) -> bool {
    let is_of_file = build.dockerfile_path().as_ref() == Some(&demand.dockerfile);
    let is_of_stage = match (&demand.target, &build.target) {
        (Some(wanted), Some(said)) => said.as_ref().is_some_and(|said| said.eq_ignore_ascii_case(wanted)),
        // What cannot be told may be it.
        (Some(_), None) | (None, _) => true,
    };
    is_of_file && is_of_stage
}

/// The choices that all of these evaluations have in common, and that some other one does not share.
pub fn flags(these: &[&World], all: &[&World]) -> Vec<(Span, bool)> {
    let Some(first) = these.first() else {
        return Vec::new();
    };
    let has = |world: &&World, choice: &(Span, bool)| world.choices.contains(choice);
    let common = first
        .choices
        .iter()
        .filter(|choice| these.iter().all(|world| has(world, choice)));
    common
        .filter(|choice| !all.iter().all(|world| has(world, choice)))
        .copied()
        .collect()
}

/// What is wrong with one build.
pub fn of_build<'a>(build: &Build, demand: &Demand<'a>) -> Vec<Fault<'a>> {
    let mut found = Vec::new();
    let said = build.dockerfile_path();
    if !matches!(build.dockerfile, Dockerfile::Unknown) && said.as_ref() != Some(&demand.dockerfile) {
        found.push(Fault::Dockerfile {
            said,
            place: build.dockerfile_place(),
        });
    }
    let dev = build
        .build_args
        .items
        .iter()
        .filter(|arg| !demand.arguments.contains_key(&arg.what.name))
        .filter(|arg| asks_for_development(&arg.what.name, &arg.what.value));
    found.extend(dev.map(|arg| Fault::BuildArg {
        name: arg.what.name.clone(),
        place: arg.place,
    }));
    found.extend(syncs(build, demand));
    found.extend(ignored(build, demand));
    found
}

/// `DEV=1`, `INSTALL_DEV=true`, `ENVIRONMENT=development`, `BUILD_MODE=debug` and their like.
fn asks_for_development(name: &str, value: &str) -> bool {
    let is_dev = |word: &str| development::WORDS.contains(&word);
    let (name, value) = (name.to_lowercase(), value.to_lowercase());
    name.split(['_', '-']).any(is_dev) || is_dev(&value) || value.split([',', ' ', '-']).any(is_dev)
}

fn syncs<'a>(build: &Build, demand: &Demand<'a>) -> Vec<Fault<'a>> {
    let mut found = Vec::new();
    let is_unknown = matches!(build.dockerfile, Dockerfile::Unknown) && build.syncs.items.is_empty();
    let local = |sync: &Placed<Sync>| build.dir.join(&sync.what.local.known()?);
    let remote = |sync: &Placed<Sync>| Some(sync.what.remote.known()?.trim_end_matches('/').to_owned());
    // Where a sync puts a path.
    let lands = |sync: &Placed<Sync>, path: &RepoPath| {
        let (local, remote) = (local(sync)?, remote(sync)?);
        if *path == local {
            return Some(remote);
        }
        path.relative_to(&local).map(|below| format!("{remote}/{below}"))
    };
    for pair in &demand.syncs {
        let is_there = |sync: &&Placed<Sync>| lands(sync, &pair.local).as_deref() == Some(&*pair.remote);
        let is_part_there = |part: &String| {
            let remote = format!("{}/{part}", pair.remote);
            let local = pair.local.child(part);
            let mut syncs = build.syncs.items.iter();
            syncs.any(|sync| lands(sync, &local).as_deref() == Some(&*remote))
        };
        let is_in_parts = !pair.parts.is_empty() && pair.parts.iter().all(is_part_there);
        if is_in_parts || build.syncs.items.iter().any(|sync| is_there(&sync)) {
            continue;
        }
        // A sync of the same sources, that puts them somewhere else.
        let is_meant = |sync: &&Placed<Sync>| {
            let local = local(sync);
            local.is_some_and(|local| {
                pair.local == local || (pair.local.is_under(&local) && local.is_under(&pair.package.parent()))
            })
        };
        match build.syncs.items.iter().find(is_meant) {
            Some(sync) => found.push(Fault::SyncElsewhere {
                pair: pair.clone(),
                sync: sync.clone(),
            }),
            // A command that cannot be followed may build anything.
            None if build.syncs.has_hole || is_unknown => {}
            None => found.push(Fault::SyncMissing(pair.clone())),
        }
    }
    for sync in &build.syncs.items {
        let lib = local(sync).and_then(|local| {
            let mut libs = demand.unneeded.iter();
            libs.find(|lib| local == lib.dir || local.is_under(&lib.dir))
        });
        found.extend(lib.map(|lib| Fault::SyncNotNeeded {
            lib,
            sync: sync.clone(),
        }));
    }
    found
}

fn ignored<'a>(build: &Build, demand: &Demand<'a>) -> Vec<Fault<'a>> {
    let mut found = Vec::new();
    let Some(context) = &build.context else { return found };
    let patterns: Vec<(String, &Placed<Text>)> = build
        .ignore
        .items
        .iter()
        .filter_map(|item| Some((item.what.known()?, item)))
        .collect();
    let is_out = |path: &str| ignore::leaves_out(patterns.iter().map(|(pattern, _)| pattern.as_str()), path);
    let only: Vec<String> = build.only.items.iter().filter_map(|item| item.what.known()).collect();
    let is_in_only =
        |path: &str| only.is_empty() || build.only.has_hole || only.iter().any(|only| ignore::covers(only, path));
    for pair in &demand.syncs {
        let Some(path) = pair.local.relative_to(context) else {
            continue;
        };
        let left_out = |folder: &RepoPath| folder.relative_to(context).is_some_and(is_out);
        // A folder below it, as `**/wire` leaves it out.
        let below = pair.folders.iter().find(|folder| !is_out(path) && left_out(folder));
        let local = below.unwrap_or(&pair.local);
        let path = local.relative_to(context).unwrap_or(path);
        if is_out(path) {
            let pattern = patterns
                .iter()
                .find(|(pattern, _)| ignore::covers(pattern, path))
                .map(|(_, item)| *item);
            let place = pattern.map_or(build.call, |pattern| pattern.place);
            let path = local.clone();
            found.push(Fault::Ignored {
                path,
                pattern: pattern.cloned(),
                place,
            });
        } else if !is_in_only(path) {
            let place = build.only.items.first().map_or(build.call, |item| item.place);
            found.push(Fault::Ignored {
                path: pair.local.clone(),
                pattern: None,
                place,
            });
        }
    }
    // Without a hole: what is not understood may already leave it out.
    if !build.ignore.has_hole && build.only.items.is_empty() && !build.only.has_hole && !build.deps.has_hole {
        // A command watches what `deps` lists.
        let deps: Vec<String> = build.deps.items.iter().filter_map(|item| item.what.known()).collect();
        let is_in_deps = |path: &str| build.kind.has_dockerfile() || deps.iter().any(|dep| ignore::covers(dep, path));
        let left = demand.unneeded.iter().filter(|lib| {
            let path = lib.dir.relative_to(context);
            path.is_some_and(|path| !is_out(path) && is_in_deps(path))
        });
        found.extend(left.map(|lib| Fault::NotIgnored { lib }));
    }
    found
}
