use super::{Aspect, Check, Rule};
use diagnostics::{Level, Place, Problem};
use facts::{Subject, Workspace};
use formats::PackageName;
use surfaces::compose::Run;

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
        for run in subject.in_production() {
            problems.extend(in_compose(subject, run));
            problems.extend(ports(subject, run, workspace));
        }
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

fn in_compose(subject: &Subject<'_>, run: &Run<'_>) -> Vec<Problem> {
    // Names that are given otherwise than by the key of a service. Asked last: it searches whole files.
    let is_open = || {
        run.project.files.iter().any(|file| {
            let text = subject.repo.root.text(file).unwrap_or_default();
            [
                "aliases",
                "container_name",
                "hostname",
                "links",
                "external",
                "network_mode",
                "extra_hosts",
                "include:",
            ]
            .iter()
            .any(|word| text.contains(word))
        })
    };
    let is_known = |host: &str| {
        let mut services = run.project.services.iter();
        services.any(|service| service.name.value == host)
    };
    let environment = run.service.environment.iter();
    let told = environment.filter(|(variable, _)| names_a_service(subject, variable));
    let wrong = told.filter_map(|(variable, value)| {
        let host = host(&value.value)?;
        let place: &Place = &value.place;
        (!is_known(host)).then(|| {
            let message = format!(
                "`{variable}` leads to `{host}`, but `{}` has no service of that name",
                run.project.file()
            );
            Problem::error(message).at(place.clone())
        })
    });
    let wrong: Vec<Problem> = wrong.collect();
    if wrong.is_empty() || is_open() {
        Vec::new()
    } else {
        wrong
    }
}

/// Ports on which the image of the other service does not listen.
fn ports(subject: &Subject<'_>, run: &Run<'_>, workspace: &Workspace<'_>) -> Vec<Problem> {
    let environment = run.service.environment.iter();
    let told = environment.filter(|(variable, _)| names_a_service(subject, variable));
    let wrong = told.filter_map(|(variable, value)| {
        let (host, port) = (host(&value.value)?, port(&value.value)?);
        let is_there = |other: &&Subject<'_>| {
            let mut runs = other.compose.iter();
            runs.any(|there| std::ptr::eq(there.project, run.project) && there.service.name.value == host)
        };
        let other = workspace.subjects.iter().find(is_there)?;
        // That its images do not agree is another rule.
        let mut known = other.images().flat_map(|image| &image.ports);
        let is_known = known.any(|known| known.value.split('/').next() == Some(port));
        let first = other.prod.as_ref()?.ports.first().filter(|_| !is_known)?;
        let message = format!(
            "`{variable}` leads to port {port} of `{host}`, whose image has the port {}",
            first.value
        );
        let problem = Problem::error(message).at(value.place.clone());
        Some(problem.at(first.place.clone().label("the image")))
    });
    wrong.collect()
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

/// Whether a variable is named after another service of the repository: `RAG_BACKEND_URL` after `rag-backend`.
fn names_a_service(subject: &Subject<'_>, variable: &str) -> bool {
    let ends = ["_URL", "_URI", "_ADDRESS", "_HOST", "_BASE_URL", "_ENDPOINT"];
    ends.iter().filter_map(|end| variable.strip_suffix(end)).any(|stem| {
        let mut services = subject.repo.services.iter();
        services.any(|service| {
            // `services/api` is often called so where its package is `shop-api`.
            let package = &service.package;
            is_named_after(stem, package.name.as_str()) || is_named_after(stem, package.dir.file_name())
        })
    })
}

/// Whether it is that name in the letters of a variable.
fn is_named_after(stem: &str, name: &str) -> bool {
    let letters = name.bytes().map(|byte| match byte {
        b'-' | b'.' => b'_',
        byte => byte.to_ascii_uppercase(),
    });
    stem.len() == name.len() && stem.bytes().eq(letters)
}
