use super::{Aspect, Check, Rule};
use diagnostics::{Level, Located, Place, Problem};
use facts::{Subject, Workspace, compose_network::Network};
use formats::PackageName;
use repo::{Package, suggestion::nearest};
use surfaces::compose::{Purpose, Run, Service};

pub const RULE: Rule = Rule {
    id: "address-leads-nowhere",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "a chart or a compose file for production gives a service the address of another service, but nothing answers there",
    why: "every call to that service fails",
    example: "RAG_BACKEND_URL: http://backend:8080, while the service is called rag-backend",
    fix: "use the name and the port under which the other service is reachable",
    check: Check::Among(check),
};

fn check(workspace: &Workspace<'_>) -> Vec<(PackageName, Problem)> {
    let mut found = Vec::new();
    for subject in workspace.subjects {
        let mut problems = in_charts(subject);
        for run in &subject.compose {
            let found = in_compose(subject, run, workspace);
            problems.extend(found.into_iter().chain(ports(run, workspace)));
        }
        dedup(&mut problems);
        let name = &subject.service.package.name;
        found.extend(problems.into_iter().map(|problem| (name.clone(), problem)));
    }
    found.extend(of_others(workspace));
    found
}

/// What compose files run beside the services, such as the pages, and tell the address of a service. A finding is of that service.
fn of_others(workspace: &Workspace<'_>) -> Vec<(PackageName, Problem)> {
    let mut found: Vec<(PackageName, Problem)> = Vec::new();
    for project in &workspace.surroundings.compose {
        let runs = || workspace.subjects.iter().flat_map(|subject| &subject.compose);
        let mut of_project = runs().filter(|run| std::ptr::eq(run.project, project));
        let Some(known) = of_project.find(|run| run.purpose == Purpose::Production) else {
            continue;
        };
        let others = project.services.iter().filter(|service| {
            let mut runs = runs();
            runs.all(|run| !std::ptr::eq(run.service, *service))
        });
        for service in others.filter(|service| service.build.is_some()) {
            found.extend(of_other(service, known, workspace));
        }
    }
    found
}

/// Each variable belongs to the service that it is named after.
fn of_other(service: &Service, known: &Run<'_>, workspace: &Workspace<'_>) -> Vec<(PackageName, Problem)> {
    let mut found = Vec::new();
    for (variable, value) in &service.environment {
        let mut subjects = workspace.subjects.iter();
        let Some(subject) = subjects.find(|subject| is_after(variable, &subject.service.package)) else {
            continue;
        };
        let mut alone = service.clone();
        alone.environment = [(variable.clone(), value.clone())].into();
        alone.command = None;
        let run = Run {
            project: known.project,
            service: &alone,
            purpose: known.purpose,
            code: Vec::new(),
            missing: None,
        };
        let mut problems = in_compose(subject, &run, workspace);
        problems.extend(ports(&run, workspace));
        dedup(&mut problems);
        let name = &subject.service.package.name;
        found.extend(problems.into_iter().map(|problem| (name.clone(), problem)));
    }
    found
}

fn in_charts(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found: Vec<Problem> = Vec::new();
    let containers = subject.containers().chain(subject.asides.iter().copied());
    let told = containers.flat_map(|container| &container.told);
    for told in told.filter(|told| names_a_service(subject, &told.variable)) {
        let (variable, host) = (&told.variable, &told.host);
        let message = match (&told.ports, &told.port) {
            (None, _) => format!("`{variable}` leads to `{host}`, but no Service of that name is defined"),
            (Some(ports), Some(port)) if !ports.is_empty() && !ports.contains(port) => format!(
                "`{variable}` leads to port {port} of `{host}`, whose Service has the port {}",
                ports.join(", ")
            ),
            (Some(_), _) => continue,
        };
        let problem = Problem::error(message).at(told.place.clone());
        if !found.contains(&problem) {
            found.push(problem);
        }
    }
    found
}

fn in_compose(subject: &Subject<'_>, run: &Run<'_>, workspace: &Workspace<'_>) -> Vec<Problem> {
    let network = Network::of(workspace, run.project);
    let known = network.names();
    let wrong = addresses(run).filter_map(|(what, address)| {
        let host = host(&address.value)?;
        if known.contains(&host) {
            return None;
        }
        let meant = nearest(host, &known);
        let is_told = what.is_some_and(|variable| names_a_service(subject, variable));
        // In development, a service may run outside of compose, but under no name that is nearly one of compose.
        let is_sure = meant.is_some() || is_told && run.purpose == Purpose::Production;
        if !is_sure && !has_server(run, &address.value) {
            return None;
        }
        let what = teller(what, run);
        let file = run.project.file();
        let there = port(&address.value).map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let message = format!("{what} leads to `{there}`, but `{file}` has no service `{host}`");
        let problem = Problem::error(message).at(address.place.clone());
        Some(match meant {
            Some(meant) => problem.remedy(format!("did you mean `{meant}`?")),
            None => problem,
        })
    });
    let wrong: Vec<Problem> = wrong.collect();
    let wrong = if wrong.is_empty() || network.is_open() {
        Vec::new()
    } else {
        wrong
    };
    wrong.into_iter().chain(apart(&network, run)).collect()
}

/// Services that are there, in networks from which they are not seen.
fn apart(network: &Network<'_>, run: &Run<'_>) -> Vec<Problem> {
    let wrong = addresses(run).filter_map(|(what, address)| {
        let host = host(&address.value)?;
        let other = network.apart(run.service, host)?;
        let what = teller(what, run);
        let message = format!(
            "{what} leads to `{host}`, which shares no network with `{}`",
            run.service.name.value
        );
        let problem = Problem::error(message).at(address.place.clone());
        let problem = problem.at(other.name.place.clone().label("in other networks"));
        Some(problem.remedy("put both into one network"))
    });
    wrong.collect()
}

/// Whether the files have a server of the kind that an address is of, by its name or its image: `redis` for `redis://…`. Where none of
/// them has, it is somewhere else.
fn has_server(run: &Run<'_>, address: &str) -> bool {
    let Some((scheme, _)) = address.split_once("://") else {
        return false;
    };
    let kind = match scheme.split('+').next().unwrap_or_default() {
        "rediss" => "redis",
        "postgresql" => "postgres",
        "amqp" | "amqps" => "rabbitmq",
        "mongodb" => "mongo",
        kind => kind,
    };
    let is_kind = |text: &str| text.contains(kind);
    let mut services = run.project.services.iter();
    let is_open = ["", "http", "https", "grpc", "tcp", "ws", "wss"].contains(&kind);
    !is_open
        && services.any(|service| {
            let image = service.image.as_ref().map(|image| image.value.as_str());
            is_kind(&service.name.value) || image.is_some_and(is_kind)
        })
}

/// Addresses in the environment of a service, by their variables, and in its command.
fn addresses<'a>(run: &'a Run<'_>) -> impl Iterator<Item = (Option<&'a str>, Located<String>)> {
    let environment = run.service.environment.iter();
    let told = environment.map(|(variable, value)| (Some(variable.as_str()), value.clone()));
    let words = run.service.command.iter().flat_map(|command| {
        let words = command.value.iter().flat_map(|word| word.split_whitespace());
        words.map(|word| {
            (
                None,
                Located {
                    value: word.to_owned(),
                    place: command.place.clone(),
                },
            )
        })
    });
    told.chain(words)
}

/// Files that extend one another say one thing once.
fn dedup(problems: &mut Vec<Problem>) {
    let mut known: Vec<(String, Option<Place>)> = Vec::new();
    problems.retain(|problem| {
        let key = (problem.message.clone(), problem.places.first().cloned());
        let is_new = !known.contains(&key);
        known.push(key);
        is_new
    });
}

/// Ports on which the image of the other service does not listen.
fn ports(run: &Run<'_>, workspace: &Workspace<'_>) -> Vec<Problem> {
    let network = Network::of(workspace, run.project);
    let wrong = addresses(run).filter_map(|(what, address)| {
        let (host, port) = (host(&address.value)?, port(&address.value)?);
        let first = network.other_port(host, port)?;
        let what = teller(what, run);
        let message = format!(
            "{what} leads to port {port} of `{host}`, whose image has the port {}",
            first.value
        );
        let problem = Problem::error(message).at(address.place.clone());
        Some(problem.at(first.place.clone().label("the image")))
    });
    wrong.collect()
}

/// What leads to an address: a variable, or the command.
fn teller(variable: Option<&str>, run: &Run<'_>) -> String {
    variable.map_or_else(
        || format!("the command of {}", run.name()),
        |variable| format!("`{variable}`"),
    )
}

/// The port of an address that names one.
fn port(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("://")?;
    let (_, port) = rest.split('/').next()?.rsplit('@').next()?.split_once(':')?;
    (!port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())).then_some(port)
}

/// The host of an address within the network of the project.
fn host(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("://")?;
    let authority = rest.split('/').next()?.rsplit('@').next()?;
    let host = authority.split(':').next()?;
    let is_near = !host.is_empty() && !host.contains(['.', '*', '$']) && host != "localhost";
    is_near.then_some(host)
}

/// How variables with an address end.
const ENDS: [&str; 6] = ["_URL", "_URI", "_ADDRESS", "_HOST", "_BASE_URL", "_ENDPOINT"];

/// Whether a variable is named after another service of the repository: `RAG_BACKEND_URL` after `rag-backend`.
fn names_a_service(subject: &Subject<'_>, variable: &str) -> bool {
    let mut services = subject.repo.services.iter();
    services.any(|service| is_after(variable, &service.package))
}

/// Whether a variable is named after a package. `services/api` is often called so where its package is `shop-api`.
fn is_after(variable: &str, package: &Package) -> bool {
    let mut stems = ENDS.iter().filter_map(|end| variable.strip_suffix(end));
    stems.any(|stem| is_named_after(stem, package.name.as_str()) || is_named_after(stem, package.dir.file_name()))
}

/// Whether it is that name in the letters of a variable.
fn is_named_after(stem: &str, name: &str) -> bool {
    let letters = name.bytes().map(|byte| match byte {
        b'-' | b'.' => b'_',
        byte => byte.to_ascii_uppercase(),
    });
    stem.len() == name.len() && stem.bytes().eq(letters)
}
