use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::{built::Built, image::Image};
use facts::{Pair, Subject};

pub const RULE: Rule = Rule {
    id: "stop-signal-differs",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "the images have different stop signals",
    why: "the way the program shuts down is then first tried in production",
    example: "STOPSIGNAL SIGKILL in Dockerfile, nothing in Dockerfile.dev, which is SIGTERM",
    fix: "use the same signal in both files",
    check: Check::Both(check, of_images),
};

/// What Docker sends where an image says nothing. No image that Python services are built on says anything else.
const DEFAULT: &str = "SIGTERM";

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = subject.both() else {
        return Vec::new();
    };
    let signal = |image: &Image| image.stop_signal.as_ref().map(|signal| signal.value.clone());
    let (in_dev, in_prod) = (signal(dev), signal(prod));
    if same(in_dev.as_deref(), in_prod.as_deref()) {
        return Vec::new();
    }
    let place = |image: &Image| {
        let said = image.stop_signal.as_ref();
        said.map_or_else(|| image.place.clone(), |signal| signal.place.clone())
    };
    vec![
        Problem::error(message(in_dev.as_deref(), in_prod.as_deref()))
            .at(place(dev).label("development"))
            .at(place(prod).label("production")),
    ]
}

fn of_images(pair: &Pair<'_>) -> Vec<Problem> {
    let signal = |built: &'_ Built| built.config.stop_signal.clone();
    let (dev, prod) = (signal(pair.dev), signal(pair.prod));
    if same(dev.as_deref(), prod.as_deref()) {
        return Vec::new();
    }
    vec![
        Problem::error(message(dev.as_deref(), prod.as_deref()))
            .at(pair.in_dev())
            .at(pair.in_prod()),
    ]
}

fn message(dev: Option<&str>, prod: Option<&str>) -> String {
    let (dev, prod) = (dev.unwrap_or(DEFAULT), prod.unwrap_or(DEFAULT));
    format!("stop signal differs: `{dev}` in development, `{prod}` in production")
}

fn same(dev: Option<&str>, prod: Option<&str>) -> bool {
    number(dev.unwrap_or(DEFAULT)) == number(prod.unwrap_or(DEFAULT))
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
