//! One instruction: keyword, flags, arguments, heredocs.

use super::{
    lines::{Lines, Logical},
    words,
};
use crate::{
    repo::{Located, Source},
    report::{Place, Problem},
};

/// What Docker knows. Anything else is a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keyword {
    Add,
    Arg,
    Cmd,
    Copy,
    Entrypoint,
    Env,
    Expose,
    From,
    Healthcheck,
    Label,
    Maintainer,
    Onbuild,
    Run,
    Shell,
    Stopsignal,
    User,
    Volume,
    Workdir,
}

const KEYWORDS: [(&str, Keyword); 18] = [
    ("add", Keyword::Add),
    ("arg", Keyword::Arg),
    ("cmd", Keyword::Cmd),
    ("copy", Keyword::Copy),
    ("entrypoint", Keyword::Entrypoint),
    ("env", Keyword::Env),
    ("expose", Keyword::Expose),
    ("from", Keyword::From),
    ("healthcheck", Keyword::Healthcheck),
    ("label", Keyword::Label),
    ("maintainer", Keyword::Maintainer),
    ("onbuild", Keyword::Onbuild),
    ("run", Keyword::Run),
    ("shell", Keyword::Shell),
    ("stopsignal", Keyword::Stopsignal),
    ("user", Keyword::User),
    ("volume", Keyword::Volume),
    ("workdir", Keyword::Workdir),
];

#[derive(Clone, Debug)]
pub struct Statement {
    pub keyword: Keyword,
    /// Keyword and arguments.
    pub place: Place,
    /// First and last, counted from 1, heredocs included.
    pub lines: (usize, usize),
    /// As `--name=value`, without quotes.
    pub flags: Vec<Located<String>>,
    pub arguments: Arguments,
    pub heredocs: Vec<Heredoc>,
    line: Logical,
    /// Where in the line the arguments start.
    body: usize,
}

#[derive(Clone, Debug)]
pub enum Arguments {
    /// A JSON array.
    Exec(Vec<Located<String>>),
    /// One text; of a command, its shell form.
    Text(Located<String>),
    Words(Vec<Located<String>>),
    /// Of `ENV` and `LABEL`, quotes as written.
    Pairs(Vec<(Located<String>, Located<String>)>),
    /// Of `ONBUILD`.
    Trigger(Box<Statement>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heredoc {
    pub name: String,
    pub content: String,
}

impl Statement {
    /// The place of some bytes of the arguments, counted as in `Arguments::Text`.
    pub fn part(&self, source: &Source, span: std::ops::Range<usize>) -> Place {
        self.line
            .part(source, self.body + span.start..self.body + span.end)
            .place
    }

    /// The value of `--name=value`; empty for `--name` alone.
    pub fn flag<'a>(&'a self, name: &'a str) -> impl Iterator<Item = Located<&'a str>> {
        self.flags.iter().filter_map(move |flag| {
            let rest = flag.value.strip_prefix("--")?.strip_prefix(name)?;
            let value = if rest.is_empty() { "" } else { rest.strip_prefix('=')? };
            let place = flag.place.clone();
            Some(Located { value, place })
        })
    }
}

/// Reads one instruction, and the heredocs that follow it.
pub fn read(source: &Source, line: &Logical, lines: &mut Lines<'_>, problems: &mut Vec<Problem>) -> Option<Statement> {
    let mut statement = parse(source, line, 0, lines.escape, problems)?;
    statement.read_heredocs(source, line, lines, problems);
    Some(statement)
}

fn parse(source: &Source, line: &Logical, from: usize, escape: char, problems: &mut Vec<Problem>) -> Option<Statement> {
    let text = &line.text;
    let start = text.len() - text[from..].trim_start().len();
    let end = text[start..]
        .find(char::is_whitespace)
        .map_or(text.len(), |at| start + at);
    let word = &text[start..end];
    let Some((_, keyword)) = KEYWORDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)) else {
        problems.push(unknown(line.part(source, start..end)));
        return None;
    };
    let (flags, rest) = words::flags(&text[end..]);
    let flags = flags
        .into_iter()
        .map(|(span, value)| line.placed(source, end + span.start..end + span.end, value))
        .collect();
    let rest = (end + rest).min(text.len());
    let start_of_rest = text.len() - text[rest..].trim_start().len();
    let body = start_of_rest..start_of_rest.max(text.trim_end().len());
    let mut parser = Body {
        source,
        line,
        span: body.clone(),
        escape,
        problems,
    };
    let arguments = parser.arguments(*keyword)?;
    Some(Statement {
        keyword: *keyword,
        place: line.part(source, start..body.end.max(end)).place,
        lines: (line.first_line, line.last_line),
        flags,
        arguments,
        heredocs: Vec::new(),
        line: line.clone(),
        body: body.start,
    })
}

struct Body<'a> {
    source: &'a Source,
    line: &'a Logical,
    span: std::ops::Range<usize>,
    escape: char,
    problems: &'a mut Vec<Problem>,
}

impl Body<'_> {
    fn arguments(&mut self, keyword: Keyword) -> Option<Arguments> {
        Some(match keyword {
            Keyword::Cmd | Keyword::Entrypoint | Keyword::Run | Keyword::Shell => {
                self.json().unwrap_or_else(|| Arguments::Text(self.whole()))
            }
            Keyword::Add | Keyword::Copy | Keyword::Volume => {
                self.json().unwrap_or_else(|| Arguments::Words(self.plain()))
            }
            Keyword::Expose | Keyword::From => Arguments::Words(self.plain()),
            Keyword::Arg => Arguments::Words(self.quoted()),
            Keyword::Env | Keyword::Label => Arguments::Pairs(self.pairs()?),
            Keyword::Healthcheck | Keyword::Maintainer | Keyword::Stopsignal | Keyword::User | Keyword::Workdir => {
                Arguments::Text(self.whole())
            }
            Keyword::Onbuild => {
                let trigger = parse(self.source, self.line, self.span.start, self.escape, self.problems)?;
                Arguments::Trigger(Box::new(trigger))
            }
        })
    }

    fn text(&self) -> &str {
        &self.line.text[self.span.clone()]
    }

    fn whole(&self) -> Located<String> {
        self.line.part(self.source, self.span.clone())
    }

    fn located(&self, spans: Vec<std::ops::Range<usize>>) -> Vec<Located<String>> {
        let at = self.span.start;
        let spans = spans.into_iter();
        spans
            .map(|span| self.line.part(self.source, at + span.start..at + span.end))
            .collect()
    }

    fn plain(&self) -> Vec<Located<String>> {
        self.located(words::plain_words(self.text()))
    }

    fn quoted(&self) -> Vec<Located<String>> {
        self.located(words::quoted_words(self.text(), self.escape))
    }

    fn json(&self) -> Option<Arguments> {
        let at = self.span.start;
        let words = words::json_words(self.text())?.into_iter();
        let placed = words.map(|(span, word)| self.line.placed(self.source, at + span.start..at + span.end, word));
        Some(Arguments::Exec(placed.collect()))
    }

    /// `A=1 B=2`, or the old `A the rest`.
    fn pairs(&mut self) -> Option<Vec<(Located<String>, Located<String>)>> {
        let words = words::quoted_words(self.text(), self.escape);
        let Some(first) = words.first() else {
            return Some(Vec::new());
        };
        if !self.text()[first.clone()].contains('=') {
            let name = self.text().find(char::is_whitespace);
            let Some(name) = name else {
                let problem = Problem::error("a name and a value have to stand here").at(self.whole().place);
                self.problems.push(problem);
                return None;
            };
            let at = self.span.start;
            let value = self.span.end - self.text()[name..].trim_start().len();
            let part = |span| self.line.part(self.source, span);
            return Some(vec![(part(at..at + name), part(value..self.span.end))]);
        }
        let mut pairs = Vec::new();
        for word in words {
            let text = &self.text()[word.clone()];
            let at = self.span.start + word.start;
            let part = |span| self.line.part(self.source, span);
            let Some(equals) = text.find('=') else {
                let place = part(at..at + text.len()).place;
                let message = format!("`{text}` has no `=`");
                self.problems.push(Problem::error(message).at(place));
                return None;
            };
            pairs.push((part(at..at + equals), part(at + equals + 1..at + text.len())));
        }
        Some(pairs)
    }
}

impl Statement {
    fn read_heredocs(&mut self, source: &Source, line: &Logical, lines: &mut Lines<'_>, problems: &mut Vec<Problem>) {
        let carrier = match &self.arguments {
            Arguments::Trigger(trigger) => trigger,
            Arguments::Exec(_) | Arguments::Text(_) | Arguments::Words(_) | Arguments::Pairs(_) => &*self,
        };
        let can_hold = matches!(carrier.keyword, Keyword::Add | Keyword::Copy | Keyword::Run)
            && !matches!(carrier.arguments, Arguments::Exec(_));
        if !can_hold || !line.text.contains("<<") {
            return;
        }
        for span in words::quoted_words(&line.text, lines.escape) {
            let Some((name, chomp)) = words::heredoc(&line.text[span.clone()]) else {
                continue;
            };
            let Some((content, last)) = lines.heredoc(&name, chomp) else {
                let place = line.part(source, span).place;
                problems.push(Problem::error(format!("the heredoc has no line `{name}` that ends it")).at(place));
                return;
            };
            self.lines.1 = last;
            self.heredocs.push(Heredoc { name, content });
        }
    }
}

fn unknown(word: Located<String>) -> Problem {
    Problem::error(format!("Docker knows no instruction `{}`", word.value)).at(word.place)
}
