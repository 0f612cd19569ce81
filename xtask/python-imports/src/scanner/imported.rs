//! What stands behind `import` and `from`.

use super::Scanner;

impl Scanner<'_> {
    /// `import a.b as c, d`.
    pub(super) fn modules(&mut self) {
        loop {
            self.blanks();
            let span = self.dotted();
            if span.is_empty() {
                return;
            }
            self.add(self.text[span.clone()].to_owned(), span);
            self.blanks();
            let before = self.at;
            if self.word() == "as" {
                self.blanks();
                self.word();
                self.blanks();
            } else {
                self.at = before;
            }
            if self.peek() != b',' {
                return;
            }
            self.at += 1;
        }
    }

    /// `from a.b import c as d, e`, in brackets or not.
    pub(super) fn names(&mut self) {
        self.blanks();
        let span = self.dotted();
        let module = &self.text[span.clone()];
        self.blanks();
        if module.is_empty() || self.word() != "import" {
            return;
        }
        self.blanks();
        let is_open = self.peek() == b'(';
        if is_open {
            self.at += 1;
        }
        loop {
            if is_open {
                self.space()
            } else {
                self.blanks()
            }
            let name = self.word();
            match name {
                // `*`, a closing bracket, or what is not a Python.
                "" if self.peek() != b'*' => break,
                "" => {
                    self.at += 1;
                    self.add(module.to_owned(), span.clone());
                }
                name if module.ends_with('.') => self.add(format!("{module}{name}"), span.clone()),
                name => self.add(format!("{module}.{name}"), span.clone()),
            }
            // An alias, if there is one.
            loop {
                if is_open {
                    self.space()
                } else {
                    self.blanks()
                }
                if self.word().is_empty() {
                    break;
                }
            }
            if self.peek() != b',' {
                break;
            }
            self.at += 1;
        }
        if is_open && self.peek() == b')' {
            self.at += 1;
        }
    }
}
