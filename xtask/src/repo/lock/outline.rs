use pep440_rs::Version;

use super::{content_hash, generator};
use crate::{
    repo::{Located, PackageName, Source, manifest::Manifest, unmerged},
    report::Problem,
};

/// Which versions a lock has, and of which manifest it is: read by the lines that Poetry writes, without the archives and
/// requirements that make a lock long. For locks that nothing is installed from.
#[derive(Clone, Debug)]
pub struct Outline {
    source: Source,
    content_hash: Option<Located<String>>,
    pub packages: Vec<(PackageName, Located<Version>)>,
}

impl Outline {
    pub fn read(source: &Source) -> Self {
        let mut outline = Self {
            source: source.clone(),
            content_hash: None,
            packages: Vec::new(),
        };
        let mut name = None;
        let mut at = 0;
        for line in source.text().split_inclusive('\n') {
            let start = at;
            at += line.len();
            // The keys that matter stand at the start of a line.
            if !matches!(line.as_bytes(), [b'n' | b'v' | b'c', ..]) {
                continue;
            }
            let Some((key, value)) = line.split_once(" = \"") else {
                continue;
            };
            let value = value.trim_end().trim_end_matches('"');
            let from = start + key.len() + " = \"".len();
            let place = || source.place(from..from + value.len());
            match key {
                "name" => name = PackageName::parse(value),
                "version" => {
                    if let (Some(name), Ok(version)) = (name.take(), value.parse()) {
                        outline.packages.push((
                            name,
                            Located {
                                value: version,
                                place: place(),
                            },
                        ));
                    }
                }
                "content-hash" => {
                    outline.content_hash = Some(Located {
                        value: value.to_owned(),
                        place: place(),
                    })
                }
                _ => {}
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
