//! What a `RUN` does, as far as the rules ask: the commands in it, and what they install.

use std::collections::HashSet;

use super::{
    fetch,
    files::{Files, Layer},
    installers,
    script::{self, Called},
    stage::{StageContext, State},
};
use crate::secret::Secret;
use diagnostics::{Place, Problem};
use formats::growth::{self, TooLong};
use formats::{
    dockerfile::{Arguments, Statement},
    shell::{self, Simple, Strictness, Variables, is_shell},
};

/// Shells in shells: nobody writes more.
const DEEPEST: usize = 8;

/// No image has as many.
const MOST_VARIABLES: usize = 500;

/// Scripts that run each other could go on for ever.
const MOST_SCRIPTS: usize = 200;

/// One text for a shell, and where its parts stand.
struct Script<'a> {
    text: String,
    strictness: Strictness,
    place: &'a dyn Fn(std::ops::Range<usize>) -> Place,
}

impl State {
    pub(super) fn run(
        &mut self,
        statement: &Statement,
        arguments: &Arguments,
        context: &StageContext<'_>,
        problems: &mut Vec<Problem>,
    ) {
        let mounted = self.mounts(statement, context, problems);
        self.mount(&mounted, context);
        self.overlays = self.overlaid(statement);
        let unmounted = (!self.overlays.is_empty()).then(|| self.tree.clone());
        self.act();
        let source = &context.dockerfile.source;
        let by_part = |span| statement.part(source, span);
        let as_a_whole = |_| statement.place.clone();
        let strictness = Strictness::default().said(self.shell.iter().map(String::as_str));
        let mut scripts: Vec<Script<'_>> = Vec::new();
        match arguments {
            Arguments::Text(text) if statement.heredocs.is_empty() => scripts.push(Script {
                text: text.value.clone(),
                strictness,
                place: &by_part,
            }),
            // The heredoc is the script, or what the command before it reads.
            Arguments::Text(text) => {
                let program = text.value.split("<<").next().unwrap_or_default();
                let is_script = program.trim().is_empty() || program.split_whitespace().next().is_some_and(is_shell);
                let is_python = program.split_whitespace().next().is_some_and(fetch::is_python);
                let read = statement.heredocs.iter().filter(|_| is_python);
                self.downloads
                    .extend(read.filter_map(|heredoc| fetch::by_python(&heredoc.content, &statement.place)));
                let behind = text.value.split_whitespace().nth(1);
                let is_read_by_another = behind.is_some_and(|word| !is_shell(word) && !word.starts_with('-'));
                if is_script && !(program.trim().is_empty() && is_read_by_another) {
                    scripts.extend(statement.heredocs.iter().map(|heredoc| Script {
                        text: heredoc.content.clone(),
                        strictness,
                        place: &as_a_whole,
                    }));
                }
            }
            Arguments::Exec(words) => {
                let quoted = words
                    .iter()
                    .map(|word| format!("'{}'", word.value.replace('\'', r"'\''")));
                scripts.push(Script {
                    text: quoted.collect::<Vec<_>>().join(" "),
                    strictness: Strictness::default(),
                    place: &as_a_whole,
                });
            }
            Arguments::Words(_) | Arguments::Pairs(_) | Arguments::Trigger(_) => {}
        }
        let mut variables = std::mem::take(&mut self.variables);
        let before = variables.insert("PWD".to_owned(), self.folder().to_owned());
        for script in scripts {
            self.script(&script, &mut variables, &mounted, context, problems, 0);
        }
        match before {
            Some(before) => drop(variables.insert("PWD".to_owned(), before)),
            None => drop(variables.remove("PWD")),
        }
        self.variables = variables;
        self.during = None;
        // What is written to a mount is not in the image.
        for overlay in self.overlays.iter().filter(|path| *path != "/") {
            unmounted.iter().for_each(|before| self.tree.undo(overlay, before));
        }
        self.overlays.clear();
        self.tree.act_as(None);
        self.give_away(context.root);
    }

    fn script(
        &mut self,
        script: &Script<'_>,
        variables: &mut Variables,
        mounted: &[Layer],
        context: &StageContext<'_>,
        problems: &mut Vec<Problem>,
        depth: usize,
    ) {
        // One by one, since the search for one character is a fast one.
        let unheeded = if [';', '|', '\n'].iter().any(|end| script.text.contains(*end)) {
            shell::unheeded(&script.text, script.strictness).into_iter().collect()
        } else {
            HashSet::new()
        };
        let mut visit = |command: &Simple, variables: &Variables| {
            let place = (script.place)(command.span.clone());
            self.is_unheeded = unheeded.contains(&command.span);
            match inner_script(command) {
                Some(inner) => self.inner(command, inner, place, variables, mounted, context, problems, depth),
                None => match self.script_of(command, variables, mounted, context) {
                    Some(called) => self.follow(command, &called, place, variables, mounted, context, problems, depth),
                    None => {
                        self.downloads.extend(fetch::by(command, &script.text, &place));
                        // A file that it writes is checked by itself.
                        let is_shown = command.output.is_none();
                        self.secrets
                            .extend(Secret::of_command(&command.words, &place).filter(|_| is_shown));
                        self.execute(command, place, variables, mounted, context, problems);
                    }
                },
            }
        };
        let before = growth::refusals();
        let Err(span) = shell::walk(&script.text, variables, &mut visit) else {
            return;
        };
        if growth::refusals() > before {
            let problem = Problem::error(format!("cannot read this word: {}", TooLong::WHAT));
            problems.push(problem.at((script.place)(span)));
            return;
        }
        if let Some(span) = shell::refused(&script.text).filter(|_| self.is_read_by_a_shell(&script.text)) {
            self.is_unclear = true;
            let message = "the shell ends with a syntax error here, and the build with it";
            problems.push(Problem::error(message).at((script.place)(span)));
        } else if installers::are_named(&script.text) {
            self.is_unclear = true;
            problems.push(unclear((script.place)(span), "the shell text cannot be parsed"));
        }
    }

    /// A step may be for a program of its own: by `SHELL`, or by its first line.
    fn is_read_by_a_shell(&self, text: &str) -> bool {
        let is_of_steps = self.shell.first().is_none_or(|program| is_shell(program));
        let named = text.strip_prefix("#!").and_then(|rest| rest.lines().next());
        is_of_steps && named.is_none_or(|program| program.split_whitespace().any(is_shell))
    }

    fn script_of(
        &self,
        command: &Simple,
        variables: &Variables,
        mounted: &[Layer],
        context: &StageContext<'_>,
    ) -> Option<Called> {
        let files = Files {
            root: context.root,
            earlier: context.earlier,
            layers: &self.layers,
            mounted,
        };
        script::called_by(command, &files, variables)
    }

    /// A script of the repository: all that it does is done where it is called.
    #[expect(clippy::too_many_arguments, reason = "what a command sees, each once")]
    fn follow(
        &mut self,
        command: &Simple,
        called: &Called,
        place: Place,
        variables: &Variables,
        mounted: &[Layer],
        context: &StageContext<'_>,
        problems: &mut Vec<Problem>,
        depth: usize,
    ) {
        let is_known = !command.is_conditional && command.words.iter().all(|word| word.is_clear);
        let is_within = depth < DEEPEST && self.followed < MOST_SCRIPTS;
        self.followed += 1;
        let inside = called.variables(variables).filter(|_| is_known && is_within);
        let is_read = shell::commands(called.source.text(), variables).is_ok();
        let Some(mut inside) = inside.filter(|_| is_read) else {
            return self.unfollowed(&called.path, place, problems);
        };
        let script = Script {
            text: called.source.text().to_owned(),
            strictness: of_script(called.source.text()),
            place: &|span| called.place(span, &place),
        };
        self.script(&script, &mut inside, mounted, context, problems, depth + 1);
    }

    /// A shell in a shell.
    #[expect(clippy::too_many_arguments, reason = "what a command sees, each once")]
    fn inner(
        &mut self,
        command: &Simple,
        (text, is_clear): (&str, bool),
        place: Place,
        variables: &Variables,
        mounted: &[Layer],
        context: &StageContext<'_>,
        problems: &mut Vec<Problem>,
        depth: usize,
    ) {
        if depth < DEEPEST && is_clear && !command.is_conditional {
            let script = Script {
                text: text.to_owned(),
                strictness: Strictness::default().said(command.words.iter().map(|word| word.text.as_str())),
                place: &|_| place.clone(),
            };
            let mut inside = seen_by(text, variables);
            self.script(&script, &mut inside, mounted, context, problems, depth + 1);
        } else if installers::are_named(text) {
            self.is_unclear = true;
            problems.push(unclear(
                place,
                "a part of it has no value that can be told from the file",
            ));
        }
    }
}

/// The variables that a text may ask for, and those that these are made of, where an image has more of them than anybody writes: a
/// thousand shells would make a copy of thousands each.
fn seen_by(text: &str, variables: &Variables) -> Variables {
    if variables.len() <= MOST_VARIABLES {
        return variables.clone();
    }
    let mut seen = Variables::new();
    let mut texts = vec![text, "PATH PWD HOME"];
    while let Some(text) = texts.pop() {
        for name in text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
            if let Some((name, value)) = variables
                .get_key_value(name)
                .filter(|(name, _)| !seen.contains_key(*name))
            {
                seen.insert(name.clone(), value.clone());
                texts.push(value);
            }
        }
    }
    seen
}

/// By the options behind the shell in the first line of a script.
fn of_script(text: &str) -> Strictness {
    let first = text.lines().next().and_then(|line| line.strip_prefix("#!"));
    Strictness::default().said(first.unwrap_or_default().split_whitespace())
}

/// The text of `sh -c TEXT`, and whether it is known.
fn inner_script(command: &Simple) -> Option<(&str, bool)> {
    let (first, rest) = command.words.split_first()?;
    if !is_shell(&first.text) {
        return None;
    }
    let flag = rest
        .iter()
        .position(|word| word.text.starts_with('-') && !word.text.starts_with("--") && word.text.ends_with('c'))?;
    rest.get(flag + 1).map(|word| (word.text.as_str(), word.is_clear))
}

pub(super) fn unclear(place: Place, why: &str) -> Problem {
    let problem = Problem::warning(format!("cannot determine what this command installs: {why}")).at(place);
    if why.contains("condition") || why.contains("value that can be told") {
        problem.remedy(
            "give what it depends on a default, as in `ARG NAME=…`, or say what the build is called with: `build-args` in `[tool.xtask.dockerfiles]`",
        )
    } else {
        problem
    }
}
