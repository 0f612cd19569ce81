//! What one call that builds an image is given: as plain data, with the bytes that say it.

use super::{
    machine::{CallSite, Event, File},
    syntax::Span,
    text::Text,
    value::{Argument, Arguments, Item, Unknown, Value},
};
use crate::repo::RepoPath;

/// One image that Tilt builds.
#[derive(Clone, Debug)]
pub struct Build {
    pub kind: Kind,
    pub call: Span,
    /// The statement of the outermost level that it is made by.
    pub statement: Span,
    /// The folder that its paths start from.
    pub dir: RepoPath,
    pub image: Text,
    /// `None` where it leads out of the repository, or cannot be told.
    pub context: Option<RepoPath>,
    pub dockerfile: Dockerfile,
    pub build_args: Sequence<BuildArg>,
    pub syncs: Sequence<Sync>,
    pub ignore: Sequence<Text>,
    pub only: Sequence<Text>,
    /// The items of the loops around it, and the literals that they come from.
    pub made_from: Vec<Span>,
    pub feeders: Vec<Span>,
    /// The calls of functions around it, outermost first.
    pub frames: Vec<CallSite>,
    /// All that it is given besides, as text.
    pub rest: String,
    pub unknowns: Vec<Unknown>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Docker,
    DockerWithRestart,
    Custom,
    CustomWithRestart,
}

/// The Dockerfile that is built.
#[derive(Clone, Debug)]
pub enum Dockerfile {
    /// Nothing is said: the one in the context.
    Default,
    Said {
        text: Text,
        place: Span,
    },
    /// The command of `custom_build`, and the path behind `-f` or `--file` in it.
    InCommand {
        command: Text,
        path: Option<String>,
        place: Span,
    },
    /// It is written in the Tiltfile.
    Contents(Span),
    Unknown,
}

/// The items of an argument, and where more of them can be written.
#[derive(Clone, Debug)]
pub struct Sequence<T> {
    pub items: Vec<Placed<T>>,
    /// The list or dict literals that it was put together from.
    pub homes: Vec<Span>,
    /// The literals whose items its items were made from.
    pub feeders: Vec<Span>,
    /// The expression in the call itself.
    pub expression: Option<Span>,
    /// Some of its items cannot be told.
    pub has_hole: bool,
}

#[derive(Clone, Debug)]
pub struct Placed<T> {
    pub what: T,
    /// What says it, for a caret.
    pub place: Span,
    /// Its bytes in a literal.
    pub span: Option<Span>,
    pub made_from: Vec<Span>,
}

#[derive(Clone, Debug)]
pub struct Sync {
    pub local: Text,
    pub remote: Text,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildArg {
    pub name: String,
    pub value: String,
}

impl<T> Default for Sequence<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            homes: Vec::new(),
            feeders: Vec::new(),
            expression: None,
            has_hole: false,
        }
    }
}

impl Kind {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "docker_build" => Self::Docker,
            "docker_build_with_restart" => Self::DockerWithRestart,
            "custom_build" => Self::Custom,
            "custom_build_with_restart" => Self::CustomWithRestart,
            _ => return None,
        })
    }

    pub fn has_dockerfile(self) -> bool {
        matches!(self, Self::Docker | Self::DockerWithRestart)
    }

    /// Parameters that can be given without their names, in order, as the documentation of Tilt has them.
    fn parameters(self) -> &'static [&'static str] {
        match self {
            Self::Docker => &[
                "ref",
                "context",
                "build_args",
                "dockerfile",
                "dockerfile_contents",
                "live_update",
                "match_in_env_vars",
                "ignore",
                "only",
                "entrypoint",
                "target",
            ],
            Self::DockerWithRestart => &["ref", "context", "entrypoint", "live_update"],
            Self::Custom => &[
                "ref",
                "command",
                "deps",
                "tag",
                "disable_push",
                "skips_local_docker",
                "live_update",
                "match_in_env_vars",
                "ignore",
            ],
            Self::CustomWithRestart => &["ref", "command", "deps", "entrypoint", "live_update"],
        }
    }
}

/// Parameters that have a field of their own.
const FOLLOWED: [&str; 9] = [
    "ref",
    "context",
    "build_args",
    "dockerfile",
    "dockerfile_contents",
    "live_update",
    "ignore",
    "only",
    "command",
];

impl Build {
    pub fn of(event: &Event, files: &[File]) -> Option<Self> {
        let kind = Kind::of(&event.name)?;
        let call = &event.call;
        let dir = files
            .get(usize::from(call.file))
            .map_or_else(RepoPath::root, |file| file.path.parent());
        let mut unknowns: Vec<Unknown> = Vec::new();
        if let Some(hole) = &call.hole {
            let why = format!("cannot tell all that this image is built with: {}", hole.why);
            unknowns.push(Unknown { span: call.span, why });
        }
        let given = |name: &str| argument(call, kind, name);
        let mut about_image = Vec::new();
        let image = text(given("ref"), call.span, "which image this builds", &mut about_image);
        // A registry that depends on where Tilt runs hides no image.
        let shown = image.shown();
        if shown.rsplit('/').next().is_none_or(|name| name.contains('…')) {
            unknowns.append(&mut about_image);
        }
        let context = given("context").map(|_| {
            text(
                given("context"),
                call.span,
                "the folder that this builds in",
                &mut unknowns,
            )
        });
        let context = match (&context, kind.has_dockerfile()) {
            (Some(context), true) => context.known().and_then(|context| dir.join(&context)),
            (_, _) => Some(dir.clone()),
        };
        let dockerfile = dockerfile(call, kind, &mut unknowns);
        let mut build_args = build_args(given("build_args"), &mut unknowns);
        if let Dockerfile::InCommand { command, place, .. } = &dockerfile {
            build_args.items.extend(in_command(command, *place));
        }
        let mut rest = String::new();
        for (position, argument) in call.positional.iter().enumerate() {
            let name = kind.parameters().get(position).copied().unwrap_or("");
            add_rest(name, argument, &mut rest);
        }
        for (name, argument) in &call.named {
            add_rest(name, argument, &mut rest);
        }
        let mut build = Self {
            kind,
            call: call.span,
            statement: event.top,
            dir,
            image,
            context,
            dockerfile,
            build_args,
            syncs: syncs(given("live_update"), &mut unknowns),
            ignore: texts(given("ignore"), "what is ignored here", &mut unknowns),
            only: texts(given("only"), "what is built from here", &mut unknowns),
            made_from: event.made_from.clone(),
            feeders: event.feeders.clone(),
            frames: event.frames.clone(),
            rest,
            unknowns,
        };
        // What is not said may be in what cannot be told.
        if call.hole.is_some() {
            build.syncs.has_hole |= given("live_update").is_none();
            build.ignore.has_hole |= given("ignore").is_none();
            build.only.has_hole |= given("only").is_none();
        }
        Some(build)
    }

    /// The Dockerfile, from the root of the repository.
    pub fn dockerfile_path(&self) -> Option<RepoPath> {
        match &self.dockerfile {
            Dockerfile::Default => Some(self.context.as_ref()?.child("Dockerfile")),
            Dockerfile::Said { text, .. } => self.dir.join(&text.known()?),
            Dockerfile::InCommand { path, .. } => self.dir.join(path.as_ref()?),
            Dockerfile::Contents(_) | Dockerfile::Unknown => None,
        }
    }

    /// What says which Dockerfile is built.
    pub fn dockerfile_place(&self) -> Span {
        match &self.dockerfile {
            Dockerfile::Said { place, .. } | Dockerfile::InCommand { place, .. } | Dockerfile::Contents(place) => {
                *place
            }
            Dockerfile::Default | Dockerfile::Unknown => self.call,
        }
    }
}

fn argument<'a>(call: &'a Arguments, kind: Kind, name: &str) -> Option<&'a Argument> {
    let position = kind.parameters().iter().position(|parameter| *parameter == name);
    let found = call.named.get(name).or_else(|| call.positional.get(position?));
    found.filter(|argument| !matches!(argument.value, Value::None))
}

fn add_rest(name: &str, argument: &Argument, rest: &mut String) {
    if FOLLOWED.contains(&name) {
        // The steps of a live update that are no sync have to stay as they are.
        if let ("live_update", Value::List(list)) = (name, &argument.value) {
            for item in &list.borrow().items {
                if !is_sync(&item.value) {
                    item.value.shown(rest, 0);
                    rest.push('\n');
                }
            }
        }
        return;
    }
    rest.push_str(name);
    rest.push('=');
    argument.value.shown(rest, 0);
    rest.push('\n');
}

fn is_sync(value: &Value) -> bool {
    matches!(value, Value::Step(step) if step.name == "sync")
}

fn text(argument: Option<&Argument>, at: Span, what: &str, unknowns: &mut Vec<Unknown>) -> Text {
    let found = argument.map(|argument| &argument.value);
    let span = argument.and_then(|argument| argument.expression).unwrap_or(at);
    let why = match found {
        Some(Value::Text(text)) if text.known().is_some() => return text.clone(),
        Some(Value::Unknown(unknown)) => unknown.why.clone(),
        Some(Value::Text(_)) => "a part of this text is not known here".into(),
        Some(_) => "this is no text".into(),
        None => "nothing is said".into(),
    };
    unknowns.push(Unknown {
        span,
        why: format!("cannot tell {what}: {why}"),
    });
    match found {
        Some(Value::Text(text)) => text.clone(),
        _ => Text::unknown(),
    }
}

fn dockerfile(call: &Arguments, kind: Kind, unknowns: &mut Vec<Unknown>) -> Dockerfile {
    if let Some(contents) = argument(call, kind, "dockerfile_contents").filter(|_| kind.has_dockerfile()) {
        return Dockerfile::Contents(contents.expression.unwrap_or(call.span));
    }
    let name = if kind.has_dockerfile() { "dockerfile" } else { "command" };
    let Some(said) = argument(call, kind, name) else {
        return if call.hole.is_some() {
            Dockerfile::Unknown
        } else {
            Dockerfile::Default
        };
    };
    let place = said.expression.or(said.span).unwrap_or(call.span);
    if kind.has_dockerfile() {
        let text = text(Some(said), call.span, "which Dockerfile is built", unknowns);
        return if text.known().is_some() {
            Dockerfile::Said { text, place }
        } else {
            Dockerfile::Unknown
        };
    }
    let command = match &said.value {
        // The words of a command in exec form.
        Value::List(list) => list.borrow().items.iter().fold(Text::default(), |text, item| {
            let word = super::methods::written(&item.value);
            if text.pieces.is_empty() {
                word
            } else {
                text.and(&Text::plain(" ")).and(&word)
            }
        }),
        value => super::methods::written(value),
    };
    let shown = command.shown();
    let words: Vec<&str> = shown.split_whitespace().collect();
    let path = words.iter().enumerate().find_map(|(at, word)| match *word {
        "-f" | "--file" => words.get(at + 1).copied(),
        word => word.strip_prefix("--file=").or_else(|| word.strip_prefix("-f=")),
    });
    if path.is_none_or(|path| path.contains('…')) {
        let why = "cannot tell which Dockerfile this command builds: it has no `--file` that says it".into();
        unknowns.push(Unknown { span: place, why });
        return Dockerfile::Unknown;
    }
    let path = path.map(|path| path.trim_matches(['"', '\'']).to_owned());
    Dockerfile::InCommand { command, path, place }
}

/// `--build-arg NAME=VALUE` of a command.
fn in_command(command: &Text, place: Span) -> Vec<Placed<BuildArg>> {
    let shown = command.shown();
    let words: Vec<&str> = shown.split_whitespace().collect();
    let given = words.iter().enumerate().filter_map(|(at, word)| match *word {
        "--build-arg" => words.get(at + 1).copied(),
        word => word.strip_prefix("--build-arg="),
    });
    let args = given.map(|arg| {
        let (name, value) = arg.split_once('=').unwrap_or((arg, ""));
        let what = BuildArg {
            name: name.to_owned(),
            value: value.to_owned(),
        };
        Placed {
            what,
            place,
            span: None,
            made_from: Vec::new(),
        }
    });
    args.collect()
}

/// The items of an argument that is a list. One value stands for a list of one.
fn items<T>(
    argument: Option<&Argument>,
    what: &str,
    unknowns: &mut Vec<Unknown>,
    mut read: impl FnMut(&Item, Span) -> Result<Option<T>, String>,
) -> Sequence<T> {
    let mut sequence = Sequence::default();
    let Some(argument) = argument else { return sequence };
    sequence.expression = argument.expression;
    let Some(at) = argument.expression.or(argument.span) else {
        return sequence;
    };
    let mut add = |item: &Item, sequence: &mut Sequence<T>| {
        let place = item.span.or(item.made_from.last().copied()).unwrap_or(at);
        match read(item, place) {
            Ok(Some(what)) => sequence.items.push(Placed {
                what,
                place,
                span: item.span,
                made_from: item.made_from.clone(),
            }),
            Ok(None) => {}
            Err(why) => {
                sequence.has_hole = true;
                unknowns.push(Unknown {
                    span: place,
                    why: format!("cannot tell {what}: {why}"),
                });
            }
        }
    };
    match &argument.value {
        Value::List(list) => {
            let list = list.borrow();
            list.items.iter().for_each(|item| add(item, &mut sequence));
            sequence.homes.clone_from(&list.homes);
            sequence.feeders.clone_from(&list.feeders);
            if let Some(hole) = &list.hole {
                sequence.has_hole = true;
                unknowns.push(Unknown {
                    span: at,
                    why: format!("cannot tell {what}: {}", hole.why),
                });
            }
        }
        value => add(
            &Item {
                value: value.clone(),
                span: None,
                made_from: Vec::new(),
            },
            &mut sequence,
        ),
    }
    sequence
}

fn syncs(argument: Option<&Argument>, unknowns: &mut Vec<Unknown>) -> Sequence<Sync> {
    items(argument, "what is synced here", unknowns, |item, _| match &item.value {
        Value::Step(step) if step.name == "sync" => {
            let side = |position: usize, name: &str| {
                let value = step.call.get(position, name).map(|argument| &argument.value);
                match value {
                    Some(Value::Text(text)) if text.known().is_some() => Ok(text.clone()),
                    Some(Value::Unknown(unknown)) => Err(unknown.why.clone()),
                    _ => Err("a path of this `sync` is not known here".into()),
                }
            };
            Ok(Some(Sync {
                local: side(0, "local_path")?,
                remote: side(1, "remote_path")?,
            }))
        }
        Value::Step(_) => Ok(None),
        Value::Unknown(unknown) => Err(unknown.why.clone()),
        _ => Err("this is no step of a live update".into()),
    })
}

fn texts(argument: Option<&Argument>, what: &str, unknowns: &mut Vec<Unknown>) -> Sequence<Text> {
    items(argument, what, unknowns, |item, _| match &item.value {
        Value::Text(text) if text.known().is_some() => Ok(Some(text.clone())),
        Value::Unknown(unknown) => Err(unknown.why.clone()),
        _ => Err("this is no text that is known here".into()),
    })
}

fn build_args(argument: Option<&Argument>, unknowns: &mut Vec<Unknown>) -> Sequence<BuildArg> {
    let mut sequence = Sequence::default();
    let Some(argument) = argument else { return sequence };
    sequence.expression = argument.expression;
    let at = argument.expression.or(argument.span);
    let hole = match &argument.value {
        Value::Dict(dict) => {
            let dict = dict.borrow();
            for entry in &dict.entries {
                let Some(name) = entry.key.as_text().and_then(Text::known) else {
                    continue;
                };
                let value = super::methods::written(&entry.value).shown();
                let Some(place) = entry.span.or(at) else { continue };
                let what = BuildArg { name, value };
                sequence.items.push(Placed {
                    what,
                    place,
                    span: entry.span,
                    made_from: Vec::new(),
                });
            }
            sequence.homes.clone_from(&dict.homes);
            dict.hole.as_ref().map(|hole| hole.why.clone())
        }
        Value::Unknown(unknown) => Some(unknown.why.clone()),
        _ => Some("this is no dict".into()),
    };
    if let (Some(why), Some(span)) = (hole, at) {
        sequence.has_hole = true;
        unknowns.push(Unknown {
            span,
            why: format!("cannot tell the build arguments: {why}"),
        });
    }
    sequence
}
