use super::{Aspect, Check, Level, Rule, Subject};
use crate::{repo::Located, report::Problem};

pub const RULE: Rule = Rule {
    id: "dockerfile-missing",
    aspect: Aspect::Files,
    level: Level::Error,
    what: "a service lacks one of its two Dockerfiles",
    why: "there is nothing to compare, so nothing is proved",
    example: "services/web has Dockerfile and no Dockerfile.dev",
    fix: "write it, or run `cargo xtask gen-dockerfiles`; where one file makes both images, say how in `[tool.xtask.dockerfiles]`",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let files = &subject.dockerfiles;
    let missing = [
        (&subject.dev, &files.dev, "development"),
        (&subject.prod, &files.prod, "production"),
    ];
    // Why a file that is there cannot be followed was said.
    let missing = missing
        .into_iter()
        .filter(|(image, file, _)| image.is_none() && file.is_none());
    missing
        .map(|(_, _, flavour)| {
            let problem = Problem::error(format!(
                "`{}` has no Dockerfile for {flavour}",
                subject.service.package.name
            ));
            // A service that no manifest names is known by the other file alone.
            let is_named = subject.service.package.manifest.name.is_some();
            let other = subject.images().next().filter(|_| !is_named);
            let problem = problem.at(other.map_or_else(|| subject.manifest_place(), |other| other.place.clone()));
            match switch(subject).filter(|_| flavour == "development") {
                Some(switch) => problem
                    .at(switch.place.clone().label("this may choose between the two"))
                    .remedy(format!(
                        "if one file makes both images, say how: `dockerfiles = {{ dev = {{ file = \"{}\", build-args = {{ {} = \"…\" }} }} }}` in `[tool.xtask]`",
                        subject.prod.as_ref().map_or("Dockerfile", |prod| prod.path.file_name()),
                        switch.value
                    )),
                None => problem,
            }
        })
        .collect()
}

/// A build argument of the other file that sounds like a choice between the two.
fn switch<'a>(subject: &'a Subject<'_>) -> Option<&'a Located<String>> {
    let arguments = subject.prod.as_ref()?.arguments.iter();
    let sounds = |name: &str| {
        let mut words = name.split('_');
        words.any(|word| {
            ["dev", "development", "env", "environment", "groups", "extras"].contains(&word.to_lowercase().as_str())
        })
    };
    let mut switches = arguments.filter(|argument| sounds(&argument.value));
    switches.next()
}
