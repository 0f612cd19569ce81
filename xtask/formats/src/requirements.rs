//! Requirement files, as far as the rules ask: which packages, pinned or not, with hashes or not, and what they lead to.

use std::ops::Range;

use crate::PackageName;
use diagnostics::{Located, Source};

const HASH: &str = "--hash";

/// A requirement file of pip.
#[derive(Clone, Debug, Default)]
pub struct RequirementFile {
    source: Option<Source>,
    /// It is one of the files that the tool writes.
    pub is_drawn: bool,
    /// Requirements by name, in the order of the file.
    pub entries: Vec<Entry>,
    /// `-r`
    pub includes: Vec<Located<String>>,
    /// `-c`
    pub constraints: Vec<Located<String>>,
    /// Folders and archives, by path.
    pub local: Vec<LocalEntry>,
    /// Repositories of git, by address.
    pub checkouts: Vec<Located<String>>,
    /// Lines that pip and uv cannot read, and then refuse the whole file.
    pub strays: Vec<Located<String>>,
    /// `--no-binary`, as written: names, or `:all:`.
    pub from_sources: Vec<Located<String>>,
}

/// A requirement by name.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The name of the package.
    pub name: Located<PackageName>,
    /// Behind `==`.
    pub version: Option<String>,
    /// What is written behind the name of a package that is not pinned: `>=1,<2`. `None` where that is nothing.
    pub range: Option<String>,
    /// `==`, or an address.
    pub is_pinned: bool,
    /// Behind `@`: it is taken from there, and from no index.
    pub address: Option<String>,
    /// Behind `;`, as written.
    pub marker: Option<String>,
    /// Whether `--hash` follows it.
    pub has_hash: bool,
    /// Up to the next entry, hashes and all.
    span: Range<usize>,
}

impl Entry {
    /// A package of a lock: a version of an index, or an address.
    pub fn locked(name: Located<PackageName>, from: Locked, marker: Option<String>, has_hash: bool) -> Self {
        let (version, address) = match from {
            Locked::Version(version) => (Some(version), None),
            Locked::Address(address) => (None, Some(address)),
        };
        Self {
            name,
            version,
            range: None,
            is_pinned: true,
            address,
            marker,
            has_hash,
            span: 0..0,
        }
    }
}

/// Where a lock takes a package from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Locked {
    /// From an index, in this version.
    Version(String),
    /// From this address.
    Address(String),
}

/// A requirement by path.
#[derive(Clone, Debug)]
pub struct LocalEntry {
    /// The path as it is written, relative to where pip runs.
    pub path: Located<String>,
    /// `-e`
    pub is_editable: bool,
}

impl RequirementFile {
    /// Reads a requirement file; a line that is not a requirement and no known option is left out.
    pub fn read(source: &Source) -> Self {
        let mut file = Self {
            source: Some(source.clone()),
            ..Self::default()
        };
        let mut at = 0;
        let mut goes_on = false;
        for line in source.text().split_inclusive('\n') {
            let start = at + (line.len() - line.trim_start().len());
            at += line.len();
            let is_rest = std::mem::replace(&mut goes_on, line.trim_end().ends_with('\\'));
            // Most lines of a file that is locked are these.
            if line.trim_start().starts_with(HASH) {
                if !is_rest {
                    let value = line.trim().to_owned();
                    let place = source.place(start..start + value.len());
                    file.strays.push(Located { value, place });
                }
                file.hash(at);
                continue;
            }
            let text = line
                .split(" #")
                .next()
                .unwrap_or_default()
                .trim()
                .trim_start_matches('\u{feff}');
            let text = text.trim_end_matches('\\').trim_end();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            let place = source.place(start..start + text.len());
            if text.starts_with('-') {
                file.option(text, at, |value| Located { value, place })
            } else {
                file.requirement(text, start..at, |value| Located { value, place })
            }
        }
        file
    }

    /// What a lock that installers read like a requirement file asks for (PEP 751).
    pub fn of_lock(source: &Source, entries: Vec<Entry>, local: Vec<LocalEntry>) -> Self {
        Self {
            source: Some(source.clone()),
            entries,
            local,
            ..Self::default()
        }
    }

    /// A file that no installer can read, with the place of what is wrong.
    pub fn refused(source: &Source, wrong: Located<String>) -> Self {
        Self {
            source: Some(source.clone()),
            strays: vec![wrong],
            ..Self::default()
        }
    }

    /// The packages that need an entry, as those who compile the file write behind or below it: `# via httpx`.
    pub fn needed_by(&self, entry: &Entry) -> Vec<PackageName> {
        let start = entry.span.start;
        let mut starts = self.entries.iter().map(|entry| entry.span.start);
        let next = starts.find(|next| *next > start);
        let text = self.source.as_ref().and_then(|source| {
            let end = next.unwrap_or(source.text().len());
            source.text().get(start..end)
        });
        let comments = text.unwrap_or_default().lines().filter_map(|line| line.split_once('#'));
        let said = comments
            .map(|(_, said)| said.trim())
            .map(|said| said.strip_prefix("via").unwrap_or(said));
        let names = said.flat_map(|said| said.split(','));
        names
            .filter_map(|name| PackageName::parse(name.split_whitespace().next()?))
            .collect()
    }

    /// Whether it has every package that its packages need, as a compiled one has: pip wants that where there are hashes, and who compiles
    /// says what needs each package.
    pub fn is_complete(&self) -> bool {
        let text = self.source.as_ref().map_or("", |source| source.text());
        let is_compiled = text.contains("# via") || self.entries.iter().all(|entry| entry.has_hash);
        !self.entries.is_empty()
            && self.includes.is_empty()
            && is_compiled
            && self.entries.iter().all(|entry| entry.is_pinned)
    }

    /// The digests that are allowed for an entry. There are many, and few are ever asked for.
    pub fn hashes<'a>(&'a self, entry: &Entry) -> impl Iterator<Item = &'a str> {
        let text = self
            .source
            .as_ref()
            .and_then(|source| source.text().get(entry.span.clone()));
        let words = text.unwrap_or_default().split([' ', '\\', '\n', '\r']);
        words.filter_map(|word| word.strip_prefix("--hash="))
    }

    /// The last entry has a digest, in a line that ends there.
    fn hash(&mut self, end: usize) {
        if let Some(last) = self.entries.last_mut() {
            last.has_hash = true;
            last.span.end = end;
        }
    }

    fn option(&mut self, text: &str, end: usize, located: impl FnOnce(String) -> Located<String>) {
        let value = |names: &[&str]| {
            let mut rests = names.iter().filter_map(|name| text.strip_prefix(name));
            rests
                .next()
                .map(|rest| rest.trim_start_matches(['=', ' ', '\t']).to_owned())
        };
        if text.starts_with(HASH) {
            self.hash(end);
        } else if let Some(path) = value(&["--requirement", "-r"]) {
            self.includes.push(located(path));
        } else if let Some(path) = value(&["--constraint", "-c"]) {
            self.constraints.push(located(path));
        } else if let Some(address) = value(&["--editable", "-e"]).filter(|value| value.contains("git+")) {
            self.checkouts.push(located(address));
        } else if let Some(path) = value(&["--editable", "-e"]) {
            self.local.push(LocalEntry {
                path: located(path),
                is_editable: true,
            });
        } else if let Some(names) = value(&["--no-binary"]) {
            self.from_sources.push(located(names));
        }
    }

    fn requirement(&mut self, text: &str, span: Range<usize>, located: impl FnOnce(String) -> Located<String>) {
        let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c));
        let end = end.unwrap_or(text.len());
        let name = &text[..end];
        if text.contains("git+") {
            let address = text.split(['#', ' ']).find(|word| word.contains("git+"));
            self.checkouts.push(located(address.unwrap_or_default().to_owned()));
            return;
        }
        let is_path = text.starts_with(['.', '/', '~']) || text[name.len()..].starts_with('/');
        if is_path || text.starts_with("file:") {
            self.local.push(LocalEntry {
                path: located(text.split(';').next().unwrap_or_default().trim().to_owned()),
                is_editable: false,
            });
            return;
        }
        let Some(name) = PackageName::parse(name) else {
            self.strays.push(located(text.to_owned()));
            return;
        };
        // What follows `;` is a marker, which compares too.
        let said = text.split(';').next().unwrap_or_default();
        let said = said.split(" --hash").next().unwrap_or_default();
        let version = said.split_once("==").map(|(_, rest)| {
            let end = rest.find([' ', ',']).filter(|end| *end > 0).unwrap_or(rest.len());
            rest[..end].trim_matches(['=', ' ']).to_owned()
        });
        // `==1.*` leaves the choice.
        let version = version.filter(|version| !version.contains('*'));
        let behind = said.get(end..).unwrap_or_default().trim_start();
        let behind = behind
            .split_once(']')
            .filter(|_| behind.starts_with('['))
            .map_or(behind, |(_, rest)| rest);
        let range = behind.trim().trim_start_matches('(').trim_end_matches(')');
        let range = Some(range).filter(|range| version.is_none() && range.starts_with(['=', '<', '>', '~', '!']));
        // An address may have a `;` of its own.
        let address = text.split_once(" @ ").map(|(_, rest)| {
            let end = rest.trim_start().find(' ').unwrap_or(rest.trim_start().len());
            rest.trim_start()[..end].to_owned()
        });
        let marker = text.split_once(if address.is_some() { " ;" } else { ";" });
        let marker = marker.map(|(_, rest)| rest.split(" --hash").next().unwrap_or_default().trim().to_owned());
        self.entries.push(Entry {
            name: located(String::new()).map(|_| name),
            address,
            marker,
            is_pinned: version.is_some() || said.contains(" @ ") || said.contains("://"),
            range: range.map(str::to_owned),
            version,
            has_hash: text.contains("--hash"),
            span,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_compiles_a_file_says_what_needs_a_package() {
        let text = "a==1\n    # via -r requirements.in\nb==2 \\\n    --hash=sha256:00\n    # via\n    #   a\n    #   x-y (pyproject.toml)\n\
                    c==3  # via a, b\nd==4\n";
        let file = RequirementFile::read(&Source::new("requirements.txt", text));
        let needed_by = |at: usize| {
            let names = file.needed_by(&file.entries[at]).into_iter();
            names.map(|name| name.to_string()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!([0, 1, 2, 3].map(needed_by), ["", "a x-y", "a b", ""]);
        assert!(file.is_complete());
        let by_hand = RequirementFile::read(&Source::new("requirements.txt", "a==1\nb==2\n"));
        assert!(!by_hand.is_complete());
    }

    #[test]
    fn lines_are_told_apart() {
        let text = "\u{feff}-r base.txt\r\n--constraint=c.txt\n# x\n-e ./libs/core[x]\n./libs/other\nlibs/third\n\
                    A.b[extra]==1.0 ; python_version == \"3.12\" \\\n    --hash=sha256:00\nc==2.*\nd>=1 # why\ne @ https://x.example/e.whl\n\
                    f==1 --hash=sha256:0\n--index-url https://x.example/simple\n";
        let file = RequirementFile::read(&Source::new("requirements.txt", text));
        let entries: Vec<String> = file
            .entries
            .iter()
            .map(|entry| {
                format!(
                    "{} {:?} {} {}",
                    entry.name.value, entry.version, entry.is_pinned, entry.has_hash
                )
            })
            .collect();
        assert_eq!(
            entries,
            [
                "a-b Some(\"1.0\") true true",
                "c None false false",
                "d None false false",
                "e None true false",
                "f Some(\"1\") true true"
            ]
        );
        let local: Vec<&str> = file.local.iter().map(|local| local.path.value.as_str()).collect();
        assert_eq!(local, ["./libs/core[x]", "./libs/other", "libs/third"]);
        assert_eq!(file.entries[0].marker.as_deref(), Some("python_version == \"3.12\""));
        assert!(!file.is_complete());
        assert_eq!(file.entries[3].address.as_deref(), Some("https://x.example/e.whl"));
        assert!(file.strays.is_empty(), "{:?}", file.strays);
        assert_eq!(
            (file.includes[0].value.as_str(), file.constraints[0].value.as_str()),
            ("base.txt", "c.txt")
        );
    }

    #[test]
    fn what_no_installer_reads_is_kept_apart() {
        let text =
            "<<<<<<< HEAD\na==1\n    --hash=sha256:00\n=======\nb==2 \\\n    --hash=sha256:00\n--no-binary=b,c\n";
        let file = RequirementFile::read(&Source::new("requirements.txt", text));
        let strays: Vec<&str> = file.strays.iter().map(|stray| stray.value.as_str()).collect();
        assert_eq!(strays, ["<<<<<<< HEAD", "--hash=sha256:00", "======="]);
        assert_eq!(file.from_sources[0].value, "b,c");
        // The digest is meant for it.
        assert!(file.entries[0].has_hash);
    }
}
