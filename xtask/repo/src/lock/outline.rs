use formats::poetry_lock::{self, Key};
use pep440_rs::Version;

use super::{content_hash, generator};
use crate::{manifest::Manifest, unmerged};
use diagnostics::{Located, Problem, Source};
use formats::PackageName;

/// Which versions a lock has, and of which manifest it is: read by the lines that Poetry writes, without the archives and
/// requirements that make a lock long. For locks that nothing is installed from.
#[derive(Clone, Debug)]
pub struct Outline {
    source: Source,
    content_hash: Option<Located<String>>,
    /// The packages with their versions, in the order of the file.
    pub packages: Vec<(PackageName, Located<Version>)>,
}

impl Outline {
    /// Reads the outline of a `poetry.lock`; a line of unknown form is skipped.
    pub fn read(source: &Source) -> Self {
        let mut outline = Self {
            source: source.clone(),
            content_hash: None,
            packages: Vec::new(),
        };
        let mut name = None;
        for line in poetry_lock::outline(source.text()) {
            let place = || source.place(line.span.clone());
            match line.key {
                Key::Name => name = PackageName::parse(line.value),
                Key::Version => {
                    if let (Some(name), Ok(value)) = (name.take(), line.value.parse()) {
                        outline.packages.push((name, Located { value, place: place() }));
                    }
                }
                Key::ContentHash => {
                    outline.content_hash = Some(Located {
                        value: line.value.to_owned(),
                        place: place(),
                    })
                }
            }
        }
        outline
    }

    /// Whether it is a lock, from its first line to its last.
    pub fn is_whole(&self) -> bool {
        self.content_hash.is_some() && !unmerged::is(self.source.text())
    }

    /// Whether the manifest has changed since it was locked: then the problem that says so.
    pub fn stale(&self, manifest: &Manifest) -> Option<Problem> {
        let generator = generator(self.source.text());
        content_hash::outdated(manifest, &self.source, self.content_hash.as_ref()?, generator.as_ref())
    }
}
