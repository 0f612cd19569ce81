//! The settings of a web server in an image: which ports nginx listens on, and which variables its templates ask for.

use crate::OtherImage;
use diagnostics::{Located, Place, Source};
use repo::RepoPath;

/// A file of settings that an image of nginx reads, or that something fills in for it.
pub struct Settings {
    /// The path in the image.
    pub path: String,
    /// The file of the repository.
    pub source: Source,
}

/// The files below `/etc/nginx` that are files of the repository. `None` where there may be others.
pub fn settings(other: &OtherImage<'_>) -> Option<Vec<Settings>> {
    const FOLDER: &str = "/etc/nginx";
    let listing = other.image.tree.list(FOLDER, &other.listed);
    let mut found = Vec::new();
    for (below, held) in listing.files {
        if ![".conf", ".template"].iter().any(|end| below.ends_with(end)) {
            continue;
        }
        let path = held.source.as_deref().and_then(RepoPath::parse)?;
        let source = other.repo.root.source(&path).ok()?;
        found.push(Settings {
            path: format!("{FOLDER}/{below}"),
            source,
        });
    }
    Some(found)
}

/// The ports that nginx listens on. `None` where that is not known.
pub fn ports(other: &OtherImage<'_>) -> Option<Vec<Located<String>>> {
    if !other.is_nginx() {
        return None;
    }
    let settings = settings(other)?;
    let is_replaced = |name: &str| settings.iter().any(|file| file.path.ends_with(name));
    let is_own = other.image.config.entrypoint.is_some() || other.image.config.command.as_ref().is_some_and(is_told);
    // The image itself has this one, which listens too.
    let is_default = !is_own && !is_replaced("/default.conf") && !is_replaced("/default.conf.template");
    if is_default && !is_replaced("/etc/nginx/nginx.conf") {
        return None;
    }
    let mut found = Vec::new();
    for file in &settings {
        for (start, words) in directives(file.source.text(), "listen") {
            let port = port(words)?;
            found.push(Located {
                value: port,
                place: file.source.place(start..start + words.len()),
            });
        }
    }
    (!found.is_empty()).then_some(found)
}

/// Whether a command names its own file of settings.
fn is_told(command: &Located<Vec<String>>) -> bool {
    command.value.iter().any(|word| word == "-c")
}

/// `8080`, `0.0.0.0:8080 ssl`, `[::]:8080`. `None` for variables, and for sockets.
fn port(words: &str) -> Option<String> {
    let first = words.split_whitespace().next()?;
    let port = first.rsplit(':').next()?;
    let number = port.parse::<u16>().ok();
    number.map(|number| number.to_string()).or_else(|| {
        // An address alone: port 80.
        let is_address = first.contains(['.', ']']) && !first.contains('$') && !first.starts_with("unix");
        is_address.then(|| "80".to_owned())
    })
}

/// What follows a word at the start of a directive, with its position. Comments are left out.
pub(crate) fn directives<'a>(text: &'a str, word: &str) -> Vec<(usize, &'a str)> {
    started_with(text, word, ';')
}

/// What follows a word in front of a block, as of `upstream NAME {`.
pub(crate) fn blocks<'a>(text: &'a str, word: &str) -> Vec<(usize, &'a str)> {
    started_with(text, word, '{')
}

fn started_with<'a>(text: &'a str, word: &str, end: char) -> Vec<(usize, &'a str)> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let code = line.split('#').next().unwrap_or_default();
        let mut start = 0;
        for part in code.split_inclusive([';', '{', '}']) {
            let trimmed = part.trim_start();
            let rest = trimmed
                .strip_prefix(word)
                .filter(|rest| rest.starts_with(char::is_whitespace) && part.ends_with(end));
            if let Some(rest) = rest {
                let value = rest.trim_start();
                let offset = at + start + part.len() - value.len();
                found.push((offset, value.trim_end_matches(end).trim_end()));
            }
            start += part.len();
        }
        at += line.len();
    }
    found
}

/// Variables that a template asks for in the form `${NAME}`, each once with its place. Names of nginx itself are in small letters.
pub fn asked(file: &Settings) -> Vec<(String, Place)> {
    let text = file.source.text();
    let mut found: Vec<(String, Place)> = Vec::new();
    for (at, _) in text.match_indices("${") {
        let Some(end) = text[at..].find('}') else { continue };
        let name = &text[at + 2..at + end];
        let is_name = name.starts_with(|c: char| c.is_ascii_uppercase())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
        let is_comment = text[..at].rsplit('\n').next().is_some_and(|line| line.contains('#'));
        if is_name && !is_comment && found.iter().all(|(known, _)| known != name) {
            found.push((name.to_owned(), file.source.place(at..at + end + 1)));
        }
    }
    found
}
