use std::ops::Range;

use crate::Place;

/// A value with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located<T> {
    /// The value itself.
    pub value: T,
    /// Where the value is written.
    pub place: Place,
}

impl<T> Located<T> {
    /// Converts the value and keeps its place.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Located<U> {
        Located {
            value: change(self.value),
            place: self.place,
        }
    }
}

impl Located<String> {
    /// The place of some bytes of the value, for carets inside a string.
    ///
    /// The text in the file may have quotes and escapes that the value lacks. Where the two cannot be matched up (the
    /// value is only a part of what was written, or has other escapes), the whole place is the answer.
    pub fn part(&self, span: Range<usize>) -> Place {
        let Place::Text {
            source, span: whole, ..
        } = &self.place
        else {
            return self.place.clone();
        };
        let written = source.text().get(whole.clone()).unwrap_or_default();
        let offset = |index: usize| written_offset(written, &self.value, index).map(|offset| whole.start + offset);
        match (offset(span.start), offset(span.end)) {
            (Some(start), Some(end)) => source.place(start..end.max(start)),
            _ => self.place.clone(),
        }
    }
}

/// Where byte `index` of the value is in a TOML string that may hold `\"` and `\\`.
fn written_offset(written: &str, value: &str, index: usize) -> Option<usize> {
    let inner = written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let Some(inner) = inner else {
        let literal = written.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''))?;
        return (literal == value).then_some(index + 1);
    };
    let mut left = inner.char_indices().peekable();
    let mut found = None;
    for (at, expected) in value.char_indices() {
        if at == index {
            found = left.peek().map(|(offset, _)| *offset);
        }
        let mut next = left.next()?.1;
        if next == '\\' {
            next = left.next().filter(|(_, escaped)| matches!(escaped, '"' | '\\'))?.1;
        }
        if next != expected {
            return None;
        }
    }
    let at_end = left.next().is_none();
    if index == value.len() && at_end {
        found = Some(inner.len());
    }
    found.filter(|_| at_end).map(|offset| offset + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Source;

    fn part(written: &str, value: &str, span: Range<usize>) -> String {
        let text = format!("key = {written}\n");
        let source = Source::new("a.toml", text.clone());
        let located = Located {
            value: value.to_owned(),
            place: source.place(6..6 + written.len()),
        };
        match located.part(span) {
            Place::Text { span, .. } => text.get(span).unwrap_or_default().to_owned(),
            Place::File(path) => path,
        }
    }

    #[test]
    fn carets_reach_into_strings() {
        assert_eq!(part(r#""os_name == 'nt'""#, "os_name == 'nt'", 11..15), "'nt'");
        assert_eq!(
            part(r#""os_name == \"nt\"""#, r#"os_name == "nt""#, 11..15),
            r#"\"nt\""#
        );
        assert_eq!(part("'a < b'", "a < b", 2..3), "<");
        // Only a part of what was written, and an escape that is not followed.
        assert_eq!(part(r#""name ; os_name""#, "os_name", 0..2), r#""name ; os_name""#);
        assert_eq!(part(r#""\u0061b""#, "ab", 1..2), r#""\u0061b""#);
    }
}
