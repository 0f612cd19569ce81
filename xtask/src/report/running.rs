//! Draws a running application: what it does to standard error, what services write to standard output, each line
//! behind the name of the service.

use std::time::Duration;

use anstyle::{AnsiColor, Style};

use super::status::Rendered;
use console::progress::seconds;
use console::style::{BOLD, CYAN, DIM, GREEN, YELLOW};
use run::up::{ServiceLaunch, UpEvent};

/// Told apart on dark and on light terminals. Red is for what is wrong.
const COLOURS: [AnsiColor; 5] = [
    AnsiColor::Cyan,
    AnsiColor::Magenta,
    AnsiColor::Green,
    AnsiColor::Blue,
    AnsiColor::Yellow,
];

/// `width` is that of the longest name of a service.
pub fn up_event(event: &UpEvent<'_>, width: usize) -> Rendered {
    let mut rendered = Rendered::default();
    rendered.err = match event {
        UpEvent::Line { from, text } => {
            rendered.out = line(*from, text, width);
            return rendered;
        }
        UpEvent::Preparing { service, number, total } => verb(
            CYAN,
            "Preparing",
            &format!("{number}/{total} {service}: the packages of its lock"),
        ),
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
        UpEvent::Started { service, port } => verb(CYAN, "Started", &format!("{service} on port {port}")),
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
        UpEvent::Ready { services, state, after } => ready(services, &state.display().to_string(), *after),
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

fn ready(services: &[ServiceLaunch], state: &str, after: Duration) -> String {
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
        let (name, url) = (&service.launch.name, &service.url);
        text.push_str(&format!("{:>12} {name:width$}  {BOLD}{url}{BOLD:#}\n", ""));
    }
    for note in services.iter().filter_map(|service| service.note.as_ref()) {
        text.push_str(&format!("{:>12} {note}\n", ""));
    }
    text.push_str(&format!("{:>12} {DIM}state is kept in {state}{DIM:#}\n", ""));
    text
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
            let rendered = up_event(&UpEvent::Line { from, text }, 7);
            anstream::adapter::strip_str(&rendered.out).to_string()
        };
        assert_eq!(said(Some((6, "web")), "up"), "    web | up\n");
        assert_eq!(said(Some((0, "backend")), ""), "backend | \n");
        assert_eq!(said(None, "ok 1 - found"), "ok 1 - found\n");
    }
}
