//! The whole application on this machine, without Docker.

mod death;
mod event;
mod group;
mod health;
mod launch;
pub mod pages;
mod plan;
mod ports;
mod state;
mod strays;
mod supervise;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

pub use event::UpEvent;
pub use launch::{Missing, ServiceLaunch, is_installed};
use repo::Root;

use diagnostics::Problem;
use launch::Decided;
use plan::{Plan, environments};
use ports::PortPreference;
use repo::{ApplicationTest, DEBUG_PORT, Frontend, Program, Repo, RepoPath, Service, Template, toml::quoted};
use state::StateFolder;

/// Run the whole application on this machine, without Docker, until Ctrl-C
///
/// Each service runs from its sources, in an environment from its lock, cached under target/xtask/. It listens on its own port on
/// 127.0.0.1, or on a port 100 higher if that is in use. Your own environment takes precedence over `[tool.xtask.up]`, so `QDRANT_URL=…
/// cargo xtask up` uses a server.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Services to start; the others are expected on their own ports [default: all services]
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,

    /// Empty the state folder first
    #[arg(long)]
    fresh: bool,

    /// Folder that keeps state between runs [default: target/xtask/state]
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,

    /// Time limit for services to become ready, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    start_seconds: u64,

    /// Start this service under debugpy and wait until a debugger connects
    #[arg(long, value_name = "SERVICE")]
    debug: Option<String>,

    /// Restart a service when one of its sources changes. A service that exits waits for the next change
    #[arg(long)]
    reload: bool,

    /// Run a test once all services are healthy, then stop. The test has a temporary state folder [default: application]
    #[arg(long, value_name = "WHAT", value_enum, num_args = 0..=1, require_equals = true, hide_possible_values = true)]
    #[arg(default_missing_value = "application", conflicts_with_all = ["services", "debug", "reload"])]
    test: Option<Tested>,
}

/// What is tested with the services: the application by its own script, or the frontend in a browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Tested {
    Application,
    Browser,
}

/// A test that runs beside the services, whose `env` is theirs too.
#[derive(Clone, Copy)]
enum Test<'a> {
    Application(&'a ApplicationTest),
    Browser(&'a Frontend, &'a Program),
}

/// Runs until a signal, or until a service ends, which is a problem. Nothing is left running.
pub fn run(root: &Root, args: &Args, tell: &mut dyn FnMut(&UpEvent<'_>)) -> Result<(), Vec<Problem>> {
    let repo = Repo::sound(root)?;
    let services = choose(&repo, args)?;
    let test = args.test.map(|tested| Test::of(&repo, tested)).transpose()?;
    let passing = test.is_some() && args.state.is_none();
    let default = if passing {
        format!("target/xtask/test-state/{}", std::process::id())
    } else {
        "target/xtask/state".to_owned()
    };
    let folder = args.state.clone().unwrap_or_else(|| root.join(default));
    let state = StateFolder::open(&folder, args.fresh)?;

    let outcome = start(&repo, args, &services, test, &state.path, tell);
    if passing {
        let removed = state.remove();
        outcome.and_then(|()| Ok(removed?))
    } else {
        outcome
    }
}

fn start(
    repo: &Repo,
    args: &Args,
    services: &[&Service],
    test: Option<Test<'_>>,
    state: &Path,
    tell: &mut dyn FnMut(&UpEvent<'_>),
) -> Result<(), Vec<Problem>> {
    let environments = environments(repo, services, tell)?;
    let mut missing: Vec<Missing> = services.iter().flat_map(|service| Missing::of(service)).collect();
    let pages = chosen_pages(repo, args, &mut missing, tell)?;
    let preference = if test.is_some() {
        PortPreference::Any
    } else {
        PortPreference::Own
    };
    let mut plan = Plan::new(repo, services, state, preference)?;
    let of_test = test.map(|test| test.env().clone()).unwrap_or_default();
    let mut launches = Vec::new();
    for (service, environment) in services.iter().zip(&environments) {
        let name = service.package.name.as_str();
        let Some(surroundings) = plan.surroundings(service) else {
            continue;
        };
        let decided = Decided {
            service,
            environment,
            surroundings,
            debug_port: if args.debug.as_deref() == Some(name) {
                // What brings debugpy need not be a group: then it shows when it starts.
                Some(plan.ports.take(Some(service.debug_port().unwrap_or(DEBUG_PORT)))?)
            } else {
                None
            },
            reload: args.reload,
            test: &of_test,
        };
        let launch = launch::service(repo, &decided, &is_set)?;
        let own = service.settings.start.as_ref().and_then(|start| start.port);
        announce(own, &launch, preference, tell);
        launches.push(launch);
    }
    if let Some(frontend) = pages {
        let port = plan.ports.take(Some(frontend.port))?;
        let launch = pages::launch(&repo.root, frontend, &plan.surroundings_at(port), &is_set);
        announce(Some(frontend.port), &launch, preference, tell);
        launches.push(launch);
    }
    let test = match test {
        Some(Test::Application(test)) => Some(plan.script(repo, test, services, &environments)?),
        Some(Test::Browser(frontend, program)) => {
            pages::install(&repo.root, frontend)?;
            Some(pages::run(&repo.root, frontend, program, &plan.surroundings_at(0)))
        }
        None => None,
    };
    // From here on the services themselves listen there.
    drop(plan);
    let application = supervise::Application {
        services: &launches,
        test: test.as_ref(),
        missing: &missing,
        state,
        patience: Duration::from_secs(args.start_seconds),
    };
    supervise::run(&application, tell)
}

impl<'a> Test<'a> {
    fn of(repo: &'a Repo, tested: Tested) -> Result<Self, Problem> {
        let frontend = repo.settings.frontend.as_ref();
        let (test, key) = match tested {
            Tested::Application => (
                repo.settings.application_test.as_ref().map(Self::Application),
                "application-test",
            ),
            Tested::Browser => (
                frontend.and_then(|frontend| Some(Self::Browser(frontend, frontend.browser_test.as_ref()?))),
                "frontend",
            ),
        };
        test.ok_or_else(|| {
            Problem::error("the application has no such test").remedy(format!(
                "name one in `[workspace.metadata.xtask.{key}]`, in `Cargo.toml`"
            ))
        })
    }

    fn env(self) -> &'a BTreeMap<String, Template> {
        match self {
            Self::Application(test) => &test.env,
            Self::Browser(_, program) => &program.env,
        }
    }
}

fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| !value.is_empty())
}

/// The frontend, its packages installed, where it is to be started: a test has the pages that were built. Whoever has no
/// npm and did not ask for it gets the services alone.
fn chosen_pages<'a>(
    repo: &'a Repo,
    args: &Args,
    missing: &mut Vec<Missing>,
    tell: &mut dyn FnMut(&UpEvent<'_>),
) -> Result<Option<&'a Frontend>, Vec<Problem>> {
    let Some(frontend) = repo.settings.frontend.as_ref().filter(|_| args.test.is_none()) else {
        return Ok(None);
    };
    let is_named = args.services.iter().any(|name| names_pages(frontend, name));
    if !is_named && !args.services.is_empty() {
        return Ok(None);
    }
    if !is_named && !pages::can_be_installed() {
        tell(&UpEvent::LeftOut {
            service: &frontend.name,
            reason: "`npm` is not on the path",
        });
        missing.push(Missing {
            program: pages::NPM.into(),
            service: frontend.name.clone(),
            lost: "the pages are not served; it comes with Node.js".into(),
        });
        return Ok(None);
    }
    tell(&UpEvent::Preparing {
        service: &frontend.name,
        number: 1,
        total: 1,
    });
    let started = Instant::now();
    if pages::install(&repo.root, frontend)? {
        tell(&UpEvent::Prepared {
            service: &frontend.name,
            after: started.elapsed(),
        });
    }
    Ok(Some(frontend))
}

fn names_pages(frontend: &Frontend, name: &str) -> bool {
    frontend.name == name || RepoPath::parse(name).as_ref() == Some(&frontend.folder.value)
}

fn choose<'a>(repo: &'a Repo, args: &Args) -> Result<Vec<&'a Service>, Vec<Problem>> {
    let is_named = |service: &Service, name: &str| {
        service.package.name.as_str() == name || RepoPath::parse(name).as_ref() == Some(&service.package.dir)
    };
    let frontend = repo.settings.frontend.as_ref();
    let known: Vec<&str> = repo
        .services
        .iter()
        .map(|service| service.package.name.as_str())
        .chain(frontend.map(|frontend| frontend.name.as_str()))
        .collect();
    let chosen: Vec<&Service> = repo
        .services
        .iter()
        .filter(|service| args.services.is_empty() || args.services.iter().any(|name| is_named(service, name)))
        .collect();
    let unknown = args
        .services
        .iter()
        .filter(|name| !repo.services.iter().any(|service| is_named(service, name)))
        .filter(|name| !frontend.is_some_and(|frontend| names_pages(frontend, name)));
    let mut problems: Vec<Problem> = unknown
        .map(|name| Problem::error(format!("service `{name}` does not exist")))
        .collect();
    if let Some(name) = &args.debug
        && chosen.iter().all(|service| service.package.name.as_str() != name)
    {
        problems.push(Problem::error(format!(
            "no service `{name}` is started, so none can be debugged"
        )));
    }
    if repo.services.is_empty() {
        problems.push(Problem::error("no service found to start"));
    }
    if problems.is_empty() {
        return Ok(chosen);
    }
    let remedy = format!("known are {}", quoted(&known));
    Err(problems.into_iter().map(|problem| problem.remedy(&remedy)).collect())
}

fn announce(own: Option<u16>, launch: &ServiceLaunch, preference: PortPreference, tell: &mut dyn FnMut(&UpEvent<'_>)) {
    let name = &launch.launch.name;
    if let (Some(own), Some(port)) = (own, launch.port)
        && port != own
        && preference == PortPreference::Own
    {
        tell(&UpEvent::Moved {
            service: name,
            own,
            port,
        });
    }
    for variable in &launch.kept {
        tell(&UpEvent::Kept {
            service: name,
            variable,
        });
    }
}
