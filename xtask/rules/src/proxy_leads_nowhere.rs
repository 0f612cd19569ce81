use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use facts::{
    Workspace,
    compose_network::Network,
    proxied::{Passed, Proxy, passed, proxies, upstreams},
};
use repo::suggestion::nearest;

pub const RULE: Rule = Rule {
    id: "proxy-leads-nowhere",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "nginx passes requests to a service that its compose file does not have, or to a port that the service does not have",
    why: "nginx ends at start where it does not find a host, and answers 502 where nothing listens",
    example: "`proxy_pass http://backend:8000;`, while the service is called web",
    fix: "use the name and the port of the service in the settings of nginx",
    check: Check::Workspace(check),
};

fn check(workspace: &Workspace<'_>) -> Vec<Problem> {
    let mut found: Vec<Problem> = Vec::new();
    for proxy in proxies(workspace) {
        let network = Network::of(workspace, proxy.project);
        let names = network.names();
        let groups = upstreams(&proxy.settings);
        let all = proxy.settings.iter().flat_map(|file| passed(file, &groups));
        let mut unknown = Vec::new();
        for passed in all {
            if !names.contains(&passed.host.as_str()) {
                unknown.push(unnamed(&proxy, &passed, &names));
            } else if let Some(problem) = unheard(&network, &passed) {
                found.push(problem);
            }
        }
        if !unknown.is_empty() && !network.is_open() {
            found.extend(unknown);
        }
    }
    let mut once: Vec<Problem> = Vec::new();
    for problem in found {
        // Files that extend one another run the same settings.
        let is_known = |known: &Problem| known.places.first() == problem.places.first();
        if !once.iter().any(is_known) {
            once.push(problem);
        }
    }
    once
}

fn unnamed(proxy: &Proxy<'_>, passed: &Passed, names: &[&str]) -> Problem {
    let (host, file) = (&passed.host, proxy.project.file());
    let message = format!("nginx passes requests to `{host}`, but `{file}` has no service of that name");
    let problem = Problem::error(message).at(passed.address.place.clone());
    let problem = problem.at(proxy.service.name.place.clone().label("runs with these settings"));
    match nearest(host, names) {
        Some(meant) => problem.remedy(format!("did you mean `{meant}`?")),
        None => problem.remedy(format!("name a service of `{file}`")),
    }
}

/// A server that listens on another port.
fn unheard(network: &Network<'_>, passed: &Passed) -> Option<Problem> {
    let (host, port) = (&passed.host, passed.port.as_deref()?);
    let there = network.other_port(host, port)?;
    let message = format!(
        "nginx passes requests to port {port} of `{host}`, whose image has the port {}",
        there.value
    );
    let problem = Problem::error(message).at(passed.address.place.clone());
    Some(problem.at(there.place.clone().label("the image")))
}
