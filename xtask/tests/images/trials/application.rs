//! All services together, as containers on one network, driven by the test of the application.

use repo::{ApplicationTest, Service, Surroundings, Template};

use super::Outcome;
use crate::{
    container::Container,
    docker,
    lab::{Build, Flavour, Lab, port_of},
    network::Network,
    probe,
};

/// Where a container can write what outlives a request. Everything else is read-only.
const STATE: &str = "/state";

/// The script of the application's test passes, run by the Python of the image that it names.
pub fn passes_its_test(lab: &Lab, test: &ApplicationTest, flavour: Flavour) -> Outcome {
    let services = &lab.repo.services;
    let image = |service: &Service| lab.image(service, Build::Clean(flavour));
    let images: Vec<String> = services.iter().map(image).collect::<Result<_, _>>()?;
    let url = |service: &Service| {
        let name = service.package.name.clone();
        let port = port_of(service).ok()?;
        Some((name.clone(), format!("http://{name}:{port}")))
    };
    let surroundings = |port: u16| Surroundings {
        urls: services.iter().filter_map(url).collect(),
        state: STATE.into(),
        port,
    };
    let network = Network::create(&format!("{}-{flavour:?}", lab.name).to_ascii_lowercase())?;
    let mut containers = Vec::new();
    for (service, image) in services.iter().zip(&images) {
        let settings = &service.settings;
        let env = settings.up.env.iter().chain(&test.env);
        let variables = variables(env, &surroundings(port_of(service)?));
        let state = format!("{STATE}:uid={},mode=0700", lab.repo.settings.user.uid);
        let mut options = vec!["--read-only", "--tmpfs", &state, "--tmpfs", "/tmp"];
        options.extend(["--network-alias", service.package.name.as_str()]);
        options.extend(variables.iter().map(String::as_str));
        containers.push(Container::start_in(network.name(), image, &options)?);
    }
    for (service, container) in services.iter().zip(&containers) {
        probe::answer(container, port_of(service)?, &service.settings.up.health, "")?;
    }

    let position = services
        .iter()
        .position(|service| service.package.name == test.python_of.value);
    let image = position.and_then(|at| images.get(at));
    let image = image.ok_or_else(|| format!("service `{}` does not exist", test.python_of.value))?;
    let script = test.script.value.under(&lab.repo.root);
    let variables = variables(test.env.iter(), &surroundings(0));
    let label = docker::label();
    let mut arguments = vec![
        "run",
        "--rm",
        "--interactive",
        "--label",
        &label,
        "--network",
        network.name(),
    ];
    arguments.extend(variables.iter().map(String::as_str));
    arguments.extend([image, "python", "-"]);
    docker::docker_with_input(&arguments, &script)
        .map(drop)
        .map_err(|error| {
            let said = services.iter().zip(&containers);
            let said: Vec<String> = said
                .map(|(service, container)| format!("{} said:\n{}", service.package.name, container.logs()))
                .collect();
            format!("{error}\n{}", said.join("\n"))
        })
}

/// `--env=NAME=VALUE` for each.
fn variables<'a>(env: impl Iterator<Item = (&'a String, &'a Template)>, surroundings: &Surroundings) -> Vec<String> {
    env.map(|(name, text)| format!("--env={name}={}", text.render(surroundings)))
        .collect()
}
