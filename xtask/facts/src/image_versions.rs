//! The versions by which everything around the Dockerfiles names the images of services: charts, compose files and bake files.

use diagnostics::Place;
use surfaces::reference;

use crate::{
    Subject,
    image_names::{self, Surface},
};

/// One place that names the image of a service by a version.
#[derive(Clone, Debug)]
pub struct Versioned<'a> {
    /// What names it.
    pub surface: Surface,
    /// The files that belong together: the chart, or the compose file.
    pub group: String,
    /// The name without a version.
    pub name: &'a str,
    /// The version, without a `v`.
    pub version: &'a str,
    /// Where the version is written.
    pub place: Place,
    /// Where it is used, if that is elsewhere.
    pub used: Option<Place>,
}

/// All places that name the image of a service by a version.
pub fn of<'a>(subject: &'a Subject<'_>) -> Vec<Versioned<'a>> {
    let by_default = subject.containers().filter(|container| container.under.is_none());
    let charts = by_default.filter_map(|container| {
        let image = container.image.as_ref()?;
        let at = container.image_name().len() + 1;
        let mut places = container.image_problem(String::new(), at).places.into_iter();
        Some(Versioned {
            surface: Surface::Chart,
            group: folder_of(&container.place),
            name: reference::name(&image.value),
            version: version_in(&image.value)?,
            place: places.next()?,
            used: places.next(),
        })
    });
    let runs = subject.compose.iter().filter_map(|run| {
        let image = run.service.image.as_ref()?;
        Some(Versioned {
            surface: Surface::Compose,
            group: run.project.file().to_string(),
            name: reference::name(&image.value),
            version: version_in(&image.value)?,
            place: image.place.clone(),
            used: None,
        })
    });
    let bake = subject.builds.iter().filter(|(workflow, build)| {
        workflow.is_none() && image_names::production_builds(subject).any(|known| std::ptr::eq(known, *build))
    });
    let bake = bake.flat_map(|(_, build)| {
        build.tags.iter().filter_map(|tag| {
            Some(Versioned {
                surface: Surface::Bake,
                group: String::new(),
                name: reference::name(tag),
                version: version_in(tag)?,
                place: build.place.clone(),
                used: None,
            })
        })
    });
    charts.chain(runs).chain(bake).collect()
}

/// The version that the manifest of a service has.
pub fn of_manifest<'a>(subject: &'a Subject<'_>) -> Option<&'a str> {
    let version = subject.service.package.version.as_ref()?;
    Some(version.value.as_str())
}

/// The version in a reference, where it can be told: not `latest`, nor a branch, nor a digest.
pub fn version_in(reference: &str) -> Option<&str> {
    let tag = tag_in(reference)?;
    let version = tag.strip_prefix('v').unwrap_or(tag);
    let is_version = version.starts_with(|c: char| c.is_ascii_digit()) && version.contains('.');
    let is_told = version.chars().all(|c| c.is_ascii_alphanumeric() || ".-+_".contains(c));
    (is_version && is_told).then_some(version)
}

/// What stands behind the name.
pub fn tag_in(reference: &str) -> Option<&str> {
    let without = reference
        .split('@')
        .next()
        .filter(|without| without.len() == reference.len())?;
    let last = without.rfind('/').map_or(0, |slash| slash + 1);
    let (_, tag) = without.get(last..)?.split_once(':')?;
    Some(tag)
}

fn folder_of(place: &Place) -> String {
    let (path, _) = place.position();
    path.split("/templates/").next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_what_a_release_is_called() {
        assert_eq!(version_in("r.example.org:5000/web:v1.2.3"), Some("1.2.3"));
        assert_eq!(version_in("web:2026.11"), Some("2026.11"));
        for other in [
            "web",
            "web:latest",
            "web:*",
            "web:main",
            "r:5000/web",
            "web:1.2@sha256:00",
            "web:1",
            "web:1.2-*",
        ] {
            assert_eq!(version_in(other), None, "{other}");
        }
    }
}
