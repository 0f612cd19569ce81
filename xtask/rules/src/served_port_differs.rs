use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Located, Problem};
use facts::{OtherImage, web_server};

pub const RULE: Rule = Rule {
    id: "served-port-differs",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "nginx listens on a port that its image does not expose, or that a compose file does not publish",
    why: "health checks and clients ask the port that is exposed, and nothing listens there",
    example: "`listen 8081;` in nginx.conf, and EXPOSE 8080 in the Dockerfile",
    fix: "use one port in the settings of nginx, in EXPOSE and in what publishes the port",
    check: Check::OtherImage(check),
};

fn check(other: &OtherImage<'_>) -> Vec<Problem> {
    let Some(served) = web_server::ports(other) else {
        return Vec::new();
    };
    let is_served = |port: &Located<String>| served.iter().any(|served| served.value == port.value);
    let listens = listed(&served);
    let exposed = &other.image.config.ports;
    if !exposed.is_empty() && !exposed.iter().any(is_served) {
        let message = format!(
            "nginx listens on port {listens}, but `{}` exposes {}",
            other.image.path,
            listed(exposed)
        );
        let problem = Problem::error(message).at(served[0].place.clone());
        return vec![problem.at(exposed[0].place.clone().label("exposed here"))];
    }
    let published = other.runs.iter().filter(|run| {
        let is_started_alike = run.command.is_none() && run.entrypoint.is_none();
        is_started_alike && !run.covers("/etc/nginx/")
    });
    let published = published.flat_map(|run| run.ports.iter().map(|port| (&run.name.value, port)));
    let lost = published.filter(|(_, port)| port.value.parse::<u16>().is_ok() && !is_served(port));
    let mut found: Vec<Problem> = Vec::new();
    for (name, port) in lost {
        let message = format!(
            "nginx listens on port {listens}, but `{name}` publishes port {}",
            port.value
        );
        let problem = Problem::error(message).at(served[0].place.clone());
        let problem = problem.at(port.place.clone().label("published here"));
        if !found.contains(&problem) {
            found.push(problem);
        }
    }
    found
}

fn listed(ports: &[Located<String>]) -> String {
    let mut names: Vec<&str> = ports.iter().map(|port| port.value.as_str()).collect();
    names.dedup();
    names.join(", ")
}
