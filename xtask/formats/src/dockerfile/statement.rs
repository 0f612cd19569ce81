//! One instruction: keyword, flags, arguments, heredocs.

use super::{
    body::Body,
    lines::{Lines, Logical},
    words,
};
use diagnostics::{Located, Place, Problem, Source};

/// What Docker knows. Anything else is a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keyword {
    /// `ADD`.
    Add,
    /// `ARG`.
    Arg,
    /// `CMD`.
    Cmd,
    /// `COPY`.
    Copy,
    /// `ENTRYPOINT`.
    Entrypoint,
    /// `ENV`.
    Env,
    /// `EXPOSE`.
    Expose,
    /// `FROM`.
    From,
    /// `HEALTHCHECK`.
    Healthcheck,
    /// `LABEL`.
    Label,
    /// `MAINTAINER`, which is deprecated.
    Maintainer,
    /// `ONBUILD`.
    Onbuild,
    /// `RUN`.
    Run,
    /// `SHELL`.
    Shell,
    /// `STOPSIGNAL`.
    Stopsignal,
    /// `USER`.
    User,
    /// `VOLUME`.
    Volume,
    /// `WORKDIR`.
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

/// One instruction of a Dockerfile.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Which instruction it is.
    pub keyword: Keyword,
    /// Keyword and arguments.
    pub place: Place,
    /// First and last, counted from 1, heredocs included.
    pub lines: (usize, usize),
    /// As `--name=value`, without quotes.
    pub flags: Vec<Located<String>>,
    /// What follows the keyword and its flags.
    pub arguments: Arguments,
    /// The here-documents that the instruction opens.
    pub heredocs: Vec<Heredoc>,
    line: Logical,
    /// Where in the line the arguments start.
    body: usize,
}

/// The arguments of an instruction, in the form in which they are written.
#[derive(Clone, Debug)]
pub enum Arguments {
    /// A JSON array.
    Exec(Vec<Located<String>>),
    /// One text; of a command, its shell form.
    Text(Located<String>),
    /// Words that are separated by blanks.
    Words(Vec<Located<String>>),
    /// Of `ENV` and `LABEL`, quotes as written.
    Pairs(Vec<(Located<String>, Located<String>)>),
    /// Of `ONBUILD`.
    Trigger(Box<Statement>),
}

/// A here-document: `<<NAME`, its lines, and `NAME`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heredoc {
    /// The delimiter, without quotes.
    pub name: String,
    /// The lines between the delimiters.
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

pub fn parse(
    source: &Source,
    line: &Logical,
    from: usize,
    escape: char,
    problems: &mut Vec<Problem>,
) -> Option<Statement> {
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
