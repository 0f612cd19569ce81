//! What can be run, and how one is chosen and run.

use std::{
    sync::OnceLock,
    time::{Duration, Instant},
};

use super::{
    application, cargo, failures, pages, pytest,
    summary::{Counts, Row, Verdict},
};
use crate::environments::{Interpreter, Tools};
use console::progress::Progress;
use diagnostics::Problem;
use repo::Root;
use repo::{Frontend, Package, Repo, RepoPath, toml::quoted};

pub const RUST: &str = "rust";
pub const SLOW: &str = "slow";
pub const APPLICATION: &str = "application";
pub const BROWSER: &str = "browser";
/// The step, and the cargo test target that it runs.
pub const IMAGES: &str = "images";

/// Where reports and logs of steps are kept, from the root.
const REPORTS: &str = "target/xtask/reports";

/// Something that can be tested by itself.
#[derive(Clone, Debug)]
pub struct Step {
    pub name: String,
    pub kind: Kind,
}

#[derive(Clone, Debug)]
pub enum Kind {
    /// The cargo workspace, but for the targets that have steps of their own.
    Rust,
    /// The test targets that `cargo test` runs only by name, because they take long.
    Slow(Vec<String>),
    /// The cargo test targets that require a feature.
    Feature(String),
    Python(Box<PythonTests>),
    /// The tests of the frontend that need no service.
    Frontend(Box<Frontend>),
    /// All services together on this machine.
    Application,
    /// A browser before the frontend, and all services behind it.
    Browser(Box<Frontend>),
    /// The cargo test target that builds and runs images.
    Images,
}

/// The tests of a lib or service.
#[derive(Clone, Debug)]
pub struct PythonTests {
    /// The lib or service.
    pub package: Package,
    /// Groups of the lock that the tests need, besides the main group.
    pub groups: Vec<String>,
    /// What goes on `PYTHONPATH`: the import roots of the package and of the libs it needs.
    pub import_roots: Vec<RepoPath>,
    /// Whether it has any test.
    pub has_tests: bool,
}

/// How a step ended: all of a row that the step itself can tell.
#[derive(Debug)]
pub struct Outcome {
    pub verdict: Verdict,
    pub counts: Counts,
    pub output: String,
}

/// The steps of these names, or of packages in these folders, in the order of the whole; all when none is named.
pub fn choose(steps: Vec<Step>, names: &[String]) -> Result<Vec<Step>, Vec<Problem>> {
    let is_named = |step: &Step, name: &str| {
        step.name == name
            || match &step.kind {
                Kind::Python(tests) => RepoPath::parse(name).as_ref() == Some(&tests.package.dir),
                Kind::Frontend(frontend) => RepoPath::parse(name).as_ref() == Some(&frontend.folder.value),
                Kind::Rust | Kind::Slow(_) | Kind::Feature(_) | Kind::Application | Kind::Browser(_) | Kind::Images => {
                    false
                }
            }
    };
    let unknown = names
        .iter()
        .filter(|name| !steps.iter().any(|step| is_named(step, name)));
    let known: Vec<&str> = steps.iter().map(|step| step.name.as_str()).collect();
    let problems: Vec<Problem> = unknown
        .map(|name| {
            Problem::error(format!("nothing here is tested as `{name}`"))
                .remedy(format!("known are {}", quoted(&known)))
        })
        .collect();
    if !problems.is_empty() {
        return Err(problems);
    }
    let is_chosen = |step: &Step| names.is_empty() || names.iter().any(|name| is_named(step, name));
    Ok(steps.into_iter().filter(is_chosen).collect())
}

impl Kind {
    /// Whether `--fast` leaves it out: what waits for a build, for services or for minutes.
    pub fn is_slow(&self) -> bool {
        match self {
            Self::Slow(_) | Self::Feature(_) | Self::Browser(_) | Self::Images => true,
            Self::Rust | Self::Python(_) | Self::Frontend(_) | Self::Application => false,
        }
    }
}

/// Runs steps, from several threads.
pub struct Runner<'a> {
    pub repo: &'a Repo,
    pub progress: &'a Progress,
    /// In CI a step that the machine cannot run has failed.
    pub in_ci: bool,
    /// What takes long is left out.
    pub is_fast: bool,
    rerun: &'a str,
    pythons: OnceLock<Result<Vec<Interpreter>, Problem>>,
    tools: OnceLock<Result<Tools, Vec<Problem>>>,
}

impl<'a> Runner<'a> {
    pub fn new(repo: &'a Repo, rerun: &'a str, progress: &'a Progress, is_fast: bool) -> Self {
        Self {
            repo,
            progress,
            in_ci: std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false"),
            is_fast,
            rerun,
            pythons: OnceLock::new(),
            tools: OnceLock::new(),
        }
    }

    pub fn run(&self, step: &Step) -> Row {
        let started = Instant::now();
        let outcome = match &step.kind {
            Kind::Rust => cargo::workspace(&self.repo.root).map_err(Vec::from),
            Kind::Slow(targets) => cargo::targets(&self.repo.root, targets).map_err(Vec::from),
            Kind::Feature(feature) => cargo::feature(&self.repo.root, feature).map_err(Vec::from),
            Kind::Python(tests) => pytest::run(self, step, tests),
            Kind::Frontend(frontend) => pages::run(self, step, frontend, frontend.test.as_deref().unwrap_or_default()),
            Kind::Browser(frontend) => pages::browser(self, step, frontend),
            Kind::Application => application::run(&self.repo.root).map_err(Vec::from),
            Kind::Images => cargo::images(&self.repo.root, self.in_ci).map_err(Vec::from),
        };
        let mut row = self.row(step, Verdict::Failed);
        row.time = started.elapsed();
        match outcome {
            Ok(outcome) => {
                row.verdict = outcome.verdict;
                row.counts = outcome.counts;
                row.output = match &row.verdict {
                    Verdict::Failed => failures::digest(&step.name, &outcome.output, &self.root().join(REPORTS)),
                    Verdict::Passed | Verdict::Skipped { .. } | Verdict::NoTests { .. } => outcome.output,
                };
            }
            Err(problems) => row.problems = problems,
        }
        row
    }

    /// The row of a step of which nothing ran.
    pub fn row(&self, step: &Step, verdict: Verdict) -> Row {
        Row {
            step: step.name.clone(),
            verdict,
            counts: Counts::default(),
            time: Duration::ZERO,
            output: String::new(),
            problems: Vec::new(),
            rerun: format!("{} {}", self.rerun, step.name),
        }
    }

    pub fn root(&self) -> &Root {
        &self.repo.root
    }

    /// Looked for once, when the first step needs it: the Rust tests need no Python.
    pub fn pythons(&self) -> Result<&[Interpreter], Problem> {
        let found = self
            .pythons
            .get_or_init(|| Interpreter::all(self.repo.settings.base_image()?.python));
        found.as_deref().map_err(Clone::clone)
    }

    pub fn tools(&self) -> Result<&Tools, Vec<Problem>> {
        let provided = self.tools.get_or_init(|| {
            let pythons = self.pythons()?;
            Tools::provide(self.root(), &self.repo.settings, &pythons[0])
        });
        provided.as_ref().map_err(Clone::clone)
    }
}
