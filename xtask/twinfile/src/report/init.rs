//! Says what `init` wrote, and the list of what is left.

use std::fmt::Write;

use super::{
    diff,
    status::{Rendered, done, line},
};
use crate::tasks::init::Outcome;
use adopt::{Item, State};
use console::{
    style::{BOLD, DIM, GREEN, YELLOW},
    terminal,
};
use diagnostics::{Place, Problem, called, count};

/// The outcome of `init`.
pub fn init(outcome: &Outcome) -> Rendered {
    let mut rendered = Rendered::default();
    if outcome.items.is_empty() {
        rendered.err = terminal::problems(&[Problem::error("no Python package found that could be a service")
            .note("a service has a Dockerfile, depends on a server such as uvicorn, or declares one program")
            .remedy("name the folders in `services`, in `Cargo.toml`, and run this again")]);
        return rendered;
    }
    rendered.err.push_str(&terminal::problems(&outcome.problems));
    for change in &outcome.changes {
        if outcome.is_written {
            rendered.err.push_str(&line(done(change.kind), change.path.as_str()));
        } else if !outcome.is_check {
            rendered.out.push_str(&diff::unified(change));
        }
    }
    let mut section = None;
    for item in &outcome.items {
        if section != Some(item.section) {
            section = Some(item.section);
            let _ = writeln!(rendered.out, "\n{BOLD}{}{BOLD:#}", item.section.title());
        }
        rendered.out.push_str(&row(item));
    }
    rendered.out.push('\n');
    rendered.err.push_str(&total(outcome));
    rendered
}

fn row(item: &Item) -> String {
    let what = &item.what;
    let mut text = match &item.state {
        State::Done => format!("  {GREEN}done{GREEN:#}     {what}\n"),
        State::Run(command) => format!("  {YELLOW}run{YELLOW:#}      {BOLD}{command}{BOLD:#}\n           {what}\n"),
        State::ByHand(edit) => format!("  {YELLOW}by hand{YELLOW:#}  {what}\n           {edit}\n"),
    };
    if let Some(place) = item.place.as_ref().filter(|_| item.state != State::Done) {
        let _ = writeln!(text, "           {DIM}{}{DIM:#}", shown(place));
    }
    text
}

fn shown(place: &Place) -> String {
    match place.position() {
        (path, Some([(line, column), _])) => format!("{path}:{line}:{column}"),
        (path, None) => path.to_owned(),
    }
}

fn total(outcome: &Outcome) -> String {
    let number = |wanted: fn(&State) -> bool| outcome.items.iter().filter(|item| wanted(&item.state)).count();
    let (all, done) = (outcome.items.len(), number(|state| *state == State::Done));
    if all == done {
        return line("Finished", &format!("{} of {all} done", done));
    }
    let commands = number(|state| matches!(state, State::Run(_)));
    let by_hand = number(|state| matches!(state, State::ByHand(_)));
    let mut text = line(
        "Left",
        &format!(
            "{} and {} by hand; {done} of {all} done",
            count(commands, "command"),
            count(by_hand, "edit")
        ),
    );
    if !outcome.is_check {
        text.push_str(&called::as_called(
            "help: `cargo xtask init --check` lists what is left\n",
        ));
    }
    text
}
