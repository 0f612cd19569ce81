use std::collections::BTreeSet;

use image::Module;

use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::{
    Pair, Side as Of, Subject,
    own_code::{OwnCode, Side},
    owned::is_path_file_known,
};

pub const RULE: Rule = Rule {
    id: "startup-differs",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "only one image makes Python run code when it starts: `sitecustomize`, or a line of a `.pth` file",
    why: "everything in that image runs with what the code changes, and nothing in the program mentions it",
    example: "COPY tools/sitecustomize.py /app/src/ in Dockerfile.dev, with PYTHONPATH=/app/src",
    fix: "run it in both images, or start it from the program",
    check: Check::Both(check, of_images),
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
    let message = format!("only in {name}, Python runs `{at}` when it starts (`{CUSTOMIZATION}`)");
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
            let message = format!("only in {name}, Python runs a line of `{file}` when it starts");
            let problem = Problem::error(message).note(format!("it says `{line}`"));
            match side.loaded.python.file(file) {
                Module::File { entry, .. } => problem.at(entry.step.clone()),
                Module::Namespace(_) | Module::Missing | Module::Unknown(_) => problem.at(side.image.place.clone()),
            }
        })
        .collect()
}

/// `sitecustomize` in a built image is a module of no package, which is another rule.
fn of_images(pair: &Pair<'_>) -> Vec<Problem> {
    let [dev, prod] = pair.sides();
    let mut found = of_image(&dev, &prod);
    found.extend(of_image(&prod, &dev));
    found
}

fn of_image(side: &Of<'_>, other: &Of<'_>) -> Vec<Problem> {
    let files = |side: &Of<'_>| {
        side.built
            .python
            .as_ref()
            .map_or(Vec::new(), |python| python.path_files.clone())
    };
    let theirs = files(other);
    let theirs: BTreeSet<&String> = theirs.iter().flat_map(|file| &file.code).collect();
    let mut found = Vec::new();
    for file in files(side) {
        // One of nobody is another rule in production, and one of a package comes and goes with the package.
        let is_known = is_path_file_known(side.built, &file);
        let is_of_package = facts::owned::Owned::of(side.built).has(&file.path);
        if is_of_package || (side.name == "production" && !is_known) {
            continue;
        }
        let alone = file.code.iter().filter(|line| !theirs.contains(line));
        found.extend(alone.map(|line| {
            let message = format!(
                "a line of `{}` runs when Python starts, only in {}",
                file.path, side.name
            );
            let problem = Problem::error(message).at(side.place()).at(other.place());
            problem.note(format!("it says `{line}`"))
        }));
    }
    found
}
