//! Draws a running application: what it does to standard error, what services write to standard output, each line
//! behind the name of the service.

use std::{path::Path, time::Duration};

use anstyle::{AnsiColor, Style};

use super::{log_line, status::Rendered};
use console::progress::seconds;
use console::style::{BOLD, CYAN, DIM, GREEN, YELLOW};
use run::up::{Missing, ServiceLaunch, UpEvent, is_installed};

/// Told apart on dark and on light terminals. Red is for what is wrong.
const COLOURS: [AnsiColor; 5] = [
    AnsiColor::Cyan,
    AnsiColor::Magenta,
    AnsiColor::Green,
    AnsiColor::Blue,
    AnsiColor::Yellow,
];

/// Who reads what services write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// On a terminal: structured logging becomes sentences.
    Person,
    /// Through a pipe or in a file: lines stay as they are.
    Program,
}

/// `width` is that of the longest name of a service.
pub fn up_event(event: &UpEvent<'_>, width: usize, reader: Reader) -> Rendered {
    let mut rendered = Rendered::default();
    rendered.err = match event {
        UpEvent::Line { from, text } => {
            rendered.out = match reader {
                Reader::Person => log_line::readable(text)
                    .iter()
                    .map(|text| line(*from, text, width))
                    .collect(),
                Reader::Program => line(*from, text, width),
            };
            return rendered;
        }
        UpEvent::Preparing { service, number, total } => verb(
            CYAN,
            "Preparing",
            &format!("{number}/{total} {service}: the packages of its lock"),
        ),
        UpEvent::PreparingTools => verb(
            CYAN,
            "Preparing",
            "the pinned tools, which install packages: once, about a minute",
        ),
        UpEvent::Prepared { service, after } => verb(GREEN, "Prepared", &format!("{service} in {}", seconds(*after))),
        UpEvent::Moved { service, own, port } => verb(
            YELLOW,
            "Moved",
            &format!("{service} listens on {port}: its own port {own} is in use"),
        ),
        UpEvent::Kept { service, variable } => verb(
            YELLOW,
            "Kept",
            &format!("{service} gets `{variable}` from your environment"),
        ),
        UpEvent::LeftOut { service, reason } => verb(YELLOW, "Left out", &format!("{service}: {reason}")),
        UpEvent::Started { service, port } => {
            let place = port.map_or_else(String::new, |port| format!(" on port {port}"));
            verb(CYAN, "Started", &format!("{service}{place}"))
        }
        UpEvent::WaitsForDebugger { service, port } => verb(
            YELLOW,
            "Debugging",
            &format!("{service} waits for a debugger: attach to 127.0.0.1:{port} (debugpy)"),
        ),
        UpEvent::Healthy {
            service,
            number,
            total,
            after,
        } => verb(
            GREEN,
            "Healthy",
            &format!("{number}/{total} {service} after {}", seconds(*after)),
        ),
        UpEvent::NotReady { service, said } => verb(YELLOW, "Not ready", &format!("{service}: {said}")),
        UpEvent::Waiting { services, after } => verb(
            CYAN,
            "Waiting",
            &format!("for {} since {}", services.join(", "), seconds(*after)),
        ),
        UpEvent::Ready {
            services,
            missing,
            state,
            after,
        } => ready(services, missing, &state.display().to_string(), *after),
        UpEvent::Testing { script } => verb(CYAN, "Testing", script),
        UpEvent::Stopping => verb(CYAN, "Stopping", "all services"),
        UpEvent::Killing { services } => verb(YELLOW, "Killing", &services.join(", ")),
        UpEvent::Stopped => verb(GREEN, "Stopped", "all services"),
    };
    rendered
}

fn line(from: Option<(usize, &str)>, text: &str, width: usize) -> String {
    let Some((number, name)) = from else {
        return format!("{text}\n");
    };
    let style: Style = COLOURS[number % COLOURS.len()].on_default();
    format!("{style}{name:>width$} |{style:#} {text}\n")
}

fn ready(services: &[ServiceLaunch], missing: &[Missing], state: &str, after: Duration) -> String {
    let mut text = verb(
        GREEN,
        "Ready",
        &format!("after {}: Ctrl-C stops all services", seconds(after)),
    );
    let width = services
        .iter()
        .map(|service| service.launch.name.len())
        .max()
        .unwrap_or(0);
    for service in services {
        for (number, url) in service.urls.iter().enumerate() {
            let name = if number == 0 { service.launch.name.as_str() } else { "" };
            text.push_str(&format!("{:>12} {name:width$}  {BOLD}{url}{BOLD:#}\n", ""));
        }
    }
    for file in services.iter().filter_map(ServiceLaunch::sign_in_file) {
        text.push_str(&verb(
            CYAN,
            "Sign in",
            &format!("with the text in {}; {}", file.display(), copying(file)),
        ));
    }
    for Missing { program, service, lost } in missing {
        text.push_str(&verb(
            YELLOW,
            "Missing",
            &format!("`{program}`, which {service} uses: {lost}"),
        ));
    }
    for note in services.iter().filter_map(|service| service.note.as_ref()) {
        text.push_str(&format!("{:>12} {note}\n", ""));
    }
    text.push_str(&format!("{:>12} {DIM}state is kept in {state}{DIM:#}\n", ""));
    text
}

/// How to copy a file to the clipboard of this machine, or to see it where there is none.
fn copying(file: &Path) -> String {
    let is_set = |variable: &str| std::env::var_os(variable).is_some_and(|value| !value.is_empty());
    let (what, command) = if cfg!(target_os = "macos") {
        ("copy", "pbcopy <")
    } else if is_set("WAYLAND_DISPLAY") && is_installed("wl-copy") {
        ("copy", "wl-copy <")
    } else if is_set("DISPLAY") && is_installed("xclip") {
        ("copy", "xclip -selection clipboard <")
    } else {
        ("print", "cat")
    };
    format!(
        "{what} it by {BOLD}{command} {}{BOLD:#}",
        quoted(&file.display().to_string())
    )
}

/// A word for a POSIX shell.
fn quoted(word: &str) -> String {
    let is_plain = |character: char| character.is_alphanumeric() || "/._-+,@%:".contains(character);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

fn verb(style: Style, verb: &str, what: &str) -> String {
    format!("{style}{verb:>12}{style:#} {what}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stands_behind_its_service() {
        let said = |from, text| {
            let rendered = up_event(&UpEvent::Line { from, text }, 7, Reader::Person);
            anstream::adapter::strip_str(&rendered.out).to_string()
        };
        assert_eq!(said(Some((6, "web")), "up"), "    web | up\n");
        assert_eq!(said(Some((0, "backend")), ""), "backend | \n");
        assert_eq!(said(None, "ok 1 - found"), "ok 1 - found\n");
        let record = "{\"level\": \"ERROR\", \"message\": \"two\\nlines\"}";
        assert_eq!(said(Some((0, "web")), record), "    web | two\n    web | lines\n");
        let rendered = up_event(
            &UpEvent::Line {
                from: None,
                text: record,
            },
            7,
            Reader::Program,
        );
        assert_eq!(rendered.out, format!("{record}\n"));
    }

    #[test]
    fn words_are_quoted_for_a_shell() {
        assert_eq!(quoted("/home/a/.x_1/token"), "/home/a/.x_1/token");
        assert_eq!(quoted("/my files/it's"), "'/my files/it'\\''s'");
        assert_eq!(quoted("$(x)"), "'$(x)'");
    }
}
