//! A build argument that makes one Dockerfile into both images: `ARG dev=0`, asked with 1 for development.

use diagnostics::Located;
use evidence::development;
use formats::dockerfile::{Arguments, Dockerfile, Keyword, Statement};

/// The argument, and what each image is built with. `None` where the default says it.
#[derive(Debug, PartialEq, Eq)]
pub struct Switch {
    pub name: String,
    pub dev: Option<String>,
    pub prod: Option<String>,
}

const ENVIRONMENTS: [&str; 4] = ["env", "environment", "mode", "stage"];
const DEVELOPMENT_VALUES: [&str; 4] = ["development", "dev", "develop", "local"];
const PRODUCTION_VALUES: [&str; 3] = ["production", "prod", "release"];
/// What leaves something out: `NO_DEV=1`.
const NEGATIONS: [&str; 5] = ["no", "without", "skip", "exclude", "disable"];
const OPPOSITES: [(&str, &str); 6] = [
    ("0", "1"),
    ("false", "true"),
    ("no", "yes"),
    ("off", "on"),
    ("n", "y"),
    ("f", "t"),
];

impl Switch {
    /// The first argument that sounds like one, and that something in the file depends on.
    pub fn of(dockerfile: &Dockerfile) -> Option<Self> {
        let text = dockerfile.source.text();
        let mut declared = declared(dockerfile);
        declared.find_map(|word| {
            let (name, default) = word.value.split_once('=').unwrap_or((&word.value, ""));
            let default = default.trim_matches(['"', '\'']);
            let words: Vec<String> = name.split('_').map(str::to_ascii_lowercase).collect();
            let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
            let compared = compared(text, name);
            if has(&development::WORDS) {
                return Self::on_or_off(name, default, has(&NEGATIONS), &compared);
            }
            let is_environment = words.last().is_some_and(|last| ENVIRONMENTS.contains(&last.as_str()));
            is_environment
                .then(|| Self::by_value(name, default, &compared))
                .flatten()
        })
    }

    fn on_or_off(name: &str, default: &str, is_negated: bool, compared: &[String]) -> Option<Self> {
        // Nothing in the file asks.
        let first = compared.first()?;
        let (is_on, other) = match OPPOSITES.iter().find_map(|pair| opposite(default, *pair)) {
            Some(known) => known,
            None if default.is_empty() => (false, first.clone()),
            None => return None,
        };
        let (dev, prod) = if is_on != is_negated {
            (None, Some(other))
        } else {
            (Some(other), None)
        };
        let name = name.to_owned();
        Some(Self { name, dev, prod })
    }

    /// `ARG ENVIRONMENT=production`, and a step that asks for it.
    fn by_value(name: &str, default: &str, compared: &[String]) -> Option<Self> {
        let one_of = |known: &[&str]| compared.iter().find(|value| known.contains(&value.as_str())).cloned();
        let (dev, prod) = (one_of(&DEVELOPMENT_VALUES), one_of(&PRODUCTION_VALUES));
        if dev.is_none() && prod.is_none() {
            return None;
        }
        let said = |known: &[&str], found: Option<String>| {
            (!known.contains(&default)).then(|| found.unwrap_or_else(|| known[0].to_owned()))
        };
        Some(Self {
            name: name.to_owned(),
            dev: said(&DEVELOPMENT_VALUES, dev),
            prod: said(&PRODUCTION_VALUES, prod),
        })
    }
}

/// `ARG` of all stages, each with its default.
fn declared(dockerfile: &Dockerfile) -> impl Iterator<Item = &Located<String>> {
    let stages = dockerfile.stages.iter().flat_map(|stage| &stage.statements);
    let arguments = dockerfile.global.iter().chain(stages).filter_map(words);
    arguments.flatten()
}

fn words(statement: &Statement) -> Option<&Vec<Located<String>>> {
    match &statement.arguments {
        Arguments::Words(words) if statement.keyword == Keyword::Arg => Some(words),
        _ => None,
    }
}

/// Whether the default switches on, and the value that does the other thing, in the same case.
fn opposite(default: &str, (off, on): (&str, &str)) -> Option<(bool, String)> {
    let lower = default.to_ascii_lowercase();
    let (is_on, other) = match lower.as_str() {
        lower if lower == off => (false, on),
        lower if lower == on => (true, off),
        _ => return None,
    };
    let is_capital = default.starts_with(|c: char| c.is_ascii_uppercase());
    let is_upper = is_capital && default.chars().all(|c| c.is_ascii_uppercase()) && default.len() > 1;
    let other = match (is_upper, is_capital) {
        (true, _) => other.to_uppercase(),
        (false, true) => other[..1].to_uppercase() + &other[1..],
        (false, false) => other.to_owned(),
    };
    Some((is_on, other))
}

/// What the steps of a file compare the argument with: `[ "$DEVEL" = "yes" ]`, `[[ $dev -eq 1 ]]`, `[ -n "$dev" ]`.
fn compared(text: &str, name: &str) -> Vec<String> {
    let mut values = Vec::new();
    for written in [format!("${name}"), format!("${{{name}}}")] {
        for (at, _) in text.match_indices(&written) {
            let (before, behind) = (&text[..at], &text[at + written.len()..]);
            if behind.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') {
                continue;
            }
            let behind = behind.trim_start_matches(['"', '\'', '}', ' ']);
            let asked = ["==", "=", "!=", "-eq", "-ne"]
                .iter()
                .find_map(|how| behind.strip_prefix(how));
            let value = asked.map(|rest| {
                let rest = rest.trim_start_matches([' ', '"', '\'']);
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
                rest[..end.unwrap_or(rest.len())].to_owned()
            });
            let tests = before.trim_end_matches(['"', '\'', ' ']);
            match value.filter(|value| !value.is_empty()) {
                Some(value) => values.push(value),
                None if tests.ends_with("-n") || tests.ends_with("-z") => values.push("1".to_owned()),
                None => {}
            }
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use diagnostics::Source;

    fn shown(text: &str) -> Option<(String, Option<String>, Option<String>)> {
        let dockerfile = Dockerfile::read(&Source::new("Dockerfile", text), &mut Vec::new());
        let switch = Switch::of(&dockerfile)?;
        Some((switch.name, switch.dev, switch.prod))
    }

    #[test]
    fn arguments_that_switch_are_told() {
        for (argument, test, expected) in [
            ("dev=0", "[ \"$dev\" = \"1\" ]", Some(("dev", Some("1"), None))),
            (
                "DEVEL=no",
                "[ \"$DEVEL\" = \"yes\" ]",
                Some(("DEVEL", Some("yes"), None)),
            ),
            (
                "INSTALL_DEV=false",
                "[ $INSTALL_DEV == 'true' ]",
                Some(("INSTALL_DEV", Some("true"), None)),
            ),
            ("DEV=True", "[ ${DEV} = True ]", Some(("DEV", None, Some("False")))),
            ("NO_DEV=1", "[ $NO_DEV -eq 1 ]", Some(("NO_DEV", Some("0"), None))),
            ("DEV", "[ -n \"$DEV\" ]", Some(("DEV", Some("1"), None))),
            (
                "APP_ENV=production",
                "[ \"$APP_ENV\" = dev ]",
                Some(("APP_ENV", Some("dev"), None)),
            ),
            (
                "DJANGO_ENV",
                "[ \"$DJANGO_ENV\" = 'production' ]",
                Some(("DJANGO_ENV", Some("development"), Some("production"))),
            ),
            ("DEV=0", "true", None),
            ("ONYX_VERSION=0.8-dev", "[ $ONYX_VERSION = 1 ]", None),
            ("NODE_ENV=production", "echo $NODE_ENV", None),
        ] {
            let text = format!("FROM a\nARG {argument}\nRUN if {test}; then pip install x; fi\n");
            let expected =
                expected.map(|(name, dev, prod)| (name.to_owned(), dev.map(str::to_owned), prod.map(str::to_owned)));
            assert_eq!(shown(&text), expected, "{text}");
        }
    }
}
