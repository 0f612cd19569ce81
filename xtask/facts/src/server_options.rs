//! What options of servers need: packages, and files.

/// An option with its value, as the command has it.
pub struct Given<'a> {
    /// The option.
    pub option: &'a str,
    /// Its value.
    pub value: &'a str,
}

/// The server that a command starts, and the words behind it.
pub struct Server<'a> {
    /// Its name.
    pub name: &'static str,
    rest: &'a [String],
}

/// What a value of an option needs: the server, the names of the option, the value, and the packages of which one brings it. Each is an
/// import that the server makes for that value, by its source: `uvicorn/config.py`, `gunicorn/util.py` and `gunicorn/workers`,
/// `granian/cli.py`.
const NEEDS: [(&str, &[&str], &str, &[&str]); 15] = [
    ("uvicorn", &["--loop"], "uvloop", &["uvloop"]),
    ("uvicorn", &["--http"], "httptools", &["httptools"]),
    ("uvicorn", &["--ws"], "websockets", &["websockets"]),
    ("uvicorn", &["--ws"], "websockets-sansio", &["websockets"]),
    ("uvicorn", &["--ws"], "wsproto", &["wsproto"]),
    ("hypercorn", &["-k", "--worker-class"], "uvloop", &["uvloop"]),
    ("hypercorn", &["-k", "--worker-class"], "trio", &["trio"]),
    ("granian", &["--loop"], "uvloop", &["uvloop"]),
    ("granian", &["--loop"], "rloop", &["rloop"]),
    ("gunicorn", &["-k", "--worker-class"], "gevent", &["gevent"]),
    ("gunicorn", &["-k", "--worker-class"], "eventlet", &["eventlet"]),
    ("gunicorn", &["-k", "--worker-class"], "tornado", &["tornado"]),
    ("gunicorn", &["-k", "--worker-class"], "uvicorn.workers.", &["uvicorn"]),
    (
        "gunicorn",
        &["-k", "--worker-class"],
        "uvicorn_worker.",
        &["uvicorn-worker"],
    ),
    ("gunicorn", &["-k", "--worker-class"], "uvloop", &["uvloop"]),
];
/// Options that name a file without which the server ends.
const FILES: [(&str, &[&str]); 4] = [
    ("uvicorn", &["--log-config"]),
    ("gunicorn", &["-c", "--config"]),
    ("gunicorn", &["--log-config", "--log-config-json"]),
    ("hypercorn", &["-c", "--config"]),
];
const SERVERS: [&str; 4] = ["uvicorn", "gunicorn", "hypercorn", "granian"];

impl<'a> Server<'a> {
    /// By its name, or as a module of Python.
    pub fn of(words: &'a [String]) -> Option<Self> {
        let mut found = words.iter().enumerate().filter_map(|(at, word)| {
            let name = word.rsplit('/').next()?;
            let known = SERVERS.iter().find(|server| **server == name)?;
            let is_started = at == 0 || words[at - 1] == "-m" || words[at - 1] == "exec" || words[at - 1] == "--";
            is_started.then_some((*known, at))
        });
        let (name, at) = found.next()?;
        Some(Self {
            name,
            rest: &words[at + 1..],
        })
    }

    /// Whether an option without a value is given.
    pub fn has(&self, option: &str) -> bool {
        self.rest.iter().any(|word| word == option)
    }

    /// Values that need packages, with the packages of which one is enough.
    pub fn needs(&self) -> Vec<(Given<'a>, &'static [&'static str])> {
        let mut found = Vec::new();
        for (server, options, value, packages) in NEEDS {
            let is_of =
                |given: &Given<'_>| given.value == value || (value.ends_with('.') && given.value.starts_with(value));
            if server == self.name {
                found.extend(self.given(options).filter(is_of).map(|given| (given, packages)));
            }
        }
        found
    }

    /// Files that it reads when it starts.
    pub fn files(&self) -> Vec<Given<'a>> {
        let known = FILES.iter().filter(|(server, _)| *server == self.name);
        let given = known.flat_map(|(_, options)| self.given(options));
        let given = given.map(|given| Given {
            value: given.value.strip_prefix("file:").unwrap_or(given.value),
            ..given
        });
        // A module, and what is known only when it runs.
        given
            .filter(|given| !given.value.starts_with("python:") && !given.value.contains(['$', '*']))
            .collect()
    }

    fn given(&self, options: &'static [&'static str]) -> impl Iterator<Item = Given<'a>> + use<'a> {
        let rest = self.rest;
        rest.iter().enumerate().filter_map(move |(at, word)| {
            if let Some(option) = options.iter().find(|option| *option == word) {
                let value = rest.get(at + 1)?;
                return Some(Given { option, value });
            }
            let (option, value) = word.split_once('=')?;
            let option = options
                .iter()
                .find(|known| **known == option && known.starts_with("--"))?;
            Some(Given { option, value })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn values_and_files_are_told() {
        for (text, needs, files) in [
            ("uvicorn a:b --loop uvloop --http=h11", "uvloop", ""),
            (
                "python -m uvicorn --ws=wsproto a:b --log-config log.yaml",
                "wsproto",
                "log.yaml",
            ),
            (
                "gunicorn -k uvicorn.workers.UvicornWorker a:b -c file:conf.py",
                "uvicorn",
                "conf.py",
            ),
            ("gunicorn a:b --worker-class gthread -c python:conf", "", ""),
            ("uvicorn a:b --loop auto --log-config $LOG", "", ""),
            ("python main.py uvicorn --loop uvloop", "", ""),
        ] {
            let words = words(text);
            let server = Server::of(&words);
            let found = server.iter().flat_map(Server::needs).flat_map(|(_, packages)| packages);
            assert_eq!(found.copied().collect::<Vec<_>>().join(" "), needs, "{text}");
            let found = server.iter().flat_map(Server::files).map(|given| given.value);
            assert_eq!(found.collect::<Vec<_>>().join(" "), files, "{text}");
        }
    }
}
