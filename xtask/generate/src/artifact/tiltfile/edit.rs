//! Edits of bytes, and how a new item is written beside others: in their layout, on their line or on its own.

use formats::starlark::syntax::Span;
use surfaces::tiltfile::outline::Bracket;

/// Bytes of a file, and what stands there instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub at: Span,
    pub text: String,
}

impl Edit {
    pub fn replace(at: Span, text: impl Into<String>) -> Self {
        Self { at, text: text.into() }
    }

    fn insert(file: u16, at: usize, text: impl Into<String>) -> Self {
        Self::replace(Span::new(file, at, at), text)
    }

    fn remove(file: u16, from: usize, to: usize) -> Self {
        Self::replace(Span::new(file, from, to), "")
    }
}

/// The text with all edits of a file made. `None` where two of them overlap.
pub fn apply(text: &str, edits: &[Edit]) -> Option<String> {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.at.start, edit.at.end));
    // New lines end as the others do.
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut result = String::new();
    let mut done = 0;
    for edit in sorted {
        let range = edit.at.range();
        result.push_str(text.get(done..range.start)?);
        result.push_str(&edit.text.replace("\r\n", "\n").replace('\n', line_end));
        done = range.end;
    }
    result.push_str(text.get(done..)?);
    Some(result)
}

/// A new item behind the first `after` items of a list, a dict or a call.
pub fn add(text: &str, bracket: &Bracket, after: usize, new: &str) -> Vec<Edit> {
    let file = bracket.inside.file;
    let Some(previous) = after.checked_sub(1).and_then(|index| bracket.items.get(index)) else {
        let start = bracket.inside.range().start;
        return match bracket.items.first() {
            None => vec![Edit::insert(file, start, new)],
            Some(first) => {
                let at = first.span.range().start;
                let separator = match own_line(text, at) {
                    Some(indent) => format!(",\n{indent}"),
                    None => ", ".to_owned(),
                };
                vec![Edit::insert(file, at, format!("{new}{separator}"))]
            }
        };
    };
    let range = previous.span.range();
    let end = range.end;
    let comma = comma_behind(text, end);
    let behind = comma.map_or(end, |comma| comma + 1);
    let line_end = line_end(text, behind);
    let rest = text.get(behind..line_end).unwrap_or_default().trim();
    let ends_line = (rest.is_empty() || rest.starts_with('#')) && line_end < bracket.inside.range().end;
    match own_line(text, range.start).filter(|_| ends_line) {
        Some(indent) => match comma {
            Some(_) => vec![Edit::insert(file, line_end, format!("\n{indent}{new},"))],
            None => vec![
                Edit::insert(file, end, ","),
                Edit::insert(file, line_end, format!("\n{indent}{new}")),
            ],
        },
        None => vec![Edit::insert(file, end, format!(", {new}"))],
    }
}

/// An item of a list, a dict or a call taken out, with its comma and, where it had one to itself, its line.
pub fn take_out(text: &str, bracket: &Bracket, index: usize) -> Vec<Edit> {
    let Some(item) = bracket.items.get(index) else {
        return Vec::new();
    };
    let file = item.span.file;
    let range = item.span.range();
    let behind = comma_behind(text, range.end).map_or(range.end, |comma| comma + 1);
    let end = line_end(text, behind);
    let rest = text.get(behind..end).unwrap_or_default().trim();
    if let Some(indent) = own_line(text, range.start)
        && (rest.is_empty() || rest.starts_with('#'))
        && end < bracket.inside.range().end
    {
        return vec![Edit::remove(file, range.start - indent.len(), end + 1)];
    }
    let start_of_next = bracket.items.get(index + 1).map(|next| next.span.range().start);
    match (
        start_of_next,
        index.checked_sub(1).and_then(|before| bracket.items.get(before)),
    ) {
        (Some(next), _) if !text.get(behind..next).unwrap_or_default().contains(['\n', '#']) => {
            vec![Edit::remove(file, range.start, next)]
        }
        (None, Some(before))
            if !text
                .get(before.span.range().end..range.start)
                .unwrap_or_default()
                .contains('#') =>
        {
            vec![Edit::remove(file, before.span.range().end, range.end)]
        }
        _ => vec![Edit::remove(file, range.start, behind)],
    }
}

/// A statement of the outermost level, with the comment lines that stand right above it.
pub fn take_out_statement(text: &str, statement: Span) -> Edit {
    let range = statement.range();
    let mut start = text
        .get(..range.start)
        .and_then(|before| before.rfind('\n'))
        .map_or(0, |at| at + 1);
    while let Some(above) = start.checked_sub(1) {
        let from = text
            .get(..above)
            .and_then(|before| before.rfind('\n'))
            .map_or(0, |at| at + 1);
        // The first lines of a file are about the file.
        if from == 0 || !text.get(from..above).unwrap_or_default().starts_with('#') {
            break;
        }
        start = from;
    }
    let mut end = (line_end(text, range.end) + 1).min(text.len());
    // One empty line goes along, so that no gap is left.
    let is_apart = start == 0 || text.get(..start).is_some_and(|before| before.ends_with("\n\n"));
    if is_apart && text.get(end..).is_some_and(|rest| rest.starts_with('\n')) {
        end += 1;
    }
    Edit::remove(statement.file, start, end)
}

/// New statements behind the line that a statement ends on.
pub fn add_statements(text: &str, after: Span, new: &str) -> Edit {
    Edit::insert(after.file, line_end(text, after.range().end), new)
}

/// What indents the line, where nothing but that precedes the offset.
fn own_line(text: &str, offset: usize) -> Option<&str> {
    let before = text.get(..offset)?;
    let line = before.rsplit('\n').next()?;
    (line.chars().all(|c| matches!(c, ' ' | '\t')) && before.contains('\n')).then_some(line)
}

fn line_end(text: &str, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    let end = rest.find('\n').map_or(text.len(), |end| from + end);
    if text.get(..end).is_some_and(|line| line.ends_with('\r')) {
        end - 1
    } else {
        end
    }
}

/// The comma that follows, past blanks and line ends.
fn comma_behind(text: &str, from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    let blanks = rest.len() - rest.trim_start().len();
    rest.get(blanks..)?.starts_with(',').then_some(from + blanks)
}
