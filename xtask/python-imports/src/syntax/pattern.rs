//! What stands behind `case`.

use super::{
    Step,
    lexer::Kind,
    parser::{Parser, is_keyword},
};

impl Parser<'_> {
    /// One pattern, or several without brackets.
    pub fn patterns(&mut self) -> Step {
        self.pattern()?;
        while self.takes(",") {
            if self.is(":") || self.is_word("if") {
                return Ok(());
            }
            self.pattern()?;
        }
        Ok(())
    }

    /// `*rest`, or `a | b as c`.
    fn pattern(&mut self) -> Step {
        if self.takes("*") {
            return self.name().map(drop);
        }
        self.deeper(Self::closed)?;
        while self.takes("|") {
            self.deeper(Self::closed)?;
        }
        if self.takes_word("as") {
            self.name()?;
        }
        Ok(())
    }

    fn closed(&mut self) -> Step {
        match self.kind() {
            Kind::Name("None" | "True" | "False") => {
                self.at += 1;
                Ok(())
            }
            Kind::Name(word) if !is_keyword(word) => {
                self.dotted()?;
                if self.takes("(") { self.fields() } else { Ok(()) }
            }
            Kind::Text { .. } => {
                while matches!(self.kind(), Kind::Text { .. }) {
                    self.at += 1;
                }
                Ok(())
            }
            Kind::Number | Kind::Sign("-") => self.number(),
            Kind::Sign("(") => self.sequence(")"),
            Kind::Sign("[") => self.sequence("]"),
            Kind::Sign("{") => self.mapping(),
            _ => self.refused(),
        }
    }

    /// `-1 + 2j`.
    fn number(&mut self) -> Step {
        self.takes("-");
        if self.kind() != Kind::Number {
            return self.refused();
        }
        self.at += 1;
        if self.takes("+") || self.takes("-") {
            if self.kind() != Kind::Number {
                return self.refused();
            }
            self.at += 1;
        }
        Ok(())
    }

    fn sequence(&mut self, end: &str) -> Step {
        self.at += 1;
        while !self.takes(end) {
            self.pattern()?;
            if !self.is(end) {
                self.expect(",")?;
            }
        }
        Ok(())
    }

    fn fields(&mut self) -> Step {
        while !self.takes(")") {
            if matches!(self.kind(), Kind::Name(_)) && self.ahead(1) == Kind::Sign("=") {
                self.at += 2;
            }
            self.pattern()?;
            if !self.is(")") {
                self.expect(",")?;
            }
        }
        Ok(())
    }

    fn mapping(&mut self) -> Step {
        self.at += 1;
        while !self.takes("}") {
            if self.takes("**") {
                self.name()?;
            } else {
                self.closed()?;
                self.expect(":")?;
                self.pattern()?;
            }
            if !self.is("}") {
                self.expect(",")?;
            }
        }
        Ok(())
    }
}
