//! Edits as entries note them: read, and made in a folder.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
};

use toml_edit::{InlineTable, Value};

use crate::{
    change::{self, Change, Part},
    undo::{Undo, of, read, write},
};

/// One change of one file.
pub enum Edit {
    /// A new file, with its mode.
    Create {
        path: String,
        text: String,
        mode: u32,
    },
    /// Text at the end of a file.
    Append {
        path: String,
        text: String,
    },
    /// Other permissions.
    Chmod {
        path: String,
        mode: u32,
    },
    Delete {
        path: String,
    },
    Move {
        path: String,
        to: String,
    },
    /// A symbolic link with this text.
    Link {
        path: String,
        to: String,
    },
    /// Line ends of Windows.
    Crlf {
        path: String,
    },
    /// A change inside of a part of a file.
    Change {
        path: String,
        part: Part,
        change: Change,
    },
}

/// The keys of each form of an edit, the first of which tells it.
const FORMS: [(&str, &[&str]); 8] = [
    ("create", &["text", "mode"]),
    ("chmod", &["mode"]),
    ("append", &["text"]),
    ("delete", &[]),
    ("move", &["to"]),
    ("link", &["to"]),
    ("crlf", &[]),
    (
        "in",
        &[
            "stage",
            "from",
            "line",
            "find",
            "drop",
            "instruction",
            "last",
            "before",
            "after",
            "put",
        ],
    ),
];

impl Edit {
    pub fn read(table: &InlineTable) -> Result<Self, String> {
        let form = FORMS.iter().find(|(form, _)| table.contains_key(form));
        let (form, keys) = form.ok_or("an edit of no known form")?;
        if let Some((key, _)) = table.iter().find(|(key, _)| key != form && !keys.contains(key)) {
            return Err(format!("unknown key `{key}` beside `{form}`"));
        }
        let get = |key: &str| table.get(key).and_then(Value::as_str).map(str::to_owned);
        let required = |key: &str| get(key).ok_or_else(|| format!("`{form}` without `{key}`"));
        let path = required(form)?;
        let mode = get("mode").unwrap_or_else(|| "644".into());
        let mode = u32::from_str_radix(&mode, 8).map_err(|_| format!("mode `{mode}`"))?;
        Ok(match *form {
            "create" => Self::Create {
                path,
                text: required("text")?,
                mode,
            },
            "chmod" => Self::Chmod { path, mode },
            "append" => Self::Append {
                path,
                text: required("text")?,
            },
            "delete" => Self::Delete { path },
            "move" => Self::Move {
                path,
                to: required("to")?,
            },
            "link" => Self::Link {
                path,
                to: required("to")?,
            },
            "crlf" => Self::Crlf { path },
            _ => Self::Change {
                path,
                part: Part {
                    stage: get("stage"),
                    from: get("from"),
                    line: get("line"),
                },
                change: change::read(&get, table.get("last").and_then(Value::as_bool).unwrap_or_default())?,
            },
        })
    }

    /// Makes the edit below `root`, and notes what was there before.
    pub fn make(&self, root: &Path, undo: &mut Undo) -> Result<(), String> {
        let at = |path: &str| root.join(path);
        let existing = |path: &str| match at(path).symlink_metadata() {
            Ok(_) => Ok(at(path)),
            Err(_) => Err(format!("{path} does not exist")),
        };
        let new = |path: &str| match at(path).symlink_metadata() {
            Ok(_) => Err(format!("{path} exists already")),
            Err(_) => Ok(at(path)),
        };
        match self {
            Self::Create { path, text, mode } => {
                let path = new(path)?;
                undo.note(&path)?;
                write(&path, text)?;
                fs::set_permissions(&path, fs::Permissions::from_mode(*mode)).map_err(of(&path))
            }
            Self::Append { path, text } => {
                let path = existing(path)?;
                undo.note(&path)?;
                write(&path, read(&path)? + text)
            }
            Self::Chmod { path, mode } => {
                let path = existing(path)?;
                undo.note(&path)?;
                fs::set_permissions(&path, fs::Permissions::from_mode(*mode)).map_err(of(&path))
            }
            Self::Delete { path } => {
                let path = existing(path)?;
                undo.note(&path)?;
                fs::remove_file(&path).map_err(of(&path))?;
                without_empty_folders(&path);
                Ok(())
            }
            Self::Move { path, to } => {
                let (path, to) = (existing(path)?, new(to)?);
                undo.note(&path)?;
                undo.note(&to)?;
                fs::rename(&path, &to).map_err(of(&path))?;
                without_empty_folders(&path);
                Ok(())
            }
            Self::Link { path, to } => {
                let path = new(path)?;
                undo.note(&path)?;
                symlink(to, &path).map_err(of(&path))
            }
            Self::Crlf { path } => {
                let path = existing(path)?;
                undo.note(&path)?;
                write(&path, read(&path)?.replace('\n', "\r\n"))
            }
            Self::Change { path, part, change } => {
                let name = path;
                let path = existing(path)?;
                undo.note(&path)?;
                let text = read(&path)?;
                let range = part.range(&text).map_err(|error| format!("{name}: {error}"))?;
                let is_from = part.from.is_some();
                let changed = change.apply(&text[range.clone()], is_from);
                let changed = changed.map_err(|error| format!("{name}: {error}"))?;
                write(
                    &path,
                    format!("{}{changed}{}", &text[..range.start], &text[range.end..]),
                )
            }
        }
    }
}

/// Removes the folders of a file that left, as far as they are empty: git knows no empty folders.
fn without_empty_folders(path: &Path) {
    let folders = path.ancestors().skip(1);
    let _ = folders.map_while(|folder| fs::remove_dir(folder).ok()).count();
}
