//! Statements with blocks.

use super::{
    Fault, Halt, Step,
    lexer::Kind,
    parser::{Function, Parser, Scope},
};

impl Parser<'_> {
    /// Reads a statement with blocks, if one starts here.
    pub fn compound(&mut self) -> Step<bool> {
        let word = match self.kind() {
            Kind::Name(word) => word,
            Kind::Sign("@") => {
                self.decorated()?;
                return Ok(true);
            }
            _ => return Ok(false),
        };
        match word {
            "if" => self.conditions()?,
            "while" => {
                self.at += 1;
                self.named()?;
                self.looped()?;
            }
            "for" => self.counted()?,
            "with" => self.with()?,
            "try" => self.attempt()?,
            "def" => self.function(Function::Plain)?,
            "class" => self.class()?,
            "async" => self.asynchronous()?,
            "match" => return self.matched(),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn decorated(&mut self) -> Step {
        while self.takes("@") {
            self.named()?;
            if self.kind() != Kind::Line {
                return self.refused();
            }
            self.at += 1;
        }
        match self.kind() {
            Kind::Name("def") => self.function(Function::Plain),
            Kind::Name("class") => self.class(),
            Kind::Name("async") if self.ahead(1) == Kind::Name("def") => self.asynchronous(),
            _ => self.refused(),
        }
    }

    fn asynchronous(&mut self) -> Step {
        let at = self.span();
        let is_inside = self.scope.function == Function::Async;
        self.at += 1;
        match self.kind() {
            Kind::Name("def") => self.function(Function::Async),
            Kind::Name("for" | "with") if !is_inside => {
                self.fault(at, "`async` is outside of an asynchronous function")
            }
            Kind::Name("for") => self.counted(),
            Kind::Name("with") => self.with(),
            _ => self.refused(),
        }
    }

    /// The colon, and what is behind it or below it.
    pub fn block(&mut self) -> Step {
        self.awaited()?;
        if !self.takes(":") {
            if self.kind() == Kind::Line {
                return self.fault(self.span(), "a colon is missing at the end of this line");
            }
            return self.refused();
        }
        if self.kind() != Kind::Line {
            return self.line();
        }
        self.at += 1;
        if self.kind() != Kind::Indent {
            return Err(Halt::Fault(Fault {
                span: self.span(),
                what: "a block is missing: the line is not indented",
                error: "IndentationError",
            }));
        }
        self.at += 1;
        while !matches!(self.kind(), Kind::Dedent | Kind::End) {
            self.statement()?;
        }
        self.at += 1;
        Ok(())
    }

    /// A block around which other things are.
    fn within(&mut self, scope: Scope) -> Step {
        let around = std::mem::replace(&mut self.scope, scope);
        self.block()?;
        self.scope = around;
        Ok(())
    }

    fn conditions(&mut self) -> Step {
        self.at += 1;
        self.named()?;
        self.block()?;
        while self.takes_word("elif") {
            self.named()?;
            self.block()?;
        }
        self.otherwise()
    }

    fn otherwise(&mut self) -> Step {
        if self.takes_word("else") { self.block() } else { Ok(()) }
    }

    fn looped(&mut self) -> Step {
        self.within(Scope {
            is_in_loop: true,
            ..self.scope
        })?;
        self.otherwise()
    }

    fn counted(&mut self) -> Step {
        self.at += 1;
        self.targets()?;
        if !self.takes_word("in") {
            return self.refused();
        }
        self.expressions()?;
        self.looped()
    }

    fn with(&mut self) -> Step {
        self.at += 1;
        let plain = |parser: &mut Self| {
            parser.managers()?;
            if parser.is(":") { Ok(()) } else { parser.refused() }
        };
        if self.is("(") && self.tried(plain)?.is_none() {
            let at = self.span();
            self.at += 1;
            loop {
                self.manager()?;
                let has_comma = self.takes(",");
                if self.takes(")") {
                    break;
                }
                if !has_comma {
                    return self.refused();
                }
            }
            self.need(at, 9, "parentheses around context managers");
        } else if !self.is(":") {
            self.managers()?;
        }
        self.block()
    }

    fn managers(&mut self) -> Step {
        self.manager()?;
        while self.takes(",") {
            self.manager()?;
        }
        Ok(())
    }

    fn manager(&mut self) -> Step {
        self.expression()?;
        if self.takes_word("as") {
            self.starred(Self::arithmetic)?;
        }
        Ok(())
    }

    fn attempt(&mut self) -> Step {
        let at = self.span();
        self.at += 1;
        self.block()?;
        let mut groups = None;
        while self.is_word("except") {
            let here = self.span();
            self.at += 1;
            let is_group = self.is("*");
            if is_group {
                self.need(here.clone(), 11, "`except*`");
                self.at += 1;
            }
            if groups.is_some_and(|known| known != is_group) {
                return self.fault(here, "`except` and `except*` are mixed");
            }
            groups = Some(is_group);
            if is_group || !self.is(":") {
                self.caught()?;
            }
            self.block()?;
        }
        if groups.is_some() {
            self.otherwise()?;
        }
        if self.takes_word("finally") {
            return self.block();
        }
        if groups.is_none() {
            return self.fault(at, "`try` has neither `except` nor `finally`");
        }
        Ok(())
    }

    /// What an `except` is about.
    fn caught(&mut self) -> Step {
        self.expression()?;
        let at = self.span();
        if self.takes_word("as") {
            return self.name().map(drop);
        }
        if self.is(",") {
            self.need(at, 14, "`except` with several types and no parentheses");
            while self.takes(",") && !self.is(":") {
                self.expression()?;
            }
        }
        Ok(())
    }

    fn function(&mut self, function: Function) -> Step {
        self.at += 1;
        self.name()?;
        self.type_parameters()?;
        self.expect("(")?;
        self.parameters(")", false)?;
        self.expect(")")?;
        if self.takes("->") {
            self.expression()?;
        }
        self.within(Scope {
            function,
            is_in_loop: false,
        })
    }

    fn class(&mut self) -> Step {
        self.at += 1;
        self.name()?;
        self.type_parameters()?;
        if self.takes("(") {
            self.deeper(Self::arguments)?;
        }
        self.within(Scope::default())
    }

    /// `match` is a name as well.
    fn matched(&mut self) -> Step<bool> {
        let at = self.span();
        let header = |parser: &mut Self| {
            parser.at += 1;
            parser.expressions_named()?;
            parser.expect(":")?;
            let is_match =
                parser.kind() == Kind::Line && parser.ahead(1) == Kind::Indent && parser.ahead(2) == Kind::Name("case");
            if is_match { Ok(()) } else { parser.refused() }
        };
        if self.tried(header)?.is_none() {
            return Ok(false);
        }
        self.need(at, 10, "the statement `match`");
        self.at += 2;
        while self.takes_word("case") {
            self.patterns()?;
            if self.takes_word("if") {
                self.named()?;
            }
            self.block()?;
        }
        if !matches!(self.kind(), Kind::Dedent | Kind::End) {
            return self.refused();
        }
        self.at += 1;
        Ok(true)
    }

    fn expressions_named(&mut self) -> Step {
        self.starred(Self::named)?;
        while self.takes(",") && self.may_start() {
            self.starred(Self::named)?;
        }
        Ok(())
    }
}
