//! What a person has to decide, kept as comments of the settings until they delete them: once the images are generated, nothing else
//! in the repository tells it.

use diagnostics::Source;

use crate::ByHand;

/// How the first line of such a comment begins.
const FIRST: &str = "# init: ";
/// How its second line begins.
const SECOND: &str = "#   ";

/// The comments, two lines for each.
pub(crate) fn comments(by_hand: &[ByHand]) -> String {
    let mut text = String::new();
    for item in by_hand {
        let place = item.place.as_ref().map(|place| match place.position() {
            (path, Some([(line, _), _])) => format!(" ({path}:{line})"),
            (path, None) => format!(" ({path})"),
        });
        let what = on_one_line(&item.what);
        let comment = format!(
            "{FIRST}{what}{}\n{SECOND}{}\n",
            place.unwrap_or_default(),
            on_one_line(&item.edit)
        );
        // One file may be read under several names.
        if !text.contains(&comment) {
            text.push_str(&comment);
        }
    }
    text
}

/// A comment of TOML ends at the end of its line, and holds no control character.
fn on_one_line(text: &str) -> String {
    let is_control = |letter: char| letter.is_control();
    text.replace(is_control, " ")
}

/// What the comments of a file still ask for.
pub fn noted(path: &str, text: &str) -> Vec<ByHand> {
    let source = Source::new(path, text);
    let mut found = Vec::new();
    let mut start = 0;
    let mut lines = text.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let span = start..start + line.trim_end().len();
        start += line.len();
        let Some(what) = line.trim_end().strip_prefix(FIRST) else {
            continue;
        };
        let edit = lines.peek().and_then(|next| next.trim_end().strip_prefix(SECOND));
        found.push(ByHand {
            what: what.to_owned(),
            edit: format!("{}, then delete the comment", edit.unwrap_or("decide")),
            place: Some(source.place(span)),
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_noted_is_read_again() {
        let place = Source::new("Dockerfile", "FROM x\nCMD y\n").place(7..10);
        let by_hand = [
            ByHand::new("it starts by `a\nb`", "name the program", Some(&place)),
            ByHand::new("no file shows it", "decide", None),
            ByHand::new("no file shows it", "decide", None),
        ];
        let comments = comments(&by_hand);
        assert_eq!(
            comments,
            "# init: it starts by `a b` (Dockerfile:2)\n#   name the program\n# init: no file shows it\n#   decide\n"
        );
        for end in ["\n", "\r\n"] {
            let text = format!("[tool.twinfile]\n{comments}port = 1\n").replace('\n', end);
            let read = noted("pyproject.toml", &text);
            let said: Vec<(&str, &str)> = read
                .iter()
                .map(|item| (item.what.as_str(), item.edit.as_str()))
                .collect();
            assert_eq!(
                said,
                [
                    (
                        "it starts by `a b` (Dockerfile:2)",
                        "name the program, then delete the comment"
                    ),
                    ("no file shows it", "decide, then delete the comment"),
                ]
            );
            let lines = read.iter().filter_map(|item| item.place.as_ref()?.position().1);
            assert_eq!(lines.map(|[start, _]| start.0).collect::<Vec<_>>(), [2, 4]);
            assert!(toml_edit::Document::parse(text).is_ok());
        }
        assert!(noted("pyproject.toml", "[tool.x]\n# initial\nport = 1\n").is_empty());
    }
}
