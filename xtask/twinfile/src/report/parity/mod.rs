//! Says what `verify-parity` found: one file per output format.

mod brief;
mod drawn;
mod explain;
pub mod github;
mod html;
mod intoto;
mod json;
mod sarif;
mod table;
mod terminal;

use std::fmt::Write;

use super::status::Rendered;
use crate::tasks::verify_parity::Format;
use console::{output, style::DIM};
use diagnostics::{Level, Problem};
use verify::Report;

pub use explain::explain;

/// How much of what was found a terminal gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// As much as fits the screen.
    Screen,
    /// Everything.
    All,
}

/// The outcome of `verify-parity` in the format that was asked for. `detail` is for terminals; files have everything.
pub fn outcome(outcome: &Report, format: Format, detail: Detail) -> Result<Rendered, Vec<Problem>> {
    let out = |out: String| Rendered {
        out,
        ..Rendered::default()
    };
    let mut rendered = match format {
        Format::Terminal => terminal::render(outcome, detail),
        Format::Json => out(output::json(&format!("{}\n", json::value(outcome)))),
        Format::Sarif => out(output::json(&format!("{}\n", sarif::log(outcome)))),
        Format::Github => out(github::annotations(outcome)),
        Format::Html => out(html::page(outcome)),
        Format::Intoto => out(output::json(&format!("{}\n", intoto::statement(outcome)?))),
        Format::IntotoPredicate => out(output::json(&format!("{}\n", intoto::statement(outcome)?["predicate"]))),
    };
    for (what, time) in outcome.timings.iter().flatten() {
        let milliseconds = time.as_secs_f64() * 1000.0;
        let _ = writeln!(rendered.err, "{DIM}{milliseconds:>9.1} ms {what}{DIM:#}");
    }
    Ok(rendered)
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}
