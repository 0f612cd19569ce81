use std::collections::BTreeSet;

use image::Module;

use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::{
    Subject,
    own_code::{OwnCode, Side},
};

pub const RULE: Rule = Rule {
    id: "startup-differs",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "Python runs code when it starts in one image alone: `sitecustomize`, or a line of a `.pth` file",
    why: "everything in that image runs with what the code changes, and nothing in the program mentions it",
    example: "COPY tools/sitecustomize.py /app/src/ in Dockerfile.dev, with PYTHONPATH=/app/src",
    fix: "run it in both images, or start it from the program",
    check: Check::Service(check),
};

/// Python imports it by itself.
const CUSTOMIZATION: &str = "sitecustomize";

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let own = OwnCode::of(subject);
    let sides = own.sides();
    let [dev, prod] = sides.as_slice() else {
        return Vec::new();
    };
    // That one starts without its environment is another rule.
    if sides.iter().any(|side| side.loaded.python.requested().is_empty()) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (side, other, name) in [(dev, prod, "development"), (prod, dev, "production")] {
        found.extend(customization(side, other, name));
        found.extend(lines(side, other, name));
    }
    found
}

fn customization(side: &Side<'_>, other: &Side<'_>, name: &str) -> Option<Problem> {
    let Module::File { entry, at, .. } = side.loaded.python.module(CUSTOMIZATION) else {
        return None;
    };
    if !matches!(other.loaded.python.module(CUSTOMIZATION), Module::Missing) {
        return None;
    }
    let message = format!("Python runs `{at}` when it starts in {name} alone (`{CUSTOMIZATION}`)");
    Some(Problem::error(message).at(entry.step.clone()))
}

/// Lines of `.pth` files, by what they run: the files may be called otherwise.
fn lines(side: &Side<'_>, other: &Side<'_>, name: &str) -> Vec<Problem> {
    let theirs: BTreeSet<&str> = other
        .loaded
        .python
        .startup
        .iter()
        .map(|(_, line)| line.as_str())
        .collect();
    let alone = side.loaded.python.startup.iter();
    let alone = alone.filter(|(_, line)| !theirs.contains(line.as_str()));
    alone
        .map(|(file, line)| {
            let message = format!("Python runs a line of `{file}` when it starts in {name} alone");
            let problem = Problem::error(message).note(format!("it says `{line}`"));
            match side.loaded.python.file(file) {
                Module::File { entry, .. } => problem.at(entry.step.clone()),
                Module::Namespace(_) | Module::Missing | Module::Unknown(_) => problem.at(side.image.place.clone()),
            }
        })
        .collect()
}
