//! Lines of a file around a place.

use std::fmt::Write;

use super::text::escaped;
use diagnostics::Place;

/// Lines in front of a place and behind it.
const AROUND: usize = 1;
/// More lines of one place are left out in the middle.
const MOST: usize = 10;

/// The place with its lines, the place itself marked.
pub fn of(place: &Place) -> String {
    let (path, position) = place.position();
    let label = match place {
        Place::Text { label, .. } if !label.is_empty() => format!(" <em>{}</em>", escaped(label)),
        Place::Text { .. } | Place::File(_) => String::new(),
    };
    let (Some((source, span)), Some([start, end])) = (place.text(), position) else {
        return format!("<p class=\"path\"><code>{}</code>{label}</p>\n", escaped(path));
    };
    let mut text = format!(
        "<p class=\"path\"><code>{}:{}</code>{label}</p>\n<pre>",
        escaped(path),
        start.0
    );
    let first = start.0.saturating_sub(AROUND).max(1);
    let mut offset = 0;
    for (index, line) in source.text().split_inclusive('\n').enumerate() {
        let (number, line_start) = (index + 1, offset);
        offset += line.len();
        if number < first {
            continue;
        }
        if number > end.0 + AROUND {
            break;
        }
        let is_middle = number > start.0 + MOST / 2 && number + MOST / 2 < end.0;
        if is_middle {
            if number == start.0 + MOST / 2 + 1 {
                text.push_str("    …\n");
            }
            continue;
        }
        let shown = line.trim_end_matches(['\n', '\r']);
        let cut = |at: usize| at.clamp(line_start, line_start + shown.len()) - line_start;
        let (from, to) = (cut(span.start), cut(span.end));
        let marked = match &shown[from..to] {
            "" => String::new(),
            marked => format!("<mark>{}</mark>", escaped(marked)),
        };
        let (before, after) = (escaped(&shown[..from]), escaped(&shown[to..]));
        let _ = writeln!(text, "<i>{number:>4}</i> {before}{marked}{after}");
    }
    text.push_str("</pre>\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use diagnostics::Source;

    #[test]
    fn lines_around_a_place_are_shown_and_the_place_is_marked() {
        let source = Source::new("a/Dockerfile", "FROM a\nUSER <b>\r\nCMD c\nRUN d\n");
        let shown = of(&source.place(12..15).label("here"));
        assert_eq!(
            shown,
            "<p class=\"path\"><code>a/Dockerfile:2</code> <em>here</em></p>\n<pre><i>   1</i> FROM a\n\
             <i>   2</i> USER <mark>&lt;b&gt;</mark>\n<i>   3</i> CMD c\n</pre>\n"
        );
    }

    #[test]
    fn long_places_are_cut_and_empty_ones_shown() {
        let source = Source::new("x", "l\n".repeat(100));
        let shown = of(&source.place(0..200));
        assert!(shown.lines().count() < 20 && shown.contains('…'), "{shown}");
        assert!(of(&Source::new("y", "").place(0..0)).contains("y:1"));
        // A character of several bytes at either end.
        assert!(of(&Source::new("z", "aäö").place(2..3)).contains("z:1"));
    }
}
