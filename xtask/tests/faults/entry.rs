//! Entries of a suite, as they are noted in its TOML files.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use toml_edit::{ArrayOfTables, Document, Item, TableLike};

use crate::edit::Edit;

/// One noted change of a repository.
pub struct Entry {
    /// The name of the file that notes it, without its extension.
    pub kind: String,
    pub id: String,
    /// What the change does to the images, by facts.
    pub why: String,
    pub edits: Vec<Edit>,
    pub expected: Expected,
}

/// What a run has to say about a change.
pub enum Expected {
    /// At least one finding that meets this.
    Fault(Wanted),
    /// No new finding at `error` or `warning`.
    Silence,
}

/// A finding that tells a reader which fault was made.
pub struct Wanted {
    /// Services and files, one of which it is about.
    pub names: Vec<String>,
    /// Words, one of which it says.
    pub about: Vec<String>,
    /// Its severity by the definition of the project, where whoever noted the fault said it.
    pub level: Option<String>,
}

impl Entry {
    pub fn is_fault(&self) -> bool {
        matches!(self.expected, Expected::Fault(_))
    }
}

/// The folders with what was noted later by somebody else, and what stands in front of their kinds in the figures.
const LATER: [(&str, &str); 2] = [("second", "2/"), ("fourth", "4/")];

/// All entries of a suite, in the order of files and entries; the same id twice is an error.
pub fn read(suite: &Path) -> Result<Vec<Entry>, String> {
    let mut entries = Vec::new();
    let later = LATER.map(|(folder, prefix)| (suite.join(folder), prefix));
    for (folder, prefix) in [(suite.to_owned(), "")].into_iter().chain(later) {
        for file in files(&folder)? {
            let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
            let kind = file.file_stem().unwrap_or_default().to_string_lossy();
            entries.extend(parse(&format!("{prefix}{kind}"), &text)?);
        }
    }
    let mut ids = BTreeSet::new();
    match entries.iter().find(|entry| !ids.insert(entry.id.as_str())) {
        Some(entry) => Err(format!("`{}` is noted twice", entry.id)),
        None => Ok(entries),
    }
}

/// The TOML files of a folder, which need not be there, by name.
fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let files = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let files = files.flatten().map(|file| file.path());
    let mut files: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort();
    Ok(files)
}

fn parse(kind: &str, text: &str) -> Result<Vec<Entry>, String> {
    let document = Document::parse(text).map_err(|error| format!("{kind}.toml: {error}"))?;
    let none = ArrayOfTables::new();
    let mut entries = Vec::new();
    for (key, item) in document.iter() {
        let is_fault = match key {
            "fault" => true,
            "harmless" => false,
            _ => return Err(format!("{kind}.toml: `{key}` is neither `fault` nor `harmless`")),
        };
        for table in item.as_array_of_tables().unwrap_or(&none) {
            let id = text_of(table, "id").unwrap_or_default();
            let entry = entry(kind, &id, table, is_fault);
            entries.push(entry.map_err(|error| format!("{kind}.toml, `{id}`: {error}"))?);
        }
    }
    Ok(entries)
}

fn entry(kind: &str, id: &str, table: &dyn TableLike, is_fault: bool) -> Result<Entry, String> {
    let of_a_fault = ["names", "about", "level"];
    let known = |key: &str| ["id", "why", "edits"].contains(&key) || is_fault && of_a_fault.contains(&key);
    if let Some((key, _)) = table.iter().find(|(key, _)| !known(key)) {
        return Err(format!("unknown key `{key}`"));
    }
    let required = |key: &str| text_of(table, key).ok_or_else(|| format!("`{key}` is missing"));
    let listed = |key: &str| match texts(table.get(key)) {
        texts if texts.is_empty() => Err(format!("`{key}` is missing or empty")),
        texts => Ok(texts),
    };
    let expected = if is_fault {
        Expected::Fault(Wanted {
            names: listed("names")?,
            about: listed("about")?,
            level: match text_of(table, "level") {
                Some(level) if !["error", "warning", "note"].contains(&level.as_str()) => {
                    return Err(format!("unknown level `{level}`"));
                }
                level => level,
            },
        })
    } else {
        Expected::Silence
    };
    let edits = table
        .get("edits")
        .and_then(Item::as_array)
        .ok_or("`edits` is missing")?;
    let edits = edits.iter().map(|edit| match edit.as_inline_table() {
        Some(edit) => Edit::read(edit),
        None => Err("an edit is not a table".into()),
    });
    Ok(Entry {
        kind: kind.into(),
        id: if id.is_empty() {
            return Err("`id` is missing".into());
        } else {
            id.into()
        },
        why: required("why")?,
        edits: edits.collect::<Result<_, String>>()?,
        expected,
    })
}

fn text_of(table: &dyn TableLike, key: &str) -> Option<String> {
    table.get(key).and_then(Item::as_str).map(str::to_owned)
}

fn texts(item: Option<&Item>) -> Vec<String> {
    let array = item.and_then(Item::as_array).into_iter().flatten();
    array.filter_map(|value| value.as_str()).map(str::to_owned).collect()
}
