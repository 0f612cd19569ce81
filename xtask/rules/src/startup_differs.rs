use std::collections::BTreeSet;

use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use facts::{Twins, environment::Startup};

pub const RULE: Rule = Rule {
    id: "startup-differs",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "only one image makes Python run code when it starts: `sitecustomize`, or a line of a `.pth` file",
    why: "everything in that image runs with what the code changes, and nothing in the program mentions it",
    example: "COPY tools/sitecustomize.py /app/src/ in Dockerfile.dev, with PYTHONPATH=/app/src",
    fix: "run it in both images, or start it from the program",
    check: Check::Both(check),
};

fn check(twins: &Twins<'_>) -> Vec<Problem> {
    let (Some([in_dev, in_prod]), Some((dev, prod))) = (twins.startups(), twins.both()) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (here, there, twin, other) in [(&in_dev, &in_prod, dev, prod), (&in_prod, &in_dev, prod, dev)] {
        let customization = here.customization.as_ref().filter(|_| there.is_without_customization);
        found.extend(customization.map(|(at, place)| {
            let message = format!(
                "only in {}, Python runs `{at}` when it starts (`sitecustomize`)",
                twin.name
            );
            Problem::error(message).at(place.clone())
        }));
        let lines = lines(here, there, twin.name);
        found.extend(lines.map(|problem| problem.at(other.place.clone().label("not here"))));
    }
    found
}

/// Lines of `.pth` files, by what they run: the files may be called otherwise.
fn lines<'a>(side: &'a Startup, other: &Startup, name: &'a str) -> impl Iterator<Item = Problem> {
    let theirs: BTreeSet<&str> = other.lines.iter().map(|(_, line, _)| line.as_str()).collect();
    let alone = side
        .lines
        .iter()
        .filter(move |(_, line, _)| !theirs.contains(line.as_str()));
    alone.map(move |(file, line, place)| {
        let message = format!("only in {name}, Python runs a line of `{file}` when it starts");
        Problem::error(message)
            .at(place.clone())
            .note(format!("it says `{line}`"))
    })
}
