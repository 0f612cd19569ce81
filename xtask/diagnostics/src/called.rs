//! How the program was called. Texts name the command of this repository's own developers; whoever installed the program reads
//! the one that they typed.

use std::{
    borrow::Cow,
    sync::{
        OnceLock,
        atomic::{AtomicU8, Ordering},
    },
};

/// How texts of the source name the program.
pub const WRITTEN: &str = "cargo xtask";

static CALLED: OnceLock<String> = OnceLock::new();
static SETTINGS: AtomicU8 = AtomicU8::new(Settings::Xtask as u8);

/// Which tables hold the settings. Texts of the source name those of [`Settings::Xtask`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settings {
    /// `[workspace.metadata.xtask]` in `Cargo.toml`, and `[tool.xtask]` of a service.
    Xtask = 0,
    /// The same by the name of the installed program.
    Cargo = 1,
    /// `[tool.twinfile]` in `pyproject.toml`.
    Pyproject = 2,
}

/// Sets where the settings of the repository are that is worked on now.
pub fn settings_are_in(settings: Settings) {
    SETTINGS.store(settings as u8, Ordering::Relaxed);
}

impl Settings {
    /// What texts say, and what they say here instead.
    fn words(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Xtask => &[],
            Self::Cargo => &[
                ("workspace.metadata.xtask", "workspace.metadata.twinfile"),
                ("tool.xtask", "tool.twinfile"),
            ],
            Self::Pyproject => &[
                ("workspace.metadata.xtask", "tool.twinfile"),
                ("tool.xtask", "tool.twinfile"),
                ("in Cargo.toml", "in pyproject.toml"),
                ("in `Cargo.toml`", "in `pyproject.toml`"),
                ("root `Cargo.toml`", "root `pyproject.toml`"),
                ("`Cargo.toml` at the root", "`pyproject.toml` at the root"),
            ],
        }
    }

    /// A text of ours with the tables as they are named here.
    pub fn reworded<'a>(self, text: impl Into<Cow<'a, str>>) -> Cow<'a, str> {
        self.words().iter().fold(text.into(), |text, (from, to)| {
            if text.contains(from) {
                Cow::Owned(text.replace(from, to))
            } else {
                text
            }
        })
    }

    fn current() -> Self {
        match SETTINGS.load(Ordering::Relaxed) {
            0 => Self::Xtask,
            1 => Self::Cargo,
            _ => Self::Pyproject,
        }
    }
}

/// Sets how the program was called, once, before anything is reported.
pub fn call_it(command: &str) {
    // Only the first call counts: a process is called once.
    let _ = CALLED.set(command.to_owned());
}

/// How the program was called.
pub fn command() -> &'static str {
    CALLED.get().map_or(WRITTEN, String::as_str)
}

/// A text of ours with the command as it was called. Lines after the first one are left as they are: there stands what files
/// contain, such as a diff.
pub fn as_called<'a>(text: impl Into<Cow<'a, str>>) -> Cow<'a, str> {
    named(text.into(), command(), Settings::current())
}

/// The same for a text that is all ours.
pub fn all_as_called(text: &str) -> Cow<'_, str> {
    reworded(text, command(), Settings::current())
}

fn named<'a>(text: Cow<'a, str>, command: &str, settings: Settings) -> Cow<'a, str> {
    if command == WRITTEN && settings == Settings::Xtask {
        return text;
    }
    let (first, rest) = text.split_at(text.find('\n').unwrap_or(text.len()));
    let first = reworded(first, command, settings);
    Cow::Owned(format!("{first}{rest}"))
}

/// A text of ours for whoever types that command and keeps the settings there.
pub fn reworded<'a>(text: &'a str, command: &str, settings: Settings) -> Cow<'a, str> {
    let text = settings.reworded(text);
    if command == WRITTEN || !text.contains(WRITTEN) {
        return text;
    }
    Cow::Owned(text.replace(WRITTEN, command))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_files_contain_is_left() {
        for (text, shown) in [
            ("run `cargo xtask docs`", "run `twinfile docs`"),
            (
                "`cargo xtask docs` changes:\n-# cargo xtask",
                "`twinfile docs` changes:\n-# cargo xtask",
            ),
            ("nothing of it", "nothing of it"),
        ] {
            assert_eq!(named(text.into(), "twinfile", Settings::Xtask), shown);
            assert_eq!(named(text.into(), WRITTEN, Settings::Xtask), text);
        }
    }
    #[test]
    fn tables_are_named_where_they_are() {
        let text = "add it to `[workspace.metadata.xtask]`, in `Cargo.toml`, or to `[tool.xtask]`";
        for (settings, shown) in [
            (Settings::Xtask, text),
            (
                Settings::Cargo,
                "add it to `[workspace.metadata.twinfile]`, in `Cargo.toml`, or to `[tool.twinfile]`",
            ),
            (
                Settings::Pyproject,
                "add it to `[tool.twinfile]`, in `pyproject.toml`, or to `[tool.twinfile]`",
            ),
        ] {
            assert_eq!(named(text.into(), WRITTEN, settings), shown);
        }
    }
}
