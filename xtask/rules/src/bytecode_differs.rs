use std::collections::BTreeSet;

use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem, count};
use evidence::built::{At, Built, Interpreter};
use facts::{Pair, Side};

pub const RULE: Rule = Rule {
    id: "bytecode-differs",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "bytecode in a built image was not compiled from the source beside it",
    why: "Python runs bytecode with a matching header, whatever the source says; otherwise it compiles the source again at every start",
    example: "__pycache__/_client.cpython-313.pyc of another version of the package",
    fix: "compile in the step that installs, or remove `__pycache__`",
    check: Check::Images(check),
};

/// As many as a person reads.
const SHOWN: usize = 5;

const MAGIC_ENDS_WITH: &[u8; 2] = b"\r\n";

/// What bytecode says of its source.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Header {
    /// It is not bytecode.
    Damaged,
    /// Time and size, each cut to four bytes.
    Stamped { time: u32, size: u32 },
    /// A digest, which only some interpreters compare.
    Hashed([u8; 8]),
}

fn check(pair: &Pair<'_>) -> Vec<Problem> {
    let [dev, prod] = pair.sides();
    let mut found = Vec::new();
    for side in [&dev, &prod] {
        found.extend(listed(
            side,
            unfit(side.built),
            "was not compiled from its source",
            Problem::warning,
        ));
    }
    let other: Vec<&str> = compiled(pair.prod)
        .filter(|(path, source, header)| is_other(pair, path, source, *header))
        .map(|(path, _, _)| path)
        .collect();
    let problem = listed(
        &prod,
        other,
        "has different code than in development, although its source is the same",
        Problem::error,
    );
    found.extend(problem.map(|problem| problem.at(pair.in_dev())));
    found
}

fn listed(side: &Side<'_>, paths: Vec<&str>, what: &str, level: fn(String) -> Problem) -> Option<Problem> {
    let first = paths.first()?;
    let more = match paths.len() {
        1 => String::new(),
        several => format!(", and so do {}", count(several - 1, "file")),
    };
    let problem = level(format!("`{first}` in {} {what}{more}", side.name)).at(side.place());
    let rest = paths.iter().skip(1).take(SHOWN);
    Some(rest.map(|path| format!("also `{path}`")).fold(problem, Problem::note))
}

/// Bytecode of another source than the one beside it. Another time alone comes of a copy.
fn unfit(built: &Built) -> Vec<&str> {
    // Where its source was changed, another rule says so.
    let packages = built.distributions.values();
    let altered: BTreeSet<&str> = packages
        .flat_map(|package| package.altered.iter().map(|file| file.path.as_str()))
        .collect();
    let is_unfit = |(_, source, header): &(&str, String, Header)| match header {
        _ if altered.contains(source.as_str()) => false,
        Header::Damaged => true,
        Header::Stamped { size, .. } => built.files.meta(source).is_some_and(|meta| meta.size as u32 != *size),
        Header::Hashed(_) => false,
    };
    compiled(built).filter(is_unfit).map(|(path, _, _)| path).collect()
}

/// Python would run both, and they are not the same. Where times differ, it was compiled twice, and may differ in its order.
fn is_other(pair: &Pair<'_>, path: &str, source: &str, header: Header) -> bool {
    let (dev, prod) = (&pair.dev.files, &pair.prod.files);
    let is_loaded = match header {
        Header::Damaged => false,
        Header::Stamped { time, size } => prod
            .meta(source)
            .is_some_and(|meta| meta.time as u32 == time && meta.size as u32 == size),
        Header::Hashed(_) => true,
    };
    is_loaded
        && dev
            .digest(source)
            .is_some_and(|digest| prod.digest(source) == Some(digest))
        && dev.head(path).is_some_and(|head| prod.head(path) == Some(head))
        && dev.digest(path) != prod.digest(path)
        && dev.meta(path).map(|meta| meta.size) != prod.meta(path).map(|meta| meta.size)
}

/// Cached bytecode with its source and its header.
fn compiled(built: &Built) -> impl Iterator<Item = (&str, String, Header)> {
    let files = built.files.entries().filter(|(_, at, _)| *at == At::File);
    let is_optimised = built
        .config
        .variable("PYTHONOPTIMIZE")
        .is_some_and(|level| !level.is_empty());
    let tag = built.interpreter.as_ref().and_then(Interpreter::tag);
    // Python looks at that of its own version alone, and at optimised bytecode only with -O.
    let is_looked_at = move |name: &str| {
        let mut parts = name.split('.').skip(1);
        let is_of_version = match (parts.next(), &tag) {
            (Some(part), Some(tag)) => part == tag,
            (_, None) | (None, Some(_)) => true,
        };
        is_of_version && parts.next().is_none_or(|part| part.starts_with("opt-") == is_optimised)
    };
    files.filter_map(move |(path, _, _)| {
        let (folder, name) = path.strip_suffix(".pyc")?.split_once("/__pycache__/")?;
        let module = name.split('.').next().filter(|_| is_looked_at(name))?;
        let source = format!("{folder}/{module}.py");
        // Without its source it is not loaded from there.
        built
            .files
            .is_file(&source)
            .then(|| (path, source, header(built.files.head(path))))
    })
}

fn header(head: Option<&[u8]>) -> Header {
    let Some(head) = head.filter(|head| head.len() >= 16 && head[2..4] == MAGIC_ENDS_WITH[..]) else {
        return Header::Damaged;
    };
    let number = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    if number(4) & 1 == 0 {
        return Header::Stamped {
            time: number(8),
            size: number(12),
        };
    }
    let mut digest = [0; 8];
    digest.copy_from_slice(&head[8..16]);
    Header::Hashed(digest)
}
