//! The stages of one file that makes both images, told by their names.

use evidence::development::is_for_checks;
use formats::dockerfile::{Dockerfile, Stage};

/// What the stage that is shipped is called. The surest words come first: a `runtime` is often what `production` is based on.
pub const PRODUCTION: [&str; 6] = ["production", "prod", "release", "final", "runner", "runtime"];
/// Longer ones before those that they begin with.
const DEVELOPMENT: [&str; 6] = ["development", "developer", "develop", "devel", "dev", "local"];
/// What a stage is besides its flavour, where it is an image that runs: `production_build`, `dev-server`, `devapp`.
const RUNNING: [&str; 9] = [
    "app",
    "api",
    "backend",
    "build",
    "container",
    "image",
    "server",
    "service",
    "web",
];

/// The stages of development and of production, where there is one for development. Production may be what is built without
/// a target.
pub fn of_both(dockerfile: &Dockerfile) -> Option<(&str, Option<&str>)> {
    let names: Vec<&str> = dockerfile.stages.iter().filter_map(name).collect();
    let one_of = |wanted: &[&str]| {
        let exact = wanted
            .iter()
            .find_map(|wanted| names.iter().find(|name| name.eq_ignore_ascii_case(wanted)));
        exact
            .or_else(|| names.iter().rfind(|name| is_kind_of(name, wanted)))
            .copied()
    };
    let dev = one_of(&DEVELOPMENT)?;
    let last = dockerfile.stages.last().and_then(name);
    let prod = one_of(&PRODUCTION).or_else(|| {
        let is_behind = last.is_some_and(is_for_checks);
        let shipped = |name: &&str| *name != dev && !is_for_checks(name);
        names.iter().copied().rfind(|name| is_behind && shipped(name))
    });
    // What is built without a target is production, unless that is the stage for development.
    (prod.is_some() || last != Some(dev)).then_some((dev, prod))
}

fn name(stage: &Stage) -> Option<&str> {
    stage.name.as_ref().map(|name| name.value.as_str())
}

/// Whether all its words are such a flavour, or what runs: a `dev-deps` is not an image for development.
fn is_kind_of(name: &str, flavours: &[&str]) -> bool {
    let lower = name.to_ascii_lowercase();
    let mut is_flavour = false;
    lower.split(['-', '_', '.']).all(|word| {
        let flavour = flavours.iter().find_map(|flavour| word.strip_prefix(flavour));
        is_flavour |= flavour.is_some_and(|rest| rest.is_empty() || RUNNING.contains(&rest));
        RUNNING.contains(&word) || flavour.is_some_and(|rest| rest.is_empty() || RUNNING.contains(&rest))
    }) && is_flavour
}

#[cfg(test)]
mod tests {
    use super::*;
    use diagnostics::Source;

    #[test]
    fn names_of_stages_tell() {
        for (stages, expected) in [
            ("base dev prod", Some(("dev", Some("prod")))),
            (
                "base development_build production_build",
                Some(("development_build", Some("production_build"))),
            ),
            ("app-base devapp release", Some(("devapp", Some("release")))),
            ("base lean dev ci", Some(("dev", Some("lean")))),
            ("base dev lean", Some(("dev", None))),
            ("dev-deps prod-deps runtime", None),
            ("builder device", None),
            ("base dev", None),
            ("runtime dev production", Some(("dev", Some("production")))),
            ("developer build runtime", Some(("developer", Some("runtime")))),
            ("runner local dev final", Some(("dev", Some("final")))),
            ("dev runtime", Some(("dev", Some("runtime")))),
        ] {
            let text: String = stages.split(' ').map(|name| format!("FROM a AS {name}\n")).collect();
            let dockerfile = Dockerfile::read(&Source::new("Dockerfile", &text), &mut Vec::new());
            assert_eq!(of_both(&dockerfile), expected, "{stages}");
        }
    }
}
