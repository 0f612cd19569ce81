//! Changes of built images that were noted before the checks that are to find them, as the suites of `tests/faults` are for files.
//!
//! Both images of one service are taken out of the engine once. Each change is made in a copy of their files and settings, and
//! the tool reads that copy through a program which answers as `docker` does. `changes/*.toml` are the changes, and
//! `known-misses.txt` is what is wrong today.

mod archive;
pub mod edit;
mod image;

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use repo::Service;
use tempfile::TempDir;

use crate::{
    entry::{self, Entry},
    finding::{self, Counted, Finding},
    known,
    lab::{Build, Flavour, Lab},
    outcome::{Outcome, Outcomes},
    table,
};
use image::Image;

/// The service whose images are changed; the changes name its modules.
pub const SERVICE: &str = "admin-backend";

/// When set, only changes with one of these words in their names are tried, and the list is not compared.
const ONLY: &str = "FAULTS_ONLY";

const DEVELOPMENT: &str = "development";
const PRODUCTION: &str = "production";

const THREADS: usize = 2;

pub fn are_found(lab: &Lab, service: &Service) -> Result<(), String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/images/changes");
    let mut entries = entry::read(&folder)?;
    let only = env::var(ONLY).ok();
    let is_asked_for = |entry: &Entry, only: &String| {
        let name = format!("{}/{}", entry.kind, entry.id);
        only.split_whitespace().any(|word| name.contains(word))
    };
    entries.retain(|entry| only.as_ref().is_none_or(|only| is_asked_for(entry, only)));
    let dev = Image::export(&lab.image(service, Build::Clean(Flavour::Development))?)?;
    let prod = Image::export(&lab.image(service, Build::Clean(Flavour::Production))?)?;
    let outcomes = run(&lab.clean()?, [&dev, &prod], &entries)?;
    println!("{}", table::render("built images", &entries, &outcomes));
    match only {
        Some(_) => Ok(()),
        None => known::compare(&folder, &entries, &outcomes),
    }
}

/// Every change by itself.
fn run(root: &Path, [dev, prod]: [&Image; 2], entries: &[Entry]) -> Result<Outcomes, String> {
    for entry in entries {
        let made = changed(entry, [dev, prod]);
        made.map_err(|error| format!("{}, `{}`: {error}", entry.kind, entry.id))?;
    }
    let rest = Engine::new([(DEVELOPMENT, Some(dev)), (PRODUCTION, Some(prod))], None)?;
    let mut at_rest = rest.look(root)?;
    let before = finding::counted(&at_rest);
    let next = AtomicUsize::new(0);
    let work = || -> Result<Vec<(usize, Outcome)>, String> {
        let mut outcomes = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(entry) = entries.get(at) else {
                return Ok(outcomes);
            };
            let outcome = of_entry(root, &rest, entry, [dev, prod], &before);
            outcomes.push((
                at,
                outcome.map_err(|error| format!("{}, `{}`: {error}", entry.kind, entry.id))?,
            ));
        }
    };
    let results: Vec<Result<_, String>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().map_err(|_| "a thread panicked".to_owned())?)
            .collect()
    });
    let all: Vec<Vec<_>> = results.into_iter().collect::<Result<_, _>>()?;
    let mut all: Vec<_> = all.into_iter().flatten().collect();
    all.sort_by_key(|(at, _)| *at);
    at_rest.retain(|finding| !finding.is_note());
    Ok(Outcomes {
        at_rest,
        of_entries: all.into_iter().map(|(_, outcome)| outcome).collect(),
    })
}

fn of_entry(
    root: &Path,
    rest: &Engine,
    entry: &Entry,
    images: [&Image; 2],
    before: &Counted,
) -> Result<Outcome, String> {
    let [dev, prod] = changed(entry, images)?;
    let changed = [(DEVELOPMENT, &dev), (PRODUCTION, &prod)].map(|(name, image)| {
        let is_changed = entry.edits.iter().any(|edit| edit.is_of(name));
        (name, is_changed.then_some(image))
    });
    let engine = Engine::new(changed, Some(rest))?;
    Ok(Outcome::of(entry, finding::new(engine.look(root)?, before)))
}

fn changed(entry: &Entry, images: [&Image; 2]) -> Result<[Image; 2], String> {
    let [mut dev, mut prod] = images.map(Image::clone);
    entry.edits.iter().try_for_each(|edit| edit.make(&mut dev, &mut prod))?;
    Ok([dev, prod])
}

/// A folder that the tool takes for an engine with two images.
struct Engine(TempDir);

impl Engine {
    /// What is not changed is that of the rest.
    fn new(images: [(&str, Option<&Image>); 2], rest: Option<&Self>) -> Result<Self, String> {
        let failed = |error: std::io::Error| format!("cannot write an image: {error}");
        let folder = TempDir::new().map_err(failed)?;
        image::stand_in(folder.path()).map_err(failed)?;
        for (name, image) in images {
            match (image, rest) {
                (Some(image), _) => image.write(folder.path(), name),
                (None, Some(rest)) => image::link(rest.0.path(), folder.path(), name),
                (None, None) => Ok(()),
            }
            .map_err(failed)?;
        }
        Ok(Self(folder))
    }

    fn look(&self, root: &Path) -> Result<Vec<Finding>, String> {
        let path = env::var("PATH").unwrap_or_default();
        let mut tool = Command::new(env!("CARGO_BIN_EXE_xtask"));
        tool.env("PATH", format!("{}:{path}", self.0.path().display()));
        tool.arg("--root").arg(root).args(["verify-parity", "--format", "json"]);
        finding::of(tool.args(["--images", DEVELOPMENT, PRODUCTION, SERVICE]))
    }
}
