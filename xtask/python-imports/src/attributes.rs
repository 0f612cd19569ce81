//! What a source takes from the modules that it imports by name: `queue.Queue` after `from shop import queue`.

use std::{collections::BTreeMap, ops::Range};

use crate::opened::tokens::{Kind, Token, tokens};

/// A name that is looked up in something imported, which is a module or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// What may be a module: absolute, or with the dots of a relative import.
    pub module: String,
    /// What is looked up in it.
    pub name: String,
    /// Where it is looked up.
    pub span: Range<usize>,
}

/// What is looked up in what the top level imports, each name once. Of a name that the source uses for anything else, nothing is said.
pub fn attributes(text: &str) -> Vec<Attribute> {
    let tokens = tokens(text);
    let mut imported = BTreeMap::new();
    let mut inside = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let is_top = at == 0 || matches!(tokens[at - 1].kind, Kind::End { is_top: true });
        let start = at;
        match tokens[at].kind {
            Kind::Name("import") if is_top => at = imports(&tokens, at + 1, &mut imported),
            Kind::Name("from") if is_top => at = names(&tokens, at + 1, &mut imported),
            _ => {
                at += 1;
                continue;
            }
        }
        at = at.max(start + 1);
        inside.push(start..at);
    }
    let is_in_import = |at: usize| inside.iter().any(|range| range.contains(&at));
    let mut found: BTreeMap<(&str, &str), Range<usize>> = BTreeMap::new();
    let mut other = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let Kind::Name(name) = token.kind else { continue };
        let is_of_another = at > 0 && tokens[at - 1].kind == Kind::Sign(b'.');
        if is_of_another || !imported.contains_key(name) || is_in_import(at) {
            continue;
        }
        match (kind(&tokens, at + 1), kind(&tokens, at + 2)) {
            (Some(Kind::Sign(b'.')), Some(Kind::Name(part))) => {
                let span = token.span.start..tokens[at + 2].span.end;
                // What is set from outside is there.
                if is_set(&tokens, at + 3) {
                    other.push(name);
                }
                found.entry((name, part)).or_insert(span);
            }
            _ => other.push(name),
        }
    }
    let known = found.into_iter().filter(|((name, _), _)| !other.contains(name));
    let attribute = |((name, part), span): ((&str, &str), Range<usize>)| {
        let module = imported.get(name)?.clone()?;
        let name = part.to_owned();
        Some(Attribute { module, name, span })
    };
    known.filter_map(attribute).collect()
}

fn kind<'a>(tokens: &[Token<'a>], at: usize) -> Option<Kind<'a>> {
    tokens.get(at).map(|token| token.kind)
}

fn is_set(tokens: &[Token<'_>], at: usize) -> bool {
    kind(tokens, at) == Some(Kind::Sign(b'=')) && kind(tokens, at + 1) != Some(Kind::Sign(b'='))
}

/// Modules by the names that they get; none for one that two imports give.
type Imported<'a> = BTreeMap<&'a str, Option<String>>;

fn add<'a>(imported: &mut Imported<'a>, name: &'a str, module: Option<String>) {
    let module = if imported.contains_key(name) { None } else { module };
    imported.insert(name, module);
}

/// `import a.b as c, d`. Without `as`, the name is that of the first part, behind which anything may follow.
fn imports<'a>(tokens: &[Token<'a>], mut at: usize, imported: &mut Imported<'a>) -> usize {
    loop {
        let (module, next) = dotted(tokens, at);
        if module.is_empty() {
            return next;
        }
        at = next;
        if let (Some(Kind::Name("as")), Some(Kind::Name(alias))) = (kind(tokens, at), kind(tokens, at + 1)) {
            add(imported, alias, Some(module));
            at += 2;
        } else if let Some(Kind::Name(first)) = kind(tokens, at.saturating_sub(2 * module.matches('.').count() + 1)) {
            let is_whole = !module.contains('.');
            add(imported, first, is_whole.then_some(module));
        }
        if kind(tokens, at) != Some(Kind::Sign(b',')) {
            return at;
        }
        at += 1;
    }
}

/// `from .a import (b as c, d)`.
fn names<'a>(tokens: &[Token<'a>], at: usize, imported: &mut Imported<'a>) -> usize {
    let (module, mut at) = dotted(tokens, at);
    if module.is_empty() || kind(tokens, at) != Some(Kind::Name("import")) {
        return at;
    }
    at += 1;
    at += usize::from(kind(tokens, at) == Some(Kind::Sign(b'(')));
    let separator = if module.ends_with('.') { "" } else { "." };
    while let Some(Kind::Name(name)) = kind(tokens, at) {
        at += 1;
        let full = Some(format!("{module}{separator}{name}"));
        if let (Some(Kind::Name("as")), Some(Kind::Name(alias))) = (kind(tokens, at), kind(tokens, at + 1)) {
            add(imported, alias, full);
            at += 2;
        } else {
            add(imported, name, full);
        }
        if kind(tokens, at) != Some(Kind::Sign(b',')) {
            break;
        }
        at += 1;
    }
    at
}

/// A dotted path, with the dots in front, and where it ends.
fn dotted(tokens: &[Token<'_>], mut at: usize) -> (String, usize) {
    let mut path = String::new();
    let mut has_name = false;
    loop {
        match kind(tokens, at) {
            Some(Kind::Sign(b'.')) => {
                path.push('.');
                has_name = false;
            }
            Some(Kind::Name(name)) if !has_name && name != "import" => {
                path.push_str(name);
                has_name = true;
            }
            _ => return (path, at),
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::attributes;

    fn shown(text: &str) -> String {
        let found = attributes(text).into_iter();
        found
            .map(|found| format!("{}:{} ", found.module, found.name))
            .collect::<String>()
            .trim_end()
            .to_owned()
    }

    #[test]
    fn what_is_looked_up_in_modules_is_told() {
        for (text, expected) in [
            ("from shop import queue\n\nx = queue.Queue()\n", "shop.queue:Queue"),
            ("from . import queue\nqueue.a(queue.b)\nqueue.a\n", ".queue:a .queue:b"),
            (
                "from .sub import (\n    a as b,  # why\n    c,\n)\nb.x\nc.y",
                ".sub.a:x .sub.c:y",
            ),
            ("import shop.queue as q\nprint(q.Queue)\n", "shop.queue:Queue"),
            ("import shop\nshop.x\n", "shop:x"),
            ("import shop.queue\nshop.queue.x\n", ""),
            // Anything else may be what the name stands for.
            ("from shop import queue\nqueue.x\nqueue = 1\n", ""),
            ("from shop import queue\ndef f(queue):\n    queue.x\n", ""),
            ("from shop import queue\nfrom other import queue\nqueue.x\n", ""),
            ("from shop import queue\nqueue.x = 1\nqueue.x\n", ""),
            ("from shop import queue\nqueue.x == 1\nself.queue.y\n", "shop.queue:x"),
            (
                "try:\n    from shop import queue\nexcept ImportError:\n    pass\nqueue.x\n",
                "",
            ),
            ("from shop import *\nqueue.x\n", ""),
            ("from", ""),
            ("import", ""),
            ("from . import", ""),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}
