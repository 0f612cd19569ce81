//! What a built image holds. Nothing of it is run: its files are read as they stream out of a container that is never
//! started, so that an image without Python, without a shell, or for another processor is read like any other.

mod config;
mod content;
pub mod distributions;
pub mod docker;
mod files;
#[cfg(test)]
mod hostile;
mod interpreter;
mod leftovers;
mod system;
#[cfg(test)]
mod tests;
mod tree;

use std::{
    collections::BTreeMap,
    io::{self, Read},
    sync::{Arc, OnceLock},
};

use diagnostics::Place;
use formats::PackageName;
use image::{Module, NoCheckout, Python, Tree};

use crate::config::Config;

pub use config::{Identity, Inspected};
pub use content::digest;
pub use distributions::{Altered, Distribution};
pub use files::{At, Files};
pub use formats::tar::Meta;
pub use interpreter::{Interpreter, PathFile};
pub use system::{System, SystemPackage};

/// One image.
#[derive(Clone, Debug)]
pub struct Built {
    /// The name or the digest that it was asked for by.
    pub reference: String,
    /// By what the engine and registries know it.
    pub identity: Identity,
    /// How a container of it starts.
    pub config: Config,
    /// The commands that made its layers, as its history has them.
    pub history: Vec<String>,
    /// Its files.
    pub files: Files,
    /// Debian's or Alpine's packages.
    pub system: System,
    /// The Python that it runs.
    pub interpreter: Option<Interpreter>,
    /// The Python packages that its Python finds.
    pub distributions: BTreeMap<PackageName, Distribution>,
    /// Further `.dist-info` folders of the same packages, which Python does not get to.
    pub hidden: Vec<Distribution>,
    tree: OnceLock<Tree>,
    python: OnceLock<Option<Arc<Python>>>,
}

/// A user, as the image knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account<'a> {
    /// The name.
    pub name: &'a str,
    /// The number.
    pub number: u32,
    /// The home.
    pub home: &'a str,
}

impl<'a> Account<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let mut fields = line.split(':');
        Some(Self {
            name: fields.next()?,
            number: fields.nth(1)?.parse().ok()?,
            home: fields.nth(2)?,
        })
    }
}

impl Built {
    /// Reads the files of an image from a tar.
    pub fn read(reference: &str, inspected: Inspected, stream: &mut dyn Read) -> io::Result<Self> {
        let Inspected {
            identity,
            config,
            history,
        } = inspected;
        let files = Files::read(stream)?;
        let system = System::read(&files);
        let interpreter = Interpreter::find(&files, &config, &system);
        let distributions = interpreter.as_ref().map(|found| distributions::read(&files, found));
        let (distributions, hidden) = distributions.unwrap_or_default();
        Ok(Self {
            reference: reference.to_owned(),
            system,
            distributions,
            hidden,
            tree: OnceLock::new(),
            python: OnceLock::new(),
            interpreter,
            identity,
            config,
            history,
            files,
        })
    }

    /// The image as a place, by its reference.
    pub fn place(&self) -> Place {
        Place::File(format!("image:{}", self.reference))
    }

    /// The files as the model of images has them, made when first asked for.
    pub fn tree(&self) -> &Tree {
        self.tree.get_or_init(|| tree::tree(&self.files, &self.place()))
    }

    /// The number of the user that it runs as; `None` for root, and for a name that it does not know.
    pub fn runs_as(&self) -> Option<String> {
        let user = self.config.user_name();
        let number = match user.parse::<u32>() {
            Ok(number) => number,
            Err(_) => self.account(user)?.number,
        };
        (number != 0).then(|| number.to_string())
    }

    /// The line of /etc/passwd for a user, by name or number.
    pub fn account(&self, user: &str) -> Option<Account<'_>> {
        let mut accounts = self.accounts();
        accounts.find(|account| account.name == user || account.number.to_string() == user)
    }

    /// The lines of /etc/passwd.
    pub fn accounts(&self) -> impl Iterator<Item = Account<'_>> {
        let lines = self.files.text("/etc/passwd").into_iter().flat_map(str::lines);
        lines.filter_map(Account::read)
    }

    /// What its Python finds: the same view as that on a Dockerfile, made when first asked for.
    pub fn python(&self) -> Option<&Python> {
        let view = || {
            let path = self.interpreter.as_ref()?.path.clone();
            let found = self.distributions.iter();
            let found = found.map(|(name, distribution)| (name.clone(), distribution.seen()));
            let distributions = image::Distributions {
                found: found.collect(),
                unknown: None,
            };
            Some(Arc::new(Python::at(
                self.tree(),
                path,
                distributions,
                Arc::new(NoCheckout),
            )))
        };
        self.python.get_or_init(view).as_deref()
    }

    /// Where a module of that name is imported from: its file, or its folder where it has no `__init__`.
    pub fn module(&self, name: &str) -> Option<String> {
        match self.python()?.module(name) {
            Module::File { at, .. } => Some(at),
            Module::Namespace(folders) => folders.into_iter().next(),
            Module::Missing | Module::Unknown(_) => None,
        }
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
