use crate::report::diff;
use diagnostics::{Exit, Place, Problem, called};
use generate::{
    artifact::draw,
    sync::{self, Lock, Plan, Scope},
};
use repo::Repo;
use repo::Root;

/// Generate `Dockerfile`, `Dockerfile.dev` and the related files of every service from the manifests
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Services to generate files for [default: all]
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,

    /// Write nothing: show the differences, and fail if there are any
    #[arg(long)]
    check: bool,

    /// Overwrite files that this command did not generate, after showing the difference
    #[arg(long, conflicts_with = "check")]
    adopt: bool,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// There is no service.
    Nothing,
    /// Every file is as it has to be.
    Fresh {
        /// How many files were compared.
        files: usize,
        /// How many services were looked at.
        services: usize,
    },
    /// Some are not, and `--check` was given.
    Stale {
        /// The files that change.
        plan: Plan,
        /// How many services were looked at.
        services: usize,
        /// The command that updates the files.
        command: String,
    },
    /// Some were not, and are now.
    Written {
        /// The files that change.
        plan: Plan,
        /// How many services were looked at.
        services: usize,
    },
}

impl Outcome {
    /// The exit code: what is stale under `--check` has its own.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Nothing => Exit::Nothing,
            Self::Fresh { .. } | Self::Written { .. } => Exit::Clean,
            Self::Stale { .. } => Exit::Stale,
        }
    }
}

/// Draws, compares, and writes unless `--check` says not to. `on_wait` is called when another run is in the way.
pub fn run(root: &Root, args: &Args, on_wait: impl FnOnce()) -> Result<Outcome, Vec<Problem>> {
    let lock = Lock::acquire(root, on_wait);
    let mut problems = Vec::new();
    let repo = Repo::read(root, &mut problems);
    let Some(repo) = repo else { return Err(problems) };
    let selected = repo.select(&args.services, &mut problems);
    if repo.services.is_empty() && problems.is_empty() {
        return Ok(Outcome::Nothing);
    }
    let artifacts = draw(&repo, &selected, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    let _lock = lock.map_err(|problem| vec![problem])?;
    let scope = if args.services.is_empty() {
        Scope::Everywhere
    } else {
        Scope::Folders(selected.iter().map(|service| service.package.dir.clone()).collect())
    };
    let plan = Plan::new(root, &artifacts, &scope)?;
    let services = selected.len();
    if args.check && !plan.is_clean() {
        let command = command(&args.services, plan.foreign().next().is_some());
        return Ok(Outcome::Stale {
            plan,
            services,
            command,
        });
    }
    if plan.is_clean() && (args.check || plan.leftovers.is_empty()) {
        return Ok(Outcome::Fresh {
            files: plan.fresh,
            services,
        });
    }
    if !args.adopt {
        refuse_foreign(&plan, &args.services)?;
    }
    sync::carry_out(root, &plan)?;
    let left = Plan::new(root, &artifacts, &scope)?;
    if !left.is_clean() {
        return Err(left
            .changes
            .iter()
            .map(|change| our_bug(change.path.as_str()))
            .collect());
    }
    Ok(if plan.is_clean() {
        Outcome::Fresh {
            files: plan.fresh,
            services,
        }
    } else {
        Outcome::Written { plan, services }
    })
}

fn refuse_foreign(plan: &Plan, services: &[String]) -> Result<(), Vec<Problem>> {
    let problems: Vec<Problem> = plan
        .foreign()
        .map(|change| {
            Problem::error(format!(
                "`{}` is in the way: this command did not generate it",
                change.path
            ))
            .at(Place::File(change.path.to_string()))
            .note(format!("this is what would change:\n{}", diff::unified(change)))
            .remedy(format!(
                "save what you need from it, then run `{}`",
                command(services, true)
            ))
        })
        .collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// The command line that makes the files as they have to be.
fn command(services: &[String], adopt: bool) -> String {
    let mut words = vec![called::command(), "gen-dockerfiles"];
    words.extend(services.iter().map(String::as_str));
    words.extend(adopt.then_some("--adopt"));
    words.join(" ")
}

fn our_bug(path: &str) -> Problem {
    Problem::error(format!(
        "`{path}` was written and is stale again: this is a bug of cargo xtask"
    ))
    .at(Place::File(path.into()))
    .remedy("please report it, with the diff that `cargo xtask gen-dockerfiles --check` shows")
}
