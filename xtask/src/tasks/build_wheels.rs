use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZero,
    path::{Path, PathBuf},
    thread,
};

use super::publish;
use crate::{
    Exit,
    image::Tools,
    python::{self, Interpreter},
    release::publish::Archive,
    repo::{Package, PackageName, Repo, RepoPath, toml::quoted},
    report::{Problem, progress::Progress},
    sync::Lock,
    wheels::{
        self, Cache, Difference, Entry, Facts, FileEntry, FileKind, Kind, Manifest, Order, Stage, Workshop, Written,
        circumstances::{HOSTILE, USUAL},
        compare,
        output::{self, Content, Wanted},
    },
};

/// Build wheels of libs that install anywhere and are the same bytes wherever they are built
///
/// The folder then holds the wheels of these libs and no others, `SHA256SUMS`, `manifest.json`, and a constraints file a
/// lib, exported from its lock. Nothing is built whose files, backend and settings did not change, and unchanged files are
/// not written. Backends are those that the tools lock pins: nothing is resolved or downloaded for a build.
///
/// With `--check` or `--verify`, exit code 4 says that files differ.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Libs to build [default: all]
    #[arg(value_name = "LIB")]
    libs: Vec<String>,

    /// Build the libs that this service needs
    #[arg(long, value_name = "SERVICE", conflicts_with = "libs")]
    service: Option<String>,

    /// Where the files go [default: target/xtask/wheels in the repository]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Build source archives too
    #[arg(long)]
    sdist: bool,

    /// Write nothing: build twice under different umasks, time zones, locales, paths, clocks, file orders and numbers of
    /// jobs, and compare
    #[arg(long, conflicts_with_all = ["out", "verify"])]
    check: bool,

    /// Write nothing: build, and compare with the files that were published from a folder like ours
    #[arg(long, value_name = "DIR", conflicts_with = "out")]
    verify: Option<PathBuf>,

    /// How many builds run at once [default: one a core]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZero<usize>>,

    #[command(flatten)]
    publish: publish::Args,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// There is nothing to build, or nothing to compare with.
    Nothing { what: &'static str },
    Built {
        out: PathBuf,
        libs: usize,
        /// How many of them had to be built.
        built: usize,
        written: Written,
    },
    Published {
        build: Box<Outcome>,
        publication: publish::Outcome,
    },
    /// What was compared is alike.
    Same { files: usize, how: Comparison },
    Different {
        files: usize,
        differences: Vec<Difference>,
        how: Comparison,
        /// The published files are of this commit, and the tree is at another.
        published_revision: Option<String>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    TwoBuilds,
    Published,
}

impl Outcome {
    pub fn exit(&self) -> Exit {
        match self {
            Self::Nothing { .. } => Exit::Nothing,
            Self::Built { .. } | Self::Published { .. } | Self::Same { .. } => Exit::Clean,
            Self::Different { .. } => Exit::Stale,
        }
    }
}

/// Everything that is to be built, known before anything is.
struct Plan {
    repo: Repo,
    facts: Facts,
    orders: Vec<Order>,
}

/// `on_wait` is called when another run is in the way, `on_upload` before each upload.
pub fn run(
    root: &Path,
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
            publication: publish::run(&plan.repo, &index, &out, on_upload)?,
        })
    }
}

fn plan(root: &Path, args: &Args) -> Result<Plan, Vec<Problem>> {
    let mut problems = Vec::new();
    let repo = Repo::read(root, &mut problems);
    let Some(repo) = repo else { return Err(problems) };
    let libs = select(&repo, args, &mut problems);
    let tools = Tools::read(&repo, &mut problems);
    let mut paths: Vec<RepoPath> = libs.iter().flat_map(|lib| lib.build_inputs.iter().cloned()).collect();
    paths.extend(libs.iter().map(|lib| lib.dir.child("poetry.lock")));
    let facts = wheels::ask_git(root, &paths)
        .map_err(|problem| problems.push(problem))
        .unwrap_or_default();
    let orders = tools.iter().flat_map(|tools| libs.iter().map(move |lib| (lib, tools)));
    let orders = orders
        .filter_map(|(lib, tools)| Order::of(&repo, lib, tools, &facts, &mut problems))
        .collect();
    if problems.is_empty() {
        Ok(Plan { repo, facts, orders })
    } else {
        Err(problems)
    }
}

/// The libs that the command line names, or those of its service, or all.
fn select<'a>(repo: &'a Repo, args: &Args, problems: &mut Vec<Problem>) -> Vec<&'a Package> {
    if let Some(name) = &args.service {
        let parsed = PackageName::parse(name);
        let service = repo
            .services
            .iter()
            .find(|service| Some(&service.package.name) == parsed.as_ref());
        let known = repo.services.iter().map(|service| service.package.name.as_str());
        return match service {
            Some(service) => repo.libs_of(service).collect(),
            None => {
                problems.push(unknown("service", name, known));
                Vec::new()
            }
        };
    }
    if let Some(tag) = &args.publish.tag {
        return match publish::tagged(repo, tag) {
            Ok(name) => repo.lib(&name).into_iter().collect(),
            Err(problem) => {
                problems.push(problem);
                Vec::new()
            }
        };
    }
    let buildable = |lib: &&Package| !lib.manifest.contents.is_no_package;
    if args.libs.is_empty() {
        return repo.libs.iter().filter(buildable).collect();
    }
    let mut wanted = BTreeSet::new();
    for name in &args.libs {
        match PackageName::parse(name).and_then(|name| repo.lib(&name)) {
            Some(lib) => drop(wanted.insert(&lib.name)),
            None => problems.push(unknown("lib", name, repo.libs.iter().map(|lib| lib.name.as_str()))),
        }
    }
    repo.libs.iter().filter(|lib| wanted.contains(&lib.name)).collect()
}

fn unknown<'a>(kind: &str, name: &str, known: impl Iterator<Item = &'a str>) -> Problem {
    let known: Vec<&str> = known.collect();
    Problem::error(format!("there is no {kind} `{name}`")).remedy(format!("known {kind}s are {}", quoted(&known)))
}

fn build(plan: &Plan, args: &Args, out: PathBuf) -> Result<Outcome, Vec<Problem>> {
    let root = &plan.repo.root;
    let kinds = kinds(args.sdist);
    let cache = Cache::new(root);
    let constraints = constraints(plan, &cache)?;
    let mut entries: Vec<Option<Entry>> = plan.orders.iter().map(|order| cache.find(order, &kinds)).collect();
    let missing = plan.orders.iter().zip(&entries).filter(|(_, entry)| entry.is_none());
    let stale: Vec<&Order> = missing.map(|(order, _)| order).collect();
    if !stale.is_empty() {
        let workplace = Workplace::new(plan, args, stale.len() * kinds.len())?;
        let built = workplace.workshop().build(&stale, &kinds, &USUAL)?;
        for (order, entry) in plan.orders.iter().zip(&mut entries) {
            if let Some(built) = built.iter().find(|built| built.order.name == order.name) {
                *entry = Some(cache.store(built).map_err(|problem| vec![problem])?);
            }
        }
    }
    let mut wanted = BTreeMap::new();
    let mut finished: Vec<Entry> = entries.into_iter().flatten().collect();
    for ((order, entry), text) in plan.orders.iter().zip(&mut finished).zip(constraints) {
        for file in &entry.files {
            let content = Content::File(cache.path(entry, file));
            let sha256 = file.sha256.clone();
            wanted.insert(file.name.clone(), Wanted { sha256, content });
        }
        add_constraints(order, text, entry, &mut wanted);
    }
    let manifest = Manifest::new(plan.facts.revision.as_ref(), finished);
    let written = output::write(&out, wanted, &manifest)?;
    Ok(Outcome::Built {
        out,
        libs: plan.orders.len(),
        built: stale.len(),
        written,
    })
}

/// The constraints file of each lib. Locks that cannot be read are found before anything is built.
fn constraints(plan: &Plan, cache: &Cache) -> Result<Vec<String>, Vec<Problem>> {
    let mut problems = Vec::new();
    let texts = plan.orders.iter().filter_map(|order| {
        let text = wheels::draw_constraints(&plan.repo, order, cache);
        text.map_err(|found| problems.extend(found)).ok()
    });
    let texts = texts.collect();
    if problems.is_empty() { Ok(texts) } else { Err(problems) }
}

fn add_constraints(order: &Order, text: String, entry: &mut Entry, wanted: &mut BTreeMap<String, Wanted>) {
    let name = wheels::constraints_name(order);
    let size = text.len() as u64;
    let file = Wanted::bytes(text.into_bytes());
    entry.files.push(FileEntry {
        kind: FileKind::Constraints,
        name: name.clone(),
        sha256: file.sha256.clone(),
        size,
    });
    wanted.insert(name, file);
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
    let scope = if args.libs.is_empty() && args.service.is_none() {
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

/// What a build needs that lies on disk: the tools' Python, and room for copies.
struct Workplace {
    python: PathBuf,
    stage: Stage,
    jobs: usize,
    progress: Progress,
}

impl Workplace {
    fn new(plan: &Plan, args: &Args, builds: usize) -> Result<Self, Vec<Problem>> {
        let one = |problem| vec![problem];
        let settings = &plan.repo.settings;
        let root = &plan.repo.root;
        let tools = match python::Tools::present(root, settings)? {
            Some(tools) => tools,
            None => {
                let pythons = Interpreter::all(settings.base_image.python).map_err(one)?;
                python::Tools::provide(root, settings, &pythons[0])?
            }
        };
        let cores = || thread::available_parallelism().map_or(1, NonZero::get);
        Ok(Self {
            python: tools.program("python").map_err(one)?,
            stage: Stage::new(root).map_err(one)?,
            jobs: args.jobs.map_or_else(cores, NonZero::get),
            progress: Progress::of("Building", builds),
        })
    }

    fn workshop(&self) -> Workshop<'_> {
        Workshop {
            python: &self.python,
            stage: &self.stage,
            jobs: self.jobs,
            progress: &self.progress,
        }
    }
}
