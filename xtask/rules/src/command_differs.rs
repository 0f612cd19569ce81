use std::collections::BTreeMap;

use super::{Aspect, Check, Pair, Rule, Subject, compose_command_overrides::started, port_differs};
use diagnostics::Level;
use diagnostics::{Place, Problem};
use evidence::{
    built::Built,
    development,
    image::{Image, program},
};
use formats::shell::{self, is_shell};
use surfaces::compose::Purpose;

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
    // What is named and never run is another rule.
    if dev.ignores_command() || prod.ignores_command() {
        return Vec::new();
    }
    if let Some(word) = for_development(&prod.program()) {
        let said = prod.command.as_ref().or(prod.entrypoint.as_ref());
        let place = said.map_or_else(|| prod.place.clone(), |words| words.place.clone());
        return vec![restarts(&word).at(place)];
    }
    let (Some(of_dev), Some(of_prod)) = (
        Start::of(subject, dev, Purpose::Development),
        Start::of(subject, prod, Purpose::Production),
    ) else {
        return Vec::new();
    };
    let (in_dev, in_prod) = (of_dev.words, of_prod.words);
    // What compose starts in place of the command of the image is what is run.
    let mut runs = subject.compose.iter().filter(|run| run.purpose == Purpose::Development);
    if runs.any(|run| plain(started(run.service, dev)) == in_prod) {
        return Vec::new();
    }
    // What compose starts in an image that says nothing is compared with what an image says.
    if (of_dev.is_composed && in_prod.is_empty()) || (of_prod.is_composed && in_dev.is_empty()) {
        return Vec::new();
    }
    let ports = port_differs::one_against_one(subject, dev, prod);
    if in_dev == in_prod || ports.is_some_and(|ports| is_same_but_port(&in_dev, &in_prod, ports)) {
        return Vec::new();
    }
    vec![
        Problem::error(format!(
            "command differs: {} in development, {} in production",
            quoted(&in_dev),
            quoted(&in_prod)
        ))
        .at(of_dev.place.label("development"))
        .at(of_prod.place.label("production"))
        .note("reload options, watchers and debuggers are left aside"),
    ]
}

fn quoted(words: &[String]) -> String {
    match words {
        [] => "none".to_owned(),
        words => format!("`{}`", words.join(" ")),
    }
}

/// How an image is started, and who says it.
struct Start {
    words: Vec<String>,
    place: Place,
    is_composed: bool,
}

impl Start {
    /// By its Dockerfile, or by a compose file where that says nothing. `None` where compose may start it in any way, or as only
    /// a person at work does.
    fn of(subject: &Subject<'_>, image: &Image, purpose: Purpose) -> Option<Self> {
        let said = image.command.as_ref().or(image.entrypoint.as_ref());
        let runs = subject.compose.iter().filter(|run| run.purpose == purpose);
        let mut composed = runs.filter_map(|run| run.service.command.as_ref().or(run.service.entrypoint.as_ref()));
        let (words, place) = match (said, composed.find(|_| said.is_none())) {
            (None, Some(composed)) => {
                let is_open = composed.value.iter().any(|word| word.contains('*'));
                if is_open || development::reloading(&plain(composed.value.clone())).is_some() {
                    return None;
                }
                (composed.value.clone(), composed.place.clone())
            }
            (Some(said), _) => (image.program(), said.place.clone()),
            (None, None) => (Vec::new(), image.place.clone()),
        };
        let is_composed = said.is_none() && !words.is_empty();
        Some(Self {
            words: plain(words),
            place,
            is_composed,
        })
    }
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
    let debugs = words.iter().chain(&inner).any(|word| has_debug_option(word));
    let is_one = |word: &&String| {
        let name = word.rsplit('/').next().unwrap_or_default();
        word.starts_with("--reload")
            || (debugs && word.as_str() == "--debug")
            || matches!(name, "watchfiles" | "watchmedo" | "debugpy")
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

/// Programs that `--debug` makes reload and open a debugger. What others call so may be their log level.
fn has_debug_option(program: &str) -> bool {
    let name = program.rsplit('/').next().unwrap_or_default();
    matches!(name, "flask" | "quart" | "litestar")
}

/// Without what only starts the program over, or under a debugger.
pub(super) fn plain(mut words: Vec<String>) -> Vec<String> {
    let name = |word: Option<&String>| word.map(|word| word.rsplit('/').next().unwrap_or_default().to_owned());
    // Behind an entrypoint, too: a CMD in shell form is handed to it as the words of a shell.
    if let [before @ .., shell, flag, text] = words.as_slice()
        && is_shell(shell)
        && flag == "-c"
        && let Some(inner) = single(text)
    {
        words = before.iter().cloned().chain(inner).collect();
    }
    // They only choose the environment.
    if matches!(name(words.first()).as_deref(), Some("poetry" | "uv" | "pipenv" | "pdm"))
        && words.get(1).is_some_and(|word| word == "run")
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
    let debugs = words.first().is_some_and(|word| has_debug_option(word));
    let mut kept = Vec::new();
    let mut rest = words.into_iter();
    while let Some(word) = rest.next() {
        match word.as_str() {
            "--reload" => {}
            "--debug" if debugs => {}
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
