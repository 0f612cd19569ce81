//! Edits as entries note them: read, made in a folder, and taken back.

use std::{
    fs,
    ops::Range,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
};

use toml_edit::{InlineTable, Value};

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

/// Which part of a file a change looks at; without any, the whole file.
#[derive(Default)]
pub struct Part {
    /// The stage of a Dockerfile, by its name.
    stage: Option<String>,
    /// From the first place with this text.
    from: Option<String>,
    /// The first line that starts with this text.
    line: Option<String>,
}

/// What is changed; a text that is not there is an error, and so is one that is there more than once.
pub enum Change {
    /// A text by another one; after `from` the first of several.
    Replace { find: String, put: String },
    /// The one line that starts with a text, removed.
    Drop(String),
    /// The instruction that starts with a text, with the lines that continue it, by another one or by nothing.
    Instruction { start: String, put: String, last: bool },
    /// Lines in front of such an instruction.
    Before { start: String, put: String },
    /// Lines behind such an instruction.
    After { start: String, put: String },
}

/// The keys of each form of an edit, the first of which tells it.
const FORMS: [(&str, &[&str]); 7] = [
    ("create", &["text", "mode"]),
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
        Ok(match *form {
            "create" => {
                let mode = get("mode").unwrap_or_else(|| "644".into());
                let mode = u32::from_str_radix(&mode, 8).map_err(|_| format!("mode `{mode}`"))?;
                Self::Create {
                    path,
                    text: required("text")?,
                    mode,
                }
            }
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
                change: change(&get, table.get("last").and_then(Value::as_bool).unwrap_or_default())?,
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
                write(&path, &(read(&path)? + text))
            }
            Self::Delete { path } => {
                let path = existing(path)?;
                undo.note(&path)?;
                fs::remove_file(&path).map_err(of(&path))
            }
            Self::Move { path, to } => {
                let (path, to) = (existing(path)?, new(to)?);
                undo.note(&path)?;
                undo.note(&to)?;
                fs::rename(&path, &to).map_err(of(&path))
            }
            Self::Link { path, to } => {
                let path = new(path)?;
                undo.note(&path)?;
                symlink(to, &path).map_err(of(&path))
            }
            Self::Crlf { path } => {
                let path = existing(path)?;
                undo.note(&path)?;
                write(&path, &read(&path)?.replace('\n', "\r\n"))
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
                    &format!("{}{changed}{}", &text[..range.start], &text[range.end..]),
                )
            }
        }
    }
}

fn change(get: &dyn Fn(&str) -> Option<String>, last: bool) -> Result<Change, String> {
    let put = || get("put").ok_or("`put` is missing");
    Ok(match ["find", "drop", "instruction", "before", "after"].map(get) {
        [Some(find), None, None, None, None] => Change::Replace { find, put: put()? },
        [None, Some(start), None, None, None] => Change::Drop(start),
        [None, None, Some(start), None, None] => Change::Instruction {
            start,
            put: put()?,
            last,
        },
        [None, None, None, Some(start), None] => Change::Before { start, put: put()? },
        [None, None, None, None, Some(start)] => Change::After { start, put: put()? },
        _ => return Err("an edit needs one of `find`, `drop`, `instruction`, `before` and `after`".into()),
    })
}

impl Part {
    fn range(&self, text: &str) -> Result<Range<usize>, String> {
        let mut range = 0..text.len();
        if let Some(stage) = &self.stage {
            let name = format!(" AS {stage}");
            let starts: Vec<usize> = lines(text)
                .filter(|(_, line)| line.starts_with("FROM "))
                .map(|(at, _)| at)
                .collect();
            let is_named = |at: &usize| {
                text[*at..]
                    .lines()
                    .next()
                    .is_some_and(|line| line.trim_end().ends_with(&name))
            };
            let start = starts
                .iter()
                .copied()
                .find(is_named)
                .ok_or_else(|| format!("no stage `{stage}`"))?;
            range = start..starts.into_iter().find(|at| *at > start).unwrap_or(text.len());
        }
        if let Some(from) = &self.from {
            let at = text[range.clone()].find(from).ok_or_else(|| format!("no `{from}`"))?;
            range.start += at;
        }
        if let Some(start) = &self.line {
            let part = &text[range.clone()];
            let found = lines(part).find(|(_, line)| line.trim_start().starts_with(start));
            let (at, line) = found.ok_or_else(|| format!("no line `{start}`"))?;
            range = range.start + at..range.start + at + line.len();
        }
        Ok(range)
    }
}

impl Change {
    fn apply(&self, text: &str, takes_first: bool) -> Result<String, String> {
        let found = |start: &str| -> Result<Vec<Range<usize>>, String> {
            match lines(text)
                .filter(|(_, line)| line.trim_start().starts_with(start))
                .collect::<Vec<_>>()
            {
                found if found.is_empty() => Err(format!("no line `{start}`")),
                found => Ok(found.into_iter().map(|(at, line)| at..at + line.len()).collect()),
            }
        };
        let spliced = |range: Range<usize>, put: &str| {
            let end = if put.is_empty() || put.ends_with('\n') {
                ""
            } else {
                "\n"
            };
            format!("{}{put}{end}{}", &text[..range.start], &text[range.end..])
        };
        Ok(match self {
            Self::Replace { find, put } => match text.matches(find.as_str()).count() {
                0 => return Err(format!("no `{find}`")),
                1 => text.replacen(find, put, 1),
                _ if takes_first => text.replacen(find, put, 1),
                several => return Err(format!("`{find}` {several} times")),
            },
            Self::Drop(start) => match found(start)?.as_slice() {
                [line] => spliced(line.clone(), ""),
                several => return Err(format!("`{start}` {} times", several.len())),
            },
            Self::Instruction { start, put, last } => {
                let found = found(start)?;
                let line = if *last { found.last() } else { found.first() };
                let line = line.cloned().unwrap_or_default();
                spliced(line.start..end_of_instruction(text, &line), put)
            }
            Self::Before { start, put } => {
                let at = found(start)?[0].start;
                spliced(at..at, put)
            }
            Self::After { start, put } => {
                let at = end_of_instruction(text, &found(start)?[0]);
                spliced(at..at, put)
            }
        })
    }
}

/// Lines with their ends, and where each starts.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line))
    })
}

/// Where an instruction ends whose first line is this one: a backslash continues it.
fn end_of_instruction(text: &str, first: &Range<usize>) -> usize {
    let rest = lines(&text[first.start..]);
    let last = rest.into_iter().find(|(_, line)| !line.trim_end().ends_with('\\'));
    last.map_or(text.len(), |(at, line)| first.start + at + line.len())
}

/// What was there before the edits of an entry.
#[derive(Default)]
pub struct Undo(Vec<(PathBuf, Option<(Vec<u8>, u32)>)>);

impl Undo {
    fn note(&mut self, path: &Path) -> Result<(), String> {
        let before = match path.symlink_metadata() {
            Ok(metadata) => Some((fs::read(path).map_err(of(path))?, metadata.permissions().mode())),
            Err(_) => {
                let parent = path.parent().unwrap_or(path);
                let missing: Vec<&Path> = parent.ancestors().take_while(|folder| !folder.exists()).collect();
                self.0
                    .extend(missing.iter().rev().map(|folder| (folder.to_path_buf(), None)));
                fs::create_dir_all(parent).map_err(of(parent))?;
                None
            }
        };
        self.0.push((path.into(), before));
        Ok(())
    }

    /// Takes all edits back, the last one first.
    pub fn take_back(self) -> Result<(), String> {
        for (path, before) in self.0.into_iter().rev() {
            match before {
                Some((bytes, mode)) => {
                    write(&path, bytes)?;
                    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).map_err(of(&path))?;
                }
                None if path.is_dir() && !path.is_symlink() => fs::remove_dir(&path).map_err(of(&path))?,
                None if path.symlink_metadata().is_ok() => fs::remove_file(&path).map_err(of(&path))?,
                None => {}
            }
        }
        Ok(())
    }
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(of(path))
}

#[allow(clippy::disallowed_methods, reason = "a copy is not the tree that sync guards")]
fn write(path: &Path, text: impl AsRef<[u8]>) -> Result<(), String> {
    fs::write(path, text).map_err(of(path))
}

fn of(path: &Path) -> impl Fn(std::io::Error) -> String {
    move |error| format!("{}: {error}", path.display())
}
