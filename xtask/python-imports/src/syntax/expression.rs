//! Expressions. Precedence does not matter: it decides what a text means, and not whether it is one.

use super::{
    Step,
    lexer::Kind,
    parser::{Function, Parser, Target, is_keyword},
};

const BINARY: [&str; 13] = ["+", "-", "*", "/", "//", "%", "@", "<<", ">>", "&", "|", "^", "**"];
const COMPARED: [&str; 6] = ["==", "!=", "<", ">", "<=", ">="];

impl Parser<'_> {
    /// `a, *b`: one expression or several.
    pub fn expressions(&mut self) -> Step<Target> {
        let first = self.starred(Self::expression)?;
        if !self.is(",") {
            return Ok(if first.1 { Target::No } else { first.0 });
        }
        let mut all = first.0;
        while self.takes(",") && self.may_start() {
            let (next, _) = self.starred(Self::expression)?;
            all = together(all, next);
        }
        Ok(if all == Target::No { Target::No } else { Target::Many })
    }

    /// `*a`, or `a`; whether it has the star.
    pub fn starred(&mut self, read: impl FnOnce(&mut Self) -> Step<Target>) -> Step<(Target, bool)> {
        if self.takes("*") {
            return Ok((self.deeper(Self::arithmetic)?, true));
        }
        Ok((read(self)?, false))
    }

    /// Whether an expression may start here.
    pub fn may_start(&self) -> bool {
        match self.kind() {
            Kind::Name(word) => {
                !is_keyword(word) || matches!(word, "False" | "None" | "True" | "await" | "lambda" | "not" | "yield")
            }
            Kind::Number | Kind::Text { .. } => true,
            Kind::Sign(sign) => matches!(sign, "(" | "[" | "{" | "+" | "-" | "~" | "..." | "*"),
            Kind::Line | Kind::Indent | Kind::Dedent | Kind::End => false,
        }
    }

    /// `name := value`, or an expression.
    pub fn named(&mut self) -> Step<Target> {
        if matches!(self.kind(), Kind::Name(_)) && self.ahead(1) == Kind::Sign(":=") {
            self.name()?;
            let span = self.span();
            self.need(span, 8, "an assignment in an expression");
            self.at += 1;
            self.deeper(Self::expression)?;
            return Ok(Target::No);
        }
        self.expression()
    }

    /// `a if b else c`, `lambda: a`.
    pub fn expression(&mut self) -> Step<Target> {
        self.deeper(|parser| {
            if parser.takes_word("lambda") {
                parser.parameters(":", true)?;
                parser.expect(":")?;
                let scope = parser.scope;
                parser.scope.function = Function::Lambda;
                parser.expression()?;
                parser.scope = scope;
                return Ok(Target::No);
            }
            let found = parser.disjunction()?;
            if !parser.takes_word("if") {
                return Ok(found);
            }
            parser.disjunction()?;
            if !parser.takes_word("else") {
                return parser.refused();
            }
            parser.expression()?;
            Ok(Target::No)
        })
    }

    pub fn disjunction(&mut self) -> Step<Target> {
        let mut found = self.inversion()?;
        while self.takes_word("or") || self.takes_word("and") {
            self.inversion()?;
            found = Target::No;
        }
        Ok(found)
    }

    fn inversion(&mut self) -> Step<Target> {
        let mut is_inverted = false;
        while self.takes_word("not") {
            is_inverted = true;
        }
        let mut found = self.arithmetic()?;
        while self.takes_comparison() {
            self.arithmetic()?;
            found = Target::No;
        }
        Ok(if is_inverted { Target::No } else { found })
    }

    fn takes_comparison(&mut self) -> bool {
        match self.kind() {
            Kind::Sign(sign) if COMPARED.contains(&sign) => self.at += 1,
            Kind::Name("in") => self.at += 1,
            Kind::Name("not") if self.ahead(1) == Kind::Name("in") => self.at += 2,
            Kind::Name("is") => self.at += 1 + usize::from(self.ahead(1) == Kind::Name("not")),
            _ => return false,
        }
        true
    }

    /// `a + -b * c`.
    pub fn arithmetic(&mut self) -> Step<Target> {
        let mut found = self.operand()?;
        while matches!(self.kind(), Kind::Sign(sign) if BINARY.contains(&sign)) {
            self.at += 1;
            self.operand()?;
            found = Target::No;
        }
        Ok(found)
    }

    fn operand(&mut self) -> Step<Target> {
        let mut is_plain = true;
        while self.takes("+") || self.takes("-") || self.takes("~") {
            is_plain = false;
        }
        if self.is_word("await") {
            if matches!(self.scope.function, Function::None | Function::Plain) {
                let here = self.span();
                self.awaited.get_or_insert(here);
            }
            self.at += 1;
            is_plain = false;
        }
        let found = self.primary()?;
        Ok(if is_plain { found } else { Target::No })
    }

    /// `a.b(c)[d]`.
    fn primary(&mut self) -> Step<Target> {
        let mut found = self.deeper(Self::atom)?;
        loop {
            match self.kind() {
                Kind::Sign(".") => {
                    self.at += 1;
                    self.name()?;
                    found = Target::One;
                }
                Kind::Sign("(") => {
                    self.at += 1;
                    self.deeper(Self::arguments)?;
                    found = Target::No;
                }
                Kind::Sign("[") => {
                    self.at += 1;
                    self.deeper(Self::parts)?;
                    found = Target::One;
                }
                _ => return Ok(found),
            }
        }
    }

    fn parts(&mut self) -> Step {
        if self.is("]") {
            return self.refused();
        }
        while !self.takes("]") {
            self.part()?;
            if !self.is("]") {
                self.expect(",")?;
            }
        }
        Ok(())
    }

    fn part(&mut self) -> Step {
        if self.is("*") {
            let span = self.span();
            self.need(span, 11, "an unpacked value in brackets of a subscript");
            return self.starred(Self::expression).map(drop);
        }
        if !self.is(":") {
            self.named()?;
        }
        for _ in 0..2 {
            if self.takes(":") && self.may_start() {
                self.expression()?;
            }
        }
        Ok(())
    }

    fn atom(&mut self) -> Step<Target> {
        match self.kind() {
            Kind::Name("False" | "None" | "True") | Kind::Number | Kind::Sign("...") => {
                self.at += 1;
                Ok(Target::No)
            }
            Kind::Name(word) if !is_keyword(word) => {
                self.at += 1;
                Ok(if word == "__debug__" { Target::No } else { Target::One })
            }
            Kind::Text { .. } => self.texts(),
            Kind::Sign("(") => {
                self.at += 1;
                if self.is_word("yield") {
                    self.yielded()?;
                    self.expect(")")?;
                    return Ok(Target::No);
                }
                self.items(")")
            }
            Kind::Sign("[") => {
                self.at += 1;
                self.items("]")
            }
            Kind::Sign("{") => {
                self.at += 1;
                self.braces()
            }
            _ => self.refused(),
        }
    }

    fn texts(&mut self) -> Step<Target> {
        let mut known = None;
        while let Kind::Text { is_bytes, is_template } = self.kind() {
            if known.is_some_and(|known| known != (is_bytes, is_template)) {
                return self.fault(self.span(), "strings of different kinds follow each other");
            }
            known = Some((is_bytes, is_template));
            self.at += 1;
        }
        Ok(Target::No)
    }

    /// What stands in `()` or `[]`: a list, a tuple, a comprehension, or one expression.
    fn items(&mut self, end: &str) -> Step<Target> {
        if self.takes(end) {
            return Ok(Target::Many);
        }
        let at = self.span();
        let (first, is_starred) = self.starred(Self::named)?;
        if self.is_word("for") || self.is_word("async") {
            if is_starred {
                self.need(at, 15, "an unpacked value in a comprehension");
            }
            self.comprehension()?;
            self.expect(end)?;
            return Ok(Target::No);
        }
        if end == ")" && self.takes(end) {
            if is_starred {
                return self.fault(at, "an unpacked value stands alone in parentheses");
            }
            return Ok(first);
        }
        let mut all = first;
        while !self.takes(end) {
            self.expect(",")?;
            if self.takes(end) {
                break;
            }
            let (next, _) = self.starred(Self::named)?;
            all = together(all, next);
        }
        Ok(if all == Target::No { Target::No } else { Target::Many })
    }

    /// A set or a dictionary.
    fn braces(&mut self) -> Step<Target> {
        let mut is_first = true;
        while !self.takes("}") {
            let at = self.span();
            let is_unpacked = if self.takes("**") {
                self.arithmetic()?;
                true
            } else {
                let (_, is_starred) = self.starred(Self::named)?;
                if !is_starred && self.takes(":") {
                    self.expression()?;
                }
                is_starred
            };
            if is_first && (self.is_word("for") || self.is_word("async")) {
                if is_unpacked {
                    self.need(at, 15, "an unpacked value in a comprehension");
                }
                self.comprehension()?;
                self.expect("}")?;
                return Ok(Target::No);
            }
            is_first = false;
            if !self.is("}") {
                self.expect(",")?;
            }
        }
        Ok(Target::No)
    }

    /// `for a in b if c`, as often as it follows.
    pub fn comprehension(&mut self) -> Step {
        while self.is_word("for") || self.is_word("async") {
            self.takes_word("async");
            if !self.takes_word("for") {
                return self.refused();
            }
            self.targets()?;
            if !self.takes_word("in") {
                return self.refused();
            }
            self.disjunction()?;
            while self.takes_word("if") {
                if self.is_word("lambda") {
                    self.expression()?;
                } else if matches!(self.kind(), Kind::Name(_)) && self.ahead(1) == Kind::Sign(":=") {
                    // Not allowed without parentheses in some versions.
                    self.named()?;
                } else {
                    self.disjunction()?;
                }
            }
        }
        // A generator may be asynchronous by what it awaits.
        self.awaited = None;
        Ok(())
    }

    /// What a loop assigns to.
    pub fn targets(&mut self) -> Step {
        let at = self.span();
        let (mut all, _) = self.starred(Self::arithmetic)?;
        while self.takes(",") && self.may_start() {
            let (next, _) = self.starred(Self::arithmetic)?;
            all = together(all, next);
        }
        if all == Target::No {
            return self.fault(at, "nothing can be assigned to this");
        }
        Ok(())
    }

    /// `yield a`, `yield from a`.
    pub fn yielded(&mut self) -> Step {
        if self.scope.function == Function::None {
            return self.fault(self.span(), "`yield` is outside of a function");
        }
        self.at += 1;
        if self.takes_word("from") {
            return self.expression().map(drop);
        }
        if self.may_start() {
            self.expressions().map(drop)
        } else {
            Ok(())
        }
    }
}

fn together(one: Target, other: Target) -> Target {
    if one == Target::No || other == Target::No {
        Target::No
    } else {
        Target::Many
    }
}
