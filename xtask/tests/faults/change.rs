//! Changes inside of a file: which part of it, and what becomes of that.

use std::ops::Range;

/// Which part of a file a change looks at; without any, the whole file.
#[derive(Default)]
pub struct Part {
    /// The stage of a Dockerfile, by its name.
    pub stage: Option<String>,
    /// From the first place with this text.
    pub from: Option<String>,
    /// The first line that starts with this text.
    pub line: Option<String>,
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

/// Reads what is changed from the keys of an edit.
pub fn read(get: &dyn Fn(&str) -> Option<String>, last: bool) -> Result<Change, String> {
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
    /// Where in a text the part is.
    pub fn range(&self, text: &str) -> Result<Range<usize>, String> {
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
    /// The text after the change; `takes_first` takes the first of several places.
    pub fn apply(&self, text: &str, takes_first: bool) -> Result<String, String> {
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
