use super::{Aspect, Check, Rule};
use diagnostics::{Level, Place, Problem};
use facts::{
    Subject, Twins,
    programs_in_use::{by_code, is_any_started},
    together::are,
};

pub const RULE: Rule = Rule {
    id: "build-tool-in-production",
    aspect: Aspect::Packages,
    level: Level::Warning,
    what: "Poetry, uv, a compiler or another build tool is in the production image",
    why: "the service can run without it, and it helps an attacker",
    example: "RUN pip install poetry in the last stage",
    fix: "install in a separate stage, and copy the environment from it",
    check: Check::Both(check),
};

fn check(twins: &Twins<'_>) -> Vec<Problem> {
    let Some(prod) = &twins.prod else { return Vec::new() };
    let found = twins.tools(prod).into_iter();
    let problem = |tools: facts::left_tools::Tools| {
        let names: Vec<&str> = tools.names.iter().map(String::as_str).collect();
        match (names.as_slice(), twins.subject) {
            ([name], Some(subject)) if STARTERS.contains(name) => of_starter(subject, name, &tools.place),
            _ => Some(tool(&names, &tools.place)),
        }
    };
    found.filter_map(problem).collect()
}

/// They may start the program in the environment that they manage.
const STARTERS: [&str; 6] = ["uv", "poetry", "pdm", "pipenv", "hatch", "pipx"];

/// One that the image starts its program with is not left over, and not needed for that either. `None` where the sources call it.
fn of_starter(subject: &Subject<'_>, name: &str, place: &Place) -> Option<Problem> {
    let programs = [name, &format!("{name}x")];
    if !is_any_started(subject, &programs) {
        return (!by_code(subject, &programs)).then(|| tool(&[name], place));
    }
    let message = format!("`{name}` is in the production image, and starts the program there");
    Some(Problem::error(message).at(place.clone()).remedy(format!(
        "install the environment in a separate stage, copy it, put its `bin` on PATH, and start the program without `{name}`"
    )))
}

fn tool(names: &[&str], place: &Place) -> Problem {
    Problem::error(format!("{} in the production image", are(names))).at(place.clone())
}
