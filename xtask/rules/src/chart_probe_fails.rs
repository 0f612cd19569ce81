use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::absent::{Presence, presence};
use evidence::code::Code;
use facts::{Subject, own_code::OwnCode, served_paths::unserved};
use surfaces::chart::Asked;

pub const RULE: Rule = Rule {
    id: "chart-probe-fails",
    aspect: Aspect::Chart,
    level: Level::Error,
    what: "a probe requests a path that a service does not serve, or runs a program that its image does not have",
    why: "the probe always fails: Kubernetes restarts the container again and again, or sends it no requests",
    example: "httpGet: {path: /health} in templates/web.yaml, @app.get(\"/healthz\") in main.py",
    fix: "use a path that the service serves, or a program of the image",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found: Vec<Problem> = Vec::new();
    let own = OwnCode::of(subject);
    for container in subject.containers() {
        for probe in &container.probes {
            let problem = match &probe.asks {
                Asked::Path(path) => unserved(&own, path).or_else(|| of_no_server(subject)),
                Asked::Program(words) => of_program(subject, &own, words),
            };
            let Some(message) = problem else { continue };
            let problem = Problem::error(format!("the {} of {} {message}", probe.kind, container.workload));
            let problem = problem.at(probe.place.clone());
            if !found.contains(&problem) {
                found.push(problem);
            }
        }
    }
    found
}

/// Modules of which at least one is imported by what listens on a port.
const SERVERS: [&str; 30] = [
    "aiohttp",
    "asyncio",
    "blacksheep",
    "bottle",
    "cherrypy",
    "daphne",
    "django",
    "falcon",
    "fastapi",
    "fastmcp",
    "flask",
    "grpc",
    "gunicorn",
    "http",
    "hypercorn",
    "litestar",
    "mcp",
    "prometheus_client",
    "quart",
    "robyn",
    "sanic",
    "socket",
    "socketserver",
    "starlette",
    "streamlit",
    "tornado",
    "twisted",
    "uvicorn",
    "waitress",
    "wsgiref",
];

/// A path is asked of a service that listens nowhere: its image exposes no port, and nothing that it imports is a server.
fn of_no_server(subject: &Subject<'_>) -> Option<String> {
    let prod = subject
        .prod
        .as_ref()
        .filter(|prod| prod.config.ports.is_empty() && !prod.is_unclear)?;
    let libs = subject.libs().map(|(_, lib)| &lib.code);
    let code: Vec<&Code> = std::iter::once(&subject.code).chain(libs).collect();
    let serves = code.iter().any(|code| {
        let mut tops = code.imports.keys().filter_map(|path| path.split('.').next());
        tops.any(|top| SERVERS.contains(&top))
    });
    let is_known = code.iter().all(|code| !code.is_empty);
    let names_one = |word: &String| SERVERS.iter().any(|server| word.contains(server)) || word.contains("port");
    let is_started = prod.program().iter().any(names_one);
    (is_known && !serves && !is_started).then(|| {
        format!(
            "requests a path, but `{}` exposes no port and starts no server",
            prod.path
        )
    })
}

fn of_program(subject: &Subject<'_>, own: &OwnCode<'_>, words: &[String]) -> Option<String> {
    let prod = subject.prod.as_ref()?;
    let program = words.first()?;
    let is_absent = presence(prod, program, &own.listed) == Presence::Absent;
    is_absent.then(|| format!("runs `{program}`, which `{}` does not have", prod.path))
}
