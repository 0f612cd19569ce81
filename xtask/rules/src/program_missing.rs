use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use facts::{
    Twin, Twins,
    program::{Missing, Why},
};

pub const RULE: Rule = Rule {
    id: "program-missing",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "an image starts a program that it does not contain",
    why: "the container fails at once with `no such file or directory`",
    example: "CMD [\"gunicorn\", \"web:app\"], and no lock has gunicorn",
    fix: "install the package of the program, or start a different program",
    check: Check::Both(check),
};

fn check(twins: &Twins<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for twin in twins.each() {
        let missing = twins.missing_programs(twin).into_iter();
        for problem in missing.filter_map(|missing| problem(twins, twin, missing)) {
            if !found.contains(&problem) {
                found.push(problem);
            }
        }
    }
    found
}

fn problem(twins: &Twins<'_>, twin: &Twin<'_>, missing: Missing) -> Option<Problem> {
    const WHOLE: &str = "copy the whole environment, as the installer made it";
    const OF_BASE: &str = "create the environment with the Python of the base image: `--no-managed-python`";
    let (name, title) = (&missing.name, twins.title(twin));
    let (message, remedy) = match missing.why {
        // Another rule says so.
        Why::Elsewhere(_) => return None,
        Why::OfPackage(package) => (
            format!("`{name}` comes with the package `{package}`, which `{title}` does not install"),
            "start it as a module: `python -m`".to_owned(),
        ),
        Why::NotInstalled => (
            format!("`{title}` starts `{name}`, which no environment or system package in it provides"),
            match twins.subject.map(|subject| subject.service.package.dir.in_words()) {
                Some(locked) => format!("install it in the last stage, or lock it in {locked}"),
                None => "install it in the last stage".to_owned(),
            },
        ),
        Why::NotExecutable(path) => (
            format!("`{title}` starts `{path}`, which is not executable"),
            format!("set its mode: `chmod +x {path}`"),
        ),
        Why::OfScript(script) => (
            format!("`{script}` is run by `{name}`, which `{title}` does not have"),
            "begin the script with `#!/bin/sh`, or install that shell".to_owned(),
        ),
        Why::NoShell(base) => (
            format!("`{title}` starts its command with the shell `{name}`, which `{base}` does not have"),
            "write the command as a list, which needs no shell: `CMD [\"program\", \"argument\"]`".to_owned(),
        ),
        Why::DanglingPython { python, link } => (
            format!("`{python}` is a link to `{link}`, which `{title}` does not have"),
            OF_BASE.to_owned(),
        ),
        Why::NoSettings(prefix) => (
            format!("`{prefix}` in `{title}` has no pyvenv.cfg, so its Python does not see the packages beside it"),
            WHOLE.to_owned(),
        ),
        Why::HomeWithoutPython { settings, home } => (
            format!("`{settings}` in `{title}` names `{home}`, which does not contain Python"),
            OF_BASE.to_owned(),
        ),
    };
    let problem = if missing.is_sure {
        Problem::error(message)
    } else {
        Problem::warning(message)
    };
    Some(problem.at(missing.place).remedy(remedy))
}
