use super::{Aspect, Check, Rule};
use diagnostics::{Level, Place, Problem};
use facts::Subject;
use surfaces::compose::Run;

pub const RULE: Rule = Rule {
    id: "address-leads-nowhere",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "a chart or a compose file for production gives a service the address of another service, but nothing answers there",
    why: "every call to that service fails",
    example: "RAG_BACKEND_URL: http://backend:8080, while the service is called rag-backend",
    fix: "use the name and the port under which the other service is reachable",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found = in_charts(subject);
    found.extend(subject.in_production().flat_map(|run| in_compose(subject, run)));
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
