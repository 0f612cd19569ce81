use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::development;
use facts::{
    Subject,
    command::{by_option, plain},
};
use surfaces::tilt::builds_of;

pub const RULE: Rule = Rule {
    id: "tilt-command-differs",
    aspect: Aspect::Tilt,
    level: Level::Error,
    what: "the Tiltfile starts a service with a different command than its development image",
    why: "under Tilt the service then listens on a different port or has different options than in the images that are compared",
    example: "entrypoint=['uvicorn', 'web.main:app'], and CMD [\"uvicorn\", \"web.main:app\", \"--port\", \"8080\"] in Dockerfile.dev",
    fix: "drop `entrypoint`, or change the command in the Dockerfiles",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let (Some(tiltfile), Some(dev)) = (&subject.surroundings.tiltfile, &subject.dev) else {
        return Vec::new();
    };
    let own = plain(dev.program());
    if own.is_empty() || own.iter().any(|word| word.contains(['*', '$'])) {
        return Vec::new();
    }
    let service = &subject.service.package.name;
    let builds: Vec<_> = tiltfile
        .worlds
        .iter()
        .flat_map(|world| builds_of(world, subject.repo, service))
        .filter(|build| build.dockerfile_path().as_ref() == Some(&dev.path))
        .collect();
    // Of several images of one file, each runs something of its own.
    let is_one = builds
        .iter()
        .all(|build| build.image.shown() == builds[0].image.shown());
    let mut found: Vec<Problem> = Vec::new();
    for (words, place) in builds.iter().filter_map(|build| build.entrypoint.as_ref()) {
        let started = plain(words.clone());
        let is_open = started.is_empty() || started.iter().any(|word| word.contains(['*', '$', '…']));
        // The program that reloads or is debugged may be started in its own way.
        let is_debugging = development::reloading(words).is_some();
        if !is_one || is_open || is_debugging || by_option(&started) == by_option(&own) {
            continue;
        }
        let message = format!(
            "`entrypoint` starts `{}`, but `{}` starts `{}`",
            started.join(" "),
            dev.path,
            own.join(" ")
        );
        let said = dev.config.command.as_ref().or(dev.config.entrypoint.as_ref());
        let problem = Problem::error(message).at(tiltfile.place(*place));
        let problem = match said {
            Some(said) => problem.at(said.place.clone().label("the image")),
            None => problem,
        };
        if !found.contains(&problem) {
            found.push(problem);
        }
    }
    found
}
