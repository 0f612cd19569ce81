use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::absent::{Presence, presence};
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
                Asked::Path(path) => unserved(&own, path),
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
