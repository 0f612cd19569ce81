use std::collections::{BTreeMap, BTreeSet};

use super::{Aspect, Check, Rule};
use diagnostics::{Level, Place, Problem};
use evidence::{development, image::Image};
use facts::{Pair, Subject};

pub const RULE: Rule = Rule {
    id: "label-differs",
    aspect: Aspect::Runtime,
    level: Level::Warning,
    what: "the labels of the two images name different versions, commits, titles or licenses",
    why: "one of them does not say what it is, and whatever reads the labels is misled",
    example: "org.opencontainers.image.revision of one commit in development, and of another in production",
    fix: "build both images from one commit with the same build arguments",
    check: Check::Both(check, of_images),
};

const PREFIX: &str = "org.opencontainers.image.";

/// They are of one build, or name the image itself.
const OF_A_BUILD: [&str; 3] = ["created", "ref.name", "base.digest"];

/// What generated Dockerfiles say where a build does not.
const UNTOLD: &str = "unknown";

/// By name.
type Labels = BTreeMap<String, String>;

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = subject.both() else {
        return Vec::new();
    };
    let values = |image: &Image| {
        let labels = image.labels.iter();
        labels
            .map(|(name, label)| (name.clone(), label.value.clone()))
            .collect()
    };
    let place = |image: &Image, name: &str| {
        let label = image.labels.get(name);
        label.map_or_else(|| image.place.clone(), |label| label.place.clone())
    };
    differing(&values(dev), &values(prod), |name| {
        [
            place(dev, name).label("development"),
            place(prod, name).label("production"),
        ]
    })
}

fn of_images(pair: &Pair<'_>) -> Vec<Problem> {
    let (dev, prod) = (&pair.dev.config.labels, &pair.prod.config.labels);
    differing(dev, prod, |_| [pair.in_dev(), pair.in_prod()])
}

fn differing(dev: &Labels, prod: &Labels, places: impl Fn(&str) -> [Place; 2]) -> Vec<Problem> {
    let names: BTreeSet<&str> = dev.keys().chain(prod.keys()).map(String::as_str).collect();
    let is_compared = |name: &&str| {
        name.strip_prefix(PREFIX)
            .is_some_and(|rest| !OF_A_BUILD.contains(&rest))
    };
    let names: Vec<&str> = names.into_iter().filter(is_compared).collect();
    // Where CI labels what it releases, the other image has no such labels at all.
    let is_labelled =
        |labels: &Labels| names.iter().filter(|name| labels.contains_key(**name)).count() * 2 > names.len();
    if !is_labelled(dev) || !is_labelled(prod) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for name in names {
        let (in_dev, in_prod) = (dev.get(name), prod.get(name));
        let is_told = |value: Option<&String>| value.is_none_or(|value| value != UNTOLD && !value.contains('$'));
        // A title may say that it is of the development image.
        let says_so = in_dev.is_some_and(|value| development::is_named(value));
        if in_dev == in_prod || !is_told(in_dev) || !is_told(in_prod) || says_so {
            continue;
        }
        let shown = |value: Option<&String>| value.map_or_else(|| "none".to_owned(), |value| format!("`{value}`"));
        let message = format!(
            "label `{name}` differs: {} in development, {} in production",
            shown(in_dev),
            shown(in_prod)
        );
        found.push(places(name).into_iter().fold(Problem::warning(message), Problem::at));
    }
    found
}
