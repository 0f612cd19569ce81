//! The arguments of an instruction, in the form that its keyword takes.

use super::{
    lines::Logical,
    statement::{Arguments, Keyword, parse},
    words,
};
use diagnostics::{Located, Problem, Source};

pub struct Body<'a> {
    pub source: &'a Source,
    pub line: &'a Logical,
    pub span: std::ops::Range<usize>,
    pub escape: char,
    pub problems: &'a mut Vec<Problem>,
}

impl Body<'_> {
    pub fn arguments(&mut self, keyword: Keyword) -> Option<Arguments> {
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
