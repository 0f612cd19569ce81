//! Reads the arguments of a build: what cannot be told is noted, with its place.

use super::{
    build::{BuildArg, Dockerfile, FOLLOWED, Kind, Placed, Sequence, Sync},
    machine::{Event, File},
    operators,
    text::Text,
    value::{Argument, Arguments, Item, Unknown, Value},
};
use formats::starlark::syntax::Span;
use repo::RepoPath;

pub fn argument<'a>(call: &'a Arguments, kind: Kind, name: &str) -> Option<&'a Argument> {
    let position = kind.parameters().iter().position(|parameter| *parameter == name);
    let found = call.named.get(name).or_else(|| call.positional.get(position?));
    found.filter(|argument| !matches!(argument.value, Value::None))
}

pub fn add_rest(name: &str, argument: &Argument, rest: &mut String) {
    // What is watched is compared item by item, where all items can be told.
    if name == "deps" && !texts(Some(argument), "what is watched here", &mut Vec::new()).has_hole {
        return;
    }
    if FOLLOWED.contains(&name) {
        // The steps of a live update that are not sync have to stay as they are.
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

pub fn is_sync(value: &Value) -> bool {
    matches!(value, Value::Step(step) if step.name == "sync")
}

pub fn text(argument: Option<&Argument>, at: Span, what: &str, unknowns: &mut Vec<Unknown>) -> Text {
    let found = argument.map(|argument| &argument.value);
    let span = argument.and_then(|argument| argument.expression).unwrap_or(at);
    let why = match found {
        Some(Value::Text(text)) if text.known().is_some() => return text.clone(),
        Some(Value::Unknown(unknown)) => unknown.why.clone(),
        Some(Value::Text(_)) => "a part of this text is not known here".into(),
        Some(_) => "this is not a text".into(),
        None => "nothing is said".into(),
    };
    unknowns.push(Unknown {
        span,
        why: format!("cannot determine {what}: {why}"),
    });
    match found {
        Some(Value::Text(text)) => text.clone(),
        _ => Text::unknown(),
    }
}

pub fn dockerfile(call: &Arguments, kind: Kind, unknowns: &mut Vec<Unknown>) -> Dockerfile {
    if let Some(contents) = argument(call, kind, "dockerfile_contents").filter(|_| kind.has_dockerfile()) {
        let place = contents.expression.unwrap_or(call.span);
        return match &contents.value {
            Value::File(file) => Dockerfile::Said {
                text: file.path.clone(),
                place,
            },
            _ => Dockerfile::Contents(place),
        };
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
            let word = operators::written(&item.value);
            if text.pieces.is_empty() {
                word
            } else {
                text.and(&Text::plain(" ")).and(&word)
            }
        }),
        value => operators::written(value),
    };
    let shown = command.shown();
    let words: Vec<&str> = shown.split_whitespace().collect();
    let path = words.iter().enumerate().find_map(|(at, word)| match *word {
        "-f" | "--file" => words.get(at + 1).copied(),
        word => word.strip_prefix("--file=").or_else(|| word.strip_prefix("-f=")),
    });
    if path.is_none_or(|path| path.contains('…')) {
        let why = "cannot determine which Dockerfile this command builds: it has no `--file`".into();
        unknowns.push(Unknown { span: place, why });
        return Dockerfile::Unknown;
    }
    let path = path.map(|path| path.trim_matches(['"', '\'']).to_owned());
    Dockerfile::InCommand { command, path, place }
}

/// `--build-arg NAME=VALUE` of a command.
pub fn in_command(command: &Text, place: Span) -> Vec<Placed<BuildArg>> {
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
pub fn items<T>(
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
                    why: format!("cannot determine {what}: {why}"),
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
                    why: format!("cannot determine {what}: {}", hole.why),
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

pub fn syncs(argument: Option<&Argument>, unknowns: &mut Vec<Unknown>) -> Sequence<Sync> {
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
        _ => Err("this is not a step of a live update".into()),
    })
}

/// The words of a command, where all of them are known.
pub fn words(argument: Option<&Argument>) -> Option<(Vec<String>, Span)> {
    let argument = argument?;
    let place = argument.expression.or(argument.span)?;
    let words = match &argument.value {
        Value::Text(text) if text.asked.is_none() => vec!["sh".to_owned(), "-c".to_owned(), text.known()?],
        Value::List(list) if list.borrow().hole.is_none() => {
            let list = list.borrow();
            let words = list.items.iter().map(|item| item.value.as_text().and_then(Text::known));
            words.collect::<Option<Vec<String>>>()?
        }
        _ => return None,
    };
    (!words.is_empty()).then_some((words, place))
}

/// The ports of containers that `port_forwards` leads to.
pub fn forwards(value: &Value) -> Vec<u16> {
    match value {
        Value::Int(port) => u16::try_from(*port).ok().into_iter().collect(),
        Value::Text(text) => {
            let port = text
                .known()
                .and_then(|text| text.rsplit(':').next()?.trim().parse().ok());
            port.into_iter().collect()
        }
        Value::List(list) => list
            .borrow()
            .items
            .iter()
            .flat_map(|item| forwards(&item.value))
            .collect(),
        Value::Step(step) if step.name == "port_forward" => {
            let container = step
                .call
                .get(1, "container_port")
                .filter(|given| !matches!(given.value, Value::None));
            let port = container.or_else(|| step.call.get(0, "local_port"));
            port.map_or_else(Vec::new, |port| forwards(&port.value))
        }
        _ => Vec::new(),
    }
}

/// `key=value` of `set`, each with where it is.
pub fn settings(call: &Arguments) -> Vec<(String, String, Span)> {
    let Some(argument) = call.named.get("set") else {
        return Vec::new();
    };
    let at = argument.expression.or(argument.span).unwrap_or(call.span);
    let split = |value: &Value, span: Option<Span>| {
        let text = value.as_text()?;
        let (key, value) = text
            .shown()
            .split_once('=')
            .map(|(key, value)| (key.to_owned(), value.to_owned()))?;
        Some((key, value, span.unwrap_or(at)))
    };
    match &argument.value {
        Value::List(list) => list
            .borrow()
            .items
            .iter()
            .filter_map(|item| split(&item.value, item.span))
            .collect(),
        value => split(value, None).into_iter().collect(),
    }
}

/// The files and folders that a call names for Tilt to read.
pub fn files(event: &Event, files: &[File]) -> Vec<(RepoPath, Span)> {
    let names: &[(usize, &str)] = match &*event.name {
        "helm" => &[(0, "paths"), (usize::MAX, "values")],
        "kustomize" => &[(0, "paths")],
        "k8s_yaml" => &[(0, "yaml")],
        "docker_compose" => &[(0, "configPaths")],
        _ => return Vec::new(),
    };
    let call = &event.call;
    let Some(dir) = files.get(usize::from(call.file)).map(|file| file.path.parent()) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (position, name) in names {
        let Some(argument) = call.get(*position, name) else {
            continue;
        };
        let at = argument.expression.or(argument.span).unwrap_or(call.span);
        let mut add = |value: &Value, span: Option<Span>| {
            let path = value.as_text().and_then(Text::known);
            // Text of manifests is given, too.
            let path = path.filter(|path| !path.contains(['\n', '{', '*', ':']) && !path.starts_with(['/', '~']));
            let path = path.filter(|path| !path.is_empty()).and_then(|path| dir.join(&path));
            found.extend(path.map(|path| (path, span.unwrap_or(at))));
        };
        match &argument.value {
            Value::List(list) => list.borrow().items.iter().for_each(|item| add(&item.value, item.span)),
            value => add(value, None),
        }
    }
    found
}

pub fn steps(argument: Option<&Argument>) -> Vec<String> {
    let Some(Value::List(list)) = argument.map(|argument| &argument.value) else {
        return Vec::new();
    };
    let list = list.borrow();
    let names = list.items.iter().filter_map(|item| match &item.value {
        Value::Step(step) => Some(step.name.clone()),
        _ => None,
    });
    names.collect()
}

pub fn texts(argument: Option<&Argument>, what: &str, unknowns: &mut Vec<Unknown>) -> Sequence<Text> {
    items(argument, what, unknowns, |item, _| match &item.value {
        Value::Text(text) if text.known().is_some() => Ok(Some(text.clone())),
        Value::Unknown(unknown) => Err(unknown.why.clone()),
        _ => Err("this text is not known".into()),
    })
}

pub fn build_args(argument: Option<&Argument>, unknowns: &mut Vec<Unknown>) -> Sequence<BuildArg> {
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
                let value = operators::written(&entry.value).shown();
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
        _ => Some("this is not a dict".into()),
    };
    if let (Some(why), Some(span)) = (hole, at) {
        sequence.has_hole = true;
        unknowns.push(Unknown {
            span,
            why: format!("cannot determine the build arguments: {why}"),
        });
    }
    sequence
}
