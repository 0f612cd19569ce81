//! Compares archives that should be alike: two builds of one check, or what is built here and what was published.

#![expect(
    clippy::disallowed_methods,
    reason = "the output folder is named by whoever runs the task, and may lie anywhere"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::{
    build::Built,
    digest,
    manifest::{self, Manifest},
};
use diagnostics::{Place, Problem};
use formats::PackageName;

const SCRIPT: &str = include_str!("members.py");

/// One file that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The file name.
    pub file: String,
    /// What differs, in one line.
    pub what: String,
    /// What differs inside, where both could be read.
    pub members: Vec<Member>,
}

/// A member of an archive that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Empty for the archive as a whole.
    pub name: String,
    /// How it differs.
    pub how: String,
}

/// What differs between two builds of the same orders.
pub fn builds(python: &Path, first: &[Built<'_>], second: &[Built<'_>]) -> Result<Vec<Difference>, Problem> {
    let (first, second) = (files(first), files(second));
    let names: BTreeSet<&String> = first.keys().chain(second.keys()).collect();
    let mut pairs = Vec::new();
    let mut found = Vec::new();
    for name in names {
        match (first.get(name), second.get(name)) {
            (Some((a, _)), Some((b, _))) if a == b => {}
            (Some((_, a)), Some((_, b))) => pairs.push((name.clone(), a.clone(), b.clone())),
            (Some(_), None) | (None, Some(_) | None) => found.push(plain(name, "was built under one name only")),
        }
    }
    found.extend(inside(python, "two builds of the same inputs differ", pairs)?);
    Ok(found)
}

/// Which of the published files are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All that are there.
    All,
    /// Those of the libs that were built, which have to be there.
    OfBuilt,
}

/// What differs between a folder of published files and what the tree is built to; how many files were compared.
pub fn published(
    python: &Path,
    dir: &Path,
    built: &[Built<'_>],
    scope: Scope,
) -> Result<(usize, Vec<Difference>), Problem> {
    let ours = files(built);
    let said = said(dir)?;
    let present = archives(dir)?;
    let mut names: BTreeSet<String> = said
        .keys()
        .filter(|name| is_archive(name))
        .cloned()
        .chain(present)
        .collect();
    match scope {
        Scope::All => {}
        Scope::OfBuilt => {
            names.retain(|name| {
                built
                    .iter()
                    .any(|built| package_of(name).as_ref() == Some(&built.order.name))
            });
            names.extend(ours.keys().cloned());
        }
    }
    let mut found = Vec::new();
    let mut pairs = Vec::new();
    for name in &names {
        let path = dir.join(name);
        let Ok(there) = digest::of_file(&path) else {
            found.push(plain(name, "is missing"));
            continue;
        };
        if said.get(name).is_some_and(|said| *said != there) {
            found.push(plain(
                name,
                format!(
                    "is not the file that `{}` or `{}` names",
                    manifest::SUMS,
                    manifest::FILE
                ),
            ));
        }
        match ours.get(name) {
            Some((here, _)) if *here == there => {}
            Some((_, here)) => pairs.push((name.clone(), path, here.clone())),
            None => found.push(plain(name, "this tree builds no file of that name")),
        }
    }
    found.extend(inside(
        python,
        "the published file (first) differs from the one that this checkout builds (second)",
        pairs,
    )?);
    Ok((names.len(), found))
}

/// The source archives and wheels of a folder.
pub fn archives(dir: &Path) -> Result<Vec<String>, Problem> {
    let failed = |error: std::io::Error| {
        Problem::error(format!("cannot open the folder of `--verify`: {error}"))
            .at(Place::File(dir.display().to_string()))
    };
    let mut names = Vec::new();
    for entry in fs::read_dir(dir).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name().to_string_lossy().into_owned();
        if is_archive(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

/// The package of an archive, by the part of its name before the version.
fn package_of(name: &str) -> Option<PackageName> {
    PackageName::parse(name.split('-').next()?)
}

fn is_archive(name: &str) -> bool {
    name.ends_with(".whl") || name.ends_with(".tar.gz")
}

/// The digests that the folder itself names, in its sums and in its manifest.
fn said(dir: &Path) -> Result<BTreeMap<String, String>, Problem> {
    let mut said = BTreeMap::new();
    if let Some(manifest) = Manifest::read(dir)? {
        said.extend(manifest.files().map(|file| (file.name.clone(), file.sha256.clone())));
    }
    let sums = fs::read_to_string(dir.join(manifest::SUMS)).unwrap_or_default();
    for line in sums.lines() {
        if let Some((sha256, name)) = line.split_once(char::is_whitespace) {
            let name = name.trim_start_matches([' ', '*']);
            said.insert(name.to_owned(), sha256.to_ascii_lowercase());
        }
    }
    Ok(said)
}

fn files(built: &[Built<'_>]) -> BTreeMap<String, (String, PathBuf)> {
    let files = built.iter().flat_map(|built| &built.files);
    files
        .map(|file| (file.name.clone(), (file.sha256.clone(), file.path.clone())))
        .collect()
}

fn plain(file: &str, what: impl Into<String>) -> Difference {
    Difference {
        file: file.to_owned(),
        what: what.into(),
        members: Vec::new(),
    }
}

/// Has Python open both of each pair: it brings the readers of both formats.
fn inside(python: &Path, what: &str, pairs: Vec<(String, PathBuf, PathBuf)>) -> Result<Vec<Difference>, Problem> {
    if pairs.is_empty() {
        return Ok(Vec::new());
    }
    let failed = |error: &dyn std::fmt::Display| Problem::error(format!("cannot compare archives: {error}"));
    let paths: Vec<(&PathBuf, &PathBuf)> = pairs.iter().map(|(_, a, b)| (a, b)).collect();
    let input = serde_json::to_vec(&paths).map_err(|error| failed(&error))?;
    let mut command = Command::new(python);
    command
        .args(["-I", "-X", "utf8", "-c", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| failed(&error))?;
    let _ = child.stdin.take().map(|mut stdin| stdin.write_all(&input));
    let output = child.wait_with_output().map_err(|error| failed(&error))?;
    let answer: Vec<Vec<(String, String)>> = serde_json::from_slice(&output.stdout)
        .map_err(|error| failed(&error).note(String::from_utf8_lossy(&output.stderr).trim().to_owned()))?;
    let found = pairs.into_iter().zip(answer).map(|((file, ..), members)| Difference {
        file,
        what: what.to_owned(),
        members: members.into_iter().map(|(name, how)| Member { name, how }).collect(),
    });
    Ok(found.collect())
}
