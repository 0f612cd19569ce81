//! Which backend builds a lib (PEP 517), and at which version.

use diagnostics::{Place, Problem};
use formats::PackageName;
use generate::image::Tools;
use repo::{Package, backend_object, manifest::Dependency};

/// A build backend, pinned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backend {
    /// `module` or `module:object`.
    pub object: String,
    /// The distribution that brings it.
    pub name: PackageName,
    /// The version, as the tools' lock has it.
    pub version: String,
    /// `name==version` of everything that a build could import.
    pub pins: Vec<String>,
}

impl Backend {
    /// `Tools` has checked that the lock pins what `requires` names, within its range.
    pub fn of(lib: &Package, tools: &Tools, problems: &mut Vec<Problem>) -> Option<Self> {
        let build = lib.manifest.build.as_ref();
        let path = lib.manifest.source.path();
        let place = || Place::File(path.into());
        if build.is_some() && lib.manifest.document.get("build-system")?.get("backend-path").is_some() {
            problems.push(
                Problem::error(format!("`{path}` has its own build backend (`backend-path`)"))
                    .at(place())
                    .note("wheels are built by pinned backends only")
                    .remedy("name a published backend in `build-backend`"),
            );
            return None;
        }
        let object = backend_object(lib).map_err(|problem| problems.push(*problem)).ok()?;
        let said = build.and_then(|build| build.backend.as_ref());
        let place = said.map_or_else(place, |object| object.place.clone());
        let bringing = required(lib).into_iter().find(|name| brings(name, object));
        if let Some(name) = &bringing {
            // Where the lock lacks it, that was reported with the tools.
            let pin = tools.pins.pins.iter().find(|pin| pin.name == *name)?;
            // uv installs and never builds. It changes often, and wheels must not.
            let pins = tools.pins.pins.iter().filter(|pin| pin.name.as_str() != "uv");
            return Some(Self {
                object: object.to_owned(),
                name: pin.name.clone(),
                version: pin.version.clone(),
                pins: pins.map(|pin| format!("{}=={}", pin.name, pin.version)).collect(),
            });
        }
        let dir = &tools.requirements.parent();
        problems.push(
            Problem::error(format!(
                "no package in `requires` provides the build backend `{object}`"
            ))
            .at(place)
            .note(format!(
                "`requires` in `{path}` names what the backend needs, and the tools lock in `{dir}` pins it"
            ))
            .remedy(format!(
                "add the backend's package to `requires`, and run `{}`",
                tools.manager.add_command(dir, None, "PACKAGE")
            )),
        );
        None
    }
}

fn required(lib: &Package) -> Vec<PackageName> {
    let Some(build) = &lib.manifest.build else {
        return PackageName::parse("setuptools").into_iter().collect();
    };
    // Entries that cannot be read were reported with the tools.
    let mut reported = Vec::new();
    let parsed = build
        .requires
        .iter()
        .filter_map(|text| Dependency::pep508(text.clone(), &mut reported));
    parsed.map(|dependency| dependency.name.value).collect()
}

/// Whether a distribution's name is how the backend's module path begins: `poetry-core` brings `poetry.core.masonry.api`,
/// `flit-core` brings `flit_core.buildapi`.
fn brings(name: &PackageName, object: &str) -> bool {
    let module = object.split(':').next().unwrap_or_default();
    let parts = PackageName::parse(module)
        .map(|module| module.to_string())
        .unwrap_or_default();
    parts
        .strip_prefix(name.as_str())
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distribution_is_known_by_its_module() {
        let brings = |name: &str, object: &str| brings(&PackageName::parse(name).unwrap(), object);
        assert!(brings("poetry-core", "poetry.core.masonry.api"));
        assert!(brings("setuptools", "setuptools.build_meta:__legacy__"));
        assert!(brings("hatchling", "hatchling.build"));
        assert!(brings("flit_core", "flit_core.buildapi"));
        assert!(!brings("poetry", "poetryx.api"));
        assert!(!brings("wheel", "setuptools.build_meta"));
    }
}
