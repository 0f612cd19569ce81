use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use facts::{InOne, Twins};

pub const RULE: Rule = Rule {
    id: "program-differs",
    aspect: Aspect::Runtime,
    level: Level::Warning,
    what: "one image has a program of a package of the repository, and the other has the package without it",
    why: "whoever runs the program in a container finds it in one of them only: installing a package creates its programs, copying its sources does not",
    example: "`[project.scripts]` of the service, whose wheel production installs, while development imports its sources through PYTHONPATH",
    fix: "install the package in both images, in development with `--editable`, or start its module with `python -m`",
    check: Check::Both(check),
};

fn check(twins: &Twins<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = twins.both() else {
        return Vec::new();
    };
    let problem = |program: InOne<'_>| {
        let (having, lacking) = if program.is_in_dev { (dev, prod) } else { (prod, dev) };
        let message = format!(
            "the program `{}` of `{}` is in the {} image, but not in the {} image",
            program.name, program.package, having.name, lacking.name
        );
        let module = program.target.value.split([':', '[']).next().unwrap_or_default();
        let problem = Problem::warning(message)
            .at(program.target.place)
            .at(lacking.place.clone().label(lacking.name))
            .remedy(format!(
                "install the package there too, in development with `--editable`, or run `python -m {}`",
                module.strip_suffix(".__main__").unwrap_or(module)
            ));
        // Where nothing runs it, people may miss it who look into a container.
        let level = if program.is_run { Level::Warning } else { Level::Note };
        Problem { level, ..problem }
    };
    twins.programs_in_one().into_iter().map(problem).collect()
}
