use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use facts::{Twin, Twins, made_for::Misfit};

pub const RULE: Rule = Rule {
    id: "environment-of-another-python",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "packages are installed in one stage and copied into an image with a different Python or libc",
    why: "Python looks for packages in the folder of its own version, and loads only modules compiled for it: the image builds, but its first import fails",
    example: "FROM python:3.12 AS build, and its /venv copied into FROM python:3.13-slim; or from an Alpine image into a Debian one",
    fix: "install in a stage with the same base image: the same Python and distribution",
    check: Check::Both(check),
};

fn check(twins: &Twins<'_>) -> Vec<Problem> {
    let of = |twin: &Twin<'_>| {
        let misfits = twin.misfits().into_iter();
        misfits.map(|misfit| problem(twin, misfit)).collect::<Vec<_>>()
    };
    twins.each().flat_map(of).collect()
}

fn problem(twin: &Twin<'_>, misfit: Misfit) -> Problem {
    match misfit {
        Misfit::Stage {
            prefix,
            there,
            here,
            base,
            places: [runs, filled, by],
            is_sure,
        } => {
            let message = format!("`{prefix}` is filled with {there}, and runs with {here}");
            let problem = if is_sure {
                Problem::error(message)
            } else {
                Problem::warning(message)
            };
            problem
                .at(runs.label("runs here"))
                .at(filled.label("filled here"))
                .at(by.label("by this"))
                .remedy(format!(
                    "use the same base image in both stages: `FROM {base}` also for the stage that installs, or its larger variant of the same version"
                ))
        }
        Misfit::Settings { prefix, there, here } => {
            let message = format!(
                "`{prefix}/pyvenv.cfg` in {} is of Python {there}, and Python {here} runs it",
                twin.name
            );
            Problem::error(message).at(twin.place.clone())
        }
        Misfit::Package { name, version, why } => {
            let message = format!(
                "`{name}` {version} in {} is for a different Python or processor: {why}",
                twin.name
            );
            let problem = Problem::error(message).at(twin.place.clone());
            problem.remedy("install in a stage with the base image that runs it")
        }
    }
}
