//! What is based on the command line of pip: files, folders and names.

use super::{Local, Requirements, read::Setting};
use crate::image::files::Found;
use formats::{absolute, requirements::RequirementFile};
use repo::lock::pylock;

/// Whether a word means something on the disk, and nothing of an index.
pub fn is_path(word: &str) -> bool {
    word.starts_with(['.', '/', '~', '*'])
        || word.contains('*')
        || word.ends_with(".whl")
        || word.starts_with("file:")
        || (word.contains('/') && !word.contains("://") && !word.contains('@'))
}

pub fn local(word: &str, is_editable: bool, setting: &Setting<'_>) -> Option<Local> {
    let plain = word
        .strip_prefix("file:")
        .map_or(word, |path| path.trim_start_matches("//"));
    // Extras follow.
    let plain = plain.split('[').next().unwrap_or_default();
    let path = setting.absolute(if plain.is_empty() { "." } else { plain })?;
    let manifests = ["pyproject.toml", "setup.py"];
    let manifest = manifests
        .iter()
        .find_map(|name| setting.files.file(&absolute(&path, name)));
    Some(Local {
        dir: manifest.map(|manifest| manifest.parent()),
        path,
        is_editable,
    })
}

/// The folders that requirement files name, which are seen from where the command runs.
pub fn locals_of(files: &[Requirements], setting: &Setting<'_>) -> Vec<Local> {
    let entries = files.iter().flat_map(|file| &file.local);
    entries
        .filter_map(|entry| local(&entry.path.value, entry.is_editable, setting))
        .collect()
}

/// A requirement file, and those that it leads to by `-r`, each once.
pub fn add_file(files: &mut Vec<Requirements>, written: &str, path: Option<String>, setting: &Setting<'_>) {
    let found = path.as_ref().and_then(|path| setting.files.find(path));
    let (there, export) = match found {
        Some(Found::File(file)) => (Some(file), None),
        Some(Found::Export(export)) => (None, Some(export)),
        None => (None, None),
    };
    if there.is_some() && files.iter().any(|known| known.path == there) {
        return;
    }
    let source = there.as_ref().and_then(|file| setting.files.root.source(file).ok());
    let lock = source.as_ref().and_then(pylock::as_requirements);
    let is_lock = lock.is_some();
    let read = || source.map_or_else(RequirementFile::default, |source| RequirementFile::read(&source));
    let mut said = lock.unwrap_or_else(read);
    let folder = path
        .as_ref()
        .and_then(|path| path.rsplit_once('/'))
        .map_or_else(|| "/".to_owned(), |(folder, _)| folder.to_owned());
    if is_lock {
        // Its folders are seen from where it is.
        for entry in &mut said.local {
            entry.path.value = absolute(&folder, &entry.path.value);
        }
    }
    files.push(Requirements {
        written: written.to_owned(),
        at: path,
        path: there,
        export,
        local: said.local,
        constraints: said.constraints,
        is_absent: false,
    });
    for included in said.includes {
        add_file(
            files,
            &included.value,
            Some(absolute(&folder, &included.value)),
            setting,
        );
    }
}
