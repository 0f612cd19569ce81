//! What a command starts: which module or script, and through which interpreter.

use formats::shell;

/// What is loaded first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// By its dotted name.
    Module(String),
    /// A file, as written.
    Script(String),
    /// Nothing tells what it is.
    Unknown,
}

/// The program that a container starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    /// What is loaded first.
    pub start: Start,
    /// What is looked up in the module: `app` of `web.main:app`.
    pub attribute: Option<String>,
    /// It is run as a program, by `python -m`: of a package, that is its `__main__`.
    pub is_main: bool,
    /// As written: a name that PATH leads to, or a path.
    pub program: String,
    /// The working directory is on `sys.path`.
    pub sees_folder: bool,
    /// Folders that options put on `sys.path`.
    pub folders: Vec<String>,
    /// An environment that a manager runs it in, as written.
    pub environment: Option<String>,
    /// Why `sys.path` cannot be told.
    pub unknown: Option<String>,
}

/// They start what follows them.
const LAUNCHERS: [&str; 8] = ["tini", "dumb-init", "exec", "env", "--", "-g", "nice", "ddtrace-run"];
/// Servers that are told a module, and look for it in the working directory too.
const SERVERS: [&str; 10] = [
    "arq",
    "daphne",
    "fastapi",
    "faststream",
    "flask",
    "granian",
    "gunicorn",
    "hypercorn",
    "taskiq",
    "uvicorn",
];
/// Options of these, and of Python, that are followed by a folder to import from.
const FOLDERS: [&str; 3] = ["--app-dir", "--chdir", "--pythonpath"];

impl Started {
    /// `scripts` are the programs that local packages bring: by name, with `module:function`.
    pub fn of(words: &[String], scripts: &dyn Fn(&str) -> Option<String>) -> Self {
        let mut words: Vec<String> = words.to_vec();
        let mut is_plain = true;
        // A shell that starts one program.
        for _ in 0..4 {
            let skipped = words.iter().take_while(|word| is_launcher(word)).count();
            words.drain(..skipped);
            let [program, flag, text, ..] = words.as_slice() else {
                break;
            };
            if !shell::is_shell(program) || !flag.starts_with('-') || !flag.ends_with('c') {
                break;
            }
            match shell::commands(text, &Default::default()).as_deref() {
                Ok([only]) if !text.contains("PYTHONPATH") => {
                    words = only.words.iter().map(|word| word.text.clone()).collect();
                }
                Ok(_) | Err(_) => {
                    is_plain = false;
                    break;
                }
            }
        }
        let mut started = Self {
            start: Start::Unknown,
            attribute: None,
            is_main: false,
            program: String::new(),
            sees_folder: true,
            folders: Vec::new(),
            environment: None,
            unknown: (!is_plain).then(|| "a script starts the program".to_owned()),
        };
        if is_plain {
            started.read(&words, scripts);
        }
        started
    }

    fn read(&mut self, words: &[String], scripts: &dyn Fn(&str) -> Option<String>) {
        let Some((program, rest)) = words.split_first() else {
            self.unknown = Some("no command is named".to_owned());
            return;
        };
        self.program.clone_from(program);
        let name = program.rsplit('/').next().unwrap_or_default();
        if is_python(name) {
            return self.python(rest, scripts);
        }
        if matches!(name, "uv" | "poetry" | "pdm" | "pipenv") {
            if name == "uv" && rest.first().is_some_and(|word| word == "run") {
                let skipped = rest[1..].iter().take_while(|word| word.starts_with("--")).count();
                self.read(&rest[1 + skipped..], scripts);
                self.environment = Some(".venv".to_owned());
                self.unknown
                    .get_or_insert_with(|| "uv finds the environment when it runs".to_owned());
                return;
            }
            self.unknown = Some(format!("`{name}` finds the environment when it runs"));
            return;
        }
        if name == "watchfiles" {
            return self.watched(rest, scripts);
        }
        if name == "celery" {
            return self.celery(rest);
        }
        if let ("fastapi", [mode, ..]) = (name, rest)
            && matches!(mode.as_str(), "run" | "dev")
            && let Some(script) = rest.iter().find(|word| word.ends_with(".py"))
        {
            self.start = Start::Script(script.clone());
            return;
        }
        if SERVERS.contains(&name) {
            return self.server(rest);
        }
        if let Some(target) = scripts(name) {
            self.sees_folder = false;
            self.start = Start::Module(module_of(&target).to_owned());
            self.attribute = attribute_of(&target);
            return;
        }
        if name.ends_with(".py") {
            self.start = Start::Script(program.clone());
            return;
        }
        // A script could set any path. Whatever else it is, it finds what is in the folders of the interpreter and, at
        // most, where it is started.
        if program.contains('/') && !program.contains("/bin/") || name.contains('.') {
            self.unknown = Some(format!("`{program}` starts the program"));
        }
        self.start = Start::Unknown;
    }

    /// `watchfiles --filter python 'python main.py' FOLDER…`: starts a command, or a function, again and again.
    fn watched(&mut self, rest: &[String], scripts: &dyn Fn(&str) -> Option<String>) {
        const VALUED: [&str; 8] = [
            "--filter",
            "--args",
            "--target-type",
            "--ignore-paths",
            "--sigint-timeout",
            "--sigkill-timeout",
            "--verbosity",
            "--grace-period",
        ];
        let mut words = rest.iter();
        while let Some(word) = words.next() {
            if VALUED.contains(&word.as_str()) {
                words.next();
            } else if !word.starts_with('-') {
                let commands = shell::commands(word, &Default::default()).unwrap_or_default();
                if let ([only], true) = (commands.as_slice(), word.contains(' ')) {
                    let words: Vec<String> = only.words.iter().map(|word| word.text.clone()).collect();
                    self.read(&words, scripts);
                } else if let Some((module, _)) = word.rsplit_once('.') {
                    self.start = Start::Module(module.to_owned());
                }
                return;
            }
        }
    }

    /// `celery -A web.worker:app worker`: the module that holds the application, or the package that has it somewhere.
    fn celery(&mut self, rest: &[String]) {
        let mut words = rest.iter();
        while let Some(word) = words.next() {
            let said = match word.split_once('=') {
                Some(("--app", value)) => Some(value),
                _ if word == "-A" || word == "--app" => words.next().map(String::as_str),
                _ => None,
            };
            let Some(said) = said else { continue };
            // Behind a dot may be a module or a name.
            let module = match said.split_once(':') {
                Some((module, _)) => module,
                None => said.split('.').next().unwrap_or_default(),
            };
            self.start = Start::Module(module.to_owned());
            return;
        }
    }

    fn python(&mut self, rest: &[String], scripts: &dyn Fn(&str) -> Option<String>) {
        let mut words = rest.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "-m" => {
                    let Some(module) = words.next() else { break };
                    let behind = words.as_slice();
                    if SERVERS.contains(&module.as_str()) {
                        return self.server(behind);
                    }
                    if matches!(
                        module.as_str(),
                        "debugpy" | "ddtrace" | "coverage" | "watchfiles" | "cProfile"
                    ) {
                        break;
                    }
                    let _ = scripts;
                    self.start = Start::Module(module.clone());
                    self.is_main = true;
                    return;
                }
                "-X" | "-W" => drop(words.next()),
                "-P" | "-I" => self.sees_folder = false,
                "-c" | "-" => break,
                option if option.starts_with('-') => {}
                script => {
                    self.start = Start::Script(script.to_owned());
                    return;
                }
            }
        }
        // A text of Python, or a tool that runs what is behind it: the folders are those of the interpreter all the same.
        self.start = Start::Unknown;
    }

    /// The first word that is `module:application`.
    fn server(&mut self, rest: &[String]) {
        let mut words = rest.iter().peekable();
        while let Some(word) = words.next() {
            if let Some((option, value)) = word.split_once('=').filter(|(option, _)| FOLDERS.contains(option)) {
                let _ = option;
                self.folders.push(value.to_owned());
            } else if FOLDERS.contains(&word.as_str()) {
                self.folders.extend(words.next().cloned());
            } else if self.start == Start::Unknown && is_application(word) {
                self.start = Start::Module(module_of(word).to_owned());
                self.attribute = attribute_of(word);
            }
        }
        if rest.iter().any(|word| word.contains('$')) && self.start == Start::Unknown {
            self.unknown = Some("a part of the command is known only when it runs".to_owned());
        }
    }
}

fn is_launcher(word: &str) -> bool {
    let is_assignment = word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name != "PYTHONPATH" && name.chars().all(|c| c.is_ascii_uppercase() || c == '_')
    });
    LAUNCHERS.contains(&word.rsplit('/').next().unwrap_or_default()) || is_assignment
}

pub(super) fn is_python(name: &str) -> bool {
    name.strip_prefix("python")
        .is_some_and(|version| version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
}

/// `web.main:app`, `web:create_app()`.
fn is_application(word: &str) -> bool {
    let Some((module, name)) = word.split_once(':') else {
        return false;
    };
    let is_name = |text: &str| {
        let first = text.chars().next();
        first.is_some_and(|first| first.is_alphabetic() || first == '_')
            && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'))
    };
    is_name(module) && is_name(name.split('(').next().unwrap_or_default())
}

fn module_of(target: &str) -> &str {
    target.split([':', '[', ' ']).next().unwrap_or_default()
}

/// What is looked up in the module itself: what follows a dot is looked up in that.
fn attribute_of(target: &str) -> Option<String> {
    let (_, name) = target.split_once(':')?;
    let name = name.split(['(', '[', '.', ' ']).next()?;
    (!name.is_empty()).then(|| name.to_owned())
}
