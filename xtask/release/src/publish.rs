//! Publishes what was built: refuses what must not be, uploads what is missing, and sees that it arrived.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use pep440_rs::Version;

use super::{
    dependents::admits,
    index::{Credentials, Index, Listing, Uploader},
};
use diagnostics::{Located, Place, Problem, Source};
use formats::PackageName;
use repo::manifest::Dependency;
use wheels::{Entry, FileKind, Manifest};

/// A wheel or source archive that is to be on the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archive {
    /// The lib that it is built from.
    pub lib: PackageName,
    /// The version that it is built as.
    pub version: Version,
    /// The file name.
    pub file: String,
    /// The SHA-256 digest, in hexadecimal digits.
    pub sha256: String,
    /// It was there before, with the same bytes.
    pub was_there: bool,
}

/// What is at hand for a publication.
pub struct Publication<'a> {
    /// The index that receives the archives.
    pub index: &'a Index,
    /// What the upload authenticates with.
    pub credentials: &'a Credentials,
    /// The interpreter and the uv of the pinned tools.
    pub python: PathBuf,
    /// The program that uploads.
    pub uv: PathBuf,
    /// The folder that `build-wheels` wrote.
    pub dir: &'a Path,
    /// Called before each upload.
    pub on_upload: &'a dyn Fn(&Archive),
    /// When all of it has to be done: an index that sends a byte a second never lets a limit for one answer pass.
    pub deadline: Instant,
}

/// How often, and after how many seconds, an index is asked again for what it has just taken.
const GLANCES: [u64; 5] = [0, 1, 2, 4, 8];

impl Publication<'_> {
    /// Publishes the libs of a manifest, siblings first, so that what is there can always be installed.
    pub fn run(&self, manifest: &Manifest) -> Result<Vec<Archive>, Vec<Problem>> {
        let entries = in_order(manifest);
        let names: BTreeSet<PackageName> = entries
            .iter()
            .flat_map(|entry| std::iter::once(&entry.name).chain(&entry.siblings))
            .filter_map(|name| PackageName::parse(name))
            .collect();
        let names: Vec<PackageName> = names.into_iter().collect();
        let listing = self.ask(&names).map_err(|problem| vec![problem])?;
        let mut problems = Vec::new();
        for entry in &entries {
            self.check_siblings(entry, manifest, &listing, &mut problems);
        }
        let archives: Vec<Archive> = entries
            .iter()
            .flat_map(|entry| archives(entry, &listing))
            .filter_map(|archive| self.check_bytes(archive, &listing, &mut problems))
            .collect();
        if !problems.is_empty() {
            return Err(problems);
        }
        self.upload(&archives, &names).map_err(|problem| vec![problem])?;
        self.see(&archives, &names).map_err(|problem| vec![problem])?;
        Ok(archives)
    }

    fn ask(&self, names: &[PackageName]) -> Result<Listing, Problem> {
        Listing::ask(&self.python, self.index, self.credentials, names, self.deadline)
    }

    /// A version is one set of bytes, for ever.
    fn check_bytes(&self, archive: Archive, listing: &Listing, problems: &mut Vec<Problem>) -> Option<Archive> {
        let there = listing.sha256(&archive.lib, &archive.file);
        match there {
            Some(there) if there != archive.sha256 => {
                problems.push(
                    Problem::error(format!(
                        "`{}` is on {} with other bytes",
                        archive.file,
                        self.index.shown()
                    ))
                    .note(format!("there: sha256:{there}\nhere:  sha256:{}", archive.sha256))
                    .remedy(format!(
                        "give it a version of its own: `cargo xtask bump {} patch`",
                        archive.lib
                    )),
                );
                None
            }
            Some(_) | None => Some(archive),
        }
    }

    /// What a lib asks of its siblings has to be on the index, or to come along.
    fn check_siblings(&self, entry: &Entry, manifest: &Manifest, listing: &Listing, problems: &mut Vec<Problem>) {
        for sibling in entry.siblings.iter().filter_map(|name| PackageName::parse(name)) {
            let along = manifest.package(&sibling).and_then(|entry| entry.version.parse().ok());
            let versions: Vec<Version> = listing.versions(&sibling).chain(along).collect();
            for text in &entry.requirements {
                let Some(requirement) = requirement(text).filter(|dependency| dependency.name.value == sibling) else {
                    continue;
                };
                if versions
                    .iter()
                    .any(|version| admits(requirement.constraint.as_ref(), version))
                {
                    continue;
                }
                problems.push(
                    Problem::error(format!(
                        "{} {} requires `{text}`, which is neither on {} nor published in this run",
                        entry.name,
                        entry.version,
                        self.index.shown()
                    ))
                    .remedy(format!("publish `{sibling}` before it, or name both")),
                );
            }
        }
    }

    fn upload(&self, archives: &[Archive], names: &[PackageName]) -> Result<(), Problem> {
        let uploader = Uploader {
            uv: self.uv.clone(),
            index: self.index,
            credentials: self.credentials,
            deadline: self.deadline,
        };
        let missing: Vec<&Archive> = archives.iter().filter(|archive| !archive.was_there).collect();
        for (position, archive) in missing.iter().enumerate() {
            (self.on_upload)(archive);
            let Err(problem) = uploader.upload(&self.dir.join(&archive.file)) else {
                continue;
            };
            // The answer may have been lost, and the file may be there.
            let is_there = |listing: Listing| listing.sha256(&archive.lib, &archive.file) == Some(&archive.sha256);
            if self.ask(names).is_ok_and(is_there) {
                continue;
            }
            return Err(halfway(problem, &missing[..position], &missing[position..]));
        }
        Ok(())
    }

    /// Whoever installs by hash finds these very bytes.
    fn see(&self, archives: &[Archive], names: &[PackageName]) -> Result<(), Problem> {
        let mut unseen = Vec::new();
        for seconds in GLANCES {
            thread::sleep(Duration::from_secs(seconds));
            let listing = self.ask(names)?;
            let is_unseen = |archive: &&Archive| listing.sha256(&archive.lib, &archive.file) != Some(&archive.sha256);
            unseen = archives.iter().filter(is_unseen).collect();
            if unseen.is_empty() {
                return Ok(());
            }
        }
        Err(
            Problem::error(format!("{} took what it does not list", self.index.shown()))
                .note(format!("missing, or with other bytes: {}", list(&unseen)))
                .remedy(
                    "check that `--index-url`, or `url` of `lib-index`, is where uploads appear, and run this again",
                ),
        )
    }
}

/// The libs, each after the siblings that it requires.
fn in_order(manifest: &Manifest) -> Vec<&Entry> {
    let mut done: BTreeMap<&str, &Entry> = BTreeMap::new();
    let mut order = Vec::new();
    while order.len() < manifest.packages.len() {
        let before = order.len();
        for entry in &manifest.packages {
            let waits = |name: &String| {
                let comes = manifest.packages.iter().any(|other| &other.name == name);
                comes && !done.contains_key(name.as_str())
            };
            if !done.contains_key(entry.name.as_str()) && !entry.siblings.iter().any(waits) {
                done.insert(&entry.name, entry);
                order.push(entry);
            }
        }
        if order.len() == before {
            // A circle, which the reader of the repository reports; any order is as good.
            return manifest.packages.iter().collect();
        }
    }
    order
}

fn archives(entry: &Entry, listing: &Listing) -> Vec<Archive> {
    let lib = PackageName::parse(&entry.name);
    let files = entry.files.iter().filter(|file| match file.kind {
        FileKind::Wheel | FileKind::Sdist => true,
        FileKind::Constraints => false,
    });
    let archives = files.filter_map(|file| {
        let lib = lib.clone()?;
        Some(Archive {
            was_there: listing.sha256(&lib, &file.name).is_some(),
            lib,
            version: entry.version.parse().ok()?,
            file: file.name.clone(),
            sha256: file.sha256.clone(),
        })
    });
    archives.collect()
}

/// A `Requires-Dist` (PEP 508).
fn requirement(text: &str) -> Option<Dependency> {
    let place = Source::new("METADATA", text).place(0..text.len());
    let value = text.to_owned();
    Dependency::pep508(Located { value, place }, &mut Vec::new())
}

fn halfway(problem: Problem, published: &[&Archive], open: &[&Archive]) -> Problem {
    problem
        .note(format!("published by this run: {}", list(published)))
        .note(format!("not published: {}", list(open)))
        .remedy("run the same command again: uploaded files with the same bytes are kept")
}

fn list(archives: &[&Archive]) -> String {
    match archives {
        [] => String::from("nothing"),
        files => files
            .iter()
            .map(|archive| archive.file.as_str())
            .collect::<Vec<_>>()
            .join(", "),
    }
}

/// The lib and the version that a release's tag names: `LIB-vVERSION`.
pub fn read_tag(tag: &str) -> Result<(PackageName, Version), Problem> {
    let parts = tag.rsplit_once("-v");
    let read = parts.and_then(|(name, version)| Some((PackageName::parse(name)?, version.parse().ok()?)));
    read.ok_or_else(|| {
        Problem::error(format!("`{tag}` is not a tag of a release"))
            .at(Place::File(tag.to_owned()))
            .note("a release has the tag `LIB-vVERSION`, with a version of PEP 440")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_name_a_lib_and_a_version() {
        let (name, version) = read_tag("rag-v-core-v1.2.0rc1").unwrap();
        assert_eq!(
            (name.as_str(), version.to_string().as_str()),
            ("rag-v-core", "1.2.0rc1")
        );
        for tag in ["v1.2.0", "core-1.2.0", "core-v", "core-vnext", ""] {
            assert!(read_tag(tag).is_err(), "{tag}");
        }
    }
}
