//! The whole application on this machine, without Docker.

mod death;
mod group;
mod health;
mod launch;
mod news;
mod plan;
mod ports;
mod state;
mod strays;
mod supervise;

use std::path::{Path, PathBuf};

pub use launch::ServiceLaunch;
pub use news::News;

use crate::{
    repo::{ApplicationTest, Repo, RepoPath, Service, toml::quoted},
    report::Problem,
};
use launch::Decided;
use plan::{Plan, environments};
use ports::Wish;
use state::StateFolder;

/// Run the whole application on this machine, without Docker, until Ctrl-C
///
/// Each service runs from its sources, in an environment made from its lock and cached under target/xtask/. It listens
/// on its own port of 127.0.0.1, or on another one where that is in use. What your own environment sets wins over
/// `[tool.xtask.up]`, so `QDRANT_URL=… cargo xtask up` uses a server.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to start; the others are expected on their own ports [default: all services]
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,

    /// Empty the state folder first
    #[arg(long)]
    fresh: bool,

    /// Where state is kept between runs [default: target/xtask/state]
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,

    /// Start this service under debugpy, which waits until a debugger connects
    #[arg(long, value_name = "SERVICE")]
    debug: Option<String>,

    /// Start a service over when one of its sources changes; one that dies then waits for the next change
    #[arg(long)]
    reload: bool,

    /// Run the application's test once all services are healthy, and stop; state is made for it and removed
    #[arg(long, conflicts_with_all = ["services", "debug", "reload"])]
    test: bool,
}

/// Runs until a signal, or until a service ends, which is a problem. Nothing is left running.
pub fn run(root: &Path, args: &Args, tell: &mut dyn FnMut(&News<'_>)) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    let repo = Repo::read(root, &mut problems);
    let Some(repo) = repo.filter(|_| problems.is_empty()) else {
        return Err(problems);
    };
    let services = choose(&repo, args)?;
    let test = repo.settings.application_test.as_ref().filter(|_| args.test);
    if args.test && test.is_none() {
        return Err(Problem::error("the application has no test")
            .remedy("name one in `[workspace.metadata.xtask.application-test]`, in `Cargo.toml`")
            .into());
    }
    let passing = args.test && args.state.is_none();
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
    test: Option<&ApplicationTest>,
    state: &Path,
    tell: &mut dyn FnMut(&News<'_>),
) -> Result<(), Vec<Problem>> {
    let environments = environments(repo, services, tell)?;
    let wish = if args.test { Wish::Any } else { Wish::Own };
    let mut plan = Plan::new(repo, services, state, wish)?;
    let of_test = test.map(|test| test.env.clone()).unwrap_or_default();
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
            debug_port: match args.debug.as_deref() == Some(name) {
                true => Some(plan.ports.take(Some(service.settings.debug_port))?),
                false => None,
            },
            reload: args.reload,
            test: &of_test,
        };
        let is_set = |variable: &str| std::env::var_os(variable).is_some_and(|value| !value.is_empty());
        let launch = launch::service(repo, &decided, &is_set)?;
        announce(service, &launch, wish, tell);
        launches.push(launch);
    }
    let test = match test {
        Some(test) => Some(plan.script(repo, test, services, &environments)?),
        None => None,
    };
    // From here on the services themselves listen there.
    drop(plan);
    let application = supervise::Application {
        services: &launches,
        test: test.as_ref(),
        state,
    };
    supervise::run(&application, tell)
}

fn choose<'a>(repo: &'a Repo, args: &Args) -> Result<Vec<&'a Service>, Vec<Problem>> {
    let is_named = |service: &Service, name: &str| {
        service.package.name.as_str() == name || RepoPath::parse(name).as_ref() == Some(&service.package.dir)
    };
    let known: Vec<&str> = repo
        .services
        .iter()
        .map(|service| service.package.name.as_str())
        .collect();
    let chosen: Vec<&Service> = repo
        .services
        .iter()
        .filter(|service| args.services.is_empty() || args.services.iter().any(|name| is_named(service, name)))
        .collect();
    let unknown = args
        .services
        .iter()
        .filter(|name| !repo.services.iter().any(|service| is_named(service, name)));
    let mut problems: Vec<Problem> = unknown
        .map(|name| Problem::error(format!("there is no service `{name}`")))
        .collect();
    if let Some(name) = &args.debug
        && chosen.iter().all(|service| service.package.name.as_str() != name)
    {
        problems.push(Problem::error(format!(
            "no service `{name}` is started, so none can be debugged"
        )));
    }
    if repo.services.is_empty() {
        problems.push(Problem::error("there is no service to start"));
    }
    if problems.is_empty() {
        return Ok(chosen);
    }
    let remedy = format!("known are {}", quoted(&known));
    Err(problems.into_iter().map(|problem| problem.remedy(&remedy)).collect())
}

fn announce(service: &Service, launch: &ServiceLaunch, wish: Wish, tell: &mut dyn FnMut(&News<'_>)) {
    let name = &launch.launch.name;
    let own = service.settings.start.as_ref().map(|start| start.port);
    if let Some(own) = own.filter(|own| launch.port != *own && wish == Wish::Own) {
        tell(&News::Moved {
            service: name,
            own,
            port: launch.port,
        });
    }
    for variable in &launch.kept {
        tell(&News::Kept {
            service: name,
            variable,
        });
    }
}
