use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::image::{Image, Reach};
use facts::Subject;
use formats::PackageName;

pub const RULE: Rule = Rule {
    id: "fetched-data-differs",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "the development image downloads a model, a corpus or a browser that production does not",
    why: "it works in development; in production it fails or is downloaded at the first request",
    example: "RUN python -m nltk.downloader punkt only in Dockerfile.dev",
    fix: "run the same command in both files",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = subject.both() else {
        return Vec::new();
    };
    // What installs something that is not told may fetch it, too.
    if prod.is_unclear {
        return Vec::new();
    }
    let of = |image: &'_ Image| {
        let inside = image.fetched.iter().filter(|fetched| fetched.reach <= Reach::Copied);
        inside.map(|fetched| fetched.what.clone()).collect::<Vec<_>>()
    };
    // What belongs to a package that only development has, as the browsers of its tests do, stays with that.
    let development_only = subject.development_only();
    let is_of_development = |what: &str| {
        let tool = what.split([' ', '.']).next().and_then(PackageName::parse);
        tool.is_some_and(|tool| development_only.contains(&tool))
    };
    let in_prod = of(prod);
    let alone = of(dev)
        .into_iter()
        .filter(|fetched| in_prod.iter().all(|other| other.what != fetched.what))
        .filter(|fetched| !is_of_development(&fetched.what));
    let found = alone.map(|fetched| {
        Problem::error(format!("`{}` is fetched only in development", fetched.what))
            .at(fetched.place)
            .at(prod.place.clone().label("not here"))
    });
    found.collect()
}
