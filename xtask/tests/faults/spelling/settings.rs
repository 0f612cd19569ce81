//! `ENV`, `WORKDIR`, `USER`, `EXPOSE` and `FROM` in other words.

use super::instruction::{Instruction, line};

/// The pairs of an `ENV`, where none reads another and none is quoted.
fn pairs(instruction: &Instruction) -> Option<Vec<(String, String)>> {
    let (_, body) = instruction.body()?;
    if body.contains(['"', '\'', '\\']) {
        return None;
    }
    let words = body.split_whitespace();
    let pairs: Option<Vec<(String, String)>> = words
        .map(|word| {
            word.split_once('=')
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
        })
        .collect();
    let pairs = pairs.filter(|pairs| !pairs.is_empty())?;
    let reads = |value: &str| pairs.iter().any(|(name, _)| name != "PATH" && value.contains(name));
    (!pairs.iter().any(|(_, value)| value.contains('$') && reads(value))).then_some(pairs)
}

pub fn one_by_one(instruction: &Instruction) -> Option<Vec<String>> {
    let pairs = pairs(instruction)?;
    (pairs.len() > 1).then(|| {
        pairs
            .iter()
            .map(|(name, value)| format!("ENV {name}={value}"))
            .collect()
    })
}

pub fn quoted(instruction: &Instruction) -> Option<Vec<String>> {
    let pairs = pairs(instruction)?;
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{name}=\"{value}\""))
        .collect();
    Some(vec![line("ENV", &[], &pairs.join(" "))])
}

/// The form without `=`, which is old and understood.
pub fn with_a_blank(instruction: &Instruction) -> Option<Vec<String>> {
    let pairs = pairs(instruction)?;
    match pairs.as_slice() {
        [(name, value)] if !value.is_empty() => Some(vec![format!("ENV {name} {value}")]),
        _ => None,
    }
}

pub fn folder_by_folder(instruction: &Instruction) -> Option<Vec<String>> {
    let (_, path) = instruction.body()?;
    let (above, name) = path.trim_end_matches('/').rsplit_once('/')?;
    let is_plain = !above.is_empty() && !path.contains(['$', '"']);
    is_plain.then(|| vec![format!("WORKDIR {above}"), format!("WORKDIR {name}")])
}

pub fn user_by_argument(instruction: &Instruction) -> Option<Vec<String>> {
    let (_, user) = instruction.body()?;
    (!user.contains('$')).then(|| vec![format!("ARG RUN_AS={user}"), "USER ${RUN_AS}".to_owned()])
}

pub fn port_with_protocol(instruction: &Instruction) -> Option<Vec<String>> {
    let (_, ports) = instruction.body()?;
    let ports = ports.split_whitespace().map(|port| {
        if port.contains('/') {
            port.to_owned()
        } else {
            format!("{port}/tcp")
        }
    });
    Some(vec![line("EXPOSE", &[], &ports.collect::<Vec<_>>().join(" "))])
}

pub fn after_its_shell(instruction: &Instruction) -> Option<Vec<String>> {
    let mut lines = instruction.lines.clone();
    lines.push("SHELL [\"/bin/sh\", \"-c\"]".to_owned());
    Some(lines)
}
