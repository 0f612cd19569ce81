use std::collections::{BTreeMap, BTreeSet};

use crate::Subject;
use diagnostics::{Place, Problem};
use evidence::{built::Built, image::Image};
use formats::PackageName;
use python::marker::Environment;
use requirements::{self, Pin, Selection};

/// The two images of a service as they were built, or any two.
pub struct Pair<'a> {
    /// The development image.
    pub dev: &'a Built,
    /// The production image.
    pub prod: &'a Built,
    /// The service that they are of, where that is known.
    pub subject: Option<&'a Subject<'a>>,
}

/// One of the two.
pub struct Side<'a> {
    /// The image as it was built.
    pub built: &'a Built,
    /// What it is called in a message.
    pub name: &'static str,
    /// What its Dockerfile says, where that is known.
    image: Option<&'a Image>,
}

impl<'a> Side<'a> {
    /// The Dockerfile, where it is known.
    pub fn image(&self) -> Option<&'a Image> {
        self.image
    }

    /// Where the image comes from: the end of its Dockerfile, or else the image itself.
    pub fn place(&self) -> Place {
        match self.image {
            Some(image) => image.place.clone().label(format!("built as {}", self.built.reference)),
            None => self.built.place(),
        }
    }

    /// What a message calls it: by its Dockerfile, as the rules do that read those, or by its own name.
    pub fn title(&self) -> &str {
        self.image
            .map_or(self.built.reference.as_str(), |image| image.path.as_str())
    }
}

impl<'a> Pair<'a> {
    /// Development, then production.
    pub fn sides(&self) -> [Side<'a>; 2] {
        let (dev, prod) = self
            .subject
            .map_or((None, None), |subject| (subject.dev.as_ref(), subject.prod.as_ref()));
        [
            Side {
                built: self.dev,
                name: "development",
                image: dev,
            },
            Side {
                built: self.prod,
                name: "production",
                image: prod,
            },
        ]
    }

    /// The development image, as a place.
    pub fn in_dev(&self) -> Place {
        self.sides()[0].place()
    }

    /// The production image, as a place.
    pub fn in_prod(&self) -> Place {
        self.sides()[1].place()
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
        let places = self.sides().map(|side| match side.image.and_then(&said) {
            Some(place) => place.label(side.name),
            None => side.place(),
        });
        Some(places.into_iter().fold(Problem::error(message), Problem::at))
    }
}

/// What markers are evaluated in. `None` without a Python, or with one whose version the files do not tell.
fn environment(built: &Built) -> Option<Environment> {
    let python = built.interpreter.as_ref().filter(|python| !python.version.is_empty())?;
    let machine = match built.identity.architecture.as_str() {
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
