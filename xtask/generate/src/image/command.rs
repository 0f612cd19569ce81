//! What a container runs: the command of the settings, and how the development image runs it.

use formats::shell::quoted;

use super::script;
use repo::{Package, RepoPath, Start};

/// The command of a service, in exec form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command(pub Vec<String>);

/// What hands a program a blocked SIGTERM, and becomes that program: coreutils since 8.31.
const BLOCKING: [&str; 2] = ["env", "--block-signal=TERM"];

/// Programs whose interpreter is a Python of the environment, besides Python itself.
const PYTHON_PROGRAMS: [&str; 9] = [
    "celery",
    "daphne",
    "fastapi",
    "flask",
    "granian",
    "gunicorn",
    "hypercorn",
    "uvicorn",
    "watchfiles",
];

/// How many seconds uvicorn gives requests in flight when it is stopped: without it as many as they take. The tenth of a second
/// that it waits anyway is all here, so that a container ends within a second; who runs it may say more.
const GRACE: (&str, &str) = ("UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN", "0");

/// How a command starts over when a source changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reload {
    /// The program does it itself.
    Uvicorn,
    /// `watchfiles` runs the program.
    Watchfiles,
}

impl Command {
    /// The command as it runs from sources, where no local package is installed.
    pub fn from_sources(package: &Package, start: &Start) -> Self {
        let command = &start.command;
        let own = command
            .first()
            .and_then(|program| script::without_install(&package.manifest, program));
        match own {
            Some(words) => Self(words.into_iter().chain(command.iter().skip(1).cloned()).collect()),
            None => Self(command.clone()),
        }
    }

    /// The same command, started over when a file under these folders changes.
    ///
    /// `venv` is the virtual environment that its program is in.
    pub fn reloading(&self, folders: &[RepoPath], workdir: &str, venv: &str) -> Self {
        let folders = folders.iter().map(|folder| format!("{workdir}/{folder}"));
        let mut words = Vec::new();
        match self.reload() {
            Reload::Uvicorn => {
                words.extend(self.0.iter().cloned());
                words.push("--reload".into());
                for folder in folders {
                    words.extend(["--reload-dir".into(), folder]);
                }
            }
            Reload::Watchfiles => {
                words.extend(["watchfiles", "--filter", "python"].map(String::from));
                words.push(
                    self.debuggable(venv)
                        .iter()
                        .map(|word| quoted(word))
                        .collect::<Vec<_>>()
                        .join(" "),
                );
                words.extend(folders);
            }
        }
        Self(words)
    }

    /// A console script is run by the name of its interpreter: debugpy follows a child process only when it sees that it
    /// is a Python.
    fn debuggable(&self, venv: &str) -> Vec<String> {
        let program = self.0.first().map_or("", String::as_str);
        if program.contains('/') || program.starts_with("python") || matches!(program, "sh" | "bash") {
            return self.0.clone();
        }
        let script = ["python".into(), format!("{venv}/bin/{program}")];
        script.into_iter().chain(self.0.iter().skip(1).cloned()).collect()
    }

    /// The same command, which ends on a SIGTERM that comes before its program can handle one: the signal is blocked, and so
    /// pending, until the program's first code lets it in. A program that may not do so is left as it is.
    pub fn stoppable(&self) -> Self {
        let name = self.0.first().and_then(|program| program.rsplit('/').next());
        let is_python = name.is_some_and(|name| name.starts_with("python") || PYTHON_PROGRAMS.contains(&name));
        let blocking = is_python.then_some(BLOCKING).into_iter().flatten().map(String::from);
        Self(blocking.chain(self.0.iter().cloned()).collect())
    }

    /// Variables of an image that runs this command, unless the settings have others.
    pub fn environment(&self) -> Option<(String, String)> {
        let says = |word: &String| word.starts_with("--timeout-graceful-shutdown");
        let (name, value) = GRACE;
        (self.reload() == Reload::Uvicorn && !self.0.iter().any(says)).then(|| (name.into(), value.into()))
    }

    /// The program that starts it over, which the dev groups have to hold when it is not the command's own.
    pub fn needs_watchfiles(&self) -> bool {
        self.reload() == Reload::Watchfiles
    }

    fn reload(&self) -> Reload {
        match self
            .0
            .first()
            .map(|program| program.rsplit('/').next().unwrap_or_default())
        {
            Some("uvicorn") => Reload::Uvicorn,
            Some(_) | None => Reload::Watchfiles,
        }
    }

    /// As JSON, the way `CMD` and `ENTRYPOINT` take it.
    pub fn json(&self) -> String {
        // One line with a blank after each comma, as people write it.
        let words: Vec<String> = self
            .0
            .iter()
            .map(|word| serde_json::Value::from(word.as_str()).to_string())
            .collect();
        format!("[{}]", words.join(", "))
    }
}

/// What precedes the command in the development image: runs it under debugpy when `DEBUGPY_PORT` is set, and
/// unchanged when it is not. A Python program is run by its options, any other as the script that it is.
///
/// A program that is being debugged does not end in a second: debugpy waits at its exit, and a breakpoint holds up everything. Nor
/// does one that reloads, where the machine is busy: what watches the files ends after what it started. So the shell stays, hands
/// on the signal, and ends the container when the program has had its time. Other commands, such as `bash`, take its place.
pub fn launcher() -> Command {
    const SCRIPT: &str = "trap 'exit 143' TERM; stays=; \
        if [ \"$1 $2\" = 'env --block-signal=TERM' ]; then shift 2; stays=1; fi; \
        if [ -n \"$DEBUGPY_PORT\" ]; then stays=1; \
        case \"${1##*/}\" in python|python3|python3.*) shift ;; \
        *) program=\"$(command -v \"$1\")\" || exit 127; shift; set -- \"$program\" \"$@\" ;; esac; \
        if [ \"$DEBUGPY_WAIT\" = 1 ]; then set -- --wait-for-client \"$@\"; fi; \
        set -- python -X frozen_modules=off -m debugpy --listen \"0.0.0.0:$DEBUGPY_PORT\" \"$@\"; fi; \
        if [ -n \"$stays\" ]; then \"$@\" <&0 & program=$!; \
        trap 'kill $program; { sleep \"${UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN:-0}.6\"; kill -9 $program; } & wait $program; exit 143' TERM INT; \
        wait $program; exit; fi; exec \"$@\"";
    Command(["/bin/sh", "-c", SCRIPT, "launch"].map(String::from).to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(words: &[&str]) -> Command {
        Command(words.iter().copied().map(String::from).collect())
    }

    #[test]
    fn uvicorn_reloads_itself() {
        let folders = [
            RepoPath::parse("services/a/src").unwrap(),
            RepoPath::parse("libs/b").unwrap(),
        ];
        assert_eq!(
            command(&["uvicorn", "a:app"])
                .reloading(&folders, "/app", "/opt/venv")
                .json(),
            r#"["uvicorn", "a:app", "--reload", "--reload-dir", "/app/services/a/src", "--reload-dir", "/app/libs/b"]"#
        );
    }

    #[test]
    fn any_other_program_is_watched() {
        let folders = [RepoPath::parse("services/a/src").unwrap()];
        assert_eq!(
            command(&["serve", "it's here", "$HOME", ""])
                .reloading(&folders, "/app", "/opt/venv")
                .0,
            [
                "watchfiles",
                "--filter",
                "python",
                r#"python /opt/venv/bin/serve 'it'"'"'s here' '$HOME' ''"#,
                "/app/services/a/src"
            ]
        );
    }

    #[test]
    fn only_a_python_is_started_with_a_blocked_signal() {
        for program in ["uvicorn", "/opt/venv/bin/uvicorn", "python3.13", "watchfiles"] {
            let words = command(&[program, "a:app"]).stoppable().0;
            assert_eq!(words, ["env", "--block-signal=TERM", program, "a:app"]);
        }
        for program in ["sh", "nginx", "/app/serve", "pythonic/serve"] {
            assert_eq!(command(&[program]).stoppable().0, [program]);
        }
    }

    #[test]
    fn only_uvicorn_is_told_how_long_to_wait() {
        let waits = |words: &[&str]| command(words).environment().is_none();
        assert!(!waits(&["uvicorn", "a:app"]) && !waits(&["/opt/venv/bin/uvicorn", "a:app"]));
        assert!(waits(&["uvicorn", "a:app", "--timeout-graceful-shutdown", "5"]));
        assert!(waits(&["uvicorn", "a:app", "--timeout-graceful-shutdown=5"]));
        assert!(waits(&["serve", "uvicorn"]) && waits(&[]));
    }

    #[test]
    fn exec_form_is_json() {
        assert_eq!(
            command(&["a\"b", "c\\d", "e\nf", "ä"]).json(),
            r#"["a\"b", "c\\d", "e\nf", "ä"]"#
        );
    }
}
