//! Where words, operators and comments of a shell text end.

use std::ops::Range;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// As written; what it comes to depends on when it is read.
    Word(Range<usize>),
    Operator(&'static str),
    /// A redirection and the word that it leads to.
    Redirection {
        operator: &'static str,
        target: Option<Range<usize>>,
    },
    End,
}

/// The longest come first.
const OPERATORS: [&str; 11] = [";;&", ";;", ";&", "&&", "||", "|&", ";", "&", "|", "(", ")"];
const REDIRECTIONS: [&str; 12] = ["<<<", "<<-", "&>>", "&>", ">>", "<<", ">&", "<&", ">|", "<>", ">", "<"];

pub struct Scanner<'a> {
    pub text: &'a str,
    pub at: usize,
    /// Heredocs whose content starts at the next line: the word that ends it, and whether tabs are taken off.
    heredocs: Vec<(String, bool)>,
}

impl<'a> Scanner<'a> {
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            heredocs: Vec::new(),
        }
    }

    /// `Err` where a quote or a substitution is not closed.
    pub fn token(&mut self) -> Result<Token, Range<usize>> {
        loop {
            match self.peek() {
                None => return Ok(Token::End),
                Some('\n') => {
                    self.at += 1;
                    self.skip_heredocs();
                    return Ok(Token::Operator("\n"));
                }
                Some('\\') if self.rest().starts_with("\\\n") => self.at += 2,
                Some(blank) if blank.is_whitespace() => self.at += blank.len_utf8(),
                Some('#') => self.at += self.rest().find('\n').unwrap_or(self.rest().len()),
                Some(_) => break,
            }
        }
        if self.rest().starts_with(is_special) {
            if let Some(operator) = longest(&REDIRECTIONS, self.rest()) {
                return self.redirection(operator);
            }
            if let Some(operator) = longest(&OPERATORS, self.rest()) {
                self.at += operator.len();
                return Ok(Token::Operator(operator));
            }
        }
        let word = self.word()?;
        // A number before a redirection is the file that is redirected.
        let is_number = self.text[word.clone()].bytes().all(|byte| byte.is_ascii_digit());
        match self.peek() {
            Some('<' | '>') if is_number => match self.token()? {
                // Only what a command prints is followed.
                Token::Redirection { operator, .. } if &self.text[word] != "1" => {
                    Ok(Token::Redirection { operator, target: None })
                }
                token => Ok(token),
            },
            _ => Ok(Token::Word(word)),
        }
    }

    fn redirection(&mut self, operator: &'static str) -> Result<Token, Range<usize>> {
        self.at += operator.len();
        while matches!(self.peek(), Some(' ' | '\t')) {
            self.at += 1;
        }
        let has_word = self.peek().is_some_and(|next| !"\n;|&()<>".contains(next));
        let target = has_word.then(|| self.word()).transpose()?;
        if let (Some(target), "<<" | "<<-") = (&target, operator) {
            let end = self.text[target.clone()].replace(['"', '\'', '\\'], "");
            self.heredocs.push((end, operator == "<<-"));
        }
        Ok(Token::Redirection { operator, target })
    }

    fn skip_heredocs(&mut self) {
        for (end, chomp) in std::mem::take(&mut self.heredocs) {
            while !self.rest().is_empty() {
                let line = self.rest().split('\n').next().unwrap_or_default();
                self.at = (self.at + line.len() + 1).min(self.text.len());
                let line = if chomp { line.trim_start_matches('\t') } else { line };
                if line.trim_end_matches('\r') == end {
                    break;
                }
            }
        }
    }

    fn word(&mut self) -> Result<Range<usize>, Range<usize>> {
        let start = self.at;
        while let Some(next) = self.peek() {
            match next {
                _ if next.is_whitespace() || is_special(next) => break,
                '\'' => self.closed(start, '\'')?,
                '"' => self.double_quoted(start)?,
                '\\' => {
                    self.at += 1;
                    self.skip();
                }
                '$' | '`' => self.substitution(start)?,
                _ => _ = self.plain(),
            }
        }
        Ok(start..self.at)
    }

    /// Past a character, and past all that follow and are nothing but text anywhere. What that was.
    pub fn plain(&mut self) -> &'a str {
        let start = self.at;
        self.skip();
        let is_text =
            |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/' | b'=' | b',');
        let bytes = self.text.as_bytes().get(self.at..).unwrap_or_default();
        self.at += bytes.iter().take_while(|byte| is_text(byte)).count();
        &self.text[start..self.at]
    }

    fn double_quoted(&mut self, start: usize) -> Result<(), Range<usize>> {
        self.at += 1;
        loop {
            match self.peek() {
                Some('"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some('\\') => {
                    self.at += 1;
                    self.skip();
                }
                Some('$' | '`') => self.substitution(start)?,
                Some(_) => _ = self.plain(),
                None => return Err(start..self.at),
            }
        }
    }

    /// Past what starts with `$` or a backtick.
    pub fn substitution(&mut self, start: usize) -> Result<(), Range<usize>> {
        let rest = self.rest();
        if rest.starts_with('`') {
            return self.closed(start, '`');
        }
        self.at += 1;
        if rest.starts_with("$(") {
            self.nested(start, '(', ')')
        } else if rest.starts_with("${") {
            self.nested(start, '{', '}')
        } else {
            let name = rest[1..]
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(rest.len() - 1);
            self.at += name;
            Ok(())
        }
    }

    /// Up to the bracket that closes the one that stands here.
    fn nested(&mut self, start: usize, open: char, close: char) -> Result<(), Range<usize>> {
        let mut depth = 0;
        while let Some(next) = self.peek() {
            if next == '\'' && open == '(' {
                self.closed(start, '\'')?;
                continue;
            }
            self.at += next.len_utf8();
            if next == '\\' {
                self.skip();
            } else if next == open {
                depth += 1;
            } else if next == close {
                depth -= 1;
                if depth == 0 {
                    return Ok(());
                }
            }
        }
        Err(start..self.at)
    }

    /// Past the quote that closes the one that stands here.
    fn closed(&mut self, start: usize, quote: char) -> Result<(), Range<usize>> {
        let from = self.at + 1;
        match self.text[from..].find(quote) {
            Some(end) => {
                self.at = from + end + 1;
                Ok(())
            }
            None => Err(start..self.text.len()),
        }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip(&mut self) {
        self.at += self.peek().map_or(0, char::len_utf8);
    }
}

fn longest(operators: &[&'static str], text: &str) -> Option<&'static str> {
    operators.iter().copied().find(|operator| text.starts_with(operator))
}

/// What begins an operator or a redirection, and so ends a word.
fn is_special(c: char) -> bool {
    matches!(c, ';' | '|' | '&' | '(' | ')' | '<' | '>')
}
