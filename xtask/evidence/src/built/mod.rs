//! What a built image holds. Nothing of it is run: its files are read as they stream out of a container that is never
//! started, so that an image without Python, without a shell, or for another processor is read like any other.

mod config;
pub mod distributions;
pub mod docker;
mod files;
mod python;
mod system;
mod tar;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    io::{self, Read},
};

use diagnostics::Place;
use formats::PackageName;

pub use config::Config;
pub use distributions::{Altered, Distribution};
pub use files::Files;
pub use python::{PathFile, Python};
pub use system::{System, SystemPackage};

/// One image.
#[derive(Clone, Debug)]
pub struct Built {
    /// The name or the digest that it was asked for by.
    pub reference: String,
    /// How a container of it starts.
    pub config: Config,
    /// Its files.
    pub files: Files,
    /// Debian's or Alpine's packages.
    pub system: System,
    /// The Python that it runs.
    pub python: Option<Python>,
    /// The Python packages that its Python finds.
    pub distributions: BTreeMap<PackageName, Distribution>,
}

impl Built {
    /// Reads the files of an image from a tar.
    pub fn read(reference: &str, config: Config, stream: &mut dyn Read) -> io::Result<Self> {
        let files = Files::read(stream)?;
        let system = System::read(&files);
        let python = Python::find(&files, &config, &system);
        let distributions = python.as_ref().map(|python| distributions::read(&files, python));
        Ok(Self {
            reference: reference.to_owned(),
            system,
            distributions: distributions.unwrap_or_default(),
            python,
            config,
            files,
        })
    }

    /// The image as a place, by its reference.
    pub fn place(&self) -> Place {
        Place::File(format!("image:{}", self.reference))
    }

    /// Where a module of that name is imported from.
    pub fn module(&self, name: &str) -> Option<String> {
        self.python.as_ref()?.module(&self.files, name)
    }

    /// Whether a program of that name is on the path.
    pub fn program(&self, name: &str) -> Option<String> {
        let mut places = self
            .config
            .path()
            .map(|folder| format!("{}/{name}", folder.trim_end_matches('/')));
        places.find(|path| self.files.is_file(path))
    }
}
