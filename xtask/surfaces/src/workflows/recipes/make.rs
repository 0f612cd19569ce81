//! Makefiles, as far as they are variables, rules and recipes. What a function or a condition decides is `*`.

use std::{cell::Cell, collections::BTreeMap};

use super::Asked;
use diagnostics::{Place, Source};

/// Files that include files.
const DEEPEST: usize = 8;
/// Variables of variables of variables.
const MOST_VALUES: usize = 20_000;

#[derive(Default)]
struct Makefile {
    variables: BTreeMap<String, String>,
    rules: Vec<Rule>,
    is_one_shell: bool,
    /// How many values were put in place.
    expanded: Cell<usize>,
}

struct Rule {
    targets: Vec<String>,
    needs: Vec<String>,
    recipe: Vec<(String, Place)>,
}

/// What the targets run. `false` where one of them is not in the file.
pub fn run(source: &Source, asked: &mut Asked<'_>) -> bool {
    let mut file = Makefile::default();
    file.read(source, asked, 0);
    let targets = if asked.targets.is_empty() {
        let mut targets = file.rules.iter().flat_map(|rule| &rule.targets);
        targets
            .find(|target| !target.starts_with('.') && !target.contains('%'))
            .cloned()
            .into_iter()
            .collect()
    } else {
        asked.targets.clone()
    };
    let is_known = !targets.is_empty() && targets.iter().all(|target| !file.rules_of(target).is_empty());
    for target in targets {
        file.make(&target, asked, &mut Vec::new());
    }
    is_known
}

impl Makefile {
    fn read(&mut self, source: &Source, asked: &Asked<'_>, depth: usize) {
        let mut open = false;
        let mut conditions = 0usize;
        let mut defined = false;
        for (line, place) in lines(source) {
            if let Some(command) = line.strip_prefix('\t').filter(|_| open) {
                if let Some(rule) = self.rules.last_mut() {
                    rule.recipe.push((command.to_owned(), place));
                }
                continue;
            }
            let line = line.split('#').next().unwrap_or_default().trim();
            let first = line.split_whitespace().next().unwrap_or_default();
            match first {
                "" => continue,
                "define" => defined = true,
                "endef" => defined = false,
                _ if defined => {}
                "ifeq" | "ifneq" | "ifdef" | "ifndef" => conditions += 1,
                "endif" => conditions = conditions.saturating_sub(1),
                "else" => {}
                "include" | "-include" | "sinclude" => {
                    for name in self.expand(&line[first.len()..], asked, 0).split_whitespace() {
                        let path = asked.home.join(name).filter(|_| depth < DEEPEST);
                        let read = path.map(|path| asked.root.source_if_present(&path));
                        if let Some(Ok(Some(source))) = read {
                            self.read(&source, asked, depth + 1);
                        }
                    }
                }
                _ => {
                    if self.assign(line, conditions > 0, asked) {
                        continue;
                    }
                    open = self.rule_of(line, place, asked);
                }
            }
        }
    }

    /// `NAME = value`. What is in a condition is perhaps so.
    fn assign(&mut self, line: &str, is_conditional: bool, asked: &Asked<'_>) -> bool {
        let line = line
            .strip_prefix("export ")
            .or_else(|| line.strip_prefix("override "))
            .unwrap_or(line)
            .trim_start();
        let Some((name, value)) = line.split_once('=') else {
            return false;
        };
        let (name, operator) = match name.chars().last() {
            Some(operator @ (':' | '?' | '+' | '!')) => (name.trim_end_matches([':', '?', '+', '!']), operator),
            _ => (name, '='),
        };
        let name = name.trim();
        // A rule may set a variable for its targets.
        if name.is_empty() || name.contains([' ', ':', '$', '%']) {
            return name.contains(':') && !name.contains('$');
        }
        let given = asked.variables.contains_key(name);
        if asked.assigned.contains(name) || (operator == '?' && (given || self.variables.contains_key(name))) {
            return true;
        }
        let value = value.trim();
        let value = match operator {
            ':' => self.expand(value, asked, 0),
            '+' => format!("{} {value}", self.variables.get(name).map_or("", String::as_str)),
            '!' => "*".to_owned(),
            _ => value.to_owned(),
        };
        let value = if is_conditional { "*".to_owned() } else { value };
        self.variables.insert(name.to_owned(), value);
        true
    }

    /// `targets: needs ; command`.
    fn rule_of(&mut self, line: &str, place: Place, asked: &Asked<'_>) -> bool {
        let Some((targets, rest)) = line.split_once(':') else {
            return false;
        };
        let (needs, command) = rest
            .split_once(';')
            .map_or((rest, None), |(needs, command)| (needs, Some(command)));
        let words = |text: &str| -> Vec<String> {
            let text = self.expand(text, asked, 0);
            text.split_whitespace()
                .filter(|word| *word != "|")
                .map(str::to_owned)
                .collect()
        };
        let (targets, needs) = (words(targets), words(needs.trim_start_matches(':')));
        self.is_one_shell |= targets.iter().any(|target| target == ".ONESHELL");
        let rule = Rule {
            targets,
            needs,
            recipe: command.map(|command| (command.to_owned(), place)).into_iter().collect(),
        };
        self.rules.push(rule);
        true
    }

    /// The rules of a target by their numbers, with what `%` stands for. Of patterns it is the one that leaves the shortest stem.
    fn rules_of(&self, target: &str) -> Vec<(usize, String)> {
        let stem = |pattern: &str| {
            let (before, after) = pattern.split_once('%')?;
            let stem = target.strip_prefix(before)?.strip_suffix(after)?;
            (!stem.is_empty()).then(|| stem.to_owned())
        };
        let rules = || self.rules.iter().enumerate();
        let is_named = |rule: &Rule| rule.targets.iter().any(|name| name == target);
        let named = rules().filter(|(_, rule)| is_named(rule));
        let named: Vec<_> = named.map(|(number, _)| (number, String::new())).collect();
        if !named.is_empty() {
            return named;
        }
        let patterns = rules().filter_map(|(number, rule)| {
            let stem = rule.targets.iter().find_map(|pattern| stem(pattern))?;
            Some((number, stem))
        });
        patterns.min_by_key(|(_, stem)| stem.len()).into_iter().collect()
    }

    /// `open` are the rules that are being made: make uses none twice in a chain.
    fn make(&self, target: &str, asked: &mut Asked<'_>, open: &mut Vec<usize>) {
        if !asked.is_new(target) {
            return;
        }
        for (number, stem) in self.rules_of(target) {
            let Some(rule) = self.rules.get(number).filter(|_| !open.contains(&number)) else {
                continue;
            };
            let needs: Vec<String> = rule.needs.iter().map(|need| need.replace('%', &stem)).collect();
            open.push(number);
            for need in &needs {
                self.make(need, asked, open);
            }
            open.pop();
            let own = |name: &str| match name {
                "@" => Some(target.to_owned()),
                "<" => Some(needs.first().cloned().unwrap_or_default()),
                "^" | "+" => Some(needs.join(" ")),
                "*" => Some(stem.clone()),
                _ => None,
            };
            let mut whole = String::new();
            for (command, place) in &rule.recipe {
                let command = command.trim_start().trim_start_matches(['@', '-', '+']);
                let text = self.expand_with(command, asked, &own, 0);
                if self.is_one_shell {
                    whole = whole + &text + "\n"
                } else {
                    asked.push(text, place.clone())
                }
            }
            if let (true, Some((_, place))) = (self.is_one_shell, rule.recipe.first()) {
                asked.push(whole, place.clone());
            }
        }
    }

    fn expand(&self, text: &str, asked: &Asked<'_>, depth: usize) -> String {
        self.expand_with(text, asked, &|_| None, depth)
    }

    /// `$(NAME)` in place; `*` for what is not known here.
    fn expand_with(&self, text: &str, asked: &Asked<'_>, own: &dyn Fn(&str) -> Option<String>, depth: usize) -> String {
        let mut expanded = String::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once('$') {
            expanded.push_str(before);
            // Values that hold themselves grow without end.
            self.expanded.set(self.expanded.get() + 1);
            if depth > DEEPEST || expanded.len() > 10_000 || self.expanded.get() > MOST_VALUES {
                return expanded + "*";
            }
            let Some(first) = behind.chars().next() else {
                rest = behind;
                break;
            };
            let name = match first {
                '$' => {
                    expanded.push('$');
                    rest = &behind[1..];
                    continue;
                }
                '(' | '{' => {
                    let end = closing(behind).unwrap_or(behind.len() - 1);
                    rest = &behind[end + 1..];
                    &behind[1..end.max(1)]
                }
                _ => {
                    rest = &behind[first.len_utf8()..];
                    &behind[..first.len_utf8()]
                }
            };
            let value = match name {
                "MAKE" => Some("make".to_owned()),
                "CURDIR" | "PWD" => Some(format!("{}/{}", super::super::follow::HOME, asked.home)),
                _ => own(name).or_else(|| {
                    let given = asked.variables.get(name).filter(|_| asked.assigned.contains(name));
                    let said = given
                        .or_else(|| self.variables.get(name))
                        .or_else(|| asked.variables.get(name))?;
                    Some(self.expand_with(said, asked, own, depth + 1))
                }),
            };
            expanded.push_str(&value.unwrap_or_else(|| "*".into()));
        }
        expanded + rest
    }
}

/// Where the bracket at the start is closed: one byte.
fn closing(text: &str) -> Option<usize> {
    let close = if text.starts_with('(') { b')' } else { b'}' };
    let open = text.as_bytes().first().copied()?;
    let mut depth = 0usize;
    for (at, byte) in text.bytes().enumerate() {
        if byte == open {
            depth += 1;
        } else if byte == close {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

/// Lines with those put together that a backslash continues.
fn lines(source: &Source) -> Vec<(String, Place)> {
    let mut found: Vec<(String, Place)> = Vec::new();
    let (mut at, mut start) = (0, 0);
    let mut text = String::new();
    for line in source.text().split_inclusive('\n') {
        let plain = line.trim_end_matches(['\n', '\r']);
        if text.is_empty() {
            start = at;
        }
        let own = if text.is_empty() {
            plain
        } else {
            plain.strip_prefix('\t').unwrap_or(plain)
        };
        at += line.len();
        match own.strip_suffix('\\') {
            Some(continued) => text = text + continued + " ",
            None => {
                let whole = std::mem::take(&mut text) + own;
                found.push((whole, source.place(start..at)));
            }
        }
    }
    if !text.is_empty() {
        found.push((text, source.place(start..at)));
    }
    found
}
