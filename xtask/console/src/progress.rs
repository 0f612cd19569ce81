//! Tells a person how far a run is: a line as each step ends, and on a terminal, after a second, one that moves.

use std::{
    fmt::Write as _,
    io::{IsTerminal, Write, stderr},
    sync::{Mutex, MutexGuard, PoisonError},
    thread::{self, Scope},
    time::{Duration, Instant},
};

use anstyle::Style;

use super::style::{CYAN, DIM, GREEN, RED};
use crate::output;

const PATIENCE: Duration = Duration::from_secs(1);
const FRAME: Duration = Duration::from_millis(100);
const SPINNER: [char; 8] = ['⣷', '⣯', '⣟', '⡿', '⢿', '⣻', '⣽', '⣾'];

/// Where a run is. Steps tell it what they do from several threads.
pub struct Progress {
    manner: Manner,
    /// What is said as a step begins, where no line moves.
    verb: &'static str,
    state: Mutex<State>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    /// One line, drawn again and again, below lines that stay.
    Moving,
    Plain,
}

struct State {
    started: Instant,
    total: usize,
    done: usize,
    running: Vec<Running>,
    over: bool,
}

struct Running {
    step: String,
    doing: String,
    since: Instant,
}

impl Progress {
    /// Of a run of tests.
    pub fn new(total: usize) -> Self {
        Self::of("Testing", total)
    }

    /// Starts the display of `total` steps on stderr; `verb` is shown in front of them.
    pub fn of(verb: &'static str, total: usize) -> Self {
        let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
        let manner = if stderr().is_terminal() && !dumb {
            Manner::Moving
        } else {
            Manner::Plain
        };
        Self {
            manner,
            verb,
            state: Mutex::new(State {
                started: Instant::now(),
                total,
                done: 0,
                running: Vec::new(),
                over: false,
            }),
        }
    }

    /// Starts to draw the line that moves, where there is one. It is there as long as what comes back.
    pub fn draw<'scope>(&'scope self, scope: &'scope Scope<'scope, '_>) -> Drawing<'scope> {
        match self.manner {
            Manner::Plain => {}
            Manner::Moving => {
                scope.spawn(|| self.keep_drawing());
            }
        }
        Drawing(self)
    }

    /// Shows that a step has begun.
    pub fn started(&self, step: &str) {
        let mut state = self.state();
        state.running.push(Running {
            step: step.to_owned(),
            doing: String::new(),
            since: Instant::now(),
        });
        match self.manner {
            Manner::Plain => output::eprint(&format!("{CYAN}{:>12}{CYAN:#} {step}\n", self.verb)),
            Manner::Moving => {}
        }
    }

    /// What a running step does at the moment: "installing the packages of the lock".
    pub fn doing(&self, step: &str, what: &str) {
        if let Some(running) = self.state().running.iter_mut().find(|running| running.step == step) {
            what.clone_into(&mut running.doing);
        }
    }

    /// A step has ended: how, in one word with its style, and what came of it.
    pub fn ended(&self, step: &str, (style, verb): (Style, &str), result: &str, time: Duration) {
        self.left(step);
        let time = seconds(time);
        output::eprint(&format!(
            "{style}{verb:>12}{style:#} {step}: {result} {DIM}{time}{DIM:#}\n"
        ));
    }

    /// A step without tests has ended well.
    pub fn done(&self, step: &str, verb: &str) {
        self.left(step);
        output::eprint(&format!("{GREEN}{verb:>12}{GREEN:#} {step}\n"));
    }

    /// A step without tests has failed. Why is told at the end.
    pub fn failed(&self, step: &str) {
        self.left(step);
        output::eprint(&format!("{RED}{:>12}{RED:#} {step}\n", "Failed"));
    }

    fn left(&self, step: &str) {
        let mut state = self.state();
        state.done += 1;
        state.running.retain(|running| running.step != step);
        self.wipe();
    }

    fn keep_drawing(&self) {
        for frame in 0.. {
            thread::sleep(FRAME);
            let state = self.state();
            if state.over {
                return;
            }
            if state.started.elapsed() >= PATIENCE {
                self.wipe();
                output::eprint(&line(&state, frame));
            }
        }
    }

    /// Takes the moving line away. The state's lock is held, so that no other thread draws it again meanwhile.
    fn wipe(&self) {
        match self.manner {
            Manner::Plain => {}
            Manner::Moving => {
                let _ = stderr().write_all(b"\r\x1b[2K");
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A thread that panicked while it held the lock cannot leave a state that draws wrong.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The moving line, drawn by a thread of its own until this is dropped.
pub struct Drawing<'a>(&'a Progress);

impl Drop for Drawing<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.over = true;
        self.0.wipe();
    }
}

/// As much as fits into a terminal of 80 columns, so that the line never wraps and can be wiped.
fn line(state: &State, frame: usize) -> String {
    let mut running = String::new();
    for (index, step) in state.running.iter().enumerate() {
        let separator = if index == 0 { "" } else { ", " };
        let _ = write!(running, "{separator}{} {} s", step.step, step.since.elapsed().as_secs());
        if !step.doing.is_empty() {
            let _ = write!(running, " ({})", step.doing);
        }
    }
    let spinner = SPINNER[frame % SPINNER.len()];
    let room: String = running.chars().take(56).collect();
    let cut = if room.len() < running.len() { "…" } else { "" };
    format!("{spinner:>12} {CYAN}{}/{}{CYAN:#} {room}{cut}", state.done, state.total)
}

/// "1.2 s".
pub fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_moving_line_fits_a_narrow_terminal() {
        let step = |name: &str| Running {
            step: name.into(),
            doing: "installing the packages of the lock".into(),
            since: Instant::now(),
        };
        let state = State {
            started: Instant::now(),
            total: 9,
            done: 3,
            running: vec![step("one-service"), step("another-service")],
            over: false,
        };
        let drawn = anstream::adapter::strip_str(&line(&state, 9)).to_string();
        assert!(drawn.chars().count() < 80, "{drawn}");
        assert!(drawn.ends_with("…"), "{drawn}");
        assert!(drawn.contains("3/9 one-service 0 s (installing"), "{drawn}");
    }
}
