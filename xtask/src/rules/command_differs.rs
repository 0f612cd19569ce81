use std::collections::BTreeMap;

use super::{Aspect, Check, Level, Pair, Rule, Subject, port_differs};
use crate::{
    evidence::{
        built::Built,
        image::{Image, program},
        shell,
    },
    report::Problem,
};

pub const RULE: Rule = Rule {
    id: "command-differs",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "the two images start another program, or with other arguments",
    why: "the production start is then never tried before the release",
    example: "CMD [\"python\", \"app.py\"] in Dockerfile.dev, CMD [\"gunicorn\", \"app:app\"] in Dockerfile",
    fix: "start the same program in both; reloading and the debugger may differ",
    check: Check::Both(check, of_images),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = subject.both() else {
        return Vec::new();
    };
    let place = |image: &Image| {
        let said = image.command.as_ref().or(image.entrypoint.as_ref());
        said.map_or_else(|| image.place.clone(), |words| words.place.clone())
    };
    let words = prod.program();
    if let Some(word) = for_development(&words) {
        return vec![restarts(&word).at(place(prod))];
    }
    let (in_dev, in_prod) = (plain(dev.program()), plain(words));
    let ports = port_differs::one_against_one(subject, dev, prod);
    if in_dev == in_prod || ports.is_some_and(|ports| is_same_but_port(&in_dev, &in_prod, ports)) {
        return Vec::new();
    }
    vec![
        Problem::error(format!(
            "command differs: `{}` in development, `{}` in production",
            in_dev.join(" "),
            in_prod.join(" ")
        ))
        .at(place(dev).label("development"))
        .at(place(prod).label("production"))
        .note("reload options, watchers and debuggers are left aside"),
    ]
}

fn of_images(pair: &Pair<'_>) -> Vec<Problem> {
    let words = |built: &Built| program(built.config.entrypoint.clone(), built.config.command.clone());
    let (dev, prod) = (words(pair.dev), words(pair.prod));
    if let Some(word) = for_development(&prod) {
        return vec![restarts(&word).at(pair.in_prod())];
    }
    let (dev, prod) = (plain(dev), plain(prod));
    let ports = port_differs::one_against_one_in_images(pair);
    if ports.is_some_and(|ports| is_same_but_port(&dev, &prod, ports)) {
        return Vec::new();
    }
    let (dev, prod) = (dev.join(" "), prod.join(" "));
    let said = |image: &Image| {
        let words = image.command.as_ref().or(image.entrypoint.as_ref());
        words.map(|words| words.place.clone())
    };
    let problem = pair.differs("command", Some(&dev), Some(&prod), said);
    let problem = problem.map(|problem| problem.note("reload options, watchers and debuggers are left aside"));
    problem.into_iter().collect()
}

/// What starts a program over whenever a file changes, or under a debugger.
fn for_development(words: &[String]) -> Option<String> {
    let inner = words
        .iter()
        .filter(|word| word.contains(' '))
        .filter_map(|text| single(text));
    let inner: Vec<String> = inner.flatten().collect();
    let is_one = |word: &&String| {
        let name = word.rsplit('/').next().unwrap_or_default();
        word.starts_with("--reload") || matches!(name, "watchfiles" | "watchmedo" | "debugpy")
    };
    let found = words.iter().chain(&inner).find(is_one)?;
    Some(found.split('=').next().unwrap_or_default().to_owned())
}

fn restarts(word: &str) -> Problem {
    Problem::error(format!("production starts with `{word}`, which is for development"))
        .remedy(format!("leave `{word}` to the development image"))
}

/// Whether the ports that the images expose are all that the words differ in, which is another rule.
fn is_same_but_port(dev: &[String], prod: &[String], (ours, theirs): (&str, &str)) -> bool {
    let is_same = |(dev, prod): (&String, &String)| {
        let (Some(left), Some(right)) = (dev.strip_suffix(ours), prod.strip_suffix(theirs)) else {
            return dev == prod;
        };
        dev == prod || (left == right && !left.ends_with(|c: char| c.is_ascii_alphanumeric()))
    };
    dev.len() == prod.len() && dev.iter().zip(prod).all(is_same)
}

/// Without what only starts the program over, or under a debugger.
fn plain(mut words: Vec<String>) -> Vec<String> {
    let name = |word: Option<&String>| word.map(|word| word.rsplit('/').next().unwrap_or_default().to_owned());
    if let [shell, flag, text] = words.as_slice()
        && matches!(shell.rsplit('/').next(), Some("sh" | "bash"))
        && flag == "-c"
        && let Some(inner) = single(text)
    {
        words = inner;
    }
    // They only choose the environment.
    if matches!(name(words.first()).as_deref(), Some("poetry" | "uv")) && words.get(1).is_some_and(|word| word == "run")
    {
        words = words
            .into_iter()
            .skip(2)
            .skip_while(|word| word.starts_with('-'))
            .collect();
    }
    if name(words.first()).as_deref() == Some("watchfiles")
        && let Some(inner) = words.iter().find(|word| word.contains(' '))
        && let Some(inner) = single(inner)
    {
        words = inner;
    }
    if let Some(module) = words.iter().position(|word| word == "debugpy") {
        let target = words
            .iter()
            .skip(module + 1)
            .skip_while(|word| word.starts_with('-') || word.contains(':') || word.parse::<u16>().is_ok());
        words = target.filter(|word| *word != "-m").cloned().collect();
    }
    // A console script, run by the name of its interpreter or as the function behind it.
    if words.first().is_some_and(|word| word == "python") {
        match words.get(1).map(String::as_str) {
            Some("-c") => {
                let called = words
                    .get(2)
                    .and_then(|code| code.split_once("sys.argv[0] = '"))
                    .and_then(|(_, rest)| rest.split_once('\''));
                if let Some((script, _)) = called {
                    let script = script.to_owned();
                    words.splice(..3, [script]);
                }
            }
            Some(script) if script.contains("/bin/") => drop(words.remove(0)),
            Some(_) | None => {}
        }
    }
    // A module, and the program of the same name.
    if words.first().is_some_and(|word| word.starts_with("python")) && words.get(1).is_some_and(|word| word == "-m") {
        words.drain(..2);
    }
    let mut kept = Vec::new();
    let mut rest = words.into_iter();
    while let Some(word) = rest.next() {
        match word.as_str() {
            "--reload" => {}
            "--reload-dir" | "--reload-include" | "--reload-exclude" | "--reload-delay" => drop(rest.next()),
            _ if word.starts_with("--reload-") => {}
            _ => kept.push(word),
        }
    }
    if let Some(first) = kept.first_mut() {
        *first = first.rsplit('/').next().unwrap_or_default().to_owned();
    }
    kept
}

/// The words of a shell text that is one command, `exec` left aside.
pub(super) fn single(text: &str) -> Option<Vec<String>> {
    match shell::commands(text, &BTreeMap::new()).ok()?.as_slice() {
        [command] => Some(command.words.iter().map(|word| word.text.clone()).collect()),
        [..] => None,
    }
}
