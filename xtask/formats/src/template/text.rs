//! Text that knows where each piece of it was written.

use std::ops::Range;

use super::UNKNOWN;
use diagnostics::Place;

/// Pieces in order.
#[derive(Clone, Debug, Default)]
pub struct Text(Vec<(String, Option<Place>)>);

impl Text {
    /// One piece of text from one place.
    pub fn new(text: impl Into<String>, place: Option<Place>) -> Self {
        Self(vec![(text.into(), place)])
    }

    /// A text of which nothing is known.
    pub fn unknown() -> Self {
        Self::new(UNKNOWN, None)
    }

    /// Appends a text with its places.
    pub fn push(&mut self, other: Self) {
        self.0.extend(other.0.into_iter().filter(|(text, _)| !text.is_empty()));
    }

    /// The characters without their places.
    pub fn plain(&self) -> String {
        self.0.iter().map(|(text, _)| text.as_str()).collect()
    }

    /// The length in bytes.
    pub fn len(&self) -> usize {
        self.0.iter().map(|(text, _)| text.len()).sum()
    }

    /// Whether it has no characters.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|(text, _)| text.is_empty())
    }

    /// Whether no piece of it is unknown.
    pub fn is_known(&self) -> bool {
        !self.0.iter().any(|(text, _)| text.contains(UNKNOWN))
    }

    /// Pieces that have no place get this one.
    pub fn or_at(mut self, place: &Place) -> Self {
        for (_, own) in &mut self.0 {
            own.get_or_insert_with(|| place.clone());
        }
        self
    }

    /// Converts every piece and keeps its place.
    pub fn map(self, change: impl Fn(String) -> String) -> Self {
        let pieces = self.0.into_iter();
        Self(pieces.map(|(text, place)| (change(text), place)).collect())
    }

    /// The place of the first piece that has one.
    pub fn first_place(&self) -> Option<Place> {
        self.0.iter().find_map(|(_, place)| place.clone())
    }

    /// Without blanks at the start.
    pub fn trim_start(mut self) -> Self {
        while let Some((text, _)) = self.0.first_mut() {
            *text = text.trim_start().to_owned();
            if !text.is_empty() {
                break;
            }
            self.0.remove(0);
        }
        self
    }

    /// Without blanks at the end.
    pub fn trim_end(mut self) -> Self {
        while let Some((text, _)) = self.0.last_mut() {
            text.truncate(text.trim_end().len());
            if !text.is_empty() {
                break;
            }
            self.0.pop();
        }
        self
    }
}

/// Where each byte of a text comes from.
pub struct Places<'a> {
    text: &'a Text,
    /// Where each piece ends.
    ends: Vec<usize>,
}

impl<'a> Places<'a> {
    /// An index of the pieces of a text by their ends in bytes.
    pub fn of(text: &'a Text) -> Self {
        let ends = text.0.iter().scan(0, |end, (piece, _)| {
            *end += piece.len();
            Some(*end)
        });
        Self {
            text,
            ends: ends.collect(),
        }
    }

    /// Of a range of the whole: the place of the first piece that stands so in a file. Other values come before computed
    /// ones, and those before the text around them.
    pub fn place(&self, range: Range<usize>) -> Option<Place> {
        let first = self.ends.partition_point(|end| *end <= range.start);
        let mut found: Option<(Origin, Place)> = None;
        for (at, (text, place)) in self.text.0.iter().enumerate().skip(first) {
            let start = self.ends[at] - text.len();
            if start >= range.end.max(range.start + 1) {
                break;
            }
            let Some(place) = place else { continue };
            let part = range.start.saturating_sub(start)..range.end.min(self.ends[at]).saturating_sub(start);
            let (origin, place) = narrow(place, part, text);
            if found.as_ref().is_none_or(|(earlier, _)| origin > *earlier) {
                found = Some((origin, place));
            }
        }
        found.map(|(_, place)| place)
    }

    /// Where the values come from that the bytes of a range are part of: for each byte, all of that value.
    pub fn origins(&self, range: Range<usize>) -> Vec<Option<Place>> {
        let mut origins = Vec::with_capacity(range.len());
        let mut at = range.start;
        while at < range.end {
            let piece = self.ends.partition_point(|end| *end <= at);
            let Some((text, place)) = self.text.0.get(piece) else {
                break;
            };
            let start = self.ends[piece] - text.len();
            let end = self.ends[piece].min(range.end);
            let part = |at: usize| {
                place
                    .as_ref()
                    .map(|place| narrow(place, at - start..at - start + 1, text))
            };
            match part(at) {
                Some((Origin::Template, _)) => origins.extend((at..end).map(|at| part(at).map(|(_, place)| place))),
                Some((Origin::Value | Origin::Computed, _)) | None => {
                    origins.extend((at..end).map(|_| place.clone()));
                }
            }
            at = end;
        }
        origins.resize(range.len(), None);
        origins
    }
}

/// How a piece of text came about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Origin {
    /// Text between actions.
    Template,
    /// Made by an action.
    Computed,
    /// A value, as it was written.
    Value,
}

/// The part of a piece that is meant, where the piece is in a file as it is.
fn narrow(place: &Place, part: Range<usize>, text: &str) -> (Origin, Place) {
    match place {
        Place::Text { source, span, .. } if source.text().get(span.clone()) == Some(text) => {
            let is_template = text.contains('\n') || source.text().contains("{{");
            let origin = if is_template { Origin::Template } else { Origin::Value };
            (origin, source.place(span.start + part.start..span.start + part.end))
        }
        // In quotes, or a number.
        Place::Text { source, span, .. }
            if source
                .text()
                .get(span.clone())
                .is_some_and(|said| said.contains(text) && !said.contains("{{")) =>
        {
            (Origin::Value, place.clone())
        }
        Place::Text { .. } | Place::File(_) => (Origin::Computed, place.clone()),
    }
}
