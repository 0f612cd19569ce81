//! Lines within brackets and quotes, indented as the parser wants them.
//!
//! YAML 1.2 wants such lines indented further than what they are a part of. libyaml and its ports, which Docker Compose, Helm,
//! GitHub and Tilt read with, take them at any column, and people close a list under the key that it belongs to. Spaces before
//! such a line mean nothing, so they are put in for the parser, and taken out of its positions.

/// A text in which lines within brackets and quotes are indented far enough. `None` where no line has to be moved.
pub(super) fn indented(text: &str) -> Option<(String, PutIn)> {
    let mut found = (String::with_capacity(text.len()), PutIn::default());
    let mut scanner = Scanner::default();
    let (mut at, mut before) = (0, 0);
    for line in text.split_inclusive('\n') {
        let count = scanner.lacking(line);
        if count > 0 {
            found.1.0.push(Spaces { at, count, before });
            found.0.extend(std::iter::repeat_n(' ', count));
            before += count;
        }
        found.0.push_str(line);
        at += count + line.chars().count();
        scanner.take(line);
    }
    (before > 0).then_some(found)
}

/// The spaces that the file does not have, in order.
#[derive(Default)]
pub(super) struct PutIn(Vec<Spaces>);

/// All of it counts characters.
struct Spaces {
    /// Where they begin in the text.
    at: usize,
    count: usize,
    /// How many were put in before.
    before: usize,
}

impl PutIn {
    /// Where a character of the text stands in the file.
    pub(super) fn in_file(&self, character: usize) -> usize {
        let after = self.0.partition_point(|spaces| spaces.at <= character);
        match self.0[..after].last() {
            Some(spaces) => {
                let line = spaces.at - spaces.before;
                line.max(character.saturating_sub(spaces.before + spaces.count))
            }
            None => character,
        }
    }
}

/// What a line begins in.
#[derive(Default)]
struct Scanner {
    /// Brackets or quotes that are open.
    open: Option<Open>,
    /// The column of what a block of text (`|`, `>`) belongs to: its lines are further in.
    text_of: Option<usize>,
}

struct Open {
    /// The column of the key or the dash before them.
    column: usize,
    brackets: usize,
    quote: Option<char>,
}

impl Scanner {
    /// How many spaces a line lacks.
    fn lacking(&self, line: &str) -> usize {
        match &self.open {
            Some(open) if !line.trim().is_empty() => (open.column + 2).saturating_sub(indentation(line)),
            Some(_) | None => 0,
        }
    }

    fn take(&mut self, line: &str) {
        if let Some(column) = self.text_of {
            if line.trim().is_empty() || indentation(line) > column {
                return;
            }
            self.text_of = None;
        }
        let chars: Vec<char> = line.trim_end().chars().collect();
        let (mut at, mut is_start, mut holder) = (0, true, None);
        while let Some(&c) = chars.get(at) {
            let is_last = chars.get(at + 1).is_none_or(|next| next.is_whitespace());
            if let Some(open) = self.open.as_mut().filter(|open| open.quote.is_some()) {
                at += open.quoted(c, chars.get(at + 1));
                is_start = false;
                self.close();
                continue;
            }
            let is_in_brackets = self.open.is_some();
            let is_comment = c == '#' && at.checked_sub(1).is_none_or(|last| chars[last].is_whitespace());
            match c {
                _ if c.is_whitespace() => {}
                _ if is_comment => return,
                ':' if is_last || (is_in_brackets && chars.get(at + 1).is_some_and(|next| "[]{},".contains(*next))) => {
                    is_start = true;
                }
                '[' | '{' | '"' | '\'' if is_start => {
                    let open = self.open.get_or_insert(Open {
                        column: holder.unwrap_or(at),
                        brackets: 0,
                        quote: None,
                    });
                    holder = holder.or(Some(at));
                    match c {
                        '[' | '{' => open.brackets += 1,
                        _ => open.quote = Some(c),
                    }
                }
                ']' | '}' if is_in_brackets => {
                    if let Some(open) = &mut self.open {
                        open.brackets = open.brackets.saturating_sub(1);
                    }
                    is_start = false;
                    self.close();
                }
                ',' if is_in_brackets => is_start = true,
                '-' | '?' if is_start && is_last && !is_in_brackets => holder = Some(at),
                '|' | '>' if is_start && !is_in_brackets => {
                    self.text_of = Some(holder.unwrap_or(0));
                    return;
                }
                // An anchor or a tag is followed by what it is of.
                '&' | '!' if is_start => {
                    let word = chars[at..].iter().take_while(|c| !c.is_whitespace());
                    at += word.count();
                    continue;
                }
                _ => {
                    if is_start && !is_in_brackets {
                        holder = Some(at);
                    }
                    is_start = false;
                }
            }
            at += 1;
        }
    }

    fn close(&mut self) {
        self.open.take_if(|open| open.brackets == 0 && open.quote.is_none());
    }
}

impl Open {
    /// Reads on in a quoted text, by how many characters.
    fn quoted(&mut self, c: char, next: Option<&char>) -> usize {
        match (self.quote, c) {
            (Some('"'), '\\') => return 2,
            (Some('\''), '\'') if next == Some(&'\'') => return 2,
            (Some(quote), c) if c == quote => self.quote = None,
            (Some(_) | None, _) => {}
        }
        1
    }
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}
