use std::ops::Range;

use diagnostics::{Located, Place, Problem, Source};

/// Replacements in one file. All else in it, comments and spacing included, stays byte for byte.
#[derive(Clone, Debug)]
pub struct Edits {
    source: Source,
    replacements: Vec<(Range<usize>, String)>,
}

impl Edits {
    /// No edits of a file yet.
    pub fn of(source: &Source) -> Self {
        Self {
            source: source.clone(),
            replacements: Vec::new(),
        }
    }

    /// Whether there is nothing to replace.
    pub fn is_empty(&self) -> bool {
        self.replacements.is_empty()
    }

    /// Replaces `old` within a value of the file. A problem where the value is spelled in another way, with escapes.
    pub fn replace(&mut self, value: &Located<String>, old: &str, new: &str) -> Result<(), Problem> {
        let unable = || {
            Problem::error(format!("cannot replace `{old}` with `{new}` here"))
                .at(value.place.clone())
                .note("the value is written with escapes")
                .remedy("write it without escapes, and run this again")
        };
        let Place::Text { source, span, .. } = &value.place else {
            return Err(unable());
        };
        let text = source.text().get(span.clone()).unwrap_or_default();
        let at = text.find(old).filter(|_| !old.is_empty() && *source == self.source);
        let start = span.start + at.ok_or_else(unable)?;
        self.set(start..start + old.len(), new);
        Ok(())
    }

    /// A span that is named twice (a group that two others include) is replaced once.
    pub fn set(&mut self, span: Range<usize>, new: &str) {
        if !self.replacements.iter().any(|(known, _)| *known == span) {
            self.replacements.push((span, new.to_owned()));
        }
    }

    /// The text with all replacements made.
    pub fn apply(mut self) -> String {
        self.replacements.sort_by_key(|(span, _)| span.start);
        let text = self.source.text();
        let mut edited = String::with_capacity(text.len());
        let mut end = 0;
        for (span, new) in &self.replacements {
            edited.push_str(text.get(end..span.start).unwrap_or_default());
            edited.push_str(new);
            end = span.end;
        }
        edited.push_str(text.get(end..).unwrap_or_default());
        edited
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_named_changes() {
        let source = Source::new("a.toml", "a = '1.0' # 1.0\nb = \"x>=1.0\"\nc = \"\\u0031\"\n");
        let value = |span: Range<usize>| Located {
            value: String::new(),
            place: source.place(span),
        };
        let mut edits = Edits::of(&source);
        edits.replace(&value(20..28), ">=1.0", ">=2").unwrap();
        edits.replace(&value(4..9), "1.0", "2.0.0").unwrap();
        edits.replace(&value(4..9), "1.0", "2.0.0").unwrap();
        edits.replace(&value(33..41), "1", "2").unwrap();
        assert!(edits.replace(&value(4..9), "3.0", "4").is_err());
        assert_eq!(edits.apply(), "a = '2.0.0' # 1.0\nb = \"x>=2\"\nc = \"\\u0032\"\n");
    }
}
