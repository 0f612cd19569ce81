//! Python packages as they are installed: what their own notes say, and whether their files are still those.

use formats::absolute;
use std::collections::{BTreeMap, btree_map::Entry};

use super::{files::Files, interpreter::Interpreter};
use formats::PackageName;
use image::Brought;
use python::metadata::Metadata;

/// A Python package as its `.dist-info` describes it.
#[derive(Clone, Debug)]
pub struct Distribution {
    /// The normalised name.
    pub name: PackageName,
    /// The version as the metadata writes it.
    pub version: String,
    /// The folder of its notes, `….dist-info`.
    pub info: String,
    /// The content of `INSTALLER`, such as `pip` or `uv`.
    pub installer: Option<String>,
    /// Where its sources are, when it was installed editable.
    pub editable: Option<String>,
    /// Its files with the SHA-256 that was noted when they were installed, in RECORD's own writing; without one where
    /// none was noted.
    pub record: BTreeMap<String, Option<String>>,
    /// Whether there is a `RECORD` that lists something.
    pub has_record: bool,
    /// Whether it is metadata alone, in a folder that has no modules: of what runs from sources elsewhere.
    pub is_bare: bool,
    /// Where it says that it was installed from, where that is not an index: a folder, a repository, an archive.
    pub origin: Option<String>,
    /// Files that differ from the digests in `RECORD`.
    pub altered: Vec<Altered>,
}

/// A file that is not as it was installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Altered {
    /// The absolute path in the image.
    pub path: String,
    /// Whether it does not exist, rather than has different content.
    pub is_missing: bool,
}

impl Distribution {
    /// What the view on the Python of an image has of it.
    pub fn seen(&self) -> image::Distribution {
        image::Distribution {
            version: Some(self.version.clone()).filter(|version| !version.is_empty()),
            brought: match (&self.editable, self.is_bare) {
                (Some(_), _) => Brought::Editable,
                (None, true) => Brought::Metadata,
                (None, false) => Brought::Installed,
            },
        }
    }
}

/// Everything that is importable: the first of each name, by name, and those that it hides in the same folder.
pub fn read(files: &Files, interpreter: &Interpreter) -> (BTreeMap<PackageName, Distribution>, Vec<Distribution>) {
    let mut found: BTreeMap<PackageName, Distribution> = BTreeMap::new();
    let mut hidden = Vec::new();
    for folder in &interpreter.path {
        for name in files.names(folder) {
            let distribution = match name.rsplit_once('.') {
                Some((_, "dist-info" | "egg-info")) => installed(files, folder, name),
                Some((stem, "egg-link")) => linked(files, folder, stem),
                Some(_) | None => None,
            };
            let Some(distribution) = distribution else { continue };
            match found.entry(distribution.name.clone()) {
                Entry::Vacant(entry) => drop(entry.insert(distribution)),
                // Metadata alone is of what runs from sources: a package that is installed beside it has modules.
                Entry::Occupied(mut first) if first.get().is_bare && !distribution.is_bare => {
                    drop(first.insert(distribution));
                }
                Entry::Occupied(first) => {
                    // A base image may have its own, in a folder that comes later.
                    if first.get().info.starts_with(&format!("{folder}/")) {
                        hidden.push(distribution);
                    }
                }
            }
        }
    }
    (found, hidden)
}

fn installed(files: &Files, site: &str, name: &str) -> Option<Distribution> {
    let info = format!("{site}/{name}");
    let text = |file: &str| files.text(&format!("{info}/{file}"));
    // An `.egg-info` may be a file by itself.
    let metadata = text("METADATA")
        .or_else(|| text("PKG-INFO"))
        .or_else(|| files.text(&info));
    let metadata = Metadata::parse(metadata?);
    let record = text("RECORD").map(record).unwrap_or_default();
    Some(Distribution {
        name: PackageName::parse(&metadata.name)?,
        version: metadata.version,
        installer: text("INSTALLER").map(|text| text.trim().to_owned()),
        editable: text("direct_url.json").and_then(editable),
        origin: text("direct_url.json").and_then(origin),
        altered: altered(files, site, &record),
        has_record: !record.is_empty(),
        is_bare: record.is_empty() && files.names(site).into_iter().all(|name| name.ends_with(".dist-info")),
        record,
        info,
    })
}

/// `setup.py develop`: the file names the folder of the sources.
fn linked(files: &Files, site: &str, stem: &str) -> Option<Distribution> {
    let info = format!("{site}/{stem}.egg-link");
    let sources = files.text(&info)?.lines().next()?.trim().to_owned();
    Some(Distribution {
        name: PackageName::parse(stem)?,
        version: String::new(),
        info,
        installer: None,
        editable: Some(sources),
        record: BTreeMap::new(),
        has_record: false,
        is_bare: false,
        origin: None,
        altered: Vec::new(),
    })
}

/// The address in `direct_url.json` (PEP 610), where it says editable.
fn editable(text: &str) -> Option<String> {
    let json: serde_json::Value = serde_json::from_str(text).ok()?;
    let is_editable = json["dir_info"]["editable"].as_bool() == Some(true);
    is_editable.then(|| {
        json["url"]
            .as_str()
            .unwrap_or_default()
            .trim_start_matches("file://")
            .to_owned()
    })
}

/// The address in `direct_url.json`, of a folder or a repository. An archive has a digest, which the lock decides about.
fn origin(text: &str) -> Option<String> {
    let json: serde_json::Value = serde_json::from_str(text).ok()?;
    let is_elsewhere = json.get("vcs_info").is_some() || json.get("dir_info").is_some();
    is_elsewhere.then(|| json["url"].as_str().unwrap_or_default().to_owned())
}

/// The lines of RECORD: path, digest, size. A path with a comma or a quote is in quotes.
fn record(text: &str) -> BTreeMap<String, Option<String>> {
    let mut found = BTreeMap::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let (path, rest) = match line.strip_prefix('"') {
            Some(quoted) => match quoted.rsplit_once('"') {
                Some((path, rest)) => (path.replace("\"\"", "\""), rest.trim_start_matches(',')),
                None => continue,
            },
            None => match line.split_once(',') {
                Some((path, rest)) => (path.to_owned(), rest),
                None => (line.to_owned(), ""),
            },
        };
        let digest = rest.split(',').next().and_then(|digest| digest.strip_prefix("sha256="));
        found.insert(path, digest.map(|digest| digest.trim_end_matches('=').to_owned()));
    }
    found
}

/// Files with a digest that are gone or have another one. Bytecode has none, and may be made or removed.
fn altered(files: &Files, site: &str, record: &BTreeMap<String, Option<String>>) -> Vec<Altered> {
    let mut found = Vec::new();
    for (path, digest) in record {
        let Some(digest) = digest else { continue };
        let place = absolute(site, path);
        let is_missing = !files.is_file(&place);
        if is_missing || files.digest(&place).is_some_and(|found| base64(found) != *digest) {
            found.push(Altered {
                path: place,
                is_missing,
            });
        }
    }
    found
}

/// Base 64 as RECORD writes it: `-` and `_`, and nothing at the end.
pub fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::with_capacity(bytes.len() * 4 / 3 + 1);
    for chunk in bytes.chunks(3) {
        let number = (0..3).fold(0, |number, at| {
            number << 8 | usize::from(chunk.get(at).copied().unwrap_or(0))
        });
        for digit in 0..=chunk.len() {
            text.push(char::from(DIGITS[number >> (18 - 6 * digit) & 63]));
        }
    }
    text
}
