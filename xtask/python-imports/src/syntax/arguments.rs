//! Arguments of calls, and parameters of functions.

use super::{
    Step,
    lexer::Kind,
    parser::{Parser, Target, is_keyword},
};

impl<'t> Parser<'t> {
    /// What stands between the parentheses of a call, and the closing one.
    pub fn arguments(&mut self) -> Step {
        let (mut named, mut is_named, mut is_unpacked) = (Vec::new(), false, false);
        let mut count = 0;
        while !self.takes(")") {
            let at = self.span();
            count += 1;
            match self.kind() {
                Kind::Sign("*") => {
                    if is_unpacked {
                        return self.fault(at, "an argument of `*` follows one of `**`");
                    }
                    self.at += 1;
                    self.expression()?;
                    if self.is_word("for") {
                        return Err(super::Halt::Unknown);
                    }
                }
                Kind::Sign("**") => {
                    self.at += 1;
                    self.expression()?;
                    is_unpacked = true;
                }
                Kind::Name(word) if self.ahead(1) == Kind::Sign("=") => {
                    if is_keyword(word) {
                        return self.fault(at, "a keyword cannot name an argument");
                    }
                    if named.contains(&word) {
                        return self.fault(at, "an argument is given twice");
                    }
                    named.push(word);
                    is_named = true;
                    self.at += 2;
                    self.expression()?;
                }
                _ => {
                    self.named()?;
                    if self.is_word("for") || self.is_word("async") {
                        self.comprehension()?;
                        if count > 1 || (self.is(",") && self.ahead(1) != Kind::Sign(")")) {
                            return self.fault(at, "a generator beside other arguments needs parentheses");
                        }
                    } else if is_named || is_unpacked {
                        return self.fault(at, "an argument without a name follows one with a name");
                    }
                }
            }
            if !self.is(")") {
                self.expect(",")?;
            }
        }
        Ok(())
    }

    /// Parameters up to a sign, which is not taken.
    pub fn parameters(&mut self, end: &str, is_lambda: bool) -> Step {
        let mut known: Vec<&str> = Vec::new();
        let (mut has_default, mut is_behind_star, mut is_positional, mut is_last) = (false, false, false, false);
        while !self.is(end) {
            let at = self.span();
            if is_last {
                return self.fault(at, "a parameter follows the one of `**`");
            }
            if self.takes("/") {
                if known.is_empty() || is_positional || is_behind_star {
                    return self.fault(at, "`/` is in the wrong place among the parameters");
                }
                is_positional = true;
                self.need(at, 8, "parameters without names");
            } else if self.takes("*") {
                if is_behind_star {
                    return self.fault(at, "`*` is twice among the parameters");
                }
                is_behind_star = true;
                if self.is(",") {
                    if !matches!(self.ahead(1), Kind::Name(_)) {
                        return self.fault(at, "no parameter follows `*`");
                    }
                } else {
                    self.parameter(&mut known, is_lambda, true)?;
                }
            } else if self.takes("**") {
                is_last = true;
                self.parameter(&mut known, is_lambda, false)?;
            } else {
                self.parameter(&mut known, is_lambda, false)?;
                if self.takes("=") {
                    has_default = true;
                    self.expression()?;
                } else if has_default && !is_behind_star {
                    return self.fault(at, "a parameter without a default follows one with a default");
                }
            }
            if !self.is(end) {
                self.expect(",")?;
            }
        }
        Ok(())
    }

    fn parameter(&mut self, known: &mut Vec<&'t str>, is_lambda: bool, is_starred: bool) -> Step {
        let at = self.span();
        let name = self.name()?;
        if known.contains(&name) {
            return self.fault(at, "two parameters have the same name");
        }
        known.push(name);
        if is_lambda || !self.takes(":") {
            return Ok(());
        }
        if is_starred && self.is("*") {
            let span = self.span();
            self.need(span, 11, "an unpacked type of a parameter");
            return self.starred(Self::expression).map(drop);
        }
        self.expression().map(drop)
    }

    /// `[T: int, *Ts, **P]`, where there are some.
    pub fn type_parameters(&mut self) -> Step {
        let at = self.span();
        if !self.takes("[") {
            return Ok(());
        }
        self.need(at, 12, "parameters of types");
        if self.is("]") {
            return self.refused();
        }
        while !self.takes("]") {
            let is_plain = !(self.takes("*") || self.takes("**"));
            self.name()?;
            if is_plain && self.takes(":") {
                self.expression()?;
            }
            let span = self.span();
            if self.takes("=") {
                self.need(span, 13, "defaults of parameters of types");
                let _: (Target, bool) = self.starred(Self::expression)?;
            }
            if !self.is("]") {
                self.expect(",")?;
            }
        }
        Ok(())
    }
}
