use super::{Aspect, Check, Rule};
use diagnostics::{Level, Place, Problem, count};
use facts::{
    Twins,
    system_files::{Alone, Differing, Why},
};

pub const RULE: Rule = Rule {
    id: "system-files-differ",
    aspect: Aspect::Base,
    level: Level::Error,
    what: "Python itself, a library, a program or a setting of the system differs between the images, and no package explains it",
    why: "the same code then runs on a different system",
    example: "RUN sed -i … /usr/local/lib/python3.13/ssl.py in Dockerfile",
    fix: "start both images from one base image, and change files of the system in a stage that both use",
    check: Check::Both(check),
};

/// As many as a person reads.
const SHOWN: usize = 5;

fn check(twins: &Twins<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = twins.both() else {
        return Vec::new();
    };
    let Some(differences) = twins.system_files() else {
        return Vec::new();
    };
    let places = [dev, prod].map(|twin| twin.place.clone());
    let of_contents = contents(&differences.contents, places);
    let alone = differences.alone.iter().map(alone);
    let made = differences.made.into_iter().map(made);
    of_contents.into_iter().chain(alone).chain(made).collect()
}

/// Files that are there in both, with other contents.
fn contents(paths: &[String], places: [Place; 2]) -> Option<Problem> {
    let (first, rest) = paths.split_first()?;
    let verb = if rest.is_empty() { "is" } else { "are" };
    let files = count(paths.len(), "file");
    let message = format!("{files} of the system {verb} different in the two images: `{first}` differs");
    let problem = places.into_iter().fold(Problem::error(message), Problem::at);
    let rest = rest.iter().take(SHOWN).map(|path| format!("`{path}` differs"));
    Some(rest.fold(problem, Problem::note))
}

/// What one image alone has, or changes.
fn alone(alone: &Alone) -> Problem {
    let Alone {
        first, others, name, ..
    } = alone;
    let (verb, why) = match &alone.why {
        Why::Step(by) => ("changed only", format!("by `{by}`")),
        Why::Package(package) => ("only", format!("though both images have the package `{package}`")),
        Why::Nobody => ("only", format!("and no package of {name} lists it")),
    };
    let message = match others.len() {
        0 => format!("`{first}` is {verb} in {name}, {why}"),
        more => format!(
            "{} of the system are {verb} in {name}: `{first}`, {why}",
            count(more + 1, "file")
        ),
    };
    let problem = if alone.is_sure {
        Problem::error(message)
    } else {
        Problem::warning(message)
    };
    let problem = problem.at(alone.place.clone()).at(alone.other.clone());
    let others = others.iter().take(SHOWN).map(|path| format!("also `{path}`"));
    others.fold(problem, Problem::note)
}

fn made(differing: Differing) -> Problem {
    let Differing {
        path,
        by: [ours, theirs],
        places: [dev, prod],
    } = differing;
    let message = format!("`{path}` is made by `{ours}` in development, and by `{theirs}` in production");
    let problem = Problem::error(message).at(dev.label("development"));
    problem.at(prod.label("production"))
}
