use std::collections::{BTreeMap, BTreeSet};

use super::{
    alone::Alone,
    bump::{generated, plan},
};
use diagnostics::{Exit, Problem};
use formats::PackageName;
use generate::sync::{self, Plan};
use release::{locks, stage::Stage};
use repo::{Package, Repo, RepoPath, Root, lock, toml::quoted};

/// Lock packages again, and update requirement files and Dockerfiles
///
/// Runs `poetry lock`, which keeps the locked versions, for every package with a `poetry.lock`, so that a changed dependency of a lib
/// reaches the locks of its dependents; in a uv workspace, `uv lock` once. Run it after a bot has updated one manifest and its lock. All
/// steps run in a copy under target/ first: if one fails, the tree is unchanged. `POETRY` and `UV` name the programs, by default `poetry`
/// and `uv`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Packages to lock [default: all]
    #[arg(value_name = "PACKAGE")]
    packages: Vec<String>,

    /// Write nothing: show what would change
    #[arg(long)]
    check: bool,
}

/// What a run did, or would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How many locks were made again.
    pub locks: usize,
    /// The files that change.
    pub plan: Plan,
    /// Whether the plan was carried out.
    pub is_written: bool,
}

impl Outcome {
    /// The exit code: what is stale under `--check` has its own.
    pub fn exit(&self) -> Exit {
        match (self.locks, self.is_written || self.plan.changes.is_empty()) {
            (0, _) => Exit::Nothing,
            (_, true) => Exit::Clean,
            (_, false) => Exit::Stale,
        }
    }
}

/// `on_wait` is called when another run is in the way, `on_lock` for each lock that is made again.
pub fn run(
    root: &Root,
    args: &Args,
    on_wait: impl FnOnce(),
    on_lock: &(dyn Fn(&RepoPath) + Sync),
) -> Result<Outcome, Vec<Problem>> {
    let one = |problem| vec![problem];
    let alone = Alone::with(root, on_wait)?;
    let repo = &alone.repo;
    let locks = locked(repo, &args.packages)?;
    let stage = Stage::new(repo).map_err(one)?;
    let mut changed = BTreeMap::new();
    for (path, lock) in locks::refresh(stage.root(), &locks, on_lock)? {
        changed.insert(path, lock.text().to_owned());
    }
    changed.extend(generated(repo, &stage)?);
    let plan = plan(root, changed).map_err(one)?;
    if !args.check {
        sync::carry_out(root, &plan)?;
    }
    Ok(Outcome {
        locks: locks.len(),
        plan,
        is_written: !args.check,
    })
}

/// The locks of all packages, or of those that are named.
fn locked(repo: &Repo, names: &[String]) -> Result<Vec<RepoPath>, Vec<Problem>> {
    let services = repo.services.iter().map(|service| &service.package);
    let packages: Vec<&Package> = repo.libs.iter().chain(services).collect();
    let locked = packages
        .iter()
        .filter(|package| repo.root.has_file(&lock::path(&repo.root, package)));
    let locked: Vec<&&Package> = locked.collect();
    let wanted: Vec<Option<PackageName>> = names.iter().map(|name| PackageName::parse(name)).collect();
    let is_known = |name: &Option<PackageName>| locked.iter().any(|package| Some(&package.name) == name.as_ref());
    let known: Vec<&str> = locked.iter().map(|package| package.name.as_str()).collect();
    let unknown = names.iter().zip(&wanted).filter(|(_, name)| !is_known(name));
    let problems: Vec<Problem> = unknown
        .map(|(said, _)| {
            Problem::error(format!("package `{said}` does not exist, or has no lock"))
                .remedy(format!("packages with one are {}", quoted(&known)))
        })
        .collect();
    if !problems.is_empty() {
        return Err(problems);
    }
    let is_wanted = |package: &&&Package| names.is_empty() || wanted.iter().flatten().any(|name| *name == package.name);
    let wanted = locked.iter().filter(|package| is_wanted(package));
    let locks: BTreeSet<RepoPath> = wanted.map(|package| lock::path(&repo.root, package)).collect();
    Ok(locks.into_iter().collect())
}
