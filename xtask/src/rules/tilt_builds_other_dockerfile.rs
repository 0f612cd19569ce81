use super::{Aspect, Check, Level, Rule, Subject};
use crate::{
    report::{Problem, joined},
    tilt::{Fault, builds_of},
};

pub const RULE: Rule = Rule {
    id: "tilt-builds-other-dockerfile",
    aspect: Aspect::Tilt,
    level: Level::Error,
    what: "the Tiltfile builds another Dockerfile than the development one",
    why: "what runs in Tilt is not the development image: it lacks the debugger, the reloader or the sources",
    example: "dockerfile='services/web/Dockerfile'",
    fix: "run `cargo xtask update-tilt`, or name the development Dockerfile",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found = contexts(subject);
    found.extend(subject.tilt_faults(|fault, place| match fault {
        Fault::Dockerfile { said, place: span } => {
            let wanted = subject.dev.as_ref().map_or("", |dev| dev.path.as_str());
            let said = match said {
                Some(said) => format!("builds `{said}` and not `{wanted}`"),
                None => format!("builds something else than `{wanted}`"),
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
            "builds `{}` from {}, which does not hold `{outside}`",
            dev.path,
            context.in_words()
        );
        let problem = Problem::error(message).at(tiltfile.place(build.call));
        Some(problem.remedy(format!(
            "pass `{}` as the context, the second argument",
            dev.context.dir.shown()
        )))
    });
    joined(found)
}
