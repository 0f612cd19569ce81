//! What a run decides before it starts anything: environments, ports, and what services are told about each other.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    path::Path,
    time::{Duration, Instant},
};

use super::{
    event::UpEvent,
    launch::{self, Launch},
    ports::{PortPreference, Ports},
};
use crate::environments::{Environment, Interpreter, Tools};
use diagnostics::{Located, Problem};
use formats::PackageName;
use repo::{ApplicationTest, Repo, Service, Surroundings};

/// An environment that took no longer was there already.
pub const UNNOTICED: Duration = Duration::from_millis(500);

/// What the services are told about each other.
pub struct Plan {
    pub ports: Ports,
    of_services: BTreeMap<PackageName, Option<u16>>,
    surroundings: Surroundings,
}

impl Plan {
    pub fn new(
        repo: &Repo,
        services: &[&Service],
        state: &Path,
        preference: PortPreference,
    ) -> Result<Self, Vec<Problem>> {
        let mut ports = Ports::default();
        let mut of_services = BTreeMap::new();
        let mut problems = Vec::new();
        for service in services {
            match ports.of(service, preference) {
                Ok(port) => drop(of_services.insert(service.package.name.clone(), port)),
                Err(problem) => problems.push(problem),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let url = |service: &Service| {
            let name = service.package.name.clone();
            let started = of_services.get(&name).copied().flatten();
            let port = started.or_else(|| service.settings.start.as_ref()?.port)?;
            Some((name, format!("http://127.0.0.1:{port}")))
        };
        let surroundings = Surroundings {
            urls: repo.services.iter().filter_map(url).collect(),
            state: state.to_string_lossy().into_owned(),
            port: 0,
        };
        Ok(Self {
            ports,
            of_services,
            surroundings,
        })
    }

    /// `None` for a service that is not started.
    pub fn surroundings(&self, service: &Service) -> Option<Surroundings> {
        let port = *self.of_services.get(&service.package.name)?;
        Some(self.surroundings_at(port.unwrap_or_default()))
    }

    /// What is told to a program that listens on this port.
    pub fn surroundings_at(&self, port: u16) -> Surroundings {
        Surroundings {
            port,
            ..self.surroundings.clone()
        }
    }

    /// The script of the application's test, in the environment of the service that it names.
    pub fn script(
        &self,
        repo: &Repo,
        test: &ApplicationTest,
        services: &[&Service],
        environments: &[Environment],
    ) -> Result<Launch, Vec<Problem>> {
        let Located { value: name, place } = &test.python_of;
        let mut pairs = services.iter().zip(environments);
        let Some((_, environment)) = pairs.find(|(service, _)| service.package.name == *name) else {
            return Err(Problem::error(format!("service `{name}` does not exist"))
                .at(place.clone())
                .into());
        };
        let mut env = launch::python_env(&repo.root, environment, &[])?;
        for (name, text) in &test.env {
            env.insert(name.clone(), text.render(&self.surroundings).into());
        }
        Ok(Launch {
            name: test.script.value.to_string(),
            program: environment.python(),
            arguments: vec![
                "-P".into(),
                test.script.value.under(&repo.root).to_string_lossy().into_owned(),
            ],
            env,
            dir: repo.root.to_path_buf(),
        })
    }
}

/// The main group of each lock, and the groups that the development image gets.
pub fn environments(
    repo: &Repo,
    services: &[&Service],
    tell: &mut dyn FnMut(&UpEvent<'_>),
) -> Result<Vec<Environment>, Vec<Problem>> {
    let mut pythons = BTreeMap::new();
    for service in services {
        let python = repo.base_of(service)?.python;
        if let Entry::Vacant(entry) = pythons.entry(python) {
            entry.insert(Interpreter::all(python)?);
        }
    }
    let of = |service: &Service| pythons.get(&repo.base_of(service).ok()?.python);
    let first = Interpreter::all(repo.settings.base_image()?.python)?;
    if Tools::present(&repo.root, &repo.settings)?.is_none() {
        tell(&UpEvent::PreparingTools);
    }
    let tools = Tools::provide(&repo.root, &repo.settings, &first[0])?;
    let mut environments = Vec::new();
    for (index, service) in services.iter().enumerate() {
        let package = &service.package;
        tell(&UpEvent::Preparing {
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
        let started = Instant::now();
        environments.push(Environment::provide(
            &repo.root,
            package,
            &groups,
            of(service).unwrap_or(&first),
            &tools,
        )?);
        if started.elapsed() > UNNOTICED {
            tell(&UpEvent::Prepared {
                service: package.name.as_str(),
                after: started.elapsed(),
            });
        }
    }
    Ok(environments)
}
