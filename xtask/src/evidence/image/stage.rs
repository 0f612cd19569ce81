//! What one stage comes to: the instructions, one after the other, on top of what the stage stands on.

use std::{collections::BTreeMap, path::Path};

use super::{
    files::{Copied, Origin, absolute},
    install::Install,
};
use crate::{
    evidence::dockerfile::{Arguments, Dockerfile, Keyword, Statement, expand},
    repo::{Located, RepoPath},
    report::Problem,
};

/// What the official images of Python set.
const PATH: &str = "/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
#[derive(Clone, Debug)]
pub struct State {
    /// The stage that it stands on; none when that is an image.
    pub on: Option<usize>,
    pub base: Located<String>,
    pub env: BTreeMap<String, Located<String>>,
    pub user: Option<Located<String>>,
    pub workdir: Option<Located<String>>,
    pub ports: Vec<Located<String>>,
    pub entrypoint: Option<Located<Vec<String>>>,
    pub command: Option<Located<Vec<String>>>,
    /// From the context, by this stage alone.
    pub copied: Vec<Copied>,
    pub copied_from: Vec<usize>,
    pub mounted_from: Vec<usize>,
    pub installs: Vec<Install>,
    pub system: Vec<Located<String>>,
    /// What `ARG` and `ENV` say, for what follows.
    pub variables: BTreeMap<String, String>,
    /// From the context, by this stage and what it stands on.
    pub present: Vec<Copied>,
    shell: Vec<String>,
    has_own_command: bool,
}

/// What applying an instruction needs to know beside the state.
pub(super) struct Around<'a> {
    pub root: &'a Path,
    pub path: &'a RepoPath,
    pub dockerfile: &'a Dockerfile,
    pub index: usize,
    pub globals: &'a BTreeMap<String, String>,
}

impl State {
    pub fn of(
        root: &Path,
        path: &RepoPath,
        dockerfile: &Dockerfile,
        index: usize,
        earlier: &[Self],
        problems: &mut Vec<Problem>,
    ) -> Self {
        let stage = &dockerfile.stages[index];
        let globals = globals(dockerfile, problems);
        let base = expanded(&stage.base, dockerfile.escape, &globals, problems);
        let unset =
            expand(&stage.base.value, dockerfile.escape, &globals).map_or(Vec::new(), |expansion| expansion.unset);
        for name in unset {
            let message = format!("cannot tell what this image stands on: `{name}` has no default");
            problems.push(
                Problem::warning(message)
                    .at(stage.base.place.clone())
                    .remedy(format!("give it one before the first `FROM`: `ARG {name}=…`")),
            );
        }
        let on = dockerfile.stage_before(&base.value, index);
        let mut state = match on.and_then(|on| earlier.get(on)) {
            Some(below) => Self {
                on,
                copied: Vec::new(),
                copied_from: Vec::new(),
                mounted_from: Vec::new(),
                installs: Vec::new(),
                system: Vec::new(),
                has_own_command: false,
                ..below.clone()
            },
            None => Self::new(base),
        };
        let around = Around {
            root,
            path,
            dockerfile,
            index,
            globals: &globals,
        };
        for statement in &stage.statements {
            state.apply(statement, &around, problems);
        }
        state
    }

    fn new(base: Located<String>) -> Self {
        Self {
            on: None,
            base,
            env: BTreeMap::new(),
            user: None,
            workdir: None,
            ports: Vec::new(),
            entrypoint: None,
            command: None,
            copied: Vec::new(),
            copied_from: Vec::new(),
            mounted_from: Vec::new(),
            installs: Vec::new(),
            system: Vec::new(),
            variables: BTreeMap::from([("PATH".to_owned(), PATH.to_owned())]),
            present: Vec::new(),
            shell: ["/bin/sh", "-c"].map(String::from).to_vec(),
            has_own_command: false,
        }
    }

    fn apply(&mut self, statement: &Statement, around: &Around<'_>, problems: &mut Vec<Problem>) {
        let escape = around.dockerfile.escape;
        let mut value = |word: &Located<String>, state: &Self| expanded(word, escape, &state.variables, problems);
        match (statement.keyword, &statement.arguments) {
            (Keyword::Env, Arguments::Pairs(pairs)) => {
                // All values of one instruction see what was there before it.
                let values: Vec<_> = pairs
                    .iter()
                    .map(|(name, text)| (name.value.clone(), value(text, self)))
                    .collect();
                for (name, text) in values {
                    self.variables.insert(name.clone(), text.value.clone());
                    self.env.insert(name, text);
                }
            }
            (Keyword::Arg, Arguments::Words(words)) => {
                for word in words {
                    self.declare(word, escape, around.globals, problems);
                }
            }
            (Keyword::User, Arguments::Text(text)) => self.user = Some(value(text, self)),
            (Keyword::Workdir, Arguments::Text(text)) => {
                let folder = value(text, self);
                let path = absolute(self.folder(), &folder.value);
                self.workdir = Some(folder.map(|_| path));
            }
            (Keyword::Expose, Arguments::Words(words)) => {
                for word in words {
                    let port = value(word, self);
                    let plain = port.value.trim_end_matches("/tcp").to_owned();
                    self.ports.push(port.map(|_| plain));
                }
            }
            (Keyword::Cmd, arguments) => {
                self.command = self.exec(statement, arguments);
                self.has_own_command = true;
            }
            (Keyword::Entrypoint, arguments) => {
                self.entrypoint = self.exec(statement, arguments);
                // An inherited command was meant for another program (Docker drops it too).
                if !self.has_own_command {
                    self.command = None;
                }
            }
            (Keyword::Shell, Arguments::Exec(words)) => {
                self.shell = words.iter().map(|word| word.value.clone()).collect()
            }
            (Keyword::Copy | Keyword::Add, Arguments::Words(words) | Arguments::Exec(words)) => {
                let words: Vec<_> = words.iter().map(|word| value(word, self)).collect();
                self.copy(statement, &words, around, problems);
            }
            (Keyword::Run, arguments) => self.run(statement, arguments, around, problems),
            (
                Keyword::Healthcheck
                | Keyword::Label
                | Keyword::Maintainer
                | Keyword::Onbuild
                | Keyword::Stopsignal
                | Keyword::Volume,
                _,
            ) => {}
            (
                Keyword::Env
                | Keyword::Arg
                | Keyword::User
                | Keyword::Workdir
                | Keyword::Expose
                | Keyword::Shell
                | Keyword::Copy
                | Keyword::Add
                | Keyword::From,
                _,
            ) => problems
                .push(Problem::error("this form of the instruction is not understood").at(statement.place.clone())),
        }
    }

    fn declare(
        &mut self,
        word: &Located<String>,
        escape: char,
        globals: &BTreeMap<String, String>,
        problems: &mut Vec<Problem>,
    ) {
        let (name, default) = match word.value.split_once('=') {
            Some((name, text)) => {
                let text = Located {
                    value: text.to_owned(),
                    place: word.place.clone(),
                };
                (name, Some(expanded(&text, escape, &self.variables, problems).value))
            }
            None => (word.value.as_str(), globals.get(&word.value).cloned()),
        };
        // ENV wins over ARG, whichever comes first.
        if let Some(default) = default.filter(|_| !self.env.contains_key(name)) {
            self.variables.insert(name.to_owned(), default);
        }
    }

    fn exec(&self, statement: &Statement, arguments: &Arguments) -> Option<Located<Vec<String>>> {
        let words = match arguments {
            Arguments::Exec(words) => words.iter().map(|word| word.value.clone()).collect(),
            Arguments::Text(text) => self.shell.iter().cloned().chain([text.value.clone()]).collect(),
            Arguments::Words(_) | Arguments::Pairs(_) | Arguments::Trigger(_) => return None,
        };
        Some(Located {
            value: words,
            place: statement.place.clone(),
        })
    }

    fn copy(
        &mut self,
        statement: &Statement,
        words: &[Located<String>],
        around: &Around<'_>,
        problems: &mut Vec<Problem>,
    ) {
        if let Some(from) = statement.flag("from").last() {
            let from = from.map(String::from);
            let reference = expanded(&from, around.dockerfile.escape, &self.variables, problems);
            self.copied_from.extend(stage_of(&reference, around, problems));
            return;
        }
        let Some((destination, sources)) = words.split_last() else {
            return;
        };
        let destination = match destination.value.ends_with('/') {
            true => format!("{}/", absolute(self.folder(), &destination.value)),
            false => absolute(self.folder(), &destination.value),
        };
        // A heredoc is a file of its own, and none of the context.
        let is_heredoc = |word: &Located<String>| word.value.starts_with("<<") && !statement.heredocs.is_empty();
        for word in sources.iter().filter(|word| !is_heredoc(word)) {
            for source in Origin::matching(around.root, around.path, &word.value) {
                let copied = Copied {
                    source,
                    destination: destination.clone(),
                    has_checksum: statement.flag("checksum").next().is_some(),
                    place: word.place.clone(),
                };
                self.copied.push(copied.clone());
                self.present.push(copied);
            }
        }
    }

    pub(super) fn folder(&self) -> &str {
        self.workdir.as_ref().map_or("/", |folder| folder.value.as_str())
    }
}

/// The stage that `--from` names, by name or by number; none when it is an image.
pub(super) fn stage_of(reference: &Located<String>, around: &Around<'_>, problems: &mut Vec<Problem>) -> Option<usize> {
    match reference.value.parse::<usize>() {
        Ok(number) if number < around.index => Some(number),
        Ok(_) => {
            let message = format!("there is no stage {} before this one", reference.value);
            problems.push(Problem::error(message).at(reference.place.clone()));
            None
        }
        Err(_) => around.dockerfile.stage_before(&reference.value, around.index),
    }
}

fn globals(dockerfile: &Dockerfile, problems: &mut Vec<Problem>) -> BTreeMap<String, String> {
    let mut globals = BTreeMap::new();
    for statement in &dockerfile.global {
        let Arguments::Words(words) = &statement.arguments else {
            continue;
        };
        for word in words {
            let Some((name, text)) = word.value.split_once('=') else {
                continue;
            };
            let text = Located {
                value: text.to_owned(),
                place: word.place.clone(),
            };
            let value = expanded(&text, dockerfile.escape, &globals, problems).value;
            globals.insert(name.to_owned(), value);
        }
    }
    globals
}

/// A word with the variables in place. One that cannot be read is reported, and stays as written.
fn expanded(
    word: &Located<String>,
    escape: char,
    variables: &BTreeMap<String, String>,
    problems: &mut Vec<Problem>,
) -> Located<String> {
    match expand(&word.value, escape, variables) {
        Ok(expansion) => word.clone().map(|_| expansion.text),
        Err(unreadable) => {
            problems.push(Problem::error(format!("cannot read this word: {}", unreadable.0)).at(word.place.clone()));
            word.clone()
        }
    }
}
