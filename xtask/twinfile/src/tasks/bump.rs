use std::collections::{BTreeMap, BTreeSet};

use pep440_rs::Version;
use repo::Root;

use super::alone::Alone;
use diagnostics::{Place, Problem};
use formats::PackageName;
use generate::{
    artifact::draw,
    sync::{self, Plan},
};
use release::{
    dependents,
    history::{self, History},
    locks, preparation,
    stage::Stage,
    version::{Refusal, Step},
};
use repo::{
    Package, Repo, RepoPath, Service,
    generated::{Change, Header, Kind},
    settings::LibSource,
    suggestion::suggestion,
};

/// Set the next version of a lib, and update its dependents, their locks and the changelog
///
/// Edits the version in the manifest and in `__version__`. Moves the range of every dependent that does not allow the new version. Runs
/// `poetry lock` for every package that depends on the lib, or `uv lock` once for a uv workspace (`POETRY` and `UV` name the programs, by
/// default `poetry` and `uv`). Writes a section of CHANGELOG.md from the commits that touch the lib since its last `LIB-vX.Y.Z` tag.
/// Generates the files of the images again. All steps run in a copy under target/ first: if one fails, the tree is unchanged.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name of the lib
    #[arg(value_name = "LIB")]
    lib: String,

    /// New version (PEP 440), or the number to increase: `major`, `minor` or `patch`
    #[arg(value_name = "VERSION")]
    version: String,

    /// Also set a new version of every lib whose requirement changes, because its published metadata has the old requirement. STEP is
    /// `patch`, `minor` or `major`
    #[arg(long, value_name = "STEP", num_args = 0..=1, default_missing_value = "patch")]
    dependents: Option<String>,

    /// Write nothing: show what would change
    #[arg(long, visible_alias = "dry-run")]
    check: bool,
}

/// What a run did, or would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bumped {
    /// The lib.
    pub lib: PackageName,
    /// The version before.
    pub old: Version,
    /// The version after.
    pub new: Version,
    /// The files that change.
    pub plan: Plan,
    /// Whether the plan was carried out.
    pub is_written: bool,
    /// Other libs whose requirement moved, and which have their old version: what is published of them says the old one.
    pub moved: Vec<PackageName>,
    /// Other libs that got a new version because their requirement moved.
    pub dependents: Vec<Dependent>,
    /// The tag to set on the commit.
    pub tag: String,
    /// Images take the lib from an index, which does not hold the new version yet.
    pub awaits_publishing: bool,
}

/// A lib that got a new version along with another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependent {
    /// The lib.
    pub lib: PackageName,
    /// The version before.
    pub old: Version,
    /// The version after.
    pub new: Version,
    /// The tag of its release.
    pub tag: String,
}

/// `on_wait` is called when another run is in the way, `on_lock` for each lock that is made again.
pub fn run(
    root: &Root,
    args: &Args,
    on_wait: impl FnOnce(),
    on_lock: &(dyn Fn(&RepoPath) + Sync),
) -> Result<Bumped, Vec<Problem>> {
    let one = |problem| vec![problem];
    let alone = Alone::with(root, on_wait)?;
    let repo = &alone.repo;
    let lib = find(repo, &args.lib).map_err(one)?;
    let old = dependents::version(lib).map_err(one)?;
    let new = next(lib, &old, &args.version).map_err(one)?;
    let history = History::open(root).map_err(one)?;
    refuse_released(&history, lib, &new).map_err(one)?;

    let stage = Stage::new(repo).map_err(one)?;
    let mut changed = prepare(repo, lib, (&old, &new), &history, &[])?;
    write(&stage, &changed).map_err(one)?;
    let moved = moved(repo, &changed, &[&lib.name]);
    let others = match &args.dependents {
        Some(step) => follow(repo, &stage, (lib, &new), step, &history, &mut changed)?,
        None => Vec::new(),
    };
    let names = || std::iter::once(&lib.name).chain(others.iter().map(|other| &other.lib));
    let locked: BTreeSet<RepoPath> = names().flat_map(|name| dependents::with_lock(repo, name)).collect();
    let locked: Vec<RepoPath> = locked.into_iter().collect();
    let touched = changed.keys().cloned();
    let touched = touched.chain(locked.iter().cloned());
    refuse_dirty(&history, touched.collect())?;
    for (path, lock) in locks::refresh(stage.root(), &locked, on_lock)? {
        changed.insert(path, lock.text().to_owned());
    }
    let awaits_publishing = match repo.settings.lib_source {
        LibSource::Wheelhouse => {
            changed.extend(generated(repo, &stage)?);
            false
        }
        // Images cannot be drawn before the index has the new version.
        LibSource::Index => true,
    };
    let moved = if args.dependents.is_some() { Vec::new() } else { moved };
    let plan = plan(root, changed).map_err(one)?;
    if !args.check {
        sync::carry_out(root, &plan)?;
    }
    Ok(Bumped {
        tag: history::tag(&lib.name, &new),
        lib: lib.name.clone(),
        old,
        new,
        plan,
        moved,
        dependents: others,
        is_written: !args.check,
        awaits_publishing,
    })
}

/// What one lib's new version changes: manifests, its modules, its changelog with these subjects besides its commits'.
fn prepare(
    repo: &Repo,
    lib: &Package,
    (old, new): (&Version, &Version),
    history: &History,
    subjects: &[String],
) -> Result<BTreeMap<RepoPath, String>, Vec<Problem>> {
    let mut changed = preparation::manifests(repo, lib, new)?;
    changed.extend(preparation::literals(repo, lib, old, new)?);
    let changelog = preparation::changelog(repo, lib, new, history, subjects);
    changed.extend([changelog.map_err(|problem| vec![problem])?]);
    Ok(changed)
}

fn write(stage: &Stage, changed: &BTreeMap<RepoPath, String>) -> Result<(), Problem> {
    changed.iter().try_for_each(|(path, after)| stage.write(path, after))
}

/// The libs whose manifests are among what changed, but for these.
fn moved(repo: &Repo, changed: &BTreeMap<RepoPath, String>, except: &[&PackageName]) -> Vec<PackageName> {
    let is_moved =
        |other: &&Package| !except.contains(&&other.name) && changed.contains_key(&other.dir.child("pyproject.toml"));
    let moved = repo.libs.iter().filter(is_moved);
    moved.map(|other| other.name.clone()).collect()
}

/// Gives each lib whose requirement moved a version of its own, and each whose requirement moves by that. Every one starts
/// from what the stage holds after the one before, because two may move in one manifest.
fn follow(
    repo: &Repo,
    stage: &Stage,
    (first, first_version): (&Package, &Version),
    step: &str,
    history: &History,
    changed: &mut BTreeMap<RepoPath, String>,
) -> Result<Vec<Dependent>, Vec<Problem>> {
    let one = |problem| vec![problem];
    let mut found: Vec<Dependent> = Vec::new();
    let mut causes = vec![(first.name.clone(), first_version.clone())];
    loop {
        let done: Vec<&PackageName> = causes.iter().map(|(name, _)| name).collect();
        let Some(name) = moved(repo, changed, &done).into_iter().next() else {
            return Ok(found);
        };
        let staged = Repo::sound(stage.root())?;
        let lib = find(&staged, name.as_str()).map_err(one)?;
        let old = dependents::version(lib).map_err(one)?;
        let new = next(lib, &old, step).map_err(one)?;
        refuse_released(history, lib, &new).map_err(one)?;
        let asked: Vec<String> = causes
            .iter()
            .filter(|(cause, _)| {
                lib.manifest
                    .main
                    .iter()
                    .any(|dependency| dependency.name.value == *cause)
            })
            .map(|(cause, version)| format!("Require {cause} {version}"))
            .collect();
        let own = prepare(&staged, lib, (&old, &new), history, &asked)?;
        write(stage, &own).map_err(one)?;
        changed.extend(own);
        causes.push((name.clone(), new.clone()));
        found.push(Dependent {
            tag: history::tag(&name, &new),
            lib: name,
            old,
            new,
        });
    }
}

fn find<'a>(repo: &'a Repo, name: &str) -> Result<&'a Package, Problem> {
    let lib = PackageName::parse(name).and_then(|name| repo.lib(&name));
    lib.ok_or_else(|| {
        let known: Vec<&str> = repo.libs.iter().map(|lib| lib.name.as_str()).collect();
        Problem::error(format!("lib `{name}` does not exist")).remedy(suggestion("lib", name, &known))
    })
}

fn next(lib: &Package, old: &Version, said: &str) -> Result<Version, Problem> {
    let step: Step = said.parse().map_err(Problem::error)?;
    step.after(old).map_err(|refusal| {
        let message = match refusal {
            Refusal::NotGreater => format!("`{said}` is not greater than {old}, the version of `{}`", lib.name),
            Refusal::Local => format!("`{said}` is a local version, which indexes reject (PEP 440)"),
            Refusal::TooLarge => format!("no version of `{}` follows {old}: its number is too large", lib.name),
        };
        let problem = Problem::error(message);
        match &lib.manifest.version {
            Some(version) => problem.at(version.place.clone()),
            None => problem,
        }
    })
}

/// A tag may be on a branch that is not merged: its version is taken all the same.
fn refuse_released(history: &History, lib: &Package, new: &Version) -> Result<(), Problem> {
    let tag = history::tag(&lib.name, new);
    match history.commit_of(&tag)? {
        None => Ok(()),
        Some(commit) => Err(Problem::error(format!(
            "`{}` {new} is already released: the tag `{tag}` exists",
            lib.name
        ))
        .note(format!("it is on commit {}", commit.get(..12).unwrap_or(&commit)))
        .remedy("name a version that is not released")),
    }
}

/// What somebody is at work on is not mixed into a release.
fn refuse_dirty(history: &History, touched: Vec<RepoPath>) -> Result<(), Vec<Problem>> {
    let dirty = history.dirty().map_err(|problem| vec![problem])?;
    let problems: Vec<Problem> = dirty
        .into_iter()
        .filter(|dirty| touched.contains(&dirty.path))
        .map(|dirty| {
            Problem::error(format!("`{}` has uncommitted changes", dirty.path))
                .at(Place::File(dirty.path.to_string()))
                .remedy("commit or stash them, and run this again")
        })
        .collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// The generated files that the staged packages lead to, of those that are there and ours.
pub(super) fn generated(repo: &Repo, stage: &Stage) -> Result<BTreeMap<RepoPath, String>, Vec<Problem>> {
    let staged = Repo::sound(stage.root())?;
    let mut problems = Vec::new();
    let is_ours = |path: &RepoPath| {
        let there = repo.root.source_if_present(path);
        matches!(there, Ok(Some(source)) if Header::path_in(source.text()).as_ref() == Some(path))
    };
    // A repository that never drew its images is not asked for what drawing needs.
    let has_images = |service: &&Service| is_ours(&service.package.dir.child("Dockerfile"));
    let services: Vec<&Service> = staged.services.iter().filter(has_images).collect();
    if services.is_empty() {
        return Ok(BTreeMap::new());
    }
    let artifacts = draw(&staged, &services, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    let ours = artifacts.into_iter().filter(|artifact| is_ours(&artifact.path));
    Ok(ours.map(|artifact| (artifact.path, artifact.text)).collect())
}

/// What differs from the tree.
pub(super) fn plan(root: &Root, changed: BTreeMap<RepoPath, String>) -> Result<Plan, Problem> {
    let mut plan = Plan::default();
    for (path, after) in changed {
        let before = root.source_if_present(&path)?;
        let kind = match &before {
            Some(source) if source.text() == after => continue,
            Some(_) => Kind::Update,
            None => Kind::Create,
        };
        plan.changes.push(Change {
            path,
            kind,
            before: before.map(|source| source.text().to_owned()).unwrap_or_default(),
            after,
        });
    }
    Ok(plan)
}
