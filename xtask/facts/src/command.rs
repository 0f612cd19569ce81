//! What a container starts, compared by meaning.

use std::collections::BTreeMap;

use evidence::{
    config::{Config, program},
    image::Image,
};
use formats::shell::{self, is_shell};
use surfaces::compose::Service;

/// What compose starts: its words in place of those of the image. Another entrypoint takes the command of the image away.
pub fn started(service: &Service, image: &Config) -> Vec<String> {
    let words = |said: &Option<diagnostics::Located<Vec<String>>>| said.as_ref().map(|said| said.value.clone());
    let entrypoint = words(&service.entrypoint);
    let command = words(&service.command);
    let command = match entrypoint {
        Some(_) => command.unwrap_or_default(),
        None => command.or_else(|| words(&image.command)).unwrap_or_default(),
    };
    program(
        entrypoint.or_else(|| words(&image.entrypoint)).unwrap_or_default(),
        command,
    )
}

/// `uv run`, `poetry run` and the like, wherever they are among the words.
pub fn is_run_by_a_manager(image: &Image) -> bool {
    let words = image.program().join(" ");
    let words: Vec<&str> = words.split_whitespace().collect();
    words.windows(2).any(|pair| {
        let [program, run] = pair else { return false };
        let program = program.rsplit('/').next().unwrap_or_default();
        *run == "run" && matches!(program, "uv" | "poetry" | "pipenv" | "pdm" | "hatch" | "pixi" | "rye")
    })
}

/// Without what only starts the program over, or under a debugger.
pub fn plain(mut words: Vec<String>) -> Vec<String> {
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

/// The same words in an order that says the same: `--port=80` is `--port 80`, and options with their values are in any order.
pub fn by_option(words: &[String]) -> Vec<String> {
    let Some((program, rest)) = words.split_first() else {
        return Vec::new();
    };
    let split = rest.iter().flat_map(|word| match word.split_once('=') {
        Some((name, value)) if name.starts_with("--") => vec![name.to_owned(), value.to_owned()],
        _ => vec![word.clone()],
    });
    let mut options: Vec<(String, Option<String>)> = Vec::new();
    let mut operands: Vec<String> = Vec::new();
    let mut split = split.peekable();
    while let Some(word) = split.next() {
        if word == "--" {
            operands.push(word);
            operands.extend(split);
            break;
        }
        if word.starts_with('-') && word.len() > 1 {
            // An application is not the value of an option: `--proxy-headers web.main:app`.
            let may_be_named = TAKE_A_NAME.contains(&word.as_str());
            let is_value = |next: &String| !next.starts_with('-') && (may_be_named || !is_application(next));
            options.push((word, split.next_if(is_value)));
        } else {
            operands.push(word);
        }
    }
    // Of an option that stands twice, the order counts.
    options.sort_by(|(one, _), (other, _)| one.cmp(other));
    let options = options
        .into_iter()
        .flat_map(|(name, value)| std::iter::once(name).chain(value));
    std::iter::once(program.clone())
        .chain(operands)
        .chain(options)
        .collect()
}

/// Options of servers whose value may look like an application: a class or a function by the module that it is in.
const TAKE_A_NAME: [&str; 8] = [
    "--config",
    "--http",
    "--logger-class",
    "--loop",
    "--worker-class",
    "--ws",
    "-c",
    "-k",
];

/// `web.main:app`, which no host and port looks like.
fn is_application(word: &str) -> bool {
    word.split_once(':').is_some_and(|(module, name)| {
        module.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && name.starts_with(|c: char| c.is_alphabetic() || c == '_')
    })
}

/// The words of a shell text that is one command, `exec` left aside.
pub fn single(text: &str) -> Option<Vec<String>> {
    match shell::commands(text, &BTreeMap::new()).ok()?.as_slice() {
        [command] => Some(command.words.iter().map(|word| word.text.clone()).collect()),
        [..] => None,
    }
}

/// Programs that `--debug` makes reload and open a debugger. What others call so may be their log level.
pub fn has_debug_option(program: &str) -> bool {
    let name = program.rsplit('/').next().unwrap_or_default();
    matches!(name, "flask" | "quart" | "litestar")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_compared_by_meaning() {
        let words = |text: &str| by_option(&text.split(' ').map(str::to_owned).collect::<Vec<_>>());
        let same = words("uvicorn web.main:app --host 0.0.0.0 --port 8080");
        assert_eq!(words("uvicorn --port=8080 web.main:app --host=0.0.0.0"), same);
        assert_eq!(words("uvicorn --port 8080 --host 0.0.0.0 web.main:app"), same);
        assert_ne!(words("uvicorn web.main:app --host 0.0.0.0 --port 8081"), same);
        assert_ne!(
            words("uvicorn web.main:app --host 0.0.0.0 --port 8080 --proxy-headers"),
            same
        );
        assert_ne!(words("run -v a -v b"), words("run -v b -v a"));
        assert_eq!(
            words("uvicorn --proxy-headers web.main:app"),
            words("uvicorn web.main:app --proxy-headers")
        );
        assert_eq!(
            words("uvicorn --http web.http:Patient web.main:app"),
            words("uvicorn web.main:app --http web.http:Patient")
        );
        assert_ne!(
            words("uvicorn web.main:app --http web.http:Patient"),
            words("uvicorn web.http:Patient --http web.main:app")
        );
    }
}
