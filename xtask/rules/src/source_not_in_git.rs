use std::collections::BTreeSet;

use ::image::Module;

use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Place, Problem};
use evidence::{
    code::Read,
    image::{Image, Reach},
};
use facts::{Subject, opened::opened, own_code::OwnCode};
use repo::RepoPath;

pub const RULE: Rule = Rule {
    id: "source-not-in-git",
    aspect: Aspect::Files,
    level: Level::Error,
    what: "an image contains a module that git ignores, or a file that code opens and git ignores",
    why: "other checkouts do not have the file, so it is missing in CI, or the build fails",
    example: "`state/` in .gitignore, and a package `state` beside the modules",
    fix: "add the file with `git add --force`, or narrow the pattern in .gitignore",
    check: Check::Service(check),
};

/// They are made by a build, and ignored for that.
const MADE: [&str; 5] = ["_pb2.py", "_pb2_grpc.py", "_pb2.pyi", "_version.py", "version.py"];

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let ignored = subject.repo.ignored();
    if ignored.is_empty() {
        return Vec::new();
    }
    let own = OwnCode::of(subject);
    let mut found: Vec<Problem> = Vec::new();
    for image in subject.images() {
        for (path, place) in files(image, &own) {
            let is_made = MADE.iter().any(|end| path.as_str().ends_with(end));
            if is_made || !ignored.holds(path.as_str()) {
                continue;
            }
            let message = format!("`{path}` is copied into images, but git ignores it");
            match found.iter_mut().find(|known| known.message == message) {
                Some(known) => known.places.push(place.label("copied here too")),
                None => found.push(
                    Problem::error(message)
                        .at(Place::File(path.to_string()))
                        .at(place.label("copied here")),
                ),
            }
        }
    }
    for (path, read) in opened_files(&own) {
        let is_made = MADE.iter().any(|end| path.ends_with(end));
        let is_said = |known: &Problem| known.places.contains(&Place::File(path.clone()));
        if is_made || !ignored.holds(&path) || found.iter().any(is_said) {
            continue;
        }
        let message = format!("`{}` opens `{path}`, but git ignores it", read.file);
        found.push(
            Problem::error(message)
                .at(Place::File(path))
                .at(read.place.clone().label("opened here")),
        );
    }
    found
}

/// Files of the repository that code opens by paths that are written out, as an image has them.
fn opened_files<'a>(own: &OwnCode<'a>) -> Vec<(String, &'a Read)> {
    let mut found = Vec::new();
    for side in own.sides() {
        for &(package, code) in &own.packages {
            let reads = own.reads(package, code).iter();
            let sources = reads.filter_map(|read| match opened(&side, read)? {
                Module::File { source, .. } => Some((source?, read)),
                Module::Namespace(_) | Module::Missing | Module::Unknown(_) => None,
            });
            found.extend(sources);
        }
    }
    found
}

/// Files that are copied one by one, and the modules of own packages that come with a folder.
fn files<'a>(image: &'a Image, own: &OwnCode<'a>) -> Vec<(&'a RepoPath, Place)> {
    let mut found: Vec<(&RepoPath, Place)> = Vec::new();
    let mut seen = BTreeSet::new();
    let copied = image.copied.iter().filter(|copied| copied.reach <= Reach::Mounted);
    for copied in copied.map(|copied| &copied.what) {
        let Some(source) = &copied.source.path else { continue };
        if own.is_file(source) {
            found.push((source, copied.place.clone()));
            continue;
        }
        for (package, _) in &own.packages {
            for root in &package.import_roots {
                if !(root.is_under(source) || source.is_under(root) || source == root) {
                    continue;
                }
                let below = if root.is_under(source) { root } else { source };
                let modules = own.below(below).iter().filter(|path| path.as_str().ends_with(".py"));
                let new = modules.filter(|path| copied.holds(path) && seen.insert(path.as_str()));
                found.extend(new.map(|path| (path, copied.place.clone())));
            }
        }
    }
    found
}
