//! Which names a module has once it is imported.

use std::collections::BTreeSet;

use super::{End, Scanner};

/// The names of a module, as far as its text tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// Names that a statement of the module itself may bind.
    pub bound: BTreeSet<String>,
    /// It may have names that are not written in it.
    pub is_open: bool,
    /// Whether it defines something itself, and does not only import.
    pub defines: bool,
}

/// What gives a module names that no statement binds.
const OPEN: [&str; 8] = [
    "__getattr__",
    "exec(",
    "globals()",
    "import *",
    "locals()",
    "setattr(",
    "sys.modules",
    "vars()",
];

impl Scanner<'_> {
    /// What statements outside of functions and classes bind, and what functions declare `global`. In doubt a word is a name.
    pub fn bound(mut self) -> Names {
        let mut names = Names {
            is_open: OPEN.iter().any(|open| self.text.contains(open)),
            ..Names::default()
        };
        // The indentation of the line whose block is not part of the module, or does not run on import.
        let mut outside: Option<usize> = None;
        while let Some(indent) = self.line() {
            if outside.is_some_and(|of| indent > of) {
                self.inner(&mut names.bound);
                continue;
            }
            outside = None;
            let start = self.at;
            match self.word() {
                "def" | "class" | "async" => {
                    self.definition(&mut names.bound);
                    names.defines = true;
                    outside = Some(indent);
                }
                "import" => self.bound_by_import(&mut names.bound),
                "from" => {
                    self.blanks();
                    self.dotted();
                    self.blanks();
                    self.word();
                    self.bound_by_import(&mut names.bound);
                }
                "if" if self.is_main_guard() || self.is_type_guard() => {
                    outside = Some(indent);
                    self.past_line();
                }
                _ if self.bytes.get(start) == Some(&b'@') => self.past_line(),
                _ => {
                    self.at = start;
                    let before = names.bound.len();
                    self.assigned(&mut names.bound);
                    names.defines |= names.bound.len() > before;
                }
            }
        }
        names
    }

    /// Whether a module does more than to describe itself.
    pub fn has_code(mut self) -> bool {
        while self.line().is_some() {
            let start = self.at;
            let word = self.word();
            let is_text = matches!(self.bytes.get(start), Some(b'"' | b'\'')) || self.text[start..].starts_with("...");
            let is_future = word == "from" && self.text[self.at..].trim_start().starts_with("__future__");
            if !is_text && !is_future && word != "pass" {
                return true;
            }
            self.at = start;
            self.past_line();
        }
        false
    }

    fn past_line(&mut self) {
        while self.skip(false) == End::Statement {
            self.at += 1;
        }
    }

    /// A statement of a function or a class.
    fn inner(&mut self, bound: &mut BTreeSet<String>) {
        if self.word() == "global" {
            loop {
                self.blanks();
                let name = self.word();
                if name.is_empty() {
                    break;
                }
                bound.insert(name.to_owned());
                self.blanks();
                if self.peek() == b',' {
                    self.at += 1;
                }
            }
        }
        self.past_line();
    }

    /// Behind `def`, `class` or `async`.
    fn definition(&mut self, bound: &mut BTreeSet<String>) {
        self.blanks();
        let mut name = self.word();
        if name == "def" {
            self.blanks();
            name = self.word();
        }
        bound.insert(name.to_owned());
        self.past_line();
    }

    /// Behind `import`: the first part of a dotted name, or what stands behind `as`.
    fn bound_by_import(&mut self, bound: &mut BTreeSet<String>) {
        loop {
            self.space_in_import();
            let name = self.word();
            if name.is_empty() {
                break;
            }
            self.at -= name.len();
            self.dotted();
            self.space_in_import();
            let before = self.at;
            let name = if self.word() == "as" {
                self.space_in_import();
                self.word()
            } else {
                self.at = before;
                name
            };
            bound.insert(name.to_owned());
            self.space_in_import();
            if self.peek() != b',' {
                break;
            }
            self.at += 1;
        }
        self.past_line();
    }

    fn space_in_import(&mut self) {
        self.blanks();
        // Lines go on in brackets alone.
        if self.peek() == b'(' {
            self.at += 1;
            self.space();
        } else if self.text[..self.at].trim_end().ends_with(['(', ',']) {
            self.space();
        }
    }

    fn is_main_guard(&self) -> bool {
        let line = self.text[self.at..].lines().next().unwrap_or_default();
        line.trim_start().starts_with("__name__") && line.contains("__main__") && line.contains("==")
    }

    fn is_type_guard(&self) -> bool {
        let line = self.text[self.at..].lines().next().unwrap_or_default();
        let (condition, _) = line.split_once(':').unwrap_or((line, ""));
        ["TYPE_CHECKING", "typing.TYPE_CHECKING", "t.TYPE_CHECKING"].contains(&condition.trim())
    }

    /// Targets of assignments, of `for`, `with` and `except`, and of `:=`.
    fn assigned(&mut self, bound: &mut BTreeSet<String>) {
        let mut depth = 0_usize;
        let mut seen: Vec<&str> = Vec::new();
        let mut is_target = false;
        let first = self.at;
        while let Some(&byte) = self.bytes.get(self.at) {
            if self.passes(byte, &mut depth) {
                continue;
            }
            match byte {
                b'\n' if depth == 0 => break,
                b'=' => {
                    let before = self.bytes.get(self.at.wrapping_sub(1)).copied().unwrap_or_default();
                    let is_comparison = self.bytes.get(self.at + 1) == Some(&b'=');
                    if is_comparison {
                        self.at += 1;
                    } else if before == b':' {
                        bound.extend(seen.last().map(|name| (*name).to_owned()));
                    } else if depth == 0 && !matches!(before, b'<' | b'>' | b'!') {
                        bound.extend(seen.iter().map(|name| (*name).to_owned()));
                    }
                }
                // `name: type` without a value declares only, and is taken for a name all the same.
                b':' if depth == 0 && seen.len() == 1 => bound.extend(seen.first().map(|name| (*name).to_owned())),
                _ if byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80 => {
                    let is_attribute = self.at > first && self.bytes[self.at - 1] == b'.';
                    let word = self.word();
                    match word {
                        "" => self.at += 1,
                        "as" | "for" | "case" => is_target = true,
                        "in" => is_target = false,
                        _ if is_attribute => {}
                        word => {
                            if is_target {
                                bound.insert(word.to_owned());
                            }
                            seen.push(word);
                        }
                    }
                    continue;
                }
                _ => {}
            }
            self.at += 1;
        }
    }
}
