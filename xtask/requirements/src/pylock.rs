//! A selection of a lock as `pylock.toml` (PEP 751).

use std::{collections::HashMap, fmt::Write};

use super::{Export, Pin, PinSource};
use diagnostics::Problem;
use formats::PackageName;
use python::{constraint::Dialect, marker::Marker};
use repo::{
    lock::{Lock, LockedFile, LockedPackage},
    manifest::Manifest,
};

impl Export {
    /// The pins as `pylock.toml`. Refused where the lock does not say where its archives are.
    pub fn pylock(&self, manifest: &Manifest, lock: &Lock) -> Result<String, Vec<Problem>> {
        let mut text = String::from("lock-version = \"1.0\"\n");
        let python = manifest.requires_python.as_ref();
        if let Some(python) = python.filter(|python| matches!(python.dialect, Dialect::Pep440)) {
            let _ = writeln!(text, "requires-python = {}", quoted(&python.text.value));
        }
        text.push_str("created-by = \"twinfile\"\n");
        if self.pins.is_empty() {
            // The key has to be there (PEP 751).
            text.push_str("packages = []\n");
        }
        let by_release: HashMap<(&PackageName, &str), Vec<&LockedPackage>> =
            lock.packages.iter().fold(HashMap::new(), |mut found, package| {
                found
                    .entry((&package.name, package.version.value.as_str()))
                    .or_default()
                    .push(package);
                found
            });
        let supported = Marker::python(&lock.python);
        let mut problems = Vec::new();
        for pin in &self.pins {
            let mut same = by_release.get(&(&pin.name, pin.version.as_str())).into_iter().flatten();
            let package = same.find(|package| package.place == pin.place);
            let files: Vec<&LockedFile> = package.into_iter().flat_map(|package| package.files.iter()).collect();
            // What `requires-python` says already is not said again.
            let is_everywhere = supported.without(pin.marker).is_false();
            let marker = (!is_everywhere).then(|| pin.marker.to_string());
            match entry(pin, marker, &files) {
                Ok(entry) => text.push_str(&entry),
                Err(problem) => problems.push(*problem),
            }
        }
        match problems.len() {
            0 => Ok(text),
            // It is the whole lock that has none.
            _ => Err(problems.into_iter().take(1).collect()),
        }
    }
}

fn entry(pin: &Pin, marker: Option<String>, files: &[&LockedFile]) -> Result<String, Box<Problem>> {
    let mut text = format!("\n[[packages]]\nname = {}\n", quoted(pin.name.as_str()));
    let _ = writeln!(text, "version = {}", quoted(&pin.version));
    if let Some(marker) = marker {
        let _ = writeln!(text, "marker = {}", quoted(&marker));
    }
    let within = |subdirectory: &Option<String>| {
        let folder = subdirectory.as_ref();
        folder.map_or_else(String::new, |folder| format!(", subdirectory = {}", quoted(folder)))
    };
    match &pin.source {
        PinSource::Git {
            url,
            commit,
            subdirectory,
        } => {
            let (url, commit) = (quoted(url), quoted(commit));
            let folder = within(subdirectory);
            let _ = writeln!(
                text,
                "vcs = {{ type = \"git\", url = {url}, commit-id = {commit}{folder} }}"
            );
        }
        PinSource::Url { url, subdirectory } => {
            let hashes = hashes(&pin.hashes);
            let folder = within(subdirectory);
            let _ = writeln!(text, "archive = {{ url = {}{hashes}{folder} }}", quoted(url));
        }
        PinSource::File { path } => {
            let _ = writeln!(text, "archive = {{ path = {}{} }}", quoted(path), hashes(&pin.hashes));
        }
        PinSource::Default | PinSource::Index { .. } => {
            if let Some(index) = pin.index() {
                let _ = writeln!(text, "index = {}", quoted(index));
            }
            let (wheels, others): (Vec<&LockedFile>, Vec<&LockedFile>) =
                files.iter().partition(|file| file.name.ends_with(".whl"));
            if let Some(sdist) = others.first() {
                let _ = writeln!(text, "sdist = {}", archive(pin, sdist)?);
            }
            if !wheels.is_empty() {
                let wheels: Result<Vec<String>, Box<Problem>> =
                    wheels.iter().map(|wheel| archive(pin, wheel)).collect();
                let _ = writeln!(text, "wheels = [\n    {},\n]", wheels?.join(",\n    "));
            }
            if files.is_empty() {
                return Err(without_address(pin));
            }
        }
    }
    Ok(text)
}

fn archive(pin: &Pin, file: &LockedFile) -> Result<String, Box<Problem>> {
    let Some(address) = &file.address else {
        return Err(without_address(pin));
    };
    let key = if address.contains("://") { "url" } else { "path" };
    Ok(format!(
        "{{ name = {}, {key} = {}{} }}",
        quoted(&file.name),
        quoted(address),
        hashes(std::slice::from_ref(&file.hash))
    ))
}

fn hashes(hashes: &[String]) -> String {
    let pairs = hashes.iter().filter_map(|hash| hash.split_once(':'));
    let pairs: Vec<String> = pairs
        .map(|(algorithm, hash)| format!("{algorithm} = {}", quoted(hash)))
        .collect();
    if pairs.is_empty() {
        return String::new();
    }
    format!(", hashes = {{ {} }}", pairs.join(", "))
}

fn without_address(pin: &Pin) -> Box<Problem> {
    let (path, _) = pin.place.position();
    let name = path.rsplit('/').next().unwrap_or_default();
    Box::new(
        Problem::error(format!(
            "`{name}` does not say where the archives of `{}` are",
            pin.name
        ))
        .at(pin.place.clone())
        .note("`pylock.toml` has the address of each archive (PEP 751)")
        .remedy("export `requirements.txt`, or lock with uv, whose lock has the addresses"),
    )
}

/// A text of TOML, whose escapes are those of JSON.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
