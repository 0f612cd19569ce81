//! What a person sees on a terminal while a task runs, and how problems are printed there. Computes no result and no exit code.

pub mod output;
pub mod progress;
pub mod style;
pub mod terminal;
