//! The two images of a service for rules that ask the same of Dockerfiles and of built images. What one of the two producers
//! cannot tell is `None`, which is never a difference.

use std::borrow::Cow;

use ::image::Python;

use crate::{Pair, Subject, own_code::OwnCode};
use diagnostics::{Located, Place, Problem};
use evidence::{built::Built, config::Config, image::Image};

/// Both images, as far as they are there.
pub struct Twins<'a> {
    /// The development image.
    pub dev: Option<Twin<'a>>,
    /// The production image.
    pub prod: Option<Twin<'a>>,
    /// The service that they are of, where that is known.
    pub subject: Option<&'a Subject<'a>>,
}

/// One of the two.
pub struct Twin<'a> {
    /// How a container of it starts, each value where its Dockerfile says it.
    pub config: Cow<'a, Config>,
    /// What it is called in a message: "development", "production".
    pub name: &'static str,
    /// Where that is shown which it does not say.
    pub place: Place,
    /// Who answers for it.
    pub of: Producer<'a>,
}

/// What the model of an image is made from.
#[derive(Clone, Copy)]
pub enum Producer<'a> {
    /// A Dockerfile.
    File(&'a Image),
    /// A built image.
    Built(&'a Built),
}

impl<'a> Twins<'a> {
    /// What the Dockerfiles of a service come to.
    pub fn of_files(subject: &'a Subject<'a>) -> Self {
        let twin = |image: &'a Image, name| Twin {
            config: Cow::Borrowed(&image.config),
            name,
            place: image.place.clone(),
            of: Producer::File(image),
        };
        Self {
            dev: subject.dev.as_ref().map(|image| twin(image, "development")),
            prod: subject.prod.as_ref().map(|image| twin(image, "production")),
            subject: Some(subject),
        }
    }

    /// Two built images.
    pub fn of_images(pair: &Pair<'a>) -> Self {
        let [dev, prod] = pair.sides().map(|side| {
            let place = side.place();
            Twin {
                config: match side.image() {
                    Some(image) => Cow::Owned(side.built.config.shown_in(&image.config, &place)),
                    None => Cow::Borrowed(&side.built.config),
                },
                name: side.name,
                place,
                of: Producer::Built(side.built),
            }
        });
        Self {
            dev: Some(dev),
            prod: Some(prod),
            subject: pair.subject,
        }
    }

    /// Both, where both are there.
    pub fn both(&self) -> Option<(&Twin<'a>, &Twin<'a>)> {
        Some((self.dev.as_ref()?, self.prod.as_ref()?))
    }

    /// Both as they were built, where both were.
    pub fn pair(&self) -> Option<Pair<'a>> {
        Some(Pair {
            dev: self.dev.as_ref()?.built()?,
            prod: self.prod.as_ref()?.built()?,
            subject: self.subject,
        })
    }

    /// Those that are there, development first.
    pub fn each(&self) -> impl Iterator<Item = &Twin<'a>> {
        self.dev.iter().chain(&self.prod)
    }

    /// The service, if the question is about its files.
    pub fn files(&self) -> Option<&'a Subject<'a>> {
        let is_of_files = self.each().all(|twin| twin.file().is_some());
        self.subject.filter(|_| is_of_files)
    }

    /// What a message calls one of them: by its Dockerfile where there is one, or else by its own name.
    pub fn title(&self, twin: &Twin<'_>) -> String {
        match (self.dockerfile(twin), twin.of) {
            (Some(image), _) | (None, Producer::File(image)) => image.name(),
            (None, Producer::Built(built)) => built.reference.clone(),
        }
    }

    /// The Dockerfile of one of them, where it is known.
    pub fn dockerfile(&self, twin: &Twin<'_>) -> Option<&'a Image> {
        let subject = self.subject?;
        if twin.is_dev() {
            subject.dev.as_ref()
        } else {
            subject.prod.as_ref()
        }
    }

    /// What the Python of one of them finds. `None` where it starts none, or where a step cannot be followed.
    pub fn python(&self, twin: &Twin<'a>) -> Option<&'a Python> {
        match twin.of {
            Producer::File(image) if image.is_unclear => None,
            Producer::File(image) => Some(&OwnCode::of(self.subject?).side(image).loaded.python),
            Producer::Built(built) => built.python(),
        }
    }

    /// The port of the debugger, which development alone may expose.
    pub fn debug_port(&self) -> String {
        let port = self
            .subject
            .map_or(5678, |subject| subject.service.debug_port().unwrap_or_default());
        port.to_string()
    }

    /// A problem for one value that both images have to agree on.
    pub fn differs<'b>(
        &'b self,
        what: &str,
        value: impl Fn(&'b Config) -> Option<&'b Located<String>>,
    ) -> Option<Problem> {
        let (dev, prod) = self.both()?;
        differs(what, (dev, value(&dev.config)), (prod, value(&prod.config)))
    }
}

/// The same for two values that were chosen already.
pub fn differs(
    what: &str,
    (dev, ours): (&Twin<'_>, Option<&Located<String>>),
    (prod, theirs): (&Twin<'_>, Option<&Located<String>>),
) -> Option<Problem> {
    let text =
        |said: Option<&Located<String>>| said.map_or_else(|| "none".to_owned(), |said| format!("`{}`", said.value));
    let (in_dev, in_prod) = (text(ours), text(theirs));
    (in_dev != in_prod).then(|| {
        let message = format!("{what} differs: {in_dev} in development, {in_prod} in production");
        Problem::error(message)
            .at(dev.shown(ours.map(|said| &said.place)))
            .at(prod.shown(theirs.map(|said| &said.place)))
    })
}

impl<'a> Twin<'a> {
    /// Whether it is the development image.
    pub fn is_dev(&self) -> bool {
        self.name == "development"
    }

    /// A place of it, or where it is itself, labelled with its name.
    pub fn shown(&self, place: Option<&Place>) -> Place {
        place.unwrap_or(&self.place).clone().label(self.name)
    }

    /// The Dockerfile, if that answers.
    pub fn file(&self) -> Option<&'a Image> {
        match self.of {
            Producer::File(image) => Some(image),
            Producer::Built(_) => None,
        }
    }

    /// The built image, if that answers.
    pub fn built(&self) -> Option<&'a Built> {
        match self.of {
            Producer::Built(built) => Some(built),
            Producer::File(_) => None,
        }
    }
}
