use std::str::FromStr;

use pep440_rs::Version;

use super::folder;
use crate::toml::Table;
use diagnostics::{Problem, Source};

/// The generations of the lock file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// Poetry 1.0 to 1.2: the hashes of all packages in `[metadata.files]`.
    V1,
    /// Poetry 1.3 to 1.8: the hashes with each package.
    V2_0,
    /// Poetry 2: groups and markers with each package.
    V2_1,
    /// `uv.lock`, format 1.
    Uv,
    /// `Pipfile.lock`, specification 6.
    Pipenv,
    /// `pdm.lock`, format 4.
    Pdm,
    /// `pylock.toml`, version 1.0.
    Pylock,
}

/// The format of a lock and its `[metadata]`, or why it is not a lock that can be read.
pub(super) fn of<'a>(source: &'a Source, root: Table<'a>) -> Result<(Format, Table<'a>), Problem> {
    let mut problems = Vec::new();
    let path = source.path();
    if source.text().trim().is_empty() {
        return Err(Problem::error(format!("`{path}` is empty"))
            .at(root.place())
            .remedy(anew(path)));
    }
    let Some(metadata) = root.get("metadata") else {
        let problem = match foreign(root) {
            Some(writer) => Problem::error(format!("`{path}` is a lock of {writer}, not of Poetry")),
            None => Problem::error(format!(
                "`{path}` has no `[metadata]`: it is not a Poetry lock, or it is incomplete"
            )),
        };
        return Err(problem.at(root.place()).remedy(anew(path)));
    };
    let Some(metadata) = metadata.table(&mut problems) else {
        return Err(problems.remove(0));
    };
    let Some(version) = metadata.get("lock-version") else {
        return Err(
            Problem::error(format!("the format of `{path}` is too old: it has no `lock-version`"))
                .at(metadata.place())
                .note("Poetry before 1.1 wrote it")
                .remedy(anew(path)),
        );
    };
    let Some(text) = version.string(&mut problems) else {
        return Err(problems.remove(0));
    };
    let number = Version::from_str(&text.value).ok();
    let number = number.as_ref().map(|version| version.release());
    let format = match number {
        Some([1, ..]) => Format::V1,
        Some([2] | [2, 0, ..]) => Format::V2_0,
        Some([2, ..]) => Format::V2_1,
        Some(_) | None => {
            return Err(Problem::error(format!("lock format `{}` is unknown", text.value))
                .at(text.place)
                .note("formats 1.0 to 2.1 are understood")
                .remedy(anew(path)));
        }
    };
    Ok((format, metadata))
}

/// Without `--regenerate`, Poetry reads the lock that is there, too.
pub(super) fn anew(path: &str) -> String {
    format!(
        "take it from git again, or run `poetry lock --regenerate` in {} with Poetry 2",
        folder(path)
    )
}

/// The tool that writes a TOML lock of this shape.
fn foreign(root: Table<'_>) -> Option<&'static str> {
    let has = |key: &str| root.get(key).is_some();
    if has("version") && (has("requires-python") || has("revision") || has("resolution-markers")) {
        return Some("uv");
    }
    if has("version") && has("package") {
        return Some("Cargo or uv");
    }
    if has("lock-version") && has("created-by") {
        return Some("another tool (PEP 751)");
    }
    None
}
