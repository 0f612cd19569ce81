//! Which commands run, and with which variables.

use std::{cell::RefCell, collections::BTreeMap, ops::Range};

use super::{
    Simple, Variables, Word, condition,
    expand::{assignment, expand, expand_whole},
    tree::{Command, Item, Joined, List},
    wrappers::unwrap,
};
use crate::absolute;
use crate::growth;

/// What is called for each command, with the variables that it sees.
pub type Visit<'a> = dyn FnMut(&Simple, &Variables) + 'a;

/// How a command ends, as far as that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    True,
    False,
    /// A program that is expected to work, or the build ends.
    Presumed,
    Unknown,
}

/// Loops in loops run what no file of this size would: past this, nothing can be told.
const MOST_COMMANDS: usize = 100_000;
const DEEPEST_CALL: usize = 20;

pub fn run(text: &str, list: &List, variables: &mut Variables, visit: &mut Visit<'_>) -> Result<(), Range<usize>> {
    let mut walk = Walk {
        text,
        variables,
        visit,
        undo: Vec::new(),
        functions: BTreeMap::new(),
        calls: 0,
        is_fallback: false,
        left: MOST_COMMANDS,
        too_long: RefCell::default(),
    };
    walk.list(list, false);
    match (walk.left, walk.too_long.take()) {
        (0, _) => Err(0..text.len()),
        (_, Some(span)) => Err(span),
        (_, None) => Ok(()),
    }
}

struct Walk<'a, 'v> {
    text: &'a str,
    variables: &'a mut Variables,
    visit: &'a mut Visit<'v>,
    /// What variables held before, for what ends with a subshell.
    undo: Vec<(String, Option<String>)>,
    functions: BTreeMap<&'a str, &'a List>,
    calls: usize,
    /// What is followed stands behind `||`: see [`Simple::is_fallback`].
    is_fallback: bool,
    left: usize,
    /// The first word that comes to more text than is followed.
    too_long: RefCell<Option<Range<usize>>>,
}

impl<'a> Walk<'a, '_> {
    fn list(&mut self, list: &'a List, doubt: bool) -> Status {
        let mut status = Status::True;
        for item in list {
            let next = match (item.joined, status) {
                (Joined::Then, _) | (Joined::And, Status::True | Status::Presumed) | (Joined::Or, Status::False) => {
                    Some(doubt)
                }
                (Joined::And, Status::False) | (Joined::Or, Status::True) => None,
                (Joined::And, Status::Unknown) | (Joined::Or, Status::Presumed | Status::Unknown) => Some(true),
            };
            let Some(doubt) = next else { continue };
            let was_fallback = self.is_fallback;
            self.is_fallback |= item.joined == Joined::Or && status == Status::Presumed;
            let own = self.item(item, doubt);
            self.is_fallback = was_fallback;
            status = match (item.joined, status, own) {
                (Joined::And, Status::Unknown, Status::True | Status::Presumed) => Status::Unknown,
                // What follows `||` fixes what failed.
                (Joined::Or, Status::Presumed, _) => Status::Presumed,
                (Joined::Or, Status::Unknown, Status::False | Status::Presumed) => Status::Unknown,
                (_, _, own) => own,
            };
        }
        status
    }

    fn item(&mut self, item: &'a Item, doubt: bool) -> Status {
        let status = match item.pipeline.as_slice() {
            [command] => self.command(command, None, doubt),
            commands => {
                let mut input = None;
                for command in commands {
                    let mark = self.undo.len();
                    self.command(command, input.take(), doubt);
                    self.roll_back(mark);
                    if let Command::Simple { words, .. } = command {
                        input = Some(self.expanded(words));
                    }
                }
                Status::Presumed
            }
        };
        match (item.is_negated, status) {
            (false, status) => status,
            (true, Status::True) => Status::False,
            (true, Status::False) => Status::True,
            (true, Status::Presumed | Status::Unknown) => Status::Unknown,
        }
    }

    fn command(&mut self, command: &'a Command, input: Option<Vec<Word>>, doubt: bool) -> Status {
        match command {
            Command::Simple { words, output, span } => {
                let output = output.clone().map(|span| self.whole(span));
                let simple = Simple {
                    words: self.expanded(words),
                    span: span.clone(),
                    is_conditional: doubt,
                    is_fallback: self.is_fallback,
                    output,
                    input,
                };
                self.simple(simple)
            }
            Command::Group(list) => self.list(list, doubt),
            Command::Subshell(list) => {
                let mark = self.undo.len();
                let status = self.list(list, doubt);
                self.roll_back(mark);
                status
            }
            Command::If { branches, otherwise } => self.branches(branches, otherwise, doubt),
            Command::Loop { condition, body } => {
                if self.list(condition, doubt) != Status::False {
                    self.list(body, true);
                }
                Status::Presumed
            }
            Command::For { name, words, body } => self.repeated(name.clone(), words, body, doubt),
            Command::Case { subject, arms } => self.case(subject.clone(), arms, doubt),
            Command::Function { name, body } => {
                self.functions.insert(&self.text[name.clone()], body);
                Status::True
            }
        }
    }

    fn branches(&mut self, branches: &'a [(List, List)], otherwise: &'a List, mut doubt: bool) -> Status {
        let was_certain = !doubt;
        for (condition, body) in branches {
            match self.list(condition, doubt) {
                Status::True => {
                    let status = self.list(body, doubt);
                    return if doubt && was_certain { Status::Unknown } else { status };
                }
                Status::False => {}
                Status::Presumed | Status::Unknown => {
                    doubt = true;
                    self.list(body, true);
                }
            }
        }
        let status = self.list(otherwise, doubt);
        if doubt && was_certain { Status::Presumed } else { status }
    }

    fn repeated(&mut self, name: Range<usize>, words: &[Range<usize>], body: &'a List, doubt: bool) -> Status {
        let name = self.text[name].to_owned();
        let items = self.expanded(words);
        if words.is_empty()
            || items
                .iter()
                .any(|word| !word.is_clear || word.text.contains(['*', '?', '{']))
        {
            self.assign(&name, None, true);
            self.list(body, true);
            return Status::Presumed;
        }
        for item in items {
            if self.left == 0 {
                break;
            }
            self.assign(&name, Some(item.text), doubt);
            self.list(body, doubt);
        }
        Status::Presumed
    }

    fn case(&mut self, subject: Range<usize>, arms: &'a [(Vec<Range<usize>>, List)], doubt: bool) -> Status {
        let subject = self.whole(subject);
        let mut is_certain = subject.is_clear;
        for (patterns, body) in arms {
            let patterns: Vec<Word> = patterns.iter().map(|pattern| self.whole(pattern.clone())).collect();
            is_certain &= patterns.iter().all(|pattern| pattern.is_clear);
            if !is_certain {
                self.list(body, true);
            } else if patterns
                .iter()
                .any(|pattern| condition::is_like(&subject.text, &pattern.text))
            {
                return self.list(body, doubt);
            }
        }
        if is_certain { Status::True } else { Status::Presumed }
    }

    fn simple(&mut self, mut simple: Simple) -> Status {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            return Status::Unknown;
        }
        let mark = self.undo.len();
        let doubt = simple.is_conditional;
        let assigned = unwrap(&mut simple.words);
        for (name, value) in assigned {
            self.assign(&name, value, doubt);
        }
        let Some(first) = simple.words.first() else {
            return Status::Presumed;
        };
        let program = first.text.clone();
        if let Some(body) = self.functions.get(program.as_str()).copied() {
            return self.call(body, &simple.words, doubt);
        }
        (self.visit)(&simple, self.variables);
        // Assignments before a command are for that command alone.
        self.roll_back(mark);
        self.builtin(&program, &simple)
    }

    /// A function, which sees its own `$1` and no other.
    fn call(&mut self, body: &'a List, words: &[Word], doubt: bool) -> Status {
        if self.calls == DEEPEST_CALL {
            return Status::Unknown;
        }
        let names: Vec<String> = (1..=9).map(|at: usize| at.to_string()).collect();
        let before: Vec<Option<String>> = names.iter().map(|name| self.variables.get(name).cloned()).collect();
        for (at, name) in names.iter().enumerate() {
            // What is not given is empty, and not unknown.
            let given = words
                .get(at + 1)
                .map_or(Some(String::new()), |word| word.is_clear.then(|| word.text.clone()));
            self.assign(name, given, false);
        }
        self.calls += 1;
        let status = self.list(body, doubt);
        self.calls -= 1;
        for (name, value) in names.iter().zip(before) {
            self.assign(name, value, false);
        }
        status
    }

    fn builtin(&mut self, program: &str, simple: &Simple) -> Status {
        let doubt = simple.is_conditional;
        match program {
            "true" | ":" | "echo" | "printf" => Status::True,
            "false" => Status::False,
            "test" | "[" | "[[" => match condition::holds(&simple.words) {
                Some(true) => Status::True,
                Some(false) => Status::False,
                None => Status::Unknown,
            },
            "export" | "readonly" | "local" | "declare" | "typeset" => {
                for word in &simple.words {
                    if let Some((name, value)) = assignment(&word.text) {
                        self.assign(name, word.is_clear.then(|| value.to_owned()), doubt);
                    }
                }
                Status::True
            }
            "unset" => {
                for word in simple.words.iter().skip(1) {
                    self.assign(&word.text, None, doubt);
                }
                Status::True
            }
            "cd" | "pushd" => {
                let folder = simple.words.get(1).filter(|word| word.is_clear);
                let known = folder.and_then(|folder| Some(absolute(self.variables.get("PWD")?, &folder.text)));
                self.assign("PWD", known, doubt);
                Status::Presumed
            }
            "." | "source" => {
                let script = simple.words.get(1).map_or("", |word| word.text.as_str());
                if let Some(home) = script.strip_suffix("/bin/activate") {
                    let home = absolute(self.variables.get("PWD").map_or("/", String::as_str), home);
                    let path = self.variables.get("PATH").map_or("", String::as_str);
                    self.assign("PATH", Some(format!("{home}/bin:{path}")), doubt);
                    self.assign("VIRTUAL_ENV", Some(home), doubt);
                }
                Status::Presumed
            }
            _ => Status::Presumed,
        }
    }

    fn expanded(&self, words: &[Range<usize>]) -> Vec<Word> {
        let words = words.iter().cloned();
        words.flat_map(|span| self.bounded(span, expand)).collect()
    }

    fn whole(&self, span: Range<usize>) -> Word {
        self.bounded(span, expand_whole)
    }

    fn bounded<T>(&self, span: Range<usize>, expand: impl Fn(&str, Range<usize>, &Variables) -> T) -> T {
        let before = growth::refusals();
        let expanded = expand(self.text, span.clone(), self.variables);
        if growth::refusals() > before {
            self.too_long.borrow_mut().get_or_insert(span);
        }
        expanded
    }

    /// A value that is not known, or that perhaps is not given, makes the variable unknown.
    fn assign(&mut self, name: &str, value: Option<String>, doubt: bool) {
        let before = match value.filter(|_| !doubt) {
            Some(value) => self.variables.insert(name.to_owned(), value),
            None => self.variables.remove(name),
        };
        self.undo.push((name.to_owned(), before));
    }

    fn roll_back(&mut self, mark: usize) {
        while self.undo.len() > mark {
            match self.undo.pop() {
                Some((name, Some(value))) => drop(self.variables.insert(name, value)),
                Some((name, None)) => drop(self.variables.remove(&name)),
                None => return,
            }
        }
    }
}
