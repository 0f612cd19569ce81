use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::Subject;
use facts::image_names::{self, Named, Surface};
use std::collections::BTreeSet;
use surfaces::{chart::Container, reference, tilt::builds_of, tiltfile::Tiltfile};

pub const RULE: Rule = Rule {
    id: "tilt-image-differs",
    aspect: Aspect::Tilt,
    level: Level::Error,
    what: "the Tiltfile builds an image of a service under a name that no manifest of the service uses",
    why: "Tilt replaces images by name: the cluster pulls the released image, and never runs what Tilt builds",
    example: "docker_build('registry/web-dev', …), and image: registry/web in the chart",
    fix: "build the image under the name that the chart uses",
    check: Check::Service(check),
};

/// Words in what Tilt hands to Helm and the like that change the names of images in the chart.
const CHANGES_IMAGES: [&str; 3] = ["image", "registry", "repository"];

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some(tiltfile) = &subject.surroundings.tiltfile else {
        return Vec::new();
    };
    let named = image_names::of(subject);
    let of = |surface: Surface| named.iter().filter(move |named| named.surface == surface);
    let in_charts: Vec<&str> = of(Surface::Chart)
        .flat_map(|named| &named.names)
        .map(String::as_str)
        .collect();
    // What the chart is called with, as far as it is about images.
    let said = tiltfile.worlds.iter().flat_map(|world| &world.said);
    let said: Vec<&str> = said
        .map(String::as_str)
        .filter(|said| said.contains('=') && CHANGES_IMAGES.iter().any(|word| said.contains(word)))
        .collect();
    // Where it is the chart that has another name than everybody, that is said of the chart.
    let expected = image_names::expected(subject, named);
    let is_expected = |name: &String| {
        expected
            .as_ref()
            .is_some_and(|expected| reference::may_be_same(name, expected))
    };
    let mut found = registries(subject, tiltfile);
    for build in of(Surface::Tilt) {
        let is_used = |name: &String| {
            let mut in_charts = in_charts.iter();
            if said.is_empty() {
                in_charts.any(|known| reference::may_be_same(known, name))
            } else {
                // With another registry than the chart has by itself.
                in_charts.any(|known| reference::may_be_same(reference::last(known), reference::last(name)))
            }
        };
        if in_charts.is_empty() || build.names.iter().any(|name| is_used(name) || is_expected(name)) {
            continue;
        }
        found.push(problem(subject, build, &in_charts, named));
    }
    found
}

/// Charts that are rendered with another registry than the builds have, under the same flags.
fn registries(subject: &Subject<'_>, tiltfile: &Tiltfile) -> Vec<Problem> {
    let service = &subject.service.package.name;
    let keys: BTreeSet<String> = subject.containers().filter_map(Container::image_key).collect();
    let is_registry = |key: &String| key.to_ascii_lowercase().ends_with("registry") && keys.contains(key);
    let mut found: Vec<Problem> = Vec::new();
    for world in tiltfile.worlds.iter().filter(|world| !world.has_registry) {
        for (key, value, place) in &world.settings {
            if value.is_empty() || value.contains('…') {
                continue;
            }
            let is_image = image_names::is_image_of(subject, key);
            if !is_image && !is_registry(key) {
                continue;
            }
            for build in builds_of(world, subject.repo, service) {
                let name = build.image.shown();
                let is_same = if is_image {
                    let (said, built) = (reference::name(value), reference::name(&name));
                    reference::last(said) == reference::last(built)
                } else {
                    name.starts_with(&format!("{}/", value.trim_end_matches('/')))
                };
                if name.contains('…') || is_same {
                    continue;
                }
                let message = format!("renders the chart with `{key}={value}`, but builds `{name}`");
                let problem = Problem::error(message).at(tiltfile.place(*place));
                let problem = problem.at(tiltfile.place(build.call).label("the build"));
                if !found.contains(&problem) {
                    found.push(problem);
                }
            }
        }
    }
    found
}

fn problem(subject: &Subject<'_>, build: &Named, in_charts: &[&str], named: &[Named]) -> Problem {
    let service = &subject.service.package.name;
    let (found, wanted) = (build.names.join("`, `"), in_charts[0]);
    let message = format!("builds the image of `{service}` as `{found}`, but the manifests run `{wanted}`");
    let chart = named.iter().find(|named| named.surface == Surface::Chart);
    let problem = Problem::error(message).at(build.place.clone());
    let problem = match chart {
        Some(chart) => problem.at(chart.place.clone().label("runs the other name")),
        None => problem,
    };
    problem.remedy(format!(
        "build it as `{wanted}`, or set that name where Tilt renders the chart"
    ))
}
