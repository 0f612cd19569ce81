//! What a chart makes for the other values of the booleans that its templates ask about.

use std::collections::{BTreeMap, BTreeSet};

use diagnostics::{Place, Problem, Source};
use evidence::development;
use formats::template::{Datum, Rendered, Value};

use super::{
    combinations::Combinations,
    render::{Templates, Variant},
};

/// Renderings of one template: twenty booleans alone and in pairs, or eight in every combination.
const MOST: usize = 256;
/// Bytes that these may come to: a template that loops over hundreds of services is not rendered for each of them.
const MOST_BYTES: usize = 4 << 20;

/// A template, rendered with other values than the defaults.
pub struct Switched<'a> {
    pub source: &'a Source,
    pub rendered: Rendered,
    /// As in `debug=true`.
    pub under: String,
}

/// A boolean of the defaults.
pub struct Switch {
    pub path: Vec<String>,
    pub place: Place,
    pub is_on: bool,
}

/// Every template, with the combinations of the booleans that it asks about: those with the fewest changes first. What a boolean
/// that is named after development chooses is meant for development.
pub fn explore<'a>(
    templates: &Templates<'a>,
    defaults: &Variant,
    rendered: &[(&'a Source, Rendered)],
    problems: &mut Vec<Problem>,
) -> Vec<Switched<'a>> {
    let mut switches = Vec::new();
    collect(&defaults.0, &mut Vec::new(), &mut switches);
    switches.retain(|switch| !development::is_named(&words(&switch.path)));
    let mut found = Vec::new();
    for (at, (source, rendered)) in rendered.iter().enumerate() {
        let mut combinations = Combinations::of(&switches, rendered);
        let mut texts = BTreeSet::from([rendered.text.plain()]);
        let mut bytes = 0;
        while let Some(set) = combinations.next() {
            if combinations.tried.len() > MOST || bytes > MOST_BYTES {
                if texts
                    .iter()
                    .any(|text| ["containers:", "Containers:"].iter().any(|key| text.contains(key)))
                {
                    problems.push(too_many(source, combinations.asked.len()));
                }
                break;
            }
            let values = set.iter().fold(defaults.0.clone(), |values, index| {
                values.overlaid(&switches[*index].turned())
            });
            let Some(rendered) = templates.render_one(at, &Variant(values)) else {
                break;
            };
            bytes += rendered.text.len();
            combinations.learn(&set, &rendered);
            if !texts.insert(rendered.text.plain()) {
                continue;
            }
            let names: Vec<String> = set.iter().map(|index| switches[*index].shown()).collect();
            found.push(Switched {
                source,
                rendered,
                under: names.join(", "),
            });
        }
    }
    found
}

fn too_many(source: &Source, count: usize) -> Problem {
    let message = format!(
        "cannot determine what `{}` makes for all values: it asks about {count} booleans",
        source.path()
    );
    let problem = Problem::warning(message).at(super::first_line(source));
    problem.remedy("move what depends on other values to a template of its own")
}

impl Switch {
    /// The other value, in maps as deep as the defaults have it.
    fn turned(&self) -> Datum {
        let value = Datum {
            value: Value::Bool(!self.is_on),
            place: Some(self.place.clone()),
        };
        self.path.iter().rev().fold(value, |value, key| {
            Value::from(BTreeMap::from([(key.clone(), value)])).into()
        })
    }

    fn shown(&self) -> String {
        format!("`{}={}`", self.path.join("."), !self.is_on)
    }
}

fn collect(datum: &Datum, path: &mut Vec<String>, found: &mut Vec<Switch>) {
    match (&datum.value, &datum.place) {
        (Value::Map(entries), _) => {
            for (key, value) in entries.iter() {
                path.push(key.clone());
                collect(value, path, found);
                path.pop();
            }
        }
        (Value::Bool(is_on), Some(place)) => found.push(Switch {
            path: path.clone(),
            place: place.clone(),
            is_on: *is_on,
        }),
        _ => {}
    }
}

/// `devMode.enabled` as `dev-mode-enabled`.
fn words(path: &[String]) -> String {
    let mut text = String::new();
    for key in path {
        text.push('-');
        for letter in key.chars() {
            if letter.is_ascii_uppercase() {
                text.push('-');
            }
            text.push(letter.to_ascii_lowercase());
        }
    }
    text
}
