//! The line of one image that says the same as a line of the other, for a finding that is about one of them.

use diagnostics::{Place, Source};
use similar::TextDiff;

/// Below it, two lines have little more in common than their instruction.
const LEAST: f32 = 0.5;

/// The line of `other` that is most like the first line of `place`, if one is like it at all.
pub fn of(place: &Place, other: &Source) -> Option<Place> {
    let (source, span) = place.text()?;
    let (lines, _) = source.lines_around(&span);
    let line = source.text().get(lines)?.lines().next()?;
    let words: Vec<&str> = line.split_whitespace().collect();
    let mut offset = 0;
    let mut nearest: Option<(f32, Place)> = None;
    for text in other.text().split_inclusive('\n') {
        let start = offset + (text.len() - text.trim_start().len());
        offset += text.len();
        let text = text.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let ratio = TextDiff::from_slices(&words, &text.split_whitespace().collect::<Vec<_>>()).ratio();
        if ratio >= LEAST && nearest.as_ref().is_none_or(|(known, _)| ratio > *known) {
            nearest = Some((ratio, other.place(start..start + text.len())));
        }
    }
    nearest.map(|(_, place)| place.label("the line most like it"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest(line: &str, other: &str) -> Option<usize> {
        let place = Source::new("a", line).place(0..line.len());
        let found = of(&place, &Source::new("b", other))?;
        found.position().1.map(|[start, _]| start.0)
    }

    #[test]
    fn the_line_most_like_it_is_found() {
        let other = "FROM python:3.13 AS base\n\n# CMD [\"uvicorn\", \"api.main:app\"]\nCOPY a b\nCMD [\"uvicorn\", \"api.other:app\"]\n";
        assert_eq!(nearest("CMD [\"uvicorn\", \"api.main:app\"]", other), Some(5));
        assert_eq!(nearest("FROM python:3.13", other), Some(1));
    }

    #[test]
    fn lines_that_share_their_instruction_alone_are_not_alike() {
        assert_eq!(nearest("RUN make all install", "RUN poetry sync\nUSER 1\n"), None);
        assert_eq!(nearest("USER 1", ""), None);
    }
}
