use std::collections::BTreeSet;

use super::{Aspect, Check, Rule};
use diagnostics::{Level, Located, Problem};
use evidence::development;
use facts::{Twin, Twins, twins::differs};

pub const RULE: Rule = Rule {
    id: "label-differs",
    aspect: Aspect::Runtime,
    level: Level::Warning,
    what: "the labels of the two images name different versions, commits, titles or licenses",
    why: "one of them does not say what it is, and whatever reads the labels is misled",
    example: "org.opencontainers.image.revision of one commit in development, and of another in production",
    fix: "build both images from one commit with the same build arguments",
    check: Check::Both(check),
};

const PREFIX: &str = "org.opencontainers.image.";

/// They are of one build, or name the image itself.
const OF_A_BUILD: [&str; 3] = ["created", "ref.name", "base.digest"];

/// What generated Dockerfiles say where a build does not.
const UNTOLD: &str = "unknown";

fn check(twins: &Twins<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = twins.both() else {
        return Vec::new();
    };
    // That the bases of Dockerfiles differ is another rule.
    let bases = (
        dev.file().map(|image| &image.base.value),
        prod.file().map(|image| &image.base.value),
    );
    let follows = |name: &str| bases.0 != bases.1 && name == "org.opencontainers.image.base.name";
    let (of_dev, of_prod) = (&dev.config.labels, &prod.config.labels);
    let names: BTreeSet<&str> = of_dev.keys().chain(of_prod.keys()).map(String::as_str).collect();
    let is_compared = |name: &&str| {
        let rest = name.strip_prefix(PREFIX);
        rest.is_some_and(|rest| !OF_A_BUILD.contains(&rest)) && !follows(name)
    };
    let names: Vec<&str> = names.into_iter().filter(is_compared).collect();
    // Where CI labels what it releases, the other image has no such labels at all.
    let is_labelled = |twin: &Twin<'_>| {
        let labels = &twin.config.labels;
        names.iter().filter(|name| labels.contains_key(**name)).count() * 2 > names.len()
    };
    if !is_labelled(dev) || !is_labelled(prod) {
        return Vec::new();
    }
    let found = names.into_iter().filter_map(|name| {
        let (in_dev, in_prod) = (of_dev.get(name), of_prod.get(name));
        let is_told = |label: Option<&Located<String>>| {
            label.is_none_or(|label| label.value != UNTOLD && !label.value.contains('$'))
        };
        // A title may say that it is of the development image.
        let says_so = in_dev.is_some_and(|label| development::is_named(&label.value));
        let is_compared = is_told(in_dev) && is_told(in_prod) && !says_so;
        let problem = differs(&format!("label `{name}`"), (dev, in_dev), (prod, in_prod));
        problem.filter(|_| is_compared).map(|problem| Problem {
            level: Level::Warning,
            ..problem
        })
    });
    found.collect()
}
