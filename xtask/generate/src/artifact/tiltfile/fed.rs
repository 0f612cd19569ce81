//! One more item of the list that a loop, or a function, makes an argument from.

use super::{
    edit::{Edit, add},
    literal::{Literals, analogous},
    state::State,
};
use repo::RepoPath;
use surfaces::{
    tilt::Demand,
    tiltfile::{Build, Sequence},
};

/// One more item where the items come from that a loop makes these from: like one that is there, of another package.
pub fn fed<T>(
    state: &State,
    build: &Build,
    sequence: &Sequence<T>,
    package: &RepoPath,
    demand: &Demand<'_>,
) -> Vec<Vec<Edit>> {
    let mut found: Vec<Vec<Edit>> = Vec::new();
    let names = [package.file_name(), package.as_str()];
    // A function that is not given the list: it is given one.
    for frame in build.frames.iter().rev() {
        let call = state
            .outline(frame.span.file)
            .and_then(|outline| outline.brackets.get(&frame.span));
        for ((parameter, _), call) in frame.defaulted.iter().zip(std::iter::repeat(call).flatten()) {
            let literals = Literals::of(state.text(frame.span.file));
            let new = names.map(|name| format!("{parameter}=[{}]", literals.quote(name)));
            found.extend(new.map(|new| add(state.text(frame.span.file), call, call.items.len(), &new)));
        }
    }
    let given = build.frames.iter().rev().flat_map(|frame| &frame.given);
    for feeder in given.chain(sequence.feeders.iter().rev()) {
        let Some(bracket) = state
            .outline(feeder.file)
            .and_then(|outline| outline.brackets.get(feeder))
        else {
            continue;
        };
        let text = state.text(feeder.file);
        let literals = Literals::of(text);
        let known = demand.needed.iter().chain(&demand.unneeded).map(|known| &known.dir);
        let like = known.flat_map(|known| {
            let items = bracket.items.iter().map(|item| state.written(item.span));
            items
                .filter_map(|written| analogous(written, known, package))
                .collect::<Vec<_>>()
        });
        let plain = names.iter().map(|name| literals.quote(name));
        for new in like.chain(plain) {
            let edits = add(text, bracket, bracket.items.len(), &new);
            if !found.contains(&edits) {
                found.push(edits);
            }
        }
    }
    found
}
