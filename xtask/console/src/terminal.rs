//! Draws problems the way rustc does: message, place with a caret, notes, and the command that fixes it.

use std::borrow::Cow;

use annotate_snippets::{
    AnnotationKind, Group, Level as Title, Origin, Renderer, Snippet, renderer::DEFAULT_TERM_WIDTH,
};

use rustix::termios::tcgetwinsize;

use diagnostics::{Level, Place, Problem, count};

/// Below it nothing of a line would be left.
const LEAST_WIDTH: usize = 40;
/// Below it nothing but totals could be shown.
const LEAST_ROWS: usize = 20;
const DEFAULT_ROWS: usize = 40;
/// Nobody reads more places of one problem, and drawing them takes time that grows with their square.
const MOST_PLACES: usize = 50;

/// Of a text with more bytes, the renderer gets the lines that it shows, and no others.
const LARGE: usize = 1 << 16;

/// All problems of a run, in the order of their places, and a line that counts them where there are several.
pub fn problems(problems: &[Problem]) -> String {
    let mut sorted: Vec<&Problem> = problems.iter().collect();
    sorted.sort_by(|a, b| a.order().cmp(&b.order()));
    let mut text: String = sorted.iter().map(|problem| self::problem(problem)).collect();
    let errors = sorted.iter().filter(|problem| problem.level == Level::Error).count();
    if errors > 1 {
        let total = Group::with_title(Title::ERROR.primary_title(count(errors, "error")));
        text.push_str(&Renderer::styled().render(&[total]));
        text.push('\n');
    }
    text
}

/// One problem, and an empty line.
pub fn problem(problem: &Problem) -> String {
    let renderer = Renderer::styled().term_width(Screen::of_stderr().columns);
    format!("{}\n\n", renderer.render(&[group(problem)]))
}

/// How much a terminal shows at once.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    /// Lines from top to bottom.
    pub rows: usize,
    /// Characters in a line.
    pub columns: usize,
}

impl Screen {
    /// The terminal behind standard error. What is not a terminal is read later, on one, so it gets the size of a common one.
    pub fn of_stderr() -> Self {
        let size = tcgetwinsize(std::io::stderr()).ok();
        let known = |cells: u16, least: usize, other: usize| match usize::from(cells) {
            0 => other,
            cells => cells.max(least),
        };
        Self {
            rows: known(size.map_or(0, |size| size.ws_row), LEAST_ROWS, DEFAULT_ROWS),
            columns: known(size.map_or(0, |size| size.ws_col), LEAST_WIDTH, DEFAULT_TERM_WIDTH),
        }
    }

    /// How many rows a text takes, with its long lines wrapped.
    pub fn rows_of(self, text: &str) -> usize {
        let text = anstream::adapter::strip_str(text).to_string();
        let rows = |line: &str| line.chars().count().div_ceil(self.columns).max(1);
        text.lines().map(rows).sum()
    }
}

/// A path as one line. A file may have line ends in its name; its place is one line all the same, or it could write lines of ours.
pub fn one_line(path: &str) -> Cow<'_, str> {
    if path.contains('\n') {
        Cow::Owned(path.replace('\n', "\\n"))
    } else {
        Cow::Borrowed(path)
    }
}

fn group(problem: &Problem) -> Group<'_> {
    let level = match problem.level {
        Level::Error => Title::ERROR,
        Level::Warning => Title::WARNING,
        Level::Note => Title::NOTE,
    };
    let mut group = Group::with_title(level.primary_title(problem.message.as_str()));
    for (index, place) in problem.places.iter().take(MOST_PLACES).enumerate() {
        group = match place {
            Place::File(path) => group.element(Origin::path(one_line(path))),
            Place::Text { source, span, label } => {
                let kind = if index == 0 {
                    AnnotationKind::Primary
                } else {
                    AnnotationKind::Context
                };
                let label = (!label.is_empty()).then_some(label.as_str());
                // The renderer looks at all lines of what it is given.
                let (shown, line) = if source.text().len() > LARGE {
                    source.lines_around(span)
                } else {
                    (0..source.text().len(), 1)
                };
                let span = span.start - shown.start..span.end - shown.start;
                let annotation = kind.span(span).label(label);
                group.element(
                    Snippet::source(&source.text()[shown])
                        .line_start(line)
                        .path(one_line(source.path()))
                        .annotation(annotation),
                )
            }
        };
    }
    if problem.places.len() > MOST_PLACES {
        let more = format!(
            "{} of it are not shown",
            count(problem.places.len() - MOST_PLACES, "more place")
        );
        group = group.element(Title::NOTE.message(more));
    }
    for note in &problem.notes {
        group = group.element(Title::NOTE.message(note.as_str()));
    }
    if let Some(remedy) = &problem.remedy {
        group = group.element(Title::HELP.message(remedy.as_str()));
    }
    group
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapped_lines_and_styles_count_as_what_is_seen() {
        let screen = Screen { rows: 20, columns: 10 };
        for (text, rows) in [("", 0), ("\n\n", 2), ("0123456789\n", 1), ("01234567890\nab\n", 3)] {
            assert_eq!(screen.rows_of(text), rows, "{text:?}");
        }
        assert_eq!(screen.rows_of("\u{1b}[1;32m0123456789\u{1b}[0m\n"), 1);
    }
}
