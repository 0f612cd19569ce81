//! Where the text of a rendered file comes from.

use std::ops::Range;

use formats::template::Places;

use super::first_line;
use diagnostics::{Place, Source};
use formats::yaml::Node;

/// A rendered file, by the places of the files that it comes from.
pub struct View<'a> {
    pub text: Places<'a>,
    pub source: &'a Source,
}

impl View<'_> {
    pub fn place(&self, node: &Node) -> Place {
        self.place_of(node.span())
    }

    pub fn place_of(&self, range: Range<usize>) -> Place {
        self.text.place(range).unwrap_or_else(|| first_line(self.source))
    }

    /// The line of the template that says something, whatever values that comes from.
    pub fn line(&self, node: Option<&Node>) -> Place {
        let Some(node) = node else {
            return first_line(self.source);
        };
        let mut starts = node.span().filter_map(|at| match self.text.place(at..at + 1)? {
            Place::Text { source, span, .. } if source.path() == self.source.path() => Some(span.start),
            Place::Text { .. } | Place::File(_) => None,
        });
        let Some(start) = starts.next() else {
            return self.place(node);
        };
        let text = self.source.text();
        let start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let line = text[start..].lines().next().unwrap_or_default();
        let indent = line.len() - line.trim_start().len();
        self.source.place(start + indent..start + line.trim_end().len())
    }

    /// Whether some of a value is written in a template, and not all of it in values.
    pub fn is_written_here(&self, node: &Node) -> bool {
        let text = node.text().unwrap_or_default();
        let mut origins = self.origins(node, text).into_iter();
        origins.any(|place| !place.position().0.ends_with(".yaml") || place.position().0.contains("/templates/"))
    }

    pub fn origins(&self, node: &Node, value: &str) -> Vec<Place> {
        let range = node.span();
        let quote = (range.end - range.start).saturating_sub(value.len()) / 2;
        let start = range.start + quote;
        let places = self.text.origins(start..start + value.len());
        places
            .into_iter()
            .map(|place| place.unwrap_or_else(|| first_line(self.source)))
            .collect()
    }
}
