use facts::command::{by_option, has_debug_option, plain, single};

use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Place, Problem};
use evidence::development;
use facts::{Twin, Twins, command::started, ports};
use surfaces::compose::{Purpose, Run};

pub const RULE: Rule = Rule {
    id: "command-differs",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "the two images start different programs, or the same program with different arguments",
    why: "the production command is then first tried in production",
    example: "CMD [\"python\", \"app.py\"] in Dockerfile.dev, CMD [\"gunicorn\", \"app:app\"] in Dockerfile",
    fix: "start the same program in both images; only reloading and the debugger may differ",
    check: Check::Both(check),
};

fn check(twins: &Twins<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = twins.both() else {
        return Vec::new();
    };
    // What is named and never run is another rule.
    if dev.config.ignores_command() || prod.config.ignores_command() {
        return Vec::new();
    }
    if let Some(word) = for_development(&prod.config.program()) {
        return vec![restarts(&word).at(prod.config.started_at().unwrap_or(&prod.place).clone())];
    }
    let runs = twins.subject.map_or(&[][..], |subject| &subject.compose);
    let (Some(of_dev), Some(of_prod)) = (
        Start::of(dev, runs, Purpose::Development),
        Start::of(prod, runs, Purpose::Production),
    ) else {
        return Vec::new();
    };
    let (in_dev, in_prod) = (of_dev.words, of_prod.words);
    // What compose starts in place of the command of the image is what is run.
    let mut runs = runs.iter().filter(|run| run.purpose == Purpose::Development);
    if runs.any(|run| plain(started(run.service, &dev.config)) == in_prod) {
        return Vec::new();
    }
    // What compose starts in an image that says nothing is compared with what an image says.
    if (of_dev.is_composed && in_prod.is_empty()) || (of_prod.is_composed && in_dev.is_empty()) {
        return Vec::new();
    }
    let ports = ports::one_against_one(twins);
    let (ours, theirs) = (by_option(&in_dev), by_option(&in_prod));
    if ours == theirs || ports.is_some_and(|ports| is_same_but_port(&ours, &theirs, ports)) {
        return Vec::new();
    }
    vec![
        Problem::error(format!(
            "command differs: {} in development, {} in production",
            quoted(&in_dev),
            quoted(&in_prod)
        ))
        .at(of_dev.place.label("development"))
        .at(of_prod.place.label("production"))
        .note("reload options, watchers and debuggers are not compared"),
    ]
}

fn quoted(words: &[String]) -> String {
    match words {
        [] => "none".to_owned(),
        words => format!("`{}`", words.join(" ")),
    }
}

/// How an image is started, and who says it.
struct Start {
    words: Vec<String>,
    place: Place,
    is_composed: bool,
}

impl Start {
    /// By its image, or by a compose file where that says nothing. `None` where compose may start it in any way, or as only
    /// a person at work does.
    fn of(twin: &Twin<'_>, runs: &[Run<'_>], purpose: Purpose) -> Option<Self> {
        let said = twin.config.started_at();
        let runs = runs.iter().filter(|run| run.purpose == purpose);
        let mut composed = runs.filter_map(|run| run.service.command.as_ref().or(run.service.entrypoint.as_ref()));
        let (words, place) = match (said, composed.find(|_| said.is_none())) {
            (None, Some(composed)) => {
                let is_open = composed.value.iter().any(|word| word.contains('*'));
                if is_open || development::reloading(&plain(composed.value.clone())).is_some() {
                    return None;
                }
                (composed.value.clone(), composed.place.clone())
            }
            (Some(place), _) => (twin.config.program(), place.clone()),
            (None, None) => (Vec::new(), twin.place.clone()),
        };
        let is_composed = said.is_none() && !words.is_empty();
        Some(Self {
            words: plain(words),
            place,
            is_composed,
        })
    }
}

/// What starts a program over whenever a file changes, or under a debugger.
fn for_development(words: &[String]) -> Option<String> {
    let inner = words
        .iter()
        .filter(|word| word.contains(' '))
        .filter_map(|text| single(text));
    let inner: Vec<String> = inner.flatten().collect();
    let debugs = words.iter().chain(&inner).any(|word| has_debug_option(word));
    let is_one = |word: &&String| {
        let name = word.rsplit('/').next().unwrap_or_default();
        word.starts_with("--reload")
            || (debugs && word.as_str() == "--debug")
            || matches!(name, "watchfiles" | "watchmedo" | "debugpy")
    };
    let found = words.iter().chain(&inner).find(is_one)?;
    Some(found.split('=').next().unwrap_or_default().to_owned())
}

fn restarts(word: &str) -> Problem {
    Problem::error(format!("production starts with `{word}`, which is for development"))
        .remedy(format!("leave `{word}` to the development image"))
}

/// Whether the ports that the images expose are all that the words differ in, which is another rule.
fn is_same_but_port(dev: &[String], prod: &[String], (ours, theirs): (&str, &str)) -> bool {
    let is_same = |(dev, prod): (&String, &String)| {
        let (Some(left), Some(right)) = (dev.strip_suffix(ours), prod.strip_suffix(theirs)) else {
            return dev == prod;
        };
        dev == prod || (left == right && !left.ends_with(|c: char| c.is_ascii_alphanumeric()))
    };
    dev.len() == prod.len() && dev.iter().zip(prod).all(is_same)
}
