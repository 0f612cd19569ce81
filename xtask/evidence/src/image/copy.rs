//! What `COPY` and `ADD` put into a stage.

use super::{
    arguments::expanded,
    files::{Copied, Layer},
    stage::{StageContext, State, stage_of},
    tool::{self, Script, Tool},
};
use crate::secret::Secret;
use diagnostics::{Located, Place, Problem};
use formats::absolute;
use formats::dockerfile::{Keyword, Statement};

/// Part of a stage that is brought to another place: into another stage, or as wheels into an environment.
#[derive(Clone, Debug)]
pub struct Flow {
    pub from: usize,
    pub source: String,
    pub destination: String,
}

/// A virtual environment that stands elsewhere than where it was made. Its scripts start the Python of the old path.
#[derive(Clone, Debug)]
pub struct Moved {
    /// The folder in which the environment was made.
    pub from: String,
    /// The folder to which it is copied.
    pub to: String,
    /// What made it.
    pub made: Place,
    /// The copy.
    pub place: Place,
}

/// A file that `ADD` or a command fetches from the web.
#[derive(Clone, Debug)]
pub struct Download {
    /// Whether its content is checked against a digest.
    pub has_checksum: bool,
    /// By `RUN curl …`.
    pub is_command: bool,
    /// It is run as it comes.
    pub is_run: bool,
    /// What it is checked against, where `ADD` names it.
    pub digest: Option<String>,
    /// What is asked for.
    pub address: String,
    /// Where it is put, where that is known.
    pub file: Option<String>,
    /// Where the command is written.
    pub place: Place,
}

/// Where `ADD` puts what is at an address.
fn download_to(destination: &str, address: &str) -> String {
    let name = address.rsplit('/').next().unwrap_or_default();
    if destination.ends_with('/') {
        format!("{destination}{name}")
    } else {
        destination.to_owned()
    }
}

impl State {
    pub(super) fn copy(
        &mut self,
        statement: &Statement,
        words: &[Located<String>],
        context: &StageContext<'_>,
        problems: &mut Vec<Problem>,
    ) {
        let Some((destination, sources)) = words.split_last() else {
            return;
        };
        let destination = if destination.value.ends_with('/') || destination.value == "." {
            format!("{}/", absolute(self.folder(), &destination.value).trim_end_matches('/'))
        } else {
            absolute(self.folder(), &destination.value)
        };
        if let Some(from) = statement.flag("from").last() {
            let from = from.map(String::from);
            let reference = expanded(&from, context.dockerfile.escape, &self.variables, problems);
            match stage_of(&reference, context, problems) {
                Some(stage) => {
                    let rights = self.rights(statement, context, problems);
                    self.copy_from_stage(stage, sources, &destination, rights, context);
                }
                None => {
                    self.lay_from_image(&reference.value, &destination, &statement.place);
                    self.copy_from_image(reference, &destination);
                }
            }
            return;
        }
        // A heredoc is a file of its own, and none of the context.
        let is_heredoc = |word: &Located<String>| word.value.starts_with("<<") && !statement.heredocs.is_empty();
        let (owner, mode) = self.rights(statement, context, problems);
        let is_one_of_many = sources.len() > 1 && !destination.ends_with('/');
        let keeps_parents = statement.flag("parents").any(|flag| flag.value != "false");
        for heredoc in &statement.heredocs {
            let at = self.stands_at(&destination, &heredoc.name, false, context.root);
            self.secrets
                .extend(Secret::of_file(&at, &heredoc.content, &statement.place));
            self.lay_text(
                &destination,
                &heredoc.name,
                Some(heredoc.content.clone()),
                (owner.as_deref(), mode),
                &statement.place,
                context,
            );
        }
        for word in sources.iter().filter(|word| !is_heredoc(word)) {
            if word.value.contains("://") || word.value.starts_with("git@") {
                self.downloads.push(Download {
                    has_checksum: statement.flag("checksum").next().is_some(),
                    is_command: false,
                    is_run: false,
                    digest: statement.flag("checksum").next().map(|flag| flag.value.to_owned()),
                    address: word.value.clone(),
                    file: Some(download_to(&destination, &word.value)),
                    place: word.place.clone(),
                });
                let name = word.value.rsplit('/').next().unwrap_or_default();
                self.lay_text(&destination, name, None, (owner.as_deref(), mode), &word.place, context);
                if let Some(script) = Script::at(&word.value) {
                    self.scripts
                        .insert(destination.trim_end_matches('/').to_owned(), script);
                }
                continue;
            }
            for source in context.build_context.matching(context.root, &word.value) {
                let below = source
                    .path
                    .as_ref()
                    .and_then(|path| path.relative_to(&context.build_context.dir));
                let destination = match below.filter(|_| keeps_parents) {
                    // What precedes `/./` is left out.
                    Some(below) => {
                        let kept = word.value.split_once("/./").map_or(below, |(left, _)| {
                            below.strip_prefix(left.trim_start_matches("./")).unwrap_or(below)
                        });
                        absolute(&destination, kept.trim_start_matches('/'))
                    }
                    None => destination.clone(),
                };
                // A file that is put into a folder stands there under its name.
                let name = source.path.as_ref().filter(|path| context.root.is_file(path));
                let destination = match name.filter(|_| destination.ends_with('/')) {
                    Some(path) => absolute(&destination, path.file_name()),
                    None => destination,
                };
                let copied = Copied {
                    source,
                    destination,
                    mode,
                    owner: owner.clone(),
                    excluded: statement.flag("exclude").map(|flag| flag.value.to_owned()).collect(),
                    context: context.build_context.clone(),
                    environments: Vec::new(),
                    carried: Vec::new(),
                    place: word.place.clone(),
                };
                self.lay(&copied, statement.keyword == Keyword::Add, is_one_of_many, context);
                self.copied.push(copied.clone());
                self.layers.push(Layer::Context(copied));
            }
        }
    }

    /// `--chown`, without the group, and `--chmod`.
    fn rights(
        &mut self,
        statement: &Statement,
        context: &StageContext<'_>,
        problems: &mut Vec<Problem>,
    ) -> (Option<String>, Option<u32>) {
        let mut value = |name: &'static str, state: &Self| {
            let flag = statement.flag(name).last().map(|flag| flag.map(String::from))?;
            Some(expanded(&flag, context.dockerfile.escape, &state.variables, problems))
        };
        let mode = value("chmod", self).and_then(|mode| u32::from_str_radix(&mode.value, 8).ok());
        let owner = value("chown", self);
        if let Some(owner) = &owner {
            self.ask_for_user(owner);
        }
        let owner = owner.and_then(|owner| Some(owner.value.split(':').next()?.to_owned()));
        (owner, mode)
    }

    fn note_move(&mut self, before: Option<&Moved>, made: &Located<String>, to: &str, place: &Place) {
        let from = before.map_or(&made.value, |before| &before.from).trim_end_matches('/');
        if from == to {
            self.moved.remove(to);
            return;
        }
        let moved = Moved {
            from: from.to_owned(),
            to: to.to_owned(),
            made: made.place.clone(),
            place: place.clone(),
        };
        self.moved.insert(to.to_owned(), moved);
    }

    fn copy_from_stage(
        &mut self,
        stage: usize,
        sources: &[Located<String>],
        destination: &str,
        (owner, mode): (Option<String>, Option<u32>),
        context: &StageContext<'_>,
    ) {
        for source in sources {
            // A program keeps its name, whatever it is copied out of.
            self.tools.extend(tool::of_image(&source.value).map(|name| Tool {
                name,
                path: destination.to_owned(),
                place: source.place.clone(),
            }));
            let source_place = source.place.clone();
            let from = absolute("/", &source.value);
            let from = if source.value.ends_with("/.") || from == "/" {
                from
            } else {
                from.trim_end_matches('/').to_owned()
            };
            if let Some(other) = context.earlier.get(stage) {
                self.lay_from(
                    (other, &from),
                    destination,
                    sources.len() > 1,
                    (owner.as_deref(), mode),
                    &source_place,
                    context.root,
                );
            }
            // Paths of another stage start at its root.
            let source = absolute("/", &source.value);
            let known = context.earlier.get(stage);
            for (path, made) in known.iter().flat_map(|known| &known.environments) {
                if let Some(below) = path.strip_prefix(source.trim_end_matches('/'))
                    && (below.is_empty() || below.starts_with('/'))
                {
                    let path = format!("{}{below}", destination.trim_end_matches('/'));
                    self.note_move(
                        known.and_then(|known| known.moved.get(made.value.as_str())),
                        made,
                        &path,
                        &source_place,
                    );
                    self.environments.insert(path.clone(), made.clone().map(|_| path));
                }
            }
            // Scripts alone are not an environment, and a file that is put into a folder stands under its name.
            self.flows.push(Flow {
                from: stage,
                source: source.clone(),
                destination: destination.trim_end_matches('/').to_owned(),
            });
            self.layers.push(Layer::Stage {
                stage,
                source,
                destination: destination.to_owned(),
            });
        }
        self.copied_from.push(stage);
    }

    fn copy_from_image(&mut self, reference: Located<String>, destination: &str) {
        self.tools.extend(tool::of_image(&reference.value).map(|name| Tool {
            name,
            path: destination.to_owned(),
            place: reference.place.clone(),
        }));
        self.images.push(reference);
    }
}
