use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::{
    absent::{Presence, presence},
    code::{distribution, well_known},
    health,
    image::Image,
};
use facts::{
    Pair, Subject,
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
    check: Check::Both(check, of_images),
};

/// What a shell does by itself.
const OF_THE_SHELL: [&str; 14] = [
    ":", "[", "[[", ".", "cd", "command", "echo", "eval", "exec", "exit", "export", "false", "test", "true",
];

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let own = OwnCode::of(subject);
    let mut found = Vec::new();
    for image in subject.images() {
        let Some(check) = &image.health else { continue };
        let programs = check.commands.iter().filter_map(|words| words.first());
        let is_absent = |program: &&String| presence(image, program, &own.listed) == Presence::Absent;
        for program in programs.filter(is_absent) {
            found.push(no_program(program, image.path.as_str()).at(check.place.clone()));
        }
        for package in absent_packages(subject, image, &check.commands) {
            found.push(
                Problem::error(format!(
                    "the health check imports `{package}`, which `{}` does not install",
                    image.path
                ))
                .at(check.place.clone())
                .remedy("import a standard library module such as `urllib.request`, or declare the package in `[project] dependencies`"),
            );
        }
        found.extend(paths(&own, &check.commands).map(|problem| problem.at(check.place.clone())));
        let exposed: Vec<&str> = image.ports.iter().map(|port| port.value.as_str()).collect();
        let program = image.program();
        let env = image.env.values().map(|said| said.value.as_str());
        for port in astray(&health::ports(&check.commands), &exposed, &program, env) {
            let problem = other_port(port, image.path.as_str(), &exposed).at(check.place.clone());
            let said = image.ports.first().map(|port| &port.place);
            let said = said.or(image.command.as_ref().map(|words| &words.place));
            found.push(match said {
                Some(place) => problem.at(place.clone().label("where the service listens")),
                None => problem,
            });
        }
    }
    found.extend(composed(subject, &own));
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

fn of_images(pair: &Pair<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for side in pair.sides() {
        let (built, config) = (side.built, &side.built.config);
        let Some(check) = &config.health else { continue };
        let commands = check.commands(&config.env);
        let programs = commands.iter().filter_map(|words| words.first());
        let is_there = |program: &str| {
            if program.starts_with('/') {
                built.files.exists(program)
            } else {
                program.is_empty() || program.contains('/') || built.program(program).is_some()
            }
        };
        for program in programs.filter(|program| !OF_THE_SHELL.contains(&program.as_str()) && !is_there(program)) {
            found.push(no_program(program, side.title()).at(side.place()));
        }
        let exposed: Vec<&str> = config.ports.iter().map(String::as_str).collect();
        let program: Vec<String> = config.entrypoint.iter().chain(&config.command).cloned().collect();
        let env = config.env.values().map(String::as_str);
        for port in astray(&health::ports(&commands), &exposed, &program, env) {
            found.push(other_port(port, side.title(), &exposed).at(side.place()));
        }
    }
    found
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
fn absent_packages(subject: &Subject<'_>, image: &Image, commands: &[Vec<String>]) -> Vec<PackageName> {
    let (Some(lock), Some(main)) = (subject.lock(), subject.main()) else {
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
            let is_there = |name: &PackageName| main.contains(name) || (subject.is_dev(image) && is_locked(name));
            found.extend(name.filter(|name| !is_there(name)));
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
