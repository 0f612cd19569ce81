//! Statements of one line.

use super::{
    Step,
    lexer::Kind,
    parser::{Function, Parser, Target},
};

const AUGMENTED: [&str; 13] = [
    "+=", "-=", "*=", "/=", "//=", "%=", "@=", "&=", "|=", "^=", ">>=", "<<=", "**=",
];

impl Parser<'_> {
    /// Any statement.
    pub fn statement(&mut self) -> Step {
        self.deeper(|parser| {
            if parser.compound()? {
                return Ok(());
            }
            parser.line()
        })
    }

    /// Statements up to the end of their line.
    pub fn line(&mut self) -> Step {
        loop {
            self.simple()?;
            self.awaited()?;
            if self.takes(";") && self.kind() != Kind::Line {
                continue;
            }
            if self.kind() != Kind::Line {
                return self.refused();
            }
            self.at += 1;
            return Ok(());
        }
    }

    fn simple(&mut self) -> Step {
        let at = self.span();
        let Kind::Name(word) = self.kind() else {
            return self.assigned();
        };
        match word {
            "pass" => self.at += 1,
            "break" | "continue" => {
                self.at += 1;
                if !self.scope.is_in_loop {
                    return self.fault(at, "`break` or `continue` is outside of a loop");
                }
            }
            "return" => {
                self.at += 1;
                if self.scope.function == Function::None {
                    return self.fault(at, "`return` is outside of a function");
                }
                if self.may_start() {
                    self.expressions()?;
                }
            }
            "raise" => {
                self.at += 1;
                if self.may_start() {
                    self.expression()?;
                    if self.takes_word("from") {
                        self.expression()?;
                    }
                }
            }
            "assert" => {
                self.at += 1;
                self.expression()?;
                if self.takes(",") {
                    self.expression()?;
                }
            }
            "del" => {
                self.at += 1;
                if self.expressions()? == Target::No {
                    return self.fault(at, "nothing that can be deleted");
                }
            }
            "global" | "nonlocal" => {
                self.at += 1;
                self.name()?;
                while self.takes(",") {
                    self.name()?;
                }
            }
            "import" | "from" => return self.import(),
            "lazy" if matches!(self.ahead(1), Kind::Name("import" | "from")) => {
                self.need(at, 15, "a lazy import");
                self.at += 1;
                return self.import();
            }
            "type" if matches!(self.ahead(1), Kind::Name(name) if !super::parser::is_keyword(name)) => {
                self.at += 1;
                self.name()?;
                self.type_parameters()?;
                self.expect("=")?;
                self.need(at, 12, "the statement `type`");
                self.expression()?;
            }
            "print" | "exec" if matches!(self.ahead(1), Kind::Text { .. } | Kind::Number) => {
                return self.fault(at, "a statement of Python 2: parentheses are missing");
            }
            "yield" => self.yielded()?,
            _ => return self.assigned(),
        }
        Ok(())
    }

    fn import(&mut self) -> Step {
        if self.takes_word("import") {
            loop {
                self.dotted()?;
                self.alias()?;
                if !self.takes(",") {
                    return Ok(());
                }
            }
        }
        self.at += 1;
        let mut has_dots = false;
        while self.takes(".") || self.takes("...") {
            has_dots = true;
        }
        if !has_dots || !self.is_word("import") {
            self.dotted()?;
        }
        if !self.takes_word("import") {
            return self.refused();
        }
        if self.takes("*") {
            return Ok(());
        }
        let is_open = self.takes("(");
        loop {
            self.name()?;
            self.alias()?;
            let has_comma = self.takes(",");
            if is_open && self.takes(")") {
                return Ok(());
            }
            if !has_comma {
                return if is_open { self.refused() } else { Ok(()) };
            }
        }
    }

    pub fn dotted(&mut self) -> Step {
        self.name()?;
        while self.takes(".") {
            self.name()?;
        }
        Ok(())
    }

    fn alias(&mut self) -> Step {
        if self.takes_word("as") {
            self.name()?;
        }
        Ok(())
    }

    /// An expression, and what is done with it.
    fn assigned(&mut self) -> Step {
        let at = self.span();
        let mut target = self.expressions()?;
        if let Kind::Sign(sign) = self.kind()
            && (AUGMENTED.contains(&sign) || sign == ":")
        {
            if target != Target::One {
                return self.fault(at, "nothing can be assigned to this");
            }
            self.at += 1;
            if sign != ":" {
                return self.value().map(drop);
            }
            self.expression()?;
            return if self.takes("=") {
                self.value().map(drop)
            } else {
                Ok(())
            };
        }
        let mut from = at;
        while self.is("=") {
            if target == Target::No {
                return self.fault(from, "nothing can be assigned to this");
            }
            self.at += 1;
            from = self.span();
            target = self.value()?;
        }
        Ok(())
    }

    fn value(&mut self) -> Step<Target> {
        if self.is_word("yield") {
            self.yielded()?;
            return Ok(Target::No);
        }
        self.expressions()
    }
}
