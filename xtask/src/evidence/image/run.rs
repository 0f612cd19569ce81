//! What a `RUN` does, as far as the rules ask: the commands in it, and what they install.

use super::{
    files::{Copied, Origin, absolute},
    install::{self, Setting},
    stage::{Around, State, stage_of},
};
use crate::{
    evidence::{
        dockerfile::{Arguments, Statement},
        shell::{self, Simple},
    },
    repo::Located,
    report::{Place, Problem},
};

/// Programs that install, by which a command that is not understood matters.
const INSTALLERS: [&str; 5] = ["pip", "poetry", "uv", "apt-get", "apt"];

impl State {
    pub(super) fn run(
        &mut self,
        statement: &Statement,
        arguments: &Arguments,
        around: &Around<'_>,
        problems: &mut Vec<Problem>,
    ) {
        let mounted = self.mounts(statement, around, problems);
        let source = &around.dockerfile.source;
        let mut texts: Vec<(String, bool)> = Vec::new();
        match arguments {
            Arguments::Text(text) if statement.heredocs.is_empty() => texts.push((text.value.clone(), true)),
            Arguments::Text(_) => texts.extend(
                statement
                    .heredocs
                    .iter()
                    .map(|heredoc| (heredoc.content.clone(), false)),
            ),
            Arguments::Exec(words) => {
                let quoted = words
                    .iter()
                    .map(|word| format!("'{}'", word.value.replace('\'', r"'\''")));
                texts.push((quoted.collect::<Vec<_>>().join(" "), false));
            }
            Arguments::Words(_) | Arguments::Pairs(_) | Arguments::Trigger(_) => {}
        }
        for (text, has_places) in texts {
            let place = |span: std::ops::Range<usize>| match has_places {
                true => statement.part(source, span),
                false => statement.place.clone(),
            };
            let mut workdir = self.folder().to_owned();
            let commands = match shell::commands(&text, &self.variables) {
                Ok(commands) => commands,
                Err(span) if INSTALLERS.iter().any(|name| text.contains(name)) => {
                    problems.push(unclear(place(span), "a quote or a substitution is not closed"));
                    continue;
                }
                Err(_) => continue,
            };
            for command in commands {
                let place = place(command.span.clone());
                self.execute(&command, place, &mut workdir, &mounted, around, problems);
            }
        }
    }

    fn execute(
        &mut self,
        command: &Simple,
        place: Place,
        workdir: &mut String,
        mounted: &[Copied],
        around: &Around<'_>,
        problems: &mut Vec<Problem>,
    ) {
        let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
        match words.as_slice() {
            ["cd", folder, ..] => *workdir = absolute(workdir, folder),
            [shell, flags, script, ..] if is_shell(shell) && flags.starts_with('-') && flags.ends_with('c') => {
                match shell::commands(script, &self.variables) {
                    Ok(inner) => {
                        for inner in inner {
                            self.execute(&inner, place.clone(), workdir, mounted, around, problems);
                        }
                    }
                    Err(_) => problems.push(unclear(place, "a quote or a substitution is not closed")),
                }
            }
            ["apt-get" | "apt", rest @ ..] if rest.contains(&"install") => {
                for word in command
                    .words
                    .iter()
                    .skip(1)
                    .filter(|word| word.text != "install" && !word.text.starts_with('-'))
                {
                    match word.is_clear {
                        true => self.system.push(Located {
                            value: word.text.clone(),
                            place: place.clone(),
                        }),
                        false => problems.push(unclear(
                            place.clone(),
                            "a package name has no value that can be told from the file",
                        )),
                    }
                }
            }
            [..] => {
                let hashes = ["PIP_REQUIRE_HASHES", "UV_REQUIRE_HASHES"];
                let setting = Setting {
                    root: around.root,
                    workdir,
                    mounted,
                    copied: &self.present,
                    place: place.clone(),
                    requires_hashes: hashes
                        .iter()
                        .any(|name| self.variables.get(*name).is_some_and(|value| value == "1")),
                };
                match install::read(command, &setting) {
                    Some(Ok(install)) => self.installs.push(install),
                    Some(Err(why)) => problems.push(unclear(place, why)),
                    None => {}
                }
            }
        }
    }

    /// The bind mounts of a step: files of the context, and other stages.
    fn mounts(&mut self, statement: &Statement, around: &Around<'_>, problems: &mut Vec<Problem>) -> Vec<Copied> {
        let mut mounted = Vec::new();
        for mount in statement.flag("mount") {
            let option = |names: &[&str]| {
                let mut options = mount.value.split(',').filter_map(|option| option.split_once('='));
                options.find(|(name, _)| names.contains(name)).map(|(_, value)| value)
            };
            if option(&["type"]).is_some_and(|kind| kind != "bind") {
                continue;
            }
            let source = option(&["source", "src"]).unwrap_or("");
            let target = option(&["target", "dst", "destination"]).unwrap_or("/");
            match option(&["from"]) {
                Some(from) => {
                    let reference = Located {
                        value: from.to_owned(),
                        place: mount.place.clone(),
                    };
                    self.mounted_from.extend(stage_of(&reference, around, problems));
                }
                None => mounted.push(Copied {
                    source: Origin::find(around.root, around.path, source),
                    destination: absolute(self.folder(), target),
                    has_checksum: false,
                    place: mount.place.clone(),
                }),
            }
        }
        mounted
    }
}

fn is_shell(word: &str) -> bool {
    matches!(word.rsplit('/').next(), Some("sh" | "bash" | "dash" | "ash"))
}

fn unclear(place: Place, why: &str) -> Problem {
    Problem::warning(format!("cannot tell what this command installs: {why}")).at(place)
}
