use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Located, Problem};
use facts::Twins;

pub const RULE: Rule = Rule {
    id: "stop-signal-differs",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "the images have different stop signals",
    why: "the way the program shuts down is then first tried in production",
    example: "STOPSIGNAL SIGKILL in Dockerfile, nothing in Dockerfile.dev, which is SIGTERM",
    fix: "use the same signal in both files",
    check: Check::Both(check),
};

/// What Docker sends where an image says nothing. No image that Python services are built on says anything else.
const DEFAULT: &str = "SIGTERM";

fn check(twins: &Twins<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = twins.both() else {
        return Vec::new();
    };
    let (ours, theirs) = (dev.config.stop_signal.as_ref(), prod.config.stop_signal.as_ref());
    let text = |said: Option<&Located<String>>| said.map_or(DEFAULT, |said| said.value.as_str()).to_owned();
    let (in_dev, in_prod) = (text(ours), text(theirs));
    if number(&in_dev) == number(&in_prod) {
        return Vec::new();
    }
    let message = format!("stop signal differs: `{in_dev}` in development, `{in_prod}` in production");
    vec![
        Problem::error(message)
            .at(dev.shown(ours.map(|said| &said.place)))
            .at(prod.shown(theirs.map(|said| &said.place))),
    ]
}

/// `SIGTERM`, `term` and `15` are one; a signal that is seldom used stays as written.
fn number(signal: &str) -> String {
    let name = signal.to_ascii_uppercase();
    let name = name.strip_prefix("SIG").unwrap_or(&name);
    let known = match name {
        "HUP" => "1",
        "INT" => "2",
        "QUIT" => "3",
        "KILL" => "9",
        "USR1" => "10",
        "USR2" => "12",
        "TERM" => "15",
        "WINCH" => "28",
        other => other,
    };
    known.to_owned()
}
