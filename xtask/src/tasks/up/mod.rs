//! The whole application on this machine, without Docker.

mod group;
mod health;
mod launch;
mod news;
mod ports;
mod state;
mod strays;
mod supervise;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

pub use launch::ServiceLaunch;
pub use news::News;

use crate::{
    python::{Environment, Interpreter, Tools},
    repo::{Located, PackageName, Repo, RepoPath, Service, Surroundings, toml::quoted},
    report::Problem,
};
use launch::{Decided, Launch};
use ports::{Ports, Wish};
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

    let environments = environments(&repo, &services, tell)?;
    let wish = if args.test { Wish::Any } else { Wish::Own };
    let mut plan = Plan::new(&repo, &services, &state.path, wish)?;
    let of_test = test.map(|test| test.env.clone()).unwrap_or_default();
    let mut launches = Vec::new();
    for (service, environment) in services.iter().zip(&environments) {
        let name = service.package.name.as_str();
        let decided = Decided {
            service,
            environment,
            surroundings: plan.surroundings(service),
            debug_port: match args.debug.as_deref() == Some(name) {
                true => Some(plan.ports.take(Some(service.settings.debug_port))?),
                false => None,
            },
            reload: args.reload,
            test: &of_test,
        };
        let is_set = |variable: &str| std::env::var_os(variable).is_some_and(|value| !value.is_empty());
        let launch = launch::service(&repo, &decided, &is_set)?;
        announce(service, &launch, wish, tell);
        launches.push(launch);
    }
    let test = match test {
        Some(test) => Some(script(&repo, test, &environments, &services, &plan)?),
        None => None,
    };
    // From here on the services themselves listen there.
    drop(plan);
    let application = supervise::Application {
        services: &launches,
        test: test.as_ref(),
        state: &state.path,
    };
    let outcome = supervise::run(&application, tell);
    if passing {
        state.remove()?;
    }
    outcome
}

/// What the services are told about each other.
struct Plan {
    ports: Ports,
    of_services: BTreeMap<PackageName, u16>,
    surroundings: Surroundings,
}

impl Plan {
    fn new(repo: &Repo, services: &[&Service], state: &Path, wish: Wish) -> Result<Self, Vec<Problem>> {
        let mut ports = Ports::default();
        let mut of_services = BTreeMap::new();
        let mut problems = Vec::new();
        for service in services {
            match ports.of(service, wish) {
                Ok(port) => drop(of_services.insert(service.package.name.clone(), port)),
                Err(problem) => problems.push(problem),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let url = |service: &Service| {
            let name = service.package.name.clone();
            let port = of_services.get(&name).copied().unwrap_or(service.settings.port);
            (name, format!("http://127.0.0.1:{port}"))
        };
        let surroundings = Surroundings {
            urls: repo.services.iter().map(url).collect(),
            state: state.to_string_lossy().into_owned(),
            port: 0,
        };
        Ok(Self {
            ports,
            of_services,
            surroundings,
        })
    }

    fn surroundings(&self, service: &Service) -> Surroundings {
        let port = self.of_services.get(&service.package.name).copied();
        Surroundings {
            port: port.unwrap_or(service.settings.port),
            ..self.surroundings.clone()
        }
    }
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

/// The main group of each lock, and the groups that the development image gets.
fn environments(
    repo: &Repo,
    services: &[&Service],
    tell: &mut dyn FnMut(&News<'_>),
) -> Result<Vec<Environment>, Vec<Problem>> {
    let pythons = Interpreter::all(repo.settings.base_image.python)?;
    let tools = Tools::provide(&repo.root, &repo.settings, &pythons[0])?;
    let mut environments = Vec::new();
    for (index, service) in services.iter().enumerate() {
        let package = &service.package;
        tell(&News::Preparing {
            service: package.name.as_str(),
            number: index + 1,
            total: services.len(),
        });
        let groups: Vec<String> = service
            .settings
            .dev_groups
            .iter()
            .map(|group| group.value.clone())
            .collect();
        environments.push(Environment::provide(&repo.root, package, &groups, &pythons, &tools)?);
    }
    Ok(environments)
}

fn announce(service: &Service, launch: &ServiceLaunch, wish: Wish, tell: &mut dyn FnMut(&News<'_>)) {
    let name = &launch.launch.name;
    let own = service.settings.port;
    if launch.port != own && wish == Wish::Own {
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

/// The script of the application's test, in the environment of the service that it names.
fn script(
    repo: &Repo,
    test: &crate::repo::ApplicationTest,
    environments: &[Environment],
    services: &[&Service],
    plan: &Plan,
) -> Result<Launch, Vec<Problem>> {
    let Located { value: name, place } = &test.python_of;
    let mut pairs = services.iter().zip(environments);
    let Some((_, environment)) = pairs.find(|(service, _)| service.package.name == *name) else {
        return Err(Problem::error(format!("there is no service `{name}`"))
            .at(place.clone())
            .into());
    };
    let mut env = launch::python_env(&repo.root, environment, &[])?;
    for (name, text) in &test.env {
        env.insert(name.clone(), text.render(&plan.surroundings).into());
    }
    Ok(Launch {
        name: test.script.value.to_string(),
        program: environment.python(),
        arguments: vec![
            "-P".into(),
            test.script.value.under(&repo.root).to_string_lossy().into_owned(),
        ],
        env,
        dir: repo.root.clone(),
    })
}
