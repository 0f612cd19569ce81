use std::collections::{BTreeMap, BTreeSet};

use super::Subject;
use crate::{
    evidence::{built::Built, image::Image},
    repo::{PackageName, marker::Environment},
    report::{Place, Problem},
    requirements::{self, Pin, Selection},
};

/// The two images of a service as they were built, or any two.
pub struct Pair<'a> {
    pub dev: &'a Built,
    pub prod: &'a Built,
    /// The service that they are of, where that is known.
    pub subject: Option<&'a Subject<'a>>,
}

/// One of the two, with what it is called in a message.
pub struct Side<'a> {
    pub built: &'a Built,
    pub name: &'static str,
}

impl<'a> Pair<'a> {
    pub fn sides(&self) -> [Side<'a>; 2] {
        [
            Side {
                built: self.dev,
                name: "development",
            },
            Side {
                built: self.prod,
                name: "production",
            },
        ]
    }

    /// Packages of the service's repository. Without a service there are none to tell from others.
    pub fn locals(&self) -> BTreeSet<&'a PackageName> {
        let Some(subject) = self.subject else {
            return BTreeSet::new();
        };
        let packages = subject.repo.libs.iter();
        packages
            .map(|lib| &lib.name)
            .chain([&subject.service.package.name])
            .collect()
    }

    /// What the lock installs in an image: the main group, and where asked the development groups. `None` where no lock
    /// is known.
    pub fn pins(&self, built: &Built, with_development: bool) -> Option<BTreeMap<PackageName, Pin>> {
        let environment = environment(built)?;
        let mut pins = self.locked(with_development)?;
        pins.retain(|pin| pin.marker.evaluate(&environment));
        Some(pins.into_iter().map(|pin| (pin.name.clone(), pin)).collect())
    }

    /// The same for every environment.
    pub fn locked(&self, with_development: bool) -> Option<Vec<Pin>> {
        let subject = self.subject?;
        let lock = subject.lock()?;
        let manifest = &subject.service.package.manifest;
        let groups = subject.service.settings.dev_groups.iter().filter(|_| with_development);
        let groups: Vec<&str> = groups.map(|group| group.value.as_str()).collect();
        let mut pins = requirements::export(manifest, lock, &Selection::main()).ok()?.pins;
        if !groups.is_empty() {
            pins.extend(
                requirements::export(manifest, lock, &Selection::of_groups(groups))
                    .ok()?
                    .pins,
            );
        }
        Some(pins)
    }

    /// A problem for one value that both images have to agree on, shown where the Dockerfiles say it.
    pub fn differs(
        &self,
        what: &str,
        dev: Option<&str>,
        prod: Option<&str>,
        said: impl Fn(&Image) -> Option<Place>,
    ) -> Option<Problem> {
        if dev == prod {
            return None;
        }
        let text = |value: Option<&str>| value.map_or_else(|| "none".to_owned(), |value| format!("`{value}`"));
        let message = format!(
            "{what} differs: {} in development, {} in production",
            text(dev),
            text(prod)
        );
        let [in_dev, in_prod] = [(self.dev, true), (self.prod, false)].map(|(built, is_dev)| {
            let image = self.image(is_dev);
            image.and_then(&said).unwrap_or_else(|| built.place())
        });
        Some(
            Problem::error(message)
                .at(in_dev.label("development"))
                .at(in_prod.label("production")),
        )
    }

    /// What a message calls one of them: by its Dockerfile, as the rules do that read those, or by its own name.
    pub fn called(&self, side: &Side<'a>) -> &'a str {
        let image = self.image(side.name == "development");
        image.map_or(side.built.reference.as_str(), |image| image.path.as_str())
    }

    /// What the Dockerfile of one of them says.
    pub fn image(&self, is_dev: bool) -> Option<&'a Image> {
        let subject = self.subject?;
        if is_dev {
            subject.dev.as_ref()
        } else {
            subject.prod.as_ref()
        }
    }
}

/// What markers are evaluated in. `None` without a Python, or with one whose version the files do not tell.
fn environment(built: &Built) -> Option<Environment> {
    let python = built.python.as_ref().filter(|python| !python.version.is_empty())?;
    let machine = match built.config.architecture.as_str() {
        "amd64" => "x86_64",
        "arm64" => "aarch64",
        other => other,
    };
    let mut environment = Environment::linux(&python.version, machine);
    if python.implementation != "CPython" {
        environment.implementation_name = python.implementation.to_lowercase();
        environment.platform_python_implementation = python.implementation.to_owned();
    }
    Some(environment)
}
