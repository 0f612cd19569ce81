//! The few styles of what people see. `anstream` drops them where there is no terminal, or where `NO_COLOR` is set.

use anstyle::{AnsiColor, Style};

/// Success: status verbs.
pub const GREEN: Style = AnsiColor::Green.on_default().bold();
/// Warnings.
pub const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
/// Errors.
pub const RED: Style = AnsiColor::Red.on_default().bold();
/// Notes and help.
pub const CYAN: Style = AnsiColor::Cyan.on_default().bold();
/// Headings and messages.
pub const BOLD: Style = Style::new().bold();
/// Details that are secondary.
pub const DIM: Style = Style::new().dimmed();
