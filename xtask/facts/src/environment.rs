//! The environment of packages that the Python of an image has.

use std::collections::BTreeSet;

use diagnostics::Place;
use image::{Module, packages_at};

use crate::{
    Twin, Twins,
    base_image::python_of,
    own_code::OwnCode,
    owned::{Owned, is_path_file_known},
    twins::Producer,
};

/// Python imports it by itself.
const CUSTOMIZATION: &str = "sitecustomize";

/// A virtual environment.
pub struct SystemView {
    /// Whether it also sees the packages of the base image.
    pub is_open: bool,
    /// Its folder, where that is known.
    pub prefix: Option<String>,
    /// Where it is made.
    pub place: Place,
}

/// What runs when Python starts, and no program mentions.
pub struct Startup {
    /// `sitecustomize`, by its path in the image.
    pub customization: Option<(String, Place)>,
    /// Whether the image surely has no such module.
    pub is_without_customization: bool,
    /// Lines of `.pth` files, each with its file.
    pub lines: Vec<(String, String, Place)>,
}

impl Twin<'_> {
    /// The version of its Python, major and minor, and where that follows from.
    pub fn python(&self) -> Option<((u64, u64), Place)> {
        match self.of {
            Producer::File(image) => Some((python_of(&image.base.value)?, image.base.place.clone())),
            Producer::Built(built) => {
                let python = built.interpreter.as_ref()?;
                Some((python_of(&format!("python{}", python.version))?, self.place.clone()))
            }
        }
    }

    /// The folders of environments that PATH may lead to, because they are its own.
    pub fn homes(&self) -> BTreeSet<String> {
        match self.of {
            Producer::File(image) => {
                let made = image.environments.iter().map(|made| made.value.as_str());
                let filled = image.installs.iter().map(|install| install.what.prefix.as_str());
                let tools = image.tools.iter().map(|tool| tool.what.path.trim_end_matches("/bin"));
                made.chain(filled).chain(tools).map(str::to_owned).collect()
            }
            Producer::Built(built) => built.interpreter.iter().map(|python| python.prefix.clone()).collect(),
        }
    }
}

impl Twins<'_> {
    /// The virtual environment that each starts, where both start one that is known.
    pub fn environments(&self) -> Option<[SystemView; 2]> {
        let [Some(dev), Some(prod)] = self.views(|twin, own| match twin.of {
            Producer::File(image) => {
                let side = own?.side(image);
                let (is_open, entry) = side.loaded.python.sees_system()?;
                let prefix = side.loaded.python.packages.first();
                Some(SystemView {
                    is_open,
                    prefix: prefix.and_then(|folder| packages_at(folder)),
                    place: entry.step.clone(),
                })
            }
            Producer::Built(built) => {
                let python = built.interpreter.as_ref().filter(|python| python.is_environment)?;
                Some(SystemView {
                    is_open: python.sees_system,
                    prefix: Some(python.prefix.clone()),
                    place: twin.place.clone(),
                })
            }
        })?
        else {
            return None;
        };
        Some([dev, prod])
    }

    /// What each runs when its Python starts, where that is known of both.
    pub fn startups(&self) -> Option<[Startup; 2]> {
        let [Some(dev), Some(prod)] = self.views(|twin, own| match twin.of {
            Producer::File(image) => of_file(twin, &own?.side(image)),
            Producer::Built(_) => Some(of_built(twin)),
        })?
        else {
            return None;
        };
        Some([dev, prod])
    }

    /// An answer of both. Dockerfiles that cannot be followed give none.
    fn views<T>(&self, ask: impl Fn(&Twin<'_>, Option<&OwnCode<'_>>) -> T) -> Option<[T; 2]> {
        let (dev, prod) = self.both()?;
        let is_unclear = |twin: &Twin<'_>| twin.file().is_some_and(|image| image.is_unclear);
        if is_unclear(dev) || is_unclear(prod) {
            return None;
        }
        let own = self.subject.map(OwnCode::of);
        Some([ask(dev, own.as_ref()), ask(prod, own.as_ref())])
    }
}

fn of_file(twin: &Twin<'_>, side: &crate::own_code::Side<'_>) -> Option<Startup> {
    let python = &side.loaded.python;
    // That one starts without its environment is another rule.
    if python.requested().is_empty() {
        return None;
    }
    let module = python.module(CUSTOMIZATION);
    let is_without_customization = matches!(module, Module::Missing);
    let customization = match module {
        Module::File { entry, at, .. } => Some((at, entry.step.clone())),
        Module::Namespace(_) | Module::Missing | Module::Unknown(_) => None,
    };
    let lines = python.startup.iter().map(|(file, line)| {
        let place = match python.file(file) {
            Module::File { entry, .. } => entry.step.clone(),
            Module::Namespace(_) | Module::Missing | Module::Unknown(_) => twin.place.clone(),
        };
        (file.clone(), line.clone(), place)
    });
    Some(Startup {
        customization,
        is_without_customization,
        lines: lines.collect(),
    })
}

/// `sitecustomize` in a built image is a module of no package, and a file of no package in production is reported too: these are other
/// rules. A file of a package comes and goes with it.
fn of_built(twin: &Twin<'_>) -> Startup {
    let mut lines = Vec::new();
    if let Some(built) = twin.built() {
        let owned = Owned::of(built);
        for file in built.interpreter.iter().flat_map(|python| &python.path_files) {
            let is_said = !twin.is_dev() && !is_path_file_known(built, file);
            if !is_said && !owned.has(&file.path) {
                let code = file.code.iter();
                lines.extend(code.map(|line| (file.path.clone(), line.clone(), twin.place.clone())));
            }
        }
    }
    Startup {
        customization: None,
        is_without_customization: false,
        lines,
    }
}
