use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::{development, image::Image};
use facts::stage_names::{has_stage, last_stage};
use facts::{Subject, under_flags};
use surfaces::{
    tilt::{Demand, Fault, Intent, builds_of, flags},
    tiltfile::{Build, World},
};

pub const RULE: Rule = Rule {
    id: "tilt-builds-other-dockerfile",
    aspect: Aspect::Tilt,
    level: Level::Error,
    what: "the Tiltfile builds a different Dockerfile or stage than the development one",
    why: "Tilt then does not run the development image: the debugger, the reloader or the sources are missing",
    example: "dockerfile='services/web/Dockerfile'",
    fix: "run `cargo xtask update-tilt`, or use the development Dockerfile",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found = contexts(subject);
    found.extend(stages(subject));
    found.extend(subject.tilt_faults(|fault, place| match fault {
        Fault::Dockerfile { said, place: span } => {
            let wanted = subject.dev.as_ref().map_or("", |dev| dev.path.as_str());
            let said = match said {
                Some(said) => format!("builds `{said}` and not `{wanted}`"),
                None => format!("builds a different file than `{wanted}`"),
            };
            Some(Problem::error(said).at(place(Some(*span))))
        }
        _ => None,
    }));
    found
}

/// The right file, built from a folder that lacks what it copies.
fn contexts(subject: &Subject<'_>) -> Vec<Problem> {
    let (Some(tiltfile), Some(dev)) = (&subject.surroundings.tiltfile, &subject.dev) else {
        return Vec::new();
    };
    let service = &subject.service.package.name;
    let builds = tiltfile
        .worlds
        .iter()
        .flat_map(|world| builds_of(world, subject.repo, service));
    let builds = builds.filter(|build| build.dockerfile_path().as_ref() == Some(&dev.path));
    let found = builds.filter_map(|build| {
        let context = build.context.as_ref().filter(|context| **context != dev.context.dir)?;
        let mut sources = dev.copied.iter().filter_map(|copied| copied.what.source.path.as_ref());
        let outside = sources.find(|path| *path != context && !path.is_under(context))?;
        let message = format!(
            "builds `{}` from {}, which does not contain `{outside}`",
            dev.path,
            context.in_words()
        );
        let problem = Problem::error(message).at(tiltfile.place(build.call));
        Some(problem.remedy(format!(
            "pass `{}` as the context, the second argument",
            dev.context.dir.shown()
        )))
    });
    found.collect()
}

/// The right file, and a stage of it that is not the development image.
fn stages(subject: &Subject<'_>) -> Vec<Problem> {
    let (Some(tiltfile), Some(dev)) = (&subject.surroundings.tiltfile, &subject.dev) else {
        return Vec::new();
    };
    let Some(last) = last_stage(dev) else { return Vec::new() };
    let service = &subject.service.package.name;
    let with_build = tiltfile
        .worlds
        .iter()
        .filter(|world| builds_of(world, subject.repo, service).next().is_some());
    let with_build: Vec<&World> = with_build.collect();
    let mut found: Vec<(Problem, Vec<&World>)> = Vec::new();
    for world in &with_build {
        let builds = builds_of(world, subject.repo, service);
        for build in builds.filter(|build| build.dockerfile_path().as_ref() == Some(&dev.path)) {
            let problem = stage(build, dev, &last).filter(|_| !is_chosen(subject, dev, build));
            let Some(problem) = problem.map(|problem| problem.at(tiltfile.place(build.call))) else {
                continue;
            };
            match found.iter_mut().find(|(known, _)| *known == problem) {
                Some((_, worlds)) => worlds.push(world),
                None => found.push((problem, vec![world])),
            }
        }
    }
    let found = found.into_iter();
    found
        .map(|(problem, worlds)| under_flags(problem, tiltfile, &flags(&worlds, &with_build)))
        .collect()
}

/// What is wrong with the stage that a build of the development file makes.
fn stage(build: &Build, dev: &Image, last: &str) -> Option<Problem> {
    let said = build.target.as_ref()?.as_deref();
    let wanted = dev.target.as_deref().unwrap_or(last);
    // Of a file for development alone, Tilt says which stage that is.
    if let Some(said) = said.filter(|said| !said.is_empty() && !has_stage(dev, said)) {
        let message = format!(
            "builds the stage `{said}`, but `{}` has no stage of that name",
            dev.path
        );
        return Some(Problem::error(message));
    }
    let is_told = dev.target.is_none() && said.is_some_and(development::is_named);
    if said.unwrap_or(last).eq_ignore_ascii_case(wanted) || is_told {
        return None;
    }
    let built = match said {
        Some(stage) => format!("the stage `{stage}`"),
        None => format!("the last stage, `{last}`,"),
    };
    let (wanted, remedy) = match wanted {
        "" => ("the last one".to_owned(), "leave out `target`".to_owned()),
        wanted => (format!("`{wanted}`"), format!("pass `target='{wanted}'`")),
    };
    let message = format!("builds {built} of `{}`, and not {wanted}", dev.path);
    Some(Problem::error(message).remedy(remedy))
}

/// Whether a flag chooses between this build, which is production, and development.
fn is_chosen(subject: &Subject<'_>, dev: &Image, build: &Build) -> bool {
    let Some(tiltfile) = &subject.surroundings.tiltfile else {
        return false;
    };
    let demand = Demand::of(subject.repo, subject.service, dev);
    Intent::of(tiltfile, subject.repo, &demand).is_production_by_choice(build, &demand)
}
