//! Says what `verify-parity` found: one file per output format.

mod explain;
pub mod github;
mod json;
mod sarif;
mod table;
mod terminal;

use std::fmt::Write;

use super::status::Rendered;
use crate::tasks::verify_parity::Format;
use console::{output, style::DIM};
use diagnostics::Level;
use verify::Report;

pub use explain::explain;

/// The outcome of `verify-parity` in the format that was asked for.
pub fn outcome(outcome: &Report, format: Format) -> Rendered {
    let out = |out: String| Rendered {
        out,
        ..Rendered::default()
    };
    let mut rendered = match format {
        Format::Terminal => terminal::render(outcome),
        Format::Json => out(output::json(&format!("{}\n", json::value(outcome)))),
        Format::Sarif => out(output::json(&format!("{}\n", sarif::log(outcome)))),
        Format::Github => out(github::annotations(outcome)),
    };
    for (what, time) in outcome.timings.iter().flatten() {
        let milliseconds = time.as_secs_f64() * 1000.0;
        let _ = writeln!(rendered.err, "{DIM}{milliseconds:>9.1} ms {what}{DIM:#}");
    }
    rendered
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}
