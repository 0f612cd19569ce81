//! Packages that stand in several locks, each of which is read once.

use std::{
    collections::HashMap,
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};

use diagnostics::{Located, Place, Problem, Source};
use formats::poetry_lock::{Block, blocks, lift, without};

use super::{Format, Lock, LockedPackage, LockedSource};

/// What was read so far. Clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct SharedPackages(Arc<Mutex<HashMap<u64, Arc<Known>>>>);

/// A package, and the text that says so.
#[derive(Debug)]
struct Known {
    source: Source,
    range: Range<usize>,
    package: LockedPackage,
}

impl SharedPackages {
    /// The same as [`Lock::read`].
    pub fn read(&self, source: &Source) -> Result<Lock, Vec<Problem>> {
        let blocks = blocks(source.text());
        let known = self.known(source, &blocks);
        match read_rest(source, &blocks, &known) {
            Some(lock) => {
                self.learn(&lock, &blocks, &known);
                Ok(lock)
            }
            // Problems are shown in the order of the file.
            None => Lock::read(source),
        }
    }

    fn known(&self, source: &Source, blocks: &[Block]) -> Vec<Option<Arc<Known>>> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = |block: &Block| all.get(&block.digest).cloned();
        let found: Vec<Option<Arc<Known>>> = blocks.iter().map(known).collect();
        drop(all);
        let is_same = |known: &Known, block: &Block| {
            known.source.text()[known.range.clone()] == source.text()[block.range.clone()]
        };
        let found = found.into_iter().zip(blocks);
        found
            .map(|(known, block)| known.filter(|known| is_same(known, block)))
            .collect()
    }

    fn learn(&self, lock: &Lock, blocks: &[Block], known: &[Option<Arc<Known>>]) {
        let mut new = Vec::new();
        for ((block, package), known) in blocks.iter().zip(&lock.packages).zip(known) {
            // What is read of a folder has places in many of its lines.
            let has_places = matches!(package.source, LockedSource::Directory { .. });
            if known.is_some() || has_places {
                continue;
            }
            let known = Known {
                source: lock.source.clone(),
                range: block.range.clone(),
                package: package.clone(),
            };
            new.push((block.digest, Arc::new(known)));
        }
        if !new.is_empty() {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(new);
        }
    }
}

/// The lock, of which only what is not known is read. `None` where something is wrong with it, or where it is not of the form that was
/// expected: a package a block.
fn read_rest(source: &Source, blocks: &[Block], known: &[Option<Arc<Known>>]) -> Option<Lock> {
    let told = blocks.iter().zip(known).filter(|(_, known)| known.is_some());
    let rest = without(source.text(), told.map(|(block, _)| block));
    let mut lifted = lift(&rest);
    let mut lock = Lock::read_rest(source, lifted.rest, &mut lifted.lists).ok()?;
    if lock.format != Format::V2_1 || !lifted.lists.is_empty() {
        return None;
    }
    let mut read = std::mem::take(&mut lock.packages).into_iter();
    for (block, known) in blocks.iter().zip(known) {
        let package = match known {
            Some(known) => known.seen_in(source, block),
            None => {
                let package = read.next()?;
                let (_, span) = package.place.text()?;
                if !block.range.contains(&span.start) {
                    return None;
                }
                package
            }
        };
        lock.packages.push(package);
    }
    read.next().is_none().then_some(lock)
}

impl Known {
    /// The package as a lock has it that says the same of it.
    fn seen_in(&self, source: &Source, block: &Block) -> LockedPackage {
        let moved = |place: &Place| match place.text() {
            Some((_, span)) => {
                let at = |offset: usize| offset - self.range.start + block.range.start;
                source.place(at(span.start)..at(span.end))
            }
            None => place.clone(),
        };
        LockedPackage {
            version: Located {
                value: self.package.version.value.clone(),
                place: moved(&self.package.version.place),
            },
            place: moved(&self.package.place),
            ..self.package.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const END: &str = "[metadata]\nlock-version = \"2.1\"\npython-versions = \">=3.11\"\ncontent-hash = \"00\"\n";

    fn package(name: &str, rest: &str) -> String {
        format!(
            "[[package]]\nname = \"{name}\"\nversion = \"1.0\"\ndescription = \"\"\noptional = false\npython-versions = \"*\"\n\
             groups = [\"main\"]\n{rest}files = [\n    {{file = \"{name}-1.0.tar.gz\", hash = \"sha256:00\"}},\n]\n\n"
        )
    }

    /// What is read with the packages of other locks at hand is what is read without them.
    fn read_alike(locks: &[String]) {
        let shared = SharedPackages::default();
        for (number, text) in locks.iter().enumerate() {
            let source = Source::new(format!("{number}/poetry.lock"), text.as_str());
            let (read, expected) = (shared.read(&source), Lock::read(&source));
            assert_eq!(format!("{read:#?}"), format!("{expected:#?}"));
        }
    }

    #[test]
    fn places_are_those_of_the_lock() {
        let (a, b, c) = (
            package("a", ""),
            package("b", "markers = \"sys_platform == 'linux'\"\n"),
            package("c", "\n[package.dependencies]\na = \"*\"\n\n"),
        );
        let folder = package("d", "") + "[package.source]\ntype = \"directory\"\nurl = \"../d\"\n\n";
        read_alike(&[
            format!("{a}{b}{END}"),
            format!("# another\n\n{c}{b}{a}{END}"),
            format!("{b}{c}{folder}{END}"),
            format!("{folder}{a}{END}"),
            END.to_owned(),
        ]);
    }

    #[test]
    fn nothing_that_is_wrong_is_passed() {
        let (a, b) = (package("a", ""), package("b", ""));
        let older = END.replace("2.1", "2.0");
        read_alike(&[
            format!("{a}{b}{END}"),
            format!("{a}{}{END}", b.replace("\"main\"", "3")),
            format!("{}{b}{END}", a.replace("\"1.0\"", "\"one\"")),
            format!("{}{b}{END}", a.replace("files = [\n", "files = [\n    3,\n")),
            format!("package = 3\n{a}{b}{END}"),
            format!("{a}{b}[package.late]\nx = 1\n{END}"),
            format!("{a}{b}{older}"),
            format!("{a}{b}{older}other = \"\"\"\nlock-version = \"2.1\"\n\"\"\"\n"),
            format!("{a}{b}"),
        ]);
    }
}
