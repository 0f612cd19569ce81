use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::absent::{Presence, presence};
use facts::{Subject, own_code::OwnCode};
use surfaces::chart::Asked;

pub const RULE: Rule = Rule {
    id: "chart-probe-fails",
    aspect: Aspect::Chart,
    level: Level::Error,
    what: "a probe asks for a path that a service does not serve, or runs a program that its image does not have",
    why: "the probe always fails: Kubernetes restarts the container again and again, or sends it no requests",
    example: "httpGet: {path: /health} in templates/web.yaml, @app.get(\"/healthz\") in main.py",
    fix: "use a path that the service serves, or a program of the image",
    check: Check::Service(check),
};

/// What services call the path by which they are asked whether they work.
const ASKED: [&str; 14] = [
    "alive",
    "health",
    "healthcheck",
    "healthz",
    "heartbeat",
    "live",
    "liveness",
    "livez",
    "ping",
    "readiness",
    "ready",
    "readyz",
    "startupz",
    "status",
];

/// What frameworks serve by themselves.
const OF_FRAMEWORKS: [&str; 4] = ["docs", "metrics", "openapi.json", "redoc"];

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found: Vec<Problem> = Vec::new();
    let own = OwnCode::of(subject);
    for container in subject.containers() {
        for probe in &container.probes {
            let problem = match &probe.asks {
                Asked::Path(path) => of_path(&own, path),
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

fn of_program(subject: &Subject<'_>, own: &OwnCode<'_>, words: &[String]) -> Option<String> {
    let prod = subject.prod.as_ref()?;
    let program = words.first()?;
    let is_absent = presence(prod, program, &own.listed) == Presence::Absent;
    is_absent.then(|| format!("runs `{program}`, which `{}` does not have", prod.path))
}

/// Only where the sources say by which path they are asked.
fn of_path(own: &OwnCode<'_>, asked: &str) -> Option<String> {
    let wanted = last(asked);
    if wanted.is_empty() || OF_FRAMEWORKS.contains(&wanted) {
        return None;
    }
    let served = || own.packages.iter().flat_map(|(_, code)| &code.paths);
    if served().any(|path| last(path) == wanted) {
        return None;
    }
    let known = served().find(|path| ASKED.contains(&last(path)))?;
    Some(format!(
        "asks for `{asked}`, which no source serves; `{known}` is in them"
    ))
}

/// The last part of a path, without what follows it.
fn last(path: &str) -> &str {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    path.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}
