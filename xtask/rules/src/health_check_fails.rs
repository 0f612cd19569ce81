use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::{
    absent::{Presence, presence},
    code::{distribution, well_known},
    health,
};
use facts::{
    Subject, Twin, Twins,
    own_code::OwnCode,
    served_paths::{asked_by, unserved},
};
use formats::{PackageName, shell::Variables};
use surfaces::compose::Purpose;

pub const RULE: Rule = Rule {
    id: "health-check-fails",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "a health check uses a port that the service does not listen on, or a program that is missing in the image",
    why: "the check always fails, so a working container is reported as unhealthy or restarted repeatedly",
    example: "HEALTHCHECK CMD curl -f http://localhost:8000/ in an image of python:3.13-slim, which has no curl",
    fix: "use the port of the service and a program of the image: `python -c \"import urllib.request; …\"`",
    check: Check::Both(check),
};

fn check(twins: &Twins<'_>) -> Vec<Problem> {
    let own = twins.files().map(OwnCode::of);
    let mut found = Vec::new();
    for twin in twins.each() {
        let config = &twin.config;
        let Some(check) = &config.health else { continue };
        let title = twins.title(twin);
        let programs = check.commands.iter().filter_map(|words| words.first());
        for program in programs.filter(|program| twins.lacks_program(twin, program)) {
            found.push(no_program(program, &title).at(check.place.clone()));
        }
        for package in absent_packages(twins, twin, &check.commands) {
            found.push(
                Problem::error(format!(
                    "the health check imports `{package}`, which `{title}` does not install"
                ))
                .at(check.place.clone())
                .remedy("import a standard library module such as `urllib.request`, or declare the package in `[project] dependencies`"),
            );
        }
        let unserved = own.iter().flat_map(|own| paths(own, &check.commands));
        found.extend(unserved.map(|problem| problem.at(check.place.clone())));
        let exposed: Vec<&str> = config.ports.iter().map(|port| port.value.as_str()).collect();
        let program = config.program();
        let env = config.env.values().map(|said| said.value.as_str());
        for port in astray(&health::ports(&check.commands), &exposed, &program, env) {
            let problem = other_port(port, &title, &exposed).at(check.place.clone());
            let said = config.ports.first().map(|port| &port.place);
            let said = said.or(config.command.as_ref().map(|words| &words.place));
            // Of a built image without a Dockerfile, all has one place.
            found.push(match said.filter(|place| **place != check.place) {
                Some(place) => problem.at(place.clone().label("where the service listens")),
                None => problem,
            });
        }
    }
    if let (Some(subject), Some(own)) = (twins.files(), &own) {
        found.extend(composed(subject, own));
    }
    found
}

/// What compose files ask, in place of what the image says.
fn composed(subject: &Subject<'_>, own: &OwnCode<'_>) -> Vec<Problem> {
    let mut found: Vec<Problem> = Vec::new();
    for run in &subject.compose {
        let image = match run.purpose {
            Purpose::Production => subject.prod.as_ref(),
            Purpose::Development => subject.dev.as_ref(),
            Purpose::Unsaid => None,
        };
        let Some(check) = &run.service.health else { continue };
        let commands = check.value.commands(&Variables::new());
        for problem in paths(own, &commands) {
            let problem = problem.at(check.place.clone());
            if !found.contains(&problem) {
                found.push(problem);
            }
        }
        let Some(image) = image else { continue };
        for program in commands.iter().filter_map(|words| words.first()) {
            if presence(image, program, &own.listed) == Presence::Absent {
                let problem = no_program(program, image.path.as_str()).at(check.place.clone());
                if !found.contains(&problem) {
                    found.push(problem);
                }
            }
        }
    }
    found
}

/// Paths that are asked for, and that no source serves.
fn paths(own: &OwnCode<'_>, commands: &[Vec<String>]) -> impl Iterator<Item = Problem> {
    let asked: Vec<String> = commands.iter().flat_map(|words| asked_by(words)).collect();
    let wrong = asked.iter().filter_map(|path| unserved(own, path));
    let problems = wrong.map(|what| {
        Problem::error(format!("the health check {what}")).remedy("ask for a path that the service serves")
    });
    problems.collect::<Vec<_>>().into_iter()
}

/// The ports of these that nothing speaks of, where something says which one the service listens on: a number that may be a
/// port speaks for it, and only an option or an exposed port against others.
fn astray<'a>(
    asked: &[u16],
    exposed: &[&'a str],
    program: &'a [String],
    env: impl Iterator<Item = &'a str>,
) -> Vec<u16> {
    let is_range = exposed.iter().any(|port| port.contains('-'));
    if is_range || (exposed.is_empty() && !names_port(program)) {
        return Vec::new();
    }
    let texts = exposed.iter().copied().chain(program.iter().map(String::as_str));
    let spoken: Vec<u16> = texts.chain(env).flat_map(numbers).collect();
    asked.iter().copied().filter(|port| !spoken.contains(port)).collect()
}

/// `--port 8080`, `-b 0.0.0.0:8080`.
fn names_port(program: &[String]) -> bool {
    let mut words = program.iter().flat_map(|word| word.split_whitespace());
    words.any(|word| {
        let option = word.split('=').next().unwrap_or_default();
        matches!(option, "--port" | "-p" | "--bind" | "-b")
    })
}

/// What may be a port.
fn numbers(text: &str) -> impl Iterator<Item = u16> {
    let runs = text.split(|c: char| !c.is_ascii_digit());
    runs.filter(|run| run.len() > 1).filter_map(|run| run.parse().ok())
}

/// What `python -c` imports, and the lock has for others than this image.
fn absent_packages(twins: &Twins<'_>, twin: &Twin<'_>, commands: &[Vec<String>]) -> Vec<PackageName> {
    let Some(lock) = twins.subject.and_then(|subject| subject.lock()) else {
        return Vec::new();
    };
    let is_locked = |name: &PackageName| lock.packages.iter().any(|package| package.name == *name);
    let mut found = Vec::new();
    for words in commands {
        let is_python = words
            .first()
            .is_some_and(|word| word.rsplit('/').next().unwrap_or_default().starts_with("python"));
        let code = words.iter().skip_while(|word| *word != "-c").nth(1);
        let (true, Some(code)) = (is_python, code) else {
            continue;
        };
        for import in python_imports::imports(code) {
            let name = distribution(&import.path, is_locked).or_else(|| well_known(&import.path));
            found.extend(name.filter(|name| twins.installs(twin, name) == Some(false)));
        }
    }
    found
}

fn no_program(program: &str, title: &str) -> Problem {
    let message = format!("the health check runs `{program}`, which `{title}` does not have");
    Problem::error(message).remedy(format!(
        "use a program of the image, such as `python -c \"import urllib.request; …\"`, or install `{program}` in its last stage"
    ))
}

fn other_port(port: u16, title: &str, exposed: &[&str]) -> Problem {
    match exposed {
        [] => Problem::error(format!(
            "the health check asks port {port}, but the command of `{title}` names a different one"
        )),
        [only, ..] => Problem::error(format!(
            "the health check asks port {port}, but `{title}` exposes {}",
            exposed.join(", ")
        ))
        .remedy(format!("ask the port of the service: `localhost:{only}`")),
    }
}
