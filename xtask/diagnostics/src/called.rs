//! How the program was called. Texts name the command of this repository's own developers; whoever installed the program reads
//! the one that they typed.

use std::{borrow::Cow, sync::OnceLock};

/// How texts of the source name the program.
pub const WRITTEN: &str = "cargo xtask";

static CALLED: OnceLock<String> = OnceLock::new();

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
    named(text.into(), command())
}

/// The same for a text that is all ours.
pub fn all_as_called(text: &str) -> Cow<'_, str> {
    let command = command();
    if command == WRITTEN || !text.contains(WRITTEN) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace(WRITTEN, command))
}

fn named<'a>(text: Cow<'a, str>, command: &str) -> Cow<'a, str> {
    if command == WRITTEN || !text.contains(WRITTEN) {
        return text;
    }
    let (first, rest) = text.split_at(text.find('\n').unwrap_or(text.len()));
    Cow::Owned(format!("{}{rest}", first.replace(WRITTEN, command)))
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
            assert_eq!(named(text.into(), "twinfile"), shown);
            assert_eq!(named(text.into(), WRITTEN), text);
        }
    }
}
