//! A text, as the pieces that it was put together from.

use super::value::Unknown;
use formats::starlark::syntax::Span;

/// A string that is put together from pieces with their places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// The pieces, in order.
    pub pieces: Vec<Piece>,
    /// The text is a default, and Tilt may be started with another one.
    pub asked: Option<Box<Unknown>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    /// The bytes of a literal that say just this.
    pub at: Option<Span>,
    /// The text cannot be told.
    pub is_unknown: bool,
}

impl Text {
    /// A string that no file has.
    pub fn plain(text: impl Into<String>) -> Self {
        Self::from_literal(text, None)
    }

    /// A string whose bytes in the file begin at the start of `at`, where the literal has no escapes.
    pub fn from_literal(text: impl Into<String>, at: Option<Span>) -> Self {
        let text = text.into();
        let piece = Piece {
            text,
            at,
            is_unknown: false,
        };
        Self {
            pieces: vec![piece],
            asked: None,
        }
    }

    /// A string of which nothing is known.
    pub fn unknown() -> Self {
        let piece = Piece {
            text: String::new(),
            at: None,
            is_unknown: true,
        };
        Self {
            pieces: vec![piece],
            asked: None,
        }
    }

    /// The same text, as a default.
    pub fn asked(self, asked: Option<Box<Unknown>>) -> Self {
        Self { asked, ..self }
    }

    /// The whole text. `None` when a part cannot be told.
    pub fn known(&self) -> Option<String> {
        let is_known = self.pieces.iter().all(|piece| !piece.is_unknown);
        is_known.then(|| self.pieces.iter().map(|piece| piece.text.as_str()).collect())
    }

    /// With `…` for what cannot be told.
    pub fn shown(&self) -> String {
        let parts = self
            .pieces
            .iter()
            .map(|piece| if piece.is_unknown { "…" } else { piece.text.as_str() });
        parts.collect()
    }

    /// Appends the pieces of another string.
    pub fn push(&mut self, other: &Self) {
        self.pieces.extend(
            other
                .pieces
                .iter()
                .filter(|piece| piece.is_unknown || !piece.text.is_empty())
                .cloned(),
        );
    }

    /// Both strings, one after the other.
    pub fn and(mut self, other: &Self) -> Self {
        self.asked = None;
        self.push(other);
        self
    }

    /// Bytes of the known text, with the places of what they are from.
    pub fn slice(&self, start: usize, end: usize) -> Self {
        let mut pieces = Vec::new();
        let mut offset = 0;
        for piece in &self.pieces {
            let from = start.saturating_sub(offset).min(piece.text.len());
            let to = end.saturating_sub(offset).min(piece.text.len());
            if let Some(text) = piece.text.get(from..to).filter(|text| !text.is_empty()) {
                let at = piece
                    .at
                    .map(|at| Span::new(at.file, at.start as usize + from, at.start as usize + to));
                pieces.push(Piece {
                    text: text.to_owned(),
                    at,
                    is_unknown: false,
                });
            }
            offset += piece.text.len();
        }
        Self { pieces, asked: None }
    }

    /// The parts between separators.
    pub fn split(&self, separator: &str) -> Option<Vec<Self>> {
        let known = self.known()?;
        let mut start = 0;
        let mut parts = Vec::new();
        if !separator.is_empty() {
            for (at, _) in known.match_indices(separator) {
                parts.push(self.slice(start, at));
                start = at + separator.len();
            }
        }
        parts.push(self.slice(start, known.len()));
        Some(parts)
    }

    /// With every `from` replaced.
    pub fn replace(&self, from: &str, to: &Self) -> Option<Self> {
        let mut parts = self.split(from)?.into_iter();
        let first = parts.next()?;
        Some(parts.fold(first, |text, part| text.and(to).and(&part)))
    }

    /// Where the text of a `%` template takes its values: `Err` for a conversion that is not understood.
    pub fn percent(&self, values: &[Self]) -> Option<Self> {
        let known = self.known()?;
        let mut values = values.iter();
        let mut result = Self::default();
        let mut start = 0;
        let bytes = known.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            if bytes[at] != b'%' {
                at += 1;
                continue;
            }
            result.push(&self.slice(start, at));
            match bytes.get(at + 1)? {
                b'%' => result.push(&self.slice(at, at + 1)),
                b's' | b'd' | b'i' => result.push(values.next()?),
                _ => return None,
            }
            at += 2;
            start = at;
        }
        result.push(&self.slice(start, known.len()));
        values.next().is_none().then_some(result)
    }

    /// `%(name)s` replaced by what `value` gives for it.
    pub fn percent_named(&self, value: impl Fn(&str) -> Option<Self>) -> Option<Self> {
        let known = self.known()?;
        let mut result = Self::default();
        let mut at = 0;
        while let Some(offset) = known.get(at..)?.find('%') {
            let mark = at + offset;
            result.push(&self.slice(at, mark));
            let rest = known.get(mark + 1..)?;
            if rest.starts_with('%') {
                result.push(&self.slice(mark, mark + 1));
                at = mark + 2;
                continue;
            }
            let end = rest.find(")s")?;
            result.push(&value(rest.get(..end)?.strip_prefix('(')?)?);
            at = mark + 1 + end + 2;
        }
        result.push(&self.slice(at, known.len()));
        Some(result)
    }

    /// `{}`, `{0}` and `{name}` replaced by what `value` gives for them.
    pub fn format(&self, mut value: impl FnMut(&str) -> Option<Self>) -> Option<Self> {
        let known = self.known()?;
        let mut result = Self::default();
        let mut next = 0;
        let mut at = 0;
        while let Some(offset) = known.get(at..)?.find(['{', '}']) {
            let brace = at + offset;
            result.push(&self.slice(at, brace));
            let rest = known.get(brace..)?;
            if rest.starts_with("{{") || rest.starts_with("}}") {
                result.push(&self.slice(brace, brace + 1));
                at = brace + 2;
                continue;
            }
            let end = rest.find('}').filter(|_| rest.starts_with('{'))?;
            let field = rest.get(1..end)?;
            if field.is_empty() {
                result.push(&value(&next.to_string())?);
                next += 1;
            } else {
                result.push(&value(field)?);
            }
            at = brace + end + 1;
        }
        result.push(&self.slice(at, known.len()));
        Some(result)
    }

    /// Literals that, changed alone, make this text another one: each with its new bytes.
    pub fn changed_to(&self, wanted: &str) -> Vec<(Span, String)> {
        let mut changes = Vec::new();
        let parts: Vec<&str> = self.pieces.iter().map(|piece| piece.text.as_str()).collect();
        for (index, piece) in self.pieces.iter().enumerate() {
            let (before, after) = (parts[..index].concat(), parts[index + 1..].concat());
            let middle = wanted
                .strip_prefix(&before)
                .and_then(|rest| rest.strip_suffix(after.as_str()));
            if let (Some(at), Some(middle)) = (piece.at, middle) {
                changes.push((at, middle.to_owned()));
            }
        }
        // The literal that changes least is the one that a person would edit.
        changes.sort_by_key(|(at, text)| (at.end - at.start).abs_diff(u32::try_from(text.len()).unwrap_or(u32::MAX)));
        changes
    }
}
