//! What one instruction does to a stage.

use super::{
    arguments::expanded,
    stage::{StageContext, State},
};
use crate::{health::Health, secret::Secret};
use diagnostics::{Located, Problem};
use formats::absolute;
use formats::dockerfile::{Arguments, Keyword, Statement};

impl State {
    pub(super) fn apply(&mut self, statement: &Statement, context: &StageContext<'_>, problems: &mut Vec<Problem>) {
        let escape = context.dockerfile.escape;
        let mut value = |word: &Located<String>, state: &Self| expanded(word, escape, &state.variables, problems);
        match (statement.keyword, &statement.arguments) {
            (Keyword::Env, Arguments::Pairs(pairs)) => {
                // All values of one instruction see what was there before it.
                let values: Vec<_> = pairs
                    .iter()
                    .map(|(name, text)| (name.value.clone(), value(text, self)))
                    .collect();
                for (name, text) in values {
                    self.secrets.extend(Secret::of_variable(&name, &text));
                    self.variables.insert(name.clone(), text.value.clone());
                    self.env.insert(name, text);
                }
            }
            (Keyword::Arg, Arguments::Words(words)) => {
                for word in words {
                    self.declare(word, context, problems);
                }
            }
            (Keyword::User, Arguments::Text(text)) => self.user = Some(value(text, self)),
            (Keyword::Workdir, Arguments::Text(text)) => {
                let folder = value(text, self);
                let path = absolute(self.folder(), &folder.value);
                let made = ::image::Entry::new(::image::Origin::Folder, statement.place.clone());
                self.tree.put(&path, made);
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
                self.copy(statement, &words, context, problems);
            }
            (Keyword::Run, arguments) => self.run(statement, arguments, context, problems),
            (Keyword::Onbuild, Arguments::Trigger(trigger)) => self.triggers.push((**trigger).clone()),
            (Keyword::Healthcheck, Arguments::Text(text)) => match Health::of_instruction(&text.value) {
                Some(health) => {
                    let place = statement.place.clone();
                    self.health = Some(Located { value: health, place });
                }
                None => problems.push(
                    Problem::error("a health check is `NONE` or `CMD` with a command").at(statement.place.clone()),
                ),
            },
            (Keyword::Volume, Arguments::Words(words) | Arguments::Exec(words)) => {
                for word in words {
                    let folder = value(word, self);
                    let path = absolute("/", &folder.value);
                    self.volumes.push(folder.map(|_| path));
                }
            }
            (Keyword::Stopsignal, Arguments::Text(text)) => self.stop_signal = Some(value(text, self)),
            (Keyword::Label, Arguments::Pairs(pairs)) => {
                for (name, text) in pairs {
                    let text = value(text, self);
                    self.secrets.extend(Secret::of_label(&name.value, &text));
                    self.labels.insert(name.value.clone(), text);
                }
            }
            (Keyword::Maintainer | Keyword::Onbuild, _) => {}
            (
                Keyword::Env
                | Keyword::Label
                | Keyword::Arg
                | Keyword::User
                | Keyword::Workdir
                | Keyword::Expose
                | Keyword::Healthcheck
                | Keyword::Shell
                | Keyword::Stopsignal
                | Keyword::Volume
                | Keyword::Copy
                | Keyword::Add
                | Keyword::From,
                _,
            ) => problems
                .push(Problem::error("this form of the instruction is not understood").at(statement.place.clone())),
        }
    }

    fn declare(&mut self, word: &Located<String>, context: &StageContext<'_>, problems: &mut Vec<Problem>) {
        let (name, default) = match word.value.split_once('=') {
            Some((name, text)) => {
                let text = Located {
                    value: text.to_owned(),
                    place: word.place.clone(),
                };
                let default = expanded(&text, context.dockerfile.escape, &self.variables, problems);
                (name, Some(default.value))
            }
            None => (word.value.as_str(), context.globals.get(&word.value).cloned()),
        };
        self.secrets
            .extend(Secret::of_argument(name, default.as_deref(), &word.place));
        self.declared.push(word.clone().map(|_| name.to_owned()));
        let given = context.arguments.get(name).cloned();
        // ENV wins over ARG, whichever comes first.
        if let Some(value) = given.or(default).filter(|_| !self.env.contains_key(name)) {
            self.variables.insert(name.to_owned(), value);
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
}
