use super::{Aspect, Check, Rule};
use diagnostics::{Level, Located, Place, Problem, count};
use evidence::image::Image;
use facts::{Twin, Twins, build_tools::is_compiler, system_packages::Alone, together::are, together::by_place};

pub const RULE: Rule = Rule {
    id: "system-packages-differ",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "a Debian package is in only one of the images, or only one of them upgrades or removes packages of the base image",
    why: "code that works in one image fails in the other, where a library or program is missing",
    example: "apt-get install libpq5 only in Dockerfile.dev",
    fix: "install it in both, or declare it: `system-packages = { dev = […] }`",
    check: Check::Both(check),
};

/// Many at once have one cause, as a rule another base, and are one problem.
const MANY: usize = 5;

fn check(twins: &Twins<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = twins.both() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (from, to) in [(dev, prod), (prod, dev)] {
        let alone = twins.system_packages_alone(from, to);
        found.extend(many(&alone, from).unwrap_or_else(|| {
            let problem = |alone: &Alone| {
                let names: Vec<&str> = alone.names.iter().map(String::as_str).collect();
                let problem = Problem::error(format!("{} only in {}", are(&names), from.name)).at(alone.place.clone());
                match remedy(twins, &names, from, to) {
                    Some(remedy) => problem.remedy(remedy),
                    None => problem,
                }
            };
            alone.iter().map(problem).collect()
        }));
        if let (Some(here), Some(there)) = (from.file(), to.file()) {
            found.extend(of_base(here, there, from.name));
        }
    }
    found.extend(versions(twins, dev, prod));
    found
}

/// Those that are each for themselves: of a built image, which does not show what brought them.
fn many(alone: &[Alone], twin: &Twin<'_>) -> Option<Vec<Problem>> {
    if alone.len() <= MANY || !twin.config.is_complete {
        return None;
    }
    let message = format!("{} are only in {}", count(alone.len(), "system package"), twin.name);
    let problem = Problem::error(message).at(twin.place.clone());
    let names = alone.iter().flat_map(|alone| &alone.names).take(MANY);
    let note = |name: &String| format!("`{name}` is only in {}", twin.name);
    Some(vec![names.map(note).fold(problem, Problem::note)])
}

/// A Dockerfile names no versions, and is not told which ones it gets.
fn versions(twins: &Twins<'_>, dev: &Twin<'_>, prod: &Twin<'_>) -> Vec<Problem> {
    let differing = twins.system_versions_that_differ();
    let places: [Place; 2] = [dev.place.clone(), prod.place.clone()];
    let problem = |message: String| places.iter().cloned().fold(Problem::error(message), Problem::at);
    let text = |(name, ours, theirs): &(String, String, String)| {
        format!("`{name}` is {ours} in development and {theirs} in production")
    };
    if differing.len() <= MANY {
        return differing.iter().map(text).map(problem).collect();
    }
    let many = count(differing.len(), "system package");
    let problem = problem(format!("{many} have different versions in the two images"));
    vec![differing.iter().take(MANY).map(text).fold(problem, Problem::note)]
}

/// What one image alone does to the packages of the base.
fn of_base(from: &Image, to: &Image, name: &str) -> Vec<Problem> {
    let is_taken = |package: &Located<String>| to.taken.iter().any(|other| other.value == package.value);
    let taken = from
        .taken
        .iter()
        .filter(|taken| !is_taken(taken) && !is_compiler(&taken.value));
    let taken = by_place(taken.map(|package| (package.value.as_str(), &package.place)));
    let taken = taken.into_iter().map(|(names, place)| {
        let message = format!("`{}` of the base image is removed only in {name}", names.join("`, `"));
        Problem::error(message)
            .at(place.clone())
            .remedy("remove it in both images, or in neither")
    });
    let newer = from.upgraded.first().filter(|_| to.upgraded.is_empty()).map(|place| {
        let message = format!("the packages of the base image are upgraded only in {name}");
        let problem = Problem::error(message).at(place.clone());
        problem.remedy("do it in a stage that both images are based on, or use a newer base image in both")
    });
    taken.chain(newer).collect()
}

fn remedy(twins: &Twins<'_>, packages: &[&str], from: &Twin<'_>, to: &Twin<'_>) -> Option<String> {
    let subject = twins.subject?;
    let quoted: Vec<String> = packages.iter().map(|name| format!("\"{name}\"")).collect();
    let (here, there) = (twins.title(from), twins.title(to));
    // One file that makes both by an argument.
    let (install, elsewhere) = if here == there {
        (
            "install it for all values of the build arguments".to_owned(),
            "in neither".to_owned(),
        )
    } else {
        (format!("install it in `{there}` too"), format!("not in `{here}`"))
    };
    Some(if from.is_dev() {
        format!(
            "{install}, or declare that only development needs it: `system-packages = {{ dev = [{}] }}` in `[tool.xtask]` of `{}`",
            quoted.join(", "),
            subject.service.package.dir.child("pyproject.toml")
        )
    } else {
        format!("{install}, or {elsewhere}")
    })
}
