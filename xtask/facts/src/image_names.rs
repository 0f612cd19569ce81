//! What everything around the Dockerfiles calls the production image of a service. It is one name: what is pushed is what is pulled.

use diagnostics::Place;
use evidence::development;
use repo::stages;
use surfaces::{
    reference,
    tilt::builds_of,
    workflows::{Build, What},
};

use crate::{Subject, stage_names::is_beside};

/// What names an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Surface {
    /// A workflow that pushes it.
    Workflow,
    /// A bake file.
    Bake,
    /// A chart or manifest that runs it.
    Chart,
    /// A compose file for production.
    Compose,
    /// The Tiltfile, which replaces the image of a chart by name.
    Tilt,
}

/// One place where the image is named.
#[derive(Clone, Debug)]
pub struct Named {
    /// What names it.
    pub surface: Surface,
    /// The names that it gets there, without tags: any of them may be the one.
    pub names: Vec<String>,
    /// Where that is written.
    pub place: Place,
}

/// Everything that names the production image of a service; the development image is named for Tilt alone.
pub fn of<'a>(subject: &'a Subject<'_>) -> &'a [Named] {
    subject.image_names.get_or_init(|| read(subject))
}

fn read(subject: &Subject<'_>) -> Vec<Named> {
    let mut named = builds(subject);
    // What other values than the defaults run is compared with what all this names.
    let by_default = subject.containers().filter(|container| container.under.is_none());
    let containers = by_default.filter_map(|container| {
        let image = container.image.as_ref()?;
        Some((Surface::Chart, image.value.as_str(), image.place.clone()))
    });
    let runs = subject.in_production().filter_map(|run| {
        // What is built where it runs may be called anything.
        let image = run.service.image.as_ref().filter(|_| run.service.build.is_none())?;
        Some((Surface::Compose, image.value.as_str(), image.place.clone()))
    });
    named.extend(containers.chain(runs).map(|(surface, image, place)| Named {
        surface,
        names: vec![reference::name(image).to_owned()],
        place,
    }));
    named.extend(tilt(subject));
    named.retain(|named| named.names.iter().any(|name| !name.is_empty()));
    named
}

/// Builds that surely make the production image of the service, and push it.
pub fn production_builds<'a>(subject: &'a Subject<'_>) -> impl Iterator<Item = &'a Build> {
    pushed(subject).map(|(_, build)| build)
}

/// The same with the surface that each is of.
fn pushed<'a>(subject: &'a Subject<'_>) -> impl Iterator<Item = (Surface, &'a Build)> {
    let all = subject.builds.iter().filter(|(_, build)| is_production(subject, build));
    all.map(|(workflow, build)| (workflow.map_or(Surface::Bake, |_| Surface::Workflow), *build))
}

fn builds(subject: &Subject<'_>) -> Vec<Named> {
    let named = pushed(subject).map(|(surface, build)| Named {
        surface,
        names: build.tags.iter().map(|tag| reference::name(tag).to_owned()).collect(),
        place: build.place.clone(),
    });
    named.collect()
}

/// Whether a build surely makes the production image of the service, and pushes it.
fn is_production(subject: &Subject<'_>, build: &Build) -> bool {
    let Some(prod) = &subject.prod else { return false };
    let is_of = matches!(build.what, What::Dockerfile(_)) && build.names(&prod.path) && build.is_told();
    let target = build
        .target
        .as_deref()
        .filter(|target| Some(*target) != prod.target.as_deref());
    let package = &subject.service.package;
    let is_aside = target.is_some_and(|target| {
        development::is_named(target)
            || development::is_for_checks(target)
            || stages::is_of_another(subject.repo, package, target)
            || is_beside(prod, target)
    });
    let is_other = subject
        .dev
        .as_ref()
        .is_some_and(|dev| dev.path == prod.path && !build.makes(prod, dev, true));
    build.pushes && is_of && !is_aside && !is_other
}

fn tilt(subject: &Subject<'_>) -> Vec<Named> {
    let Some(tiltfile) = &subject.surroundings.tiltfile else {
        return Vec::new();
    };
    let service = &subject.service.package.name;
    let builds = tiltfile
        .worlds
        .iter()
        .flat_map(|world| builds_of(world, subject.repo, service));
    let mut named: Vec<Named> = Vec::new();
    for build in builds {
        // What is not known is shown as an ellipsis.
        let name = build.image.shown().replace('…', "*");
        let new = Named {
            surface: Surface::Tilt,
            names: vec![reference::name(&name).to_owned()],
            place: tiltfile.place(build.call),
        };
        if !named.iter().any(|known| known.names == new.names) {
            named.push(new);
        }
    }
    named
}

/// Whether a key of a chart's values is the name of the service's image: `services.web.image.repository`, `web.image`.
pub fn is_image_of(subject: &Subject<'_>, key: &str) -> bool {
    let plain = |text: &str| {
        let letters = text.chars().filter(|c| c.is_ascii_alphanumeric());
        letters.collect::<String>().to_ascii_lowercase()
    };
    let (name, image) = (subject.service.package.name.as_str(), subject.service.image());
    let own = [plain(name), plain(reference::last(image))];
    let parts: Vec<&str> = key.split('.').collect();
    match parts.as_slice() {
        [.., service, "image", "repository" | "name"] | [.., service, "image" | "repository"] => {
            own.contains(&plain(service))
        }
        _ => false,
    }
}

/// The name that the image should have: what the settings say, else what most of those that name it agree on. `None` where nothing
/// tells, as where two disagree that both only pull it.
pub fn expected(subject: &Subject<'_>, named: &[Named]) -> Option<String> {
    if let Some(registry) = &subject.repo.settings.image_registry {
        let name = format!("{}/{}", registry.trim_end_matches('/'), subject.service.image());
        return Some(reference::name(&name).to_owned());
    }
    if let Some(image) = &subject.service.settings.image {
        let is_called = |name: &&String| reference::last(name) == reference::last(&image.value);
        let names = named.iter().flat_map(|named| &named.names);
        return names.filter(|name| !name.contains('*')).find(is_called).cloned();
    }
    let surfaces = |name: &str| {
        let mut surfaces: Vec<Surface> = named
            .iter()
            .filter(|named| named.names.iter().any(|other| reference::may_be_same(other, name)))
            .map(|named| named.surface)
            .collect();
        surfaces.sort_unstable();
        surfaces.dedup();
        surfaces
    };
    // Of a name that is pushed, the folder of the registry may be known to a run alone.
    let is_told = |surface: Surface, name: &str| {
        let is_made = matches!(surface, Surface::Workflow | Surface::Bake);
        let part = if is_made { reference::last(name) } else { name };
        !part.contains('*')
    };
    let names = named.iter().flat_map(|named| {
        let names = named.names.iter();
        names.filter(move |name| is_told(named.surface, name))
    });
    // Of two names that as many agree on, the one that is pushed exists.
    let rank = |name: &&String| {
        let surfaces = surfaces(name);
        let is_made = surfaces
            .iter()
            .any(|surface| matches!(surface, Surface::Workflow | Surface::Bake));
        (surfaces.len(), is_made, !name.contains('*'))
    };
    let best = names.max_by_key(rank)?;
    let (agreed, is_made, _) = rank(&best);
    (agreed > 1 || is_made).then(|| best.clone())
}

/// What one surface calls otherwise: empty where any of it has the name that it should have.
pub fn differing<'a>(named: &'a [Named], surface: Surface, expected: &str) -> Vec<&'a Named> {
    let mut of_surface = named.iter().filter(|named| named.surface == surface);
    let has_name = |named: &&Named| named.names.iter().any(|name| reference::may_be_same(name, expected));
    if of_surface.clone().any(|named| has_name(&named)) {
        return Vec::new();
    }
    let mut found: Vec<&Named> = Vec::new();
    for named in of_surface.by_ref() {
        if !found.iter().any(|known| known.names == named.names) {
            found.push(named);
        }
    }
    found
}

/// Another place that has the name, for a reader to compare with.
pub fn with_name<'a>(named: &'a [Named], expected: &str, not: Surface) -> Option<&'a Named> {
    let mut others = named.iter().filter(|named| named.surface != not);
    others.find(|named| named.names.iter().any(|name| reference::may_be_same(name, expected)))
}
