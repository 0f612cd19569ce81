//! Edits that may fix a fault, best first. Which of them does, and changes nothing else, is seen by evaluating the
//! file again: so a candidate may be wrong.

use super::{
    edit::{Edit, add, take_out},
    fed::fed,
    guarded,
    literal::Literals,
    refused::is_watched,
    state::State,
};
use formats::starlark::syntax::Span;
use repo::RepoPath;
use surfaces::{
    tilt::{Demand, Fault, Pair},
    tiltfile::{Build, Dockerfile, Placed, Sequence, Text, outline::Bracket},
};

pub fn candidates(state: &State, build: &Build, fault: &Fault<'_>, demand: &Demand<'_>) -> Vec<Vec<Edit>> {
    let literals = Literals::of(state.text(build.call.file));
    match fault {
        Fault::NoBuild => Vec::new(),
        Fault::Dockerfile { .. } => dockerfile(state, build, demand, &literals),
        Fault::BuildArg { name, .. } => build_arg(state, build, name),
        Fault::SyncMissing(pair) => {
            let local = relative(&pair.local, &build.dir);
            let new = format!("sync({}, {})", literals.quote(&local), literals.quote(&pair.remote));
            let new = New {
                argument: "live_update",
                order: demand
                    .syncs
                    .iter()
                    .map(|pair| relative(&pair.local, &build.dir))
                    .collect(),
                key: local,
                written: new,
            };
            let mut found = fed(state, build, &build.syncs, pair.package, demand);
            found.extend(more(state, build, &build.syncs, &new));
            found.extend(guarded::more(state, build, &build.syncs, &new, demand));
            watched_too(state, build, pair, &literals, &mut found);
            found
        }
        Fault::SyncElsewhere { pair, sync } => {
            let mut found: Vec<Vec<Edit>> = changed(&sync.what.remote, &pair.remote);
            // The folder around the sources may be what is synced.
            if let Some(below) = sync
                .what
                .local
                .known()
                .and_then(|local| build.dir.join(&local))
                .as_ref()
                .and_then(|local| pair.local.relative_to(local))
                && let Some(remote) = pair.remote.strip_suffix(below)
            {
                found.extend(changed(&sync.what.remote, remote.trim_end_matches('/')));
            }
            let local = relative(&pair.local, &build.dir);
            let new = format!("sync({}, {})", literals.quote(&local), literals.quote(&pair.remote));
            found.extend(sync.span.map(|span| vec![Edit::replace(span, new)]));
            found
        }
        Fault::SyncNotNeeded { sync, .. } => taken_out(state, sync),
        Fault::Ignored {
            path,
            pattern: Some(pattern),
            ..
        } => {
            let mut found = taken_out(state, pattern);
            let needed = demand.needed.iter().find(|package| path.is_under(&package.dir));
            let context = build.context.clone().unwrap_or_else(RepoPath::root);
            if let Some(dir) = needed.and_then(|package| package.dir.relative_to(&context)) {
                let new = New::plain("ignore", literals.quote(&format!("!{dir}")));
                found.extend(more(state, build, &build.ignore, &new));
            }
            found
        }
        Fault::Ignored {
            path, pattern: None, ..
        } => {
            let needed = demand.needed.iter().find(|package| path.is_under(&package.dir));
            let dir = needed.map_or(path, |package| &package.dir);
            let context = build.context.clone().unwrap_or_else(RepoPath::root);
            let written = dir.relative_to(&context).unwrap_or(dir.as_str());
            let mut found = fed(state, build, &build.only, dir, demand);
            found.extend(more(
                state,
                build,
                &build.only,
                &New::plain("only", literals.quote(written)),
            ));
            found
        }
        Fault::NotIgnored { lib } => {
            let context = build.context.clone().unwrap_or_else(RepoPath::root);
            let written = |dir: &RepoPath| dir.relative_to(&context).unwrap_or(dir.as_str()).to_owned();
            let new = New {
                order: demand.unneeded.iter().map(|lib| written(&lib.dir)).collect(),
                key: written(&lib.dir),
                ..New::plain("ignore", literals.quote(&written(&lib.dir)))
            };
            let mut found = fed(state, build, &build.ignore, &lib.dir, demand);
            found.extend(more(state, build, &build.ignore, &new));
            found.extend(guarded::more(state, build, &build.ignore, &new, demand));
            found
        }
    }
}

/// The same edits, each with the folder of the package among what a command watches: Tilt takes no sync of anything else.
fn watched_too(state: &State, build: &Build, pair: &Pair<'_>, literals: &Literals, found: &mut Vec<Vec<Edit>>) {
    if build.kind.has_dockerfile() || is_watched(build, &pair.local) {
        return;
    }
    let written = literals.quote(&relative(pair.package, &build.dir));
    let watched = more(state, build, &build.deps, &New::plain("deps", written));
    let both = found.iter().flat_map(|edits| {
        watched
            .iter()
            .map(|watched| edits.iter().chain(watched).cloned().collect::<Vec<Edit>>())
    });
    let both: Vec<Vec<Edit>> = both.collect();
    found.extend(both);
}

/// One more item of an argument.
pub struct New {
    /// The argument.
    pub argument: &'static str,
    /// The item as it is written.
    pub written: String,
    /// The item among others of its kind, in the order that they have in a new block.
    key: String,
    order: Vec<String>,
}

impl New {
    fn plain(argument: &'static str, written: String) -> Self {
        Self {
            argument,
            written,
            key: String::new(),
            order: Vec::new(),
        }
    }
}

/// A path as a Tiltfile in that folder writes it.
pub fn relative(path: &RepoPath, from: &RepoPath) -> String {
    let mut up = 0;
    let mut folder = from.clone();
    while !folder.as_str().is_empty() && !path.is_under(&folder) {
        folder = folder.parent();
        up += 1;
    }
    format!(
        "{}{}",
        "../".repeat(up),
        path.relative_to(&folder).unwrap_or(path.as_str())
    )
}

/// Each literal of a text that, changed alone, makes it another one.
fn changed(text: &Text, wanted: &str) -> Vec<Vec<Edit>> {
    let plain = |text: &str| !text.contains(['\\', '"', '\'', '\n']);
    let changes = text.changed_to(wanted).into_iter().filter(|(_, new)| plain(new));
    changes.map(|(at, new)| vec![Edit::replace(at, new)]).collect()
}

fn dockerfile(state: &State, build: &Build, demand: &Demand<'_>, literals: &Literals) -> Vec<Vec<Edit>> {
    let wanted = relative(&demand.dockerfile, &build.dir);
    match &build.dockerfile {
        Dockerfile::Said { text, place } => {
            let dotted = text
                .known()
                .filter(|text| text.starts_with("./"))
                .map(|_| format!("./{wanted}"));
            let mut found: Vec<Vec<Edit>> = dotted.iter().flat_map(|dotted| changed(text, dotted)).collect();
            found.extend(changed(text, &wanted));
            // Not what a function or a loop is given: this call alone.
            found.push(vec![Edit::replace(*place, literals.quote(&wanted))]);
            found.extend(guarded::instead(state, build, *place, &literals.quote(&wanted), demand));
            found
        }
        Dockerfile::InCommand { command, path, .. } => {
            let (Some(command_text), Some(path)) = (command.known(), path) else {
                return Vec::new();
            };
            changed(command, &command_text.replacen(path.as_str(), &wanted, 1))
        }
        Dockerfile::Default => {
            let new = format!("dockerfile={}", literals.quote(&wanted));
            argument(state, build, &new).into_iter().collect()
        }
        Dockerfile::Contents(_) | Dockerfile::Unknown => Vec::new(),
    }
}

fn build_arg(state: &State, build: &Build, name: &str) -> Vec<Vec<Edit>> {
    let mut found = Vec::new();
    let args = &build.build_args;
    if args.items.len() == 1 {
        // The whole argument, where it would be empty.
        found.extend(take_argument(state, build, args));
    }
    for arg in args.items.iter().filter(|arg| arg.what.name == name) {
        found.extend(taken_out(state, arg));
        if let Dockerfile::InCommand { command, .. } = &build.dockerfile
            && let Some(known) = command.known()
        {
            let value = if arg.what.value.is_empty() {
                String::new()
            } else {
                format!("={}", arg.what.value)
            };
            for written in [
                format!(" --build-arg {name}{value}"),
                format!(" --build-arg={name}{value}"),
            ] {
                if known.contains(&written) {
                    found.extend(changed(command, &known.replacen(&written, "", 1)));
                }
            }
        }
    }
    found
}

fn take_argument<T>(state: &State, build: &Build, sequence: &Sequence<T>) -> Option<Vec<Edit>> {
    let call = state.outline(build.call.file)?.brackets.get(&build.call)?;
    let expression = sequence.expression?;
    let index = call
        .items
        .iter()
        .position(|item| item.value == expression && item.keyword.is_some())?;
    Some(take_out(state.text(build.call.file), call, index))
}

/// An item taken out: where it stands, or where the items stand that it was made from.
pub fn taken_out<T>(state: &State, item: &Placed<T>) -> Vec<Vec<Edit>> {
    let spans = || item.span.iter().chain(item.made_from.iter().rev());
    let mut found: Vec<Vec<Edit>> = spans().filter_map(|span| take_out_item(state, *span)).collect();
    found.extend(spans().filter_map(|span| emptied(state, *span)));
    found
}

pub fn take_out_item(state: &State, span: Span) -> Option<Vec<Edit>> {
    let outline = state.outline(span.file)?;
    let place = |bracket: &Bracket| bracket.items.iter().position(|item| item.span == span);
    if let Some((bracket, index)) = outline
        .brackets
        .values()
        .find_map(|bracket| Some((bracket, place(bracket)?)))
    {
        return Some(take_out(state.text(span.file), bracket, index));
    }
    // A statement, as `list.append(…)` is one.
    let is_statement = outline.statements.contains(&span) || outline.nested.contains(&span);
    let text = state.text(span.file);
    let range = span.range();
    let (before, behind) = (text.get(..range.start)?, text.get(range.end..)?);
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let end = behind.find('\n').unwrap_or(behind.len());
    let rest = behind.get(..end)?.trim_start();
    let is_alone = before.get(start..)?.trim().is_empty() && (rest.is_empty() || rest.starts_with('#'));
    let end = (range.end + end + 1).min(text.len());
    (is_statement && is_alone).then(|| vec![Edit::replace(Span::new(span.file, start, end), "")])
}

/// A statement in a block that has no other one.
fn emptied(state: &State, span: Span) -> Option<Vec<Edit>> {
    let outline = state.outline(span.file)?;
    outline
        .nested
        .contains(&span)
        .then(|| vec![Edit::replace(span, "pass")])
}

/// One more item of an argument: in each literal that it is put together from, beside them, or as a new argument.
fn more<T>(state: &State, build: &Build, sequence: &Sequence<T>, new: &New) -> Vec<Vec<Edit>> {
    let mut found = Vec::new();
    let written = &new.written;
    for home in sequence.homes.iter().rev() {
        let bracket = state.outline(home.file).and_then(|outline| outline.brackets.get(home));
        if let Some(bracket) = bracket.filter(|bracket| !bracket.is_call) {
            let position = position(state, bracket, new);
            found.push(add(state.text(home.file), bracket, position, written));
        }
    }
    let call = state
        .outline(build.call.file)
        .and_then(|outline| outline.brackets.get(&build.call));
    let said = call
        .zip(sequence.expression)
        .and_then(|(call, at)| call.items.iter().find(|item| item.value == at));
    match said {
        Some(item) => {
            let before = state.written(item.value);
            // One text stands for a list of one.
            let is_text = before.starts_with(['"', '\'']);
            let sum = match (is_text, item.is_loose) {
                (true, _) => format!("[{before}, {written}]"),
                (false, true) => format!("({before}) + [{written}]"),
                (false, false) => format!("{before} + [{written}]"),
            };
            found.push(vec![Edit::replace(item.value, sum)]);
        }
        None if sequence.homes.is_empty() => {
            found.extend(argument(state, build, &format!("{}=[{written}]", new.argument)));
        }
        None => {}
    }
    found
}

/// Where a new item goes: beside its like, in their order. Syncs precede `run`, as Tilt asks for.
fn position(state: &State, bracket: &Bracket, new: &New) -> usize {
    let is_of = |key: &String| {
        let quoted = [format!("'{key}'"), format!("\"{key}\"")];
        bracket
            .items
            .iter()
            .position(|item| quoted.iter().any(|quoted| state.written(item.span).contains(quoted)))
    };
    if let Some(own) = new.order.iter().position(|key| *key == new.key) {
        let before = new.order.iter().take(own).filter_map(is_of).max();
        let after = new.order.iter().skip(own + 1).filter_map(is_of).min();
        if let Some(at) = before.map(|at| at + 1).or(after) {
            return at;
        }
    }
    let end = bracket.items.len();
    if new.argument != "live_update" {
        return end;
    }
    let calls = |index: &usize, names: &[&str]| {
        let called = bracket.items.get(*index).and_then(|item| item.calls.as_deref());
        called.is_some_and(|called| names.contains(&called))
    };
    let last_sync = (0..end).rev().find(|index| calls(index, &["sync"]));
    let first_late = (0..end).find(|index| calls(index, &["run", "restart_container"]));
    last_sync.map(|index| index + 1).or(first_late).unwrap_or(end)
}

/// A new argument of the call itself, behind the last one that is no `*x` or `**x`.
pub fn argument(state: &State, build: &Build, new: &str) -> Option<Vec<Edit>> {
    let call = state.outline(build.call.file)?.brackets.get(&build.call)?;
    let plain = call
        .items
        .iter()
        .position(|item| item.is_spread)
        .unwrap_or(call.items.len());
    Some(add(state.text(build.call.file), call, plain, new))
}
