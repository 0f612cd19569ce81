//! What commands take from the web, and whether anything vouches for it.

use super::{copy::Download, tool};
use diagnostics::Place;
use formats::shell::{Simple, is_shell};

/// What a script does to be sure of what came.
const CHECKS: [&str; 9] = [
    "sha256sum",
    "sha512sum",
    "sha1sum",
    "md5sum",
    "shasum",
    "gpg --verify",
    "gpg --batch --verify",
    "cosign verify",
    "minisign",
];
/// Keys and lists of a package manager are what it checks by.
const TRUSTED: [&str; 8] = [".asc", ".gpg", ".key", ".pub", ".list", ".sources", "keyring", "gpgkey"];

/// What of a text of Python asks another machine for something,
const ASKS: [&str; 9] = [
    "urlretrieve(",
    "urlopen(",
    "requests.get(",
    "httpx.get(",
    "httpx.stream(",
    "HTTPSConnection(",
    "download_url_to_file(",
    "wget.download(",
    "get_file(",
];
/// keeps the answer,
const KEEPS: [&str; 9] = [
    "urlretrieve(",
    "download_url_to_file(",
    "wget.download(",
    "get_file(",
    "write(",
    "write_bytes(",
    "write_text(",
    "copyfileobj(",
    "extractall(",
];
/// or runs it.
const RUNS: [&str; 4] = ["exec(", "subprocess.", "os.system(", "runpy."];

/// Whether a script, all that runs in one step, looks at what came.
fn is_checked(script: &str) -> bool {
    CHECKS.iter().any(|check| script.contains(check))
}

/// A file that a command of this script keeps, or a program that it runs, as it comes from an address.
pub fn by(command: &Simple, script: &str, place: &Place) -> Option<Download> {
    let words = || command.words.iter().map(|word| word.text.as_str());
    let program = words().next()?.rsplit('/').next()?;
    if is_python(program)
        && let Some(code) = words().skip_while(|word| *word != "-c").nth(1)
        && let Some(download) = by_python(code, place)
    {
        return Some(download);
    }
    let (address, is_run) = match &command.input {
        Some(input) if is_interpreter(program) => (address(input.iter().map(|word| word.text.as_str()))?, true),
        _ => (address(words()).filter(|_| is_kept(program, command))?, false),
    };
    let is_trusted = || {
        TRUSTED
            .iter()
            .any(|part| words().any(|word| word.contains(part)) || address.contains(part))
    };
    // That of a tool is an install, which has rules of its own.
    if is_near(address) || tool::of_address(address).is_some() || is_trusted() {
        return None;
    }
    Some(Download {
        has_checksum: is_checked(script),
        is_command: true,
        is_run,
        digest: None,
        address: address.to_owned(),
        file: destination(command, address),
        place: place.clone(),
    })
}

/// The same of a text of Python.
pub fn by_python(code: &str, place: &Place) -> Option<Download> {
    let is_any = |parts: &[&str]| parts.iter().any(|part| code.contains(part));
    let mut texts = code.split(['"', '\'']);
    let address = texts
        .clone()
        .find(|text| text.contains("://") && !text.contains(char::is_whitespace))?;
    let is_run = is_any(&RUNS);
    if !is_any(&ASKS) || !(is_run || is_any(&KEEPS)) || is_near(address) || tool::of_address(address).is_some() {
        return None;
    }
    Some(Download {
        has_checksum: is_any(&["hashlib", "sha256", "sha512"]),
        is_command: true,
        is_run,
        digest: None,
        address: address.to_owned(),
        file: texts.find(|text| text.starts_with('/')).map(str::to_owned),
        place: place.clone(),
    })
}

fn is_near(address: &str) -> bool {
    ["://localhost", "://127.0.0.1"]
        .iter()
        .any(|host| address.contains(host))
}

/// The file that a command writes, where it names one.
fn destination(command: &Simple, address: &str) -> Option<String> {
    let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
    let is_output = |word: &&str| {
        matches!(*word, "--output" | "--output-document")
            || (word.starts_with('-') && !word.starts_with("--") && word.ends_with(['o', 'O']))
    };
    let named = words.iter().position(is_output).and_then(|at| words.get(at + 1));
    let named = named.filter(|word| !word.starts_with('-') && !word.contains("://"));
    let long = words.iter().find_map(|word| word.strip_prefix("--output="));
    let output = command.output.as_ref().map(|output| output.text.as_str());
    let name = address.rsplit('/').next().filter(|name| !name.is_empty());
    output.or(long).or(named.copied()).or(name).map(str::to_owned)
}

fn is_interpreter(program: &str) -> bool {
    is_shell(program) || program == "perl" || is_python(program)
}

/// Whether a program is Python, of any version.
pub fn is_python(program: &str) -> bool {
    program
        .rsplit('/')
        .next()
        .is_some_and(|name| name.starts_with("python"))
}

/// What curl or wget is asked for.
fn address<'a>(mut words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let program = words.next()?.rsplit('/').next()?;
    if !matches!(program, "curl" | "wget") {
        return None;
    }
    words.find(|word| word.contains("://"))
}

/// Whether a file comes of it.
fn is_kept(program: &str, command: &Simple) -> bool {
    let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
    if words.contains(&"/dev/null") || command.output.as_ref().is_some_and(|output| output.text == "/dev/null") {
        return false;
    }
    let is_short = |word: &str, letter: char| word.starts_with('-') && !word.starts_with("--") && word.contains(letter);
    let is_saved = |word: &&str| {
        word.starts_with("--output") || word.starts_with("--remote-name") || is_short(word, 'o') || is_short(word, 'O')
    };
    // `wget -qO- …` prints.
    let is_printed = words.iter().any(|word| is_short(word, 'O') && word.ends_with('-')) || words.contains(&"-");
    match program {
        "curl" => command.output.is_some() || words.iter().any(is_saved),
        "wget" => command.output.is_some() || !is_printed,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use formats::shell;

    #[test]
    fn downloads_are_told() {
        for (text, expected) in [
            (
                "curl -o /usr/local/bin/tini -sSLO https://example.org/tini",
                Some((false, false)),
            ),
            (
                "curl -fsSL https://example.org/setup_18.x | bash -",
                Some((true, false)),
            ),
            ("wget https://example.org/a.deb && dpkg -i a.deb", Some((false, false))),
            ("wget -qO- https://example.org/install.sh | sh", Some((true, false))),
            ("curl https://example.org/a > a", Some((false, false))),
            (
                "curl -LO https://example.org/a && echo 'x  a' | sha256sum -c -",
                Some((false, true)),
            ),
            ("curl -fsS https://example.org/a", None),
            (
                "curl -fsSL https://example.org/key.asc -o /etc/apt/keyrings/a.asc",
                None,
            ),
            ("curl -sSL https://install.python-poetry.org | python3 -", None),
            ("curl -o /dev/null https://example.org", None),
            ("curl -f http://localhost:8080/health -o out", None),
            ("echo https://example.org > a", None),
            (
                "python -c \"import urllib.request as r; r.urlretrieve('https://example.org/a', '/a')\"",
                Some((false, false)),
            ),
            (
                "python3 -c \"import requests; exec(requests.get('https://example.org/a').text)\"",
                Some((true, false)),
            ),
            (
                "python3 -c \"import httpx, hashlib; open('/a', 'wb').write(httpx.get('https://example.org/a').content)\"",
                Some((false, true)),
            ),
            (
                "python -c \"import urllib.request as r; r.urlopen('https://example.org')\"",
                None,
            ),
            (
                "python -c \"import urllib.request as r; r.urlretrieve('http://localhost/a', 'a')\"",
                None,
            ),
        ] {
            let place = Place::File("Dockerfile".to_owned());
            let commands = shell::commands(text, &Default::default()).unwrap();
            let found = commands.iter().find_map(|command| by(command, text, &place));
            let found = found.map(|download| (download.is_run, download.has_checksum));
            assert_eq!(found, expected, "{text}");
        }
    }
}
