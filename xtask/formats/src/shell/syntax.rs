//! The grammar of the shell: lists, pipelines, branches, loops, functions (POSIX, 2.10).

use std::ops::Range;

use super::{
    scan::{Scanner, Token},
    tree::{Command, Item, Joined, List},
};

/// Nobody writes more, and each level takes stack.
const DEEPEST: usize = 60;

/// `Err` with the place where it is not shell text.
pub fn parse(text: &str) -> Result<List, Range<usize>> {
    let mut parser = Parser {
        scanner: Scanner::new(text),
        token: Token::End,
        start: 0,
        end: 0,
        depth: 0,
    };
    parser.advance()?;
    let list = parser.list(&[])?;
    match parser.token {
        Token::End => Ok(list),
        Token::Word(_) | Token::Operator(_) | Token::Redirection { .. } => Err(parser.here()),
    }
}

struct Parser<'a> {
    scanner: Scanner<'a>,
    token: Token,
    /// Of the token that is looked at.
    start: usize,
    /// Of the token before it.
    end: usize,
    depth: usize,
}

type Parsed<T> = Result<T, Range<usize>>;

impl Parser<'_> {
    fn advance(&mut self) -> Parsed<()> {
        self.end = self.scanner.at;
        self.token = self.scanner.token()?;
        self.start = match &self.token {
            Token::Word(span) => span.start,
            Token::Operator(operator) => self.scanner.at - operator.len(),
            Token::Redirection { .. } | Token::End => self.end,
        };
        Ok(())
    }

    fn here(&self) -> Range<usize> {
        self.start.min(self.scanner.at)..self.scanner.at
    }

    /// Up to a reserved word of these, or what cannot start a command.
    fn list(&mut self, until: &[&str]) -> Parsed<List> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.here());
        }
        let mut list = List::new();
        let mut joined = Joined::Then;
        loop {
            match &self.token {
                Token::Operator("\n" | ";" | "&") => {
                    if matches!(self.token, Token::Operator(";" | "&")) {
                        joined = Joined::Then;
                    }
                    self.advance()?;
                    continue;
                }
                Token::Operator("&&") if !list.is_empty() => joined = Joined::And,
                Token::Operator("||") if !list.is_empty() => joined = Joined::Or,
                Token::Operator("(") | Token::Word(_) | Token::Redirection { .. } => {
                    if self.reserved().is_some_and(|word| until.contains(&word)) {
                        break;
                    }
                    list.push(self.item(joined)?);
                    joined = Joined::Then;
                    continue;
                }
                Token::Operator(_) | Token::End => break,
            }
            self.advance()?;
        }
        self.depth -= 1;
        Ok(list)
    }

    fn item(&mut self, joined: Joined) -> Parsed<Item> {
        let mut is_negated = false;
        while self.reserved() == Some("!") {
            is_negated = !is_negated;
            self.advance()?;
        }
        if self.reserved() == Some("time") {
            self.advance()?;
        }
        let mut pipeline = vec![self.command()?];
        while matches!(self.token, Token::Operator("|" | "|&")) {
            self.advance()?;
            self.skip_newlines()?;
            pipeline.push(self.command()?);
        }
        Ok(Item {
            joined,
            is_negated,
            pipeline,
        })
    }

    fn command(&mut self) -> Parsed<Command> {
        if self.token == Token::Operator("(") {
            self.advance()?;
            let list = self.list(&[])?;
            self.expect_operator(")")?;
            self.redirections()?;
            return Ok(Command::Subshell(list));
        }
        let command = match self.reserved() {
            Some("{") => {
                self.advance()?;
                let list = self.list(&["}"])?;
                self.expect("}")?;
                Command::Group(list)
            }
            Some("if") => self.branches()?,
            Some("while" | "until") => {
                self.advance()?;
                let condition = self.list(&["do"])?;
                let body = self.body()?;
                Command::Loop { condition, body }
            }
            Some("for" | "select") => self.repeated()?,
            Some("case") => self.case()?,
            Some("function") => {
                self.advance()?;
                let name = self.word()?;
                self.function(name)?
            }
            Some("then" | "elif" | "else" | "fi" | "do" | "done" | "esac" | "}") => return Err(self.here()),
            Some(_) | None => return self.simple(),
        };
        self.redirections()?;
        Ok(command)
    }

    fn simple(&mut self) -> Parsed<Command> {
        let start = self.start;
        let (mut words, mut output) = (Vec::new(), None);
        loop {
            match &self.token {
                Token::Word(span) => words.push(span.clone()),
                Token::Redirection { operator, target } => {
                    if matches!(*operator, ">" | ">>" | ">|") {
                        output.clone_from(target);
                    }
                }
                // Between double brackets they are words.
                Token::Operator("&&" | "||" | "(" | ")") if self.is_in_brackets(&words) => {
                    words.push(self.here());
                }
                Token::Operator("(") if words.len() == 1 => {
                    let name = words.remove(0);
                    return self.function(name);
                }
                Token::Operator(_) | Token::End => break,
            }
            self.advance()?;
        }
        if words.is_empty() && self.end == start {
            return Err(self.here());
        }
        let start = words.first().map_or(start, |word| word.start);
        let end = words.last().map_or(self.end, |word| word.end).max(start);
        Ok(Command::Simple {
            words,
            output,
            span: start..end,
        })
    }

    fn is_in_brackets(&self, words: &[Range<usize>]) -> bool {
        let text = |word: Option<&Range<usize>>| word.map(|word| &self.scanner.text[word.clone()]);
        text(words.first()) == Some("[[") && text(words.last()) != Some("]]")
    }

    fn branches(&mut self) -> Parsed<Command> {
        let mut branches = Vec::new();
        loop {
            // Past `if` or `elif`.
            self.advance()?;
            let condition = self.list(&["then"])?;
            self.expect("then")?;
            let body = self.list(&["elif", "else", "fi"])?;
            branches.push((condition, body));
            if self.reserved() != Some("elif") {
                break;
            }
        }
        let mut otherwise = List::new();
        if self.reserved() == Some("else") {
            self.advance()?;
            otherwise = self.list(&["fi"])?;
        }
        self.expect("fi")?;
        Ok(Command::If { branches, otherwise })
    }

    fn repeated(&mut self) -> Parsed<Command> {
        self.advance()?;
        let name = self.word()?;
        self.skip_newlines()?;
        let mut words = Vec::new();
        if self.reserved() == Some("in") {
            self.advance()?;
            while let Token::Word(span) = &self.token {
                words.push(span.clone());
                self.advance()?;
            }
        }
        while matches!(self.token, Token::Operator(";" | "\n")) {
            self.advance()?;
        }
        let body = self.body()?;
        Ok(Command::For { name, words, body })
    }

    fn case(&mut self) -> Parsed<Command> {
        self.advance()?;
        let subject = self.word()?;
        self.skip_newlines()?;
        self.expect("in")?;
        let mut arms = Vec::new();
        loop {
            self.skip_newlines()?;
            if self.reserved() == Some("esac") {
                break;
            }
            if self.token == Token::Operator("(") {
                self.advance()?;
            }
            let mut patterns = vec![self.word()?];
            while self.token == Token::Operator("|") {
                self.advance()?;
                patterns.push(self.word()?);
            }
            self.expect_operator(")")?;
            let body = self.list(&["esac"])?;
            arms.push((patterns, body));
            if matches!(self.token, Token::Operator(";;" | ";&" | ";;&")) {
                self.advance()?;
            }
        }
        self.expect("esac")?;
        Ok(Command::Case { subject, arms })
    }

    fn function(&mut self, name: Range<usize>) -> Parsed<Command> {
        if self.token == Token::Operator("(") {
            self.advance()?;
            self.expect_operator(")")?;
        }
        self.skip_newlines()?;
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.here());
        }
        let body = self.command()?;
        self.depth -= 1;
        let item = Item {
            joined: Joined::Then,
            is_negated: false,
            pipeline: vec![body],
        };
        Ok(Command::Function { name, body: vec![item] })
    }

    /// `do … done`
    fn body(&mut self) -> Parsed<List> {
        self.expect("do")?;
        let body = self.list(&["done"])?;
        self.expect("done")?;
        Ok(body)
    }

    fn redirections(&mut self) -> Parsed<()> {
        while matches!(self.token, Token::Redirection { .. }) {
            self.advance()?;
        }
        Ok(())
    }

    fn skip_newlines(&mut self) -> Parsed<()> {
        while self.token == Token::Operator("\n") {
            self.advance()?;
        }
        Ok(())
    }

    fn word(&mut self) -> Parsed<Range<usize>> {
        let Token::Word(span) = self.token.clone() else {
            return Err(self.here());
        };
        self.advance()?;
        Ok(span)
    }

    fn expect(&mut self, word: &str) -> Parsed<()> {
        if self.reserved() == Some(word) {
            self.advance()
        } else {
            Err(self.here())
        }
    }

    fn expect_operator(&mut self, operator: &str) -> Parsed<()> {
        match self.token {
            Token::Operator(found) if found == operator => self.advance(),
            Token::Word(_) | Token::Operator(_) | Token::Redirection { .. } | Token::End => Err(self.here()),
        }
    }

    /// The word that stands here, as written: one in quotes is never reserved.
    fn reserved(&self) -> Option<&str> {
        match &self.token {
            Token::Word(span) => Some(&self.scanner.text[span.clone()]),
            Token::Operator(_) | Token::Redirection { .. } | Token::End => None,
        }
    }
}
