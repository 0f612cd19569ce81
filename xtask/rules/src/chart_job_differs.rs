use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Located, Problem};
use facts::{Subject, own_code::OwnCode};
use formats::template::UNKNOWN;
use repo::RepoPath;
use surfaces::{chart::Container, reference};

pub const RULE: Rule = Rule {
    id: "chart-job-differs",
    aspect: Aspect::Chart,
    level: Level::Error,
    what: "a job or an init container of a chart runs a different image of a service than its containers, or a module that is missing",
    why: "migrations and other jobs then run different code than the service, or fail",
    example: "initContainers: [{image: registry/web:1.0}] beside containers: [{image: registry/web:1.1}]",
    fix: "take the image from the same values as the container of the service",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found: Vec<Problem> = Vec::new();
    for aside in &subject.asides {
        let module = aside.words.as_ref().and_then(|words| missing(subject, words));
        for problem in image(subject, aside).into_iter().chain(module) {
            if !found.contains(&problem) {
                found.push(problem);
            }
        }
    }
    found
}

fn image(subject: &Subject<'_>, aside: &Container) -> Option<Problem> {
    let image = aside.image.as_ref()?;
    let last = aside.image_name().rsplit('/').next().unwrap_or_default();
    let name = reference::last(subject.service.image());
    let others = || {
        subject
            .containers()
            .filter_map(|container| Some((container, container.image.as_ref()?)))
    };
    if last != name && others().all(|(other, _)| other.image_name() != aside.image_name()) {
        let message = format!("{} runs the development image `{}`", aside.workload, aside.image_name());
        return Some(aside.image_problem(message, 0).remedy("run the production image"));
    }
    let (first, other) = others().next()?;
    let is_told = |image: &str| !image.contains(UNKNOWN);
    if !is_told(&image.value) || others().any(|(_, other)| other.value == image.value || !is_told(&other.value)) {
        return None;
    }
    let same = image
        .value
        .bytes()
        .zip(other.value.bytes())
        .take_while(|(a, b)| a == b)
        .count();
    let message = format!(
        "{} runs `{}`, but {} runs `{}`",
        aside.workload, image.value, first.workload, other.value
    );
    let problem = aside.image_problem(message, same);
    Some(problem.at(other.place.clone().label("the container of the service")))
}

/// `python -m` of a module that the service and its libs should have, and have not.
fn missing(subject: &Subject<'_>, words: &Located<Vec<String>>) -> Option<Problem> {
    let split = words.value.iter().flat_map(|word| word.split_whitespace());
    let split: Vec<&str> = split.collect();
    let at = split.windows(2).position(|pair| {
        let program = pair[0].rsplit('/').next().unwrap_or_default();
        program.starts_with("python") && pair[1] == "-m"
    })?;
    let module = split.get(at + 2).copied()?;
    let own = OwnCode::of(subject);
    let (package, _) = own.owner(module)?;
    let path = module.replace('.', "/");
    let is_there = |root: &RepoPath| {
        let file = |name: String| root.join(&name).is_some_and(|path| own.is_file(&path));
        file(format!("{path}.py")) || file(format!("{path}/__main__.py"))
    };
    if package.import_roots.is_empty() || package.import_roots.iter().any(is_there) {
        return None;
    }
    let message = format!(
        "a job runs `python -m {module}`, but `{}` has no such module",
        package.name
    );
    Some(Problem::error(message).at(words.place.clone()))
}
