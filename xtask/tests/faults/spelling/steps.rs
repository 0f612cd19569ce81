//! `RUN`, `CMD` and `COPY` in other words.

use super::instruction::{Instruction, line};

/// Commands that can be moved out of their shell: joined by `&&`, and without what lasts from one to the next.
fn commands(instruction: &Instruction) -> Option<(Vec<String>, Vec<String>)> {
    let (flags, body) = instruction.body()?;
    let words = [
        "if ", "for ", "while ", "case ", "cd ", "export ", "set ", "umask ", "source ",
    ];
    let is_more = body.starts_with('[') || body.contains([';', '|', '`']) || body.contains("<<");
    let parts: Vec<String> = body.split(" && ").map(|part| part.trim().to_owned()).collect();
    let lasts = |part: &String| {
        let first = part.split_whitespace().next().unwrap_or_default();
        words.iter().any(|word| part.starts_with(word)) || part.starts_with('(') || first.contains('=')
    };
    (!is_more && !body.ends_with("&&") && !parts.iter().any(lasts)).then_some((flags, parts))
}

pub fn in_a_heredoc(instruction: &Instruction) -> Option<Vec<String>> {
    let (flags, parts) = commands(instruction)?;
    let mut lines = vec![line("RUN", &flags, "<<EOF"), "set -e".to_owned()];
    lines.extend(parts);
    lines.push("EOF".to_owned());
    Some(lines)
}

pub fn as_words(instruction: &Instruction) -> Option<Vec<String>> {
    let (flags, parts) = commands(instruction)?;
    let text = parts.join(" && ").replace('\\', "\\\\").replace('"', "\\\"");
    Some(vec![line("RUN", &flags, &format!("[\"/bin/sh\", \"-c\", \"{text}\"]"))])
}

pub fn one_by_one(instruction: &Instruction) -> Option<Vec<String>> {
    let (flags, parts) = commands(instruction)?;
    // What is mounted or downloaded for the next command would be gone.
    let is_apart = flags.is_empty() && parts.len() > 1 && !parts.iter().any(|part| part.contains("apt"));
    is_apart.then(|| parts.iter().map(|part| line("RUN", &flags, part)).collect())
}

pub fn over_lines(instruction: &Instruction) -> Option<Vec<String>> {
    let (flags, parts) = commands(instruction)?;
    let last = parts.len() - 1;
    let lines = parts.iter().enumerate().map(|(at, part)| {
        let start = if at == 0 {
            line("RUN", &flags, "")
        } else {
            "    ".to_owned()
        };
        let end = if at == last { "" } else { " && \\" };
        format!("{start}{part}{end}")
    });
    Some(lines.collect())
}

pub fn in_a_shell(instruction: &Instruction) -> Option<Vec<String>> {
    let (flags, parts) = commands(instruction)?;
    let text = parts.join(" && ");
    let is_plain = !text.contains(['\'', '$', '"', '\\']);
    is_plain.then(|| vec![line("RUN", &flags, &format!("bash -o pipefail -c '{text}'"))])
}

pub fn traced(instruction: &Instruction) -> Option<Vec<String>> {
    let (flags, body) = instruction.body()?;
    let is_shell = !body.starts_with('[') && !body.contains("<<");
    is_shell.then(|| vec![line("RUN", &flags, &format!("set -eux; {body}"))])
}

/// The words of an array, over lines.
pub fn array_over_lines(instruction: &Instruction) -> Option<Vec<String>> {
    let (flags, body) = instruction.body()?;
    let is_array = body.starts_with('[') && body.contains(", ") && !body.contains("\\\"");
    let body = body.replace(", ", ", \\\n    ");
    is_array.then(|| vec![line(&instruction.keyword(), &flags, &body)])
}

fn sources(instruction: &Instruction) -> Option<(Vec<String>, Vec<String>)> {
    let (flags, body) = instruction.body()?;
    let words: Vec<String> = body.split_whitespace().map(str::to_owned).collect();
    (words.len() > 1 && !body.contains(['[', '"', '$', '\\'])).then_some((flags, words))
}

pub fn copy_as_array(instruction: &Instruction) -> Option<Vec<String>> {
    let (flags, words) = sources(instruction)?;
    Some(vec![line("COPY", &flags, &format!("[\"{}\"]", words.join("\", \"")))])
}

pub fn copy_from_here(instruction: &Instruction) -> Option<Vec<String>> {
    let (flags, mut words) = sources(instruction)?;
    let last = words.len() - 1;
    let is_here = !flags.iter().any(|flag| flag.starts_with("--from"));
    for word in &mut words[..last] {
        if !word.starts_with(['.', '/']) {
            *word = format!("./{word}");
        }
    }
    is_here.then(|| vec![line("COPY", &flags, &words.join(" "))])
}

pub fn copy_one_by_one(instruction: &Instruction) -> Option<Vec<String>> {
    let (flags, words) = sources(instruction)?;
    let (to, from) = words.split_last()?;
    (from.len() > 1).then(|| {
        let copies = from.iter().map(|from| line("COPY", &flags, &format!("{from} {to}")));
        copies.collect()
    })
}
