//! Wheels of the libs: made, checked, or compared with what was published.

mod make;
mod plan;
mod workplace;

use std::{
    num::NonZero,
    path::{Path, PathBuf},
    time::Duration,
};

use super::publish;
use diagnostics::{Exit, Problem};
use generate::sync::Lock;
use make::build;
use plan::{Plan, plan};
use release::publish::Archive;
use repo::Root;
use wheels::{
    Difference, Kind, Manifest, Order, Written,
    circumstances::{HOSTILE, USUAL},
    compare,
};
use workplace::Workplace;

/// Build wheels of libs that install anywhere, with the same bytes on every machine
///
/// Afterwards the folder contains only the wheels of these libs, `SHA256SUMS`, `manifest.json`, and one constraints file per lib, exported
/// from its lock. A lib is built only if its files, backend or settings have changed, and unchanged files are not written. The tools lock
/// pins the build backends, so a build resolves and downloads nothing.
///
/// With `--check` or `--verify`, exit code 4 means that files differ.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Libs to build [default: all]
    #[arg(value_name = "LIB")]
    libs: Vec<String>,

    /// Build only the libs that this service needs
    #[arg(long, value_name = "SERVICE", conflicts_with = "libs")]
    service: Option<String>,

    /// Output folder [default: target/xtask/wheels in the repository]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Also build source distributions
    #[arg(long)]
    sdist: bool,

    /// Write nothing: build twice under different umasks, time zones, locales, paths, clocks, file orders and numbers of
    /// jobs, and compare
    #[arg(long, conflicts_with_all = ["out", "verify"])]
    check: bool,

    /// Write nothing: build, and compare with the published files in this folder
    #[arg(long, value_name = "DIR", conflicts_with = "out")]
    verify: Option<PathBuf>,

    /// Number of parallel builds [default: one per core]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZero<usize>>,

    #[command(flatten)]
    publish: publish::Args,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// There is nothing to build, or nothing to compare with.
    Nothing {
        /// What is missing.
        what: &'static str,
    },
    /// The libs are in the folder.
    Built {
        /// The folder.
        out: PathBuf,
        /// How many libs there are.
        libs: usize,
        /// How many of them had to be built.
        built: usize,
        /// What was done to the files of the folder.
        written: Written,
    },
    /// The libs are on the index.
    Published {
        /// The build that was published.
        build: Box<Outcome>,
        /// What was uploaded and recorded.
        publication: publish::Outcome,
    },
    /// What was compared is alike.
    Same {
        /// How many files were compared.
        files: usize,
        /// What was compared.
        how: Comparison,
    },
    /// What was compared differs.
    Different {
        /// How many files were compared.
        files: usize,
        /// The files that differ.
        differences: Vec<Difference>,
        /// What was compared.
        how: Comparison,
        /// The published files are of this commit, and the tree is at another.
        published_revision: Option<String>,
    },
}

/// What a comparison is between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Two builds of the same sources.
    TwoBuilds,
    /// A build, and the files on the index.
    Published,
}

impl Outcome {
    /// The exit code.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Nothing { .. } => Exit::Nothing,
            Self::Built { .. } | Self::Published { .. } | Self::Same { .. } => Exit::Clean,
            Self::Different { .. } => Exit::Stale,
        }
    }
}

/// `on_wait` is called when another run is in the way, `on_upload` before each upload.
pub fn run(
    root: &Root,
    args: &Args,
    on_wait: impl FnOnce(),
    on_upload: &dyn Fn(&Archive),
) -> Result<Outcome, Vec<Problem>> {
    let one = |problem| vec![problem];
    let _lock = Lock::acquire(root, on_wait).map_err(one)?;
    let plan = plan(root, args)?;
    if plan.orders.is_empty() {
        let what = "lib to build";
        return Ok(Outcome::Nothing { what });
    }
    if args.check {
        check(&plan, args)
    } else if let Some(dir) = &args.verify {
        verify(&plan, args, dir)
    } else {
        let index = publish::prepare(&plan.repo, &args.publish)?;
        let out = args.out.clone().unwrap_or_else(|| root.join("target/xtask/wheels"));
        let build = build(&plan, args, out.clone())?;
        let Some(index) = index else { return Ok(build) };
        Ok(Outcome::Published {
            build: Box::new(build),
            publication: publish::run(
                &plan.repo,
                &index,
                &out,
                Duration::from_secs(args.publish.deadline),
                on_upload,
            )?,
        })
    }
}

fn check(plan: &Plan, args: &Args) -> Result<Outcome, Vec<Problem>> {
    let kinds = kinds(args.sdist);
    let workplace = Workplace::new(plan, args, 2 * plan.orders.len() * kinds.len())?;
    let orders: Vec<&Order> = plan.orders.iter().collect();
    let [first, second] = HOSTILE;
    let first = workplace.workshop().build(&orders, &kinds, &first)?;
    let second = workplace.workshop().build(&orders, &kinds, &second)?;
    let differences = compare::builds(&workplace.python, &first, &second).map_err(|problem| vec![problem])?;
    let files = orders.len() * kinds.len();
    Ok(compared(files, differences, Comparison::TwoBuilds, None))
}

fn verify(plan: &Plan, args: &Args, dir: &Path) -> Result<Outcome, Vec<Problem>> {
    let one = |problem| vec![problem];
    let published = compare::archives(dir).map_err(one)?;
    let manifest = Manifest::read(dir).map_err(one)?;
    if published.is_empty() && manifest.is_none() {
        let what = "wheel or source archive in the folder of `--verify`";
        return Ok(Outcome::Nothing { what });
    }
    let kinds = kinds(args.sdist || published.iter().any(|name| name.ends_with(".tar.gz")));
    let workplace = Workplace::new(plan, args, plan.orders.len() * kinds.len())?;
    let orders: Vec<&Order> = plan.orders.iter().collect();
    let built = workplace.workshop().build(&orders, &kinds, &USUAL)?;
    let scope = if args.libs.is_empty() && args.service.is_none() && args.publish.tag.is_none() {
        compare::Scope::All
    } else {
        compare::Scope::OfBuilt
    };
    let (files, differences) = compare::published(&workplace.python, dir, &built, scope).map_err(one)?;
    let here = plan.facts.revision.as_ref().map(|revision| &revision.commit);
    let there = manifest
        .and_then(|manifest| manifest.revision)
        .filter(|there| Some(there) != here);
    Ok(compared(files, differences, Comparison::Published, there))
}

fn compared(
    files: usize,
    differences: Vec<Difference>,
    how: Comparison,
    published_revision: Option<String>,
) -> Outcome {
    if differences.is_empty() {
        return Outcome::Same { files, how };
    }
    Outcome::Different {
        files,
        differences,
        how,
        published_revision,
    }
}

fn kinds(with_sdist: bool) -> Vec<Kind> {
    let kinds = [Some(Kind::Wheel), with_sdist.then_some(Kind::Sdist)];
    kinds.into_iter().flatten().collect()
}
