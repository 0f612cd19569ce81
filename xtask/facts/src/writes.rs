//! Folders that a program is meant to write to, and what keeps the user of an image from doing so.

use ::image::{Checkout, Closed, Found, NoCheckout};
use diagnostics::{Located, Place};
use evidence::image::Image;

use crate::{Subject, Twin, Twins, own_code::OwnCode, twins::Producer};

/// They are about programs and libraries, and not about what is kept.
const OTHERS: [&str; 6] = ["HOME", "PATH", "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "PWD"];
/// Folders for files of the moment, which every program may write to until a step takes that away.
const TEMPORARY: [&str; 2] = ["/tmp", "/var/tmp"];

/// What an image is asked about its folders.
pub struct Writer<'a> {
    twin: &'a Twin<'a>,
    checkout: &'a dyn Checkout,
    /// The user that it runs as, who is not root.
    pub user: String,
}

impl<'a> Writer<'a> {
    /// `None` where root writes, or where it is not known what becomes of the files.
    pub fn of(twin: &'a Twin<'a>, own: Option<&'a OwnCode<'a>>) -> Option<Self> {
        // Whether the build gets to the end, and all that it does is known.
        let is_followed = |image: &Image| !image.is_unclear && image.refused.is_empty();
        twin.file().is_none_or(is_followed).then_some(())?;
        Some(Self {
            twin,
            checkout: own.map_or(&NoCheckout as &dyn Checkout, |own| &own.listed),
            user: twin.runs_as()?,
        })
    }

    /// What keeps its user from writing to a path.
    pub fn refused(&self, path: &str) -> Option<Closed> {
        let tree = self.twin.tree();
        // A built image has all that there is, and `/` is root's.
        let top = path.split('/').nth(1).unwrap_or_default();
        if let Producer::Built(built) = self.twin.of
            && !built.files.exists(&format!("/{top}"))
        {
            return Some(Closed {
                at: "/".to_owned(),
                mode: 0o755,
                owner: None,
                step: self.twin.place.clone(),
            });
        }
        self.twin.who(&self.user, |who| tree.refuses(path, who, self.checkout))
    }

    /// Folders of the moment that it cannot write to, with their modes, and the step that makes them so.
    pub fn temporary(&self) -> Vec<(&'static str, u32, Place)> {
        let tree = self.twin.tree();
        let closed = |path: &'static str| {
            // What is copied over the root brings no such folder, whatever mode it would have there.
            let is_told = self.twin.file().is_none_or(|image| image.tree.changes_mode(path));
            let access = tree.access(path, self.checkout).filter(|_| is_told)?;
            let mode = access
                .mode
                .filter(|_| self.twin.who(&self.user, |who| who.is_kept_from_writing(&access)))?;
            let step = self.twin.step(access.step);
            Some((path, mode, step))
        };
        TEMPORARY.into_iter().filter_map(closed).collect()
    }

    /// Whether it surely can write there. What a base image brings is not in the tree of a Dockerfile.
    pub fn surely_writes(&self, path: &str) -> bool {
        self.twin.built().is_some() && !self.is_file(path) && self.refused(path).is_none()
    }

    /// Whether a file is there.
    pub fn is_file(&self, path: &str) -> bool {
        matches!(self.twin.tree().find(path, self.checkout), Found::File(_))
    }

    /// Whether a step makes a folder for the program to fill.
    pub fn is_made(&self, path: &str) -> bool {
        let is_by_step = |image: &Image| image.tree.made().iter().any(|made| made == path);
        self.twin.file().is_none_or(is_by_step) && self.is_to_be_filled(path)
    }

    /// Nothing is in it, and it belongs to no packages.
    fn is_to_be_filled(&self, path: &str) -> bool {
        let tree = self.twin.tree();
        let is_empty =
            matches!(tree.find(path, self.checkout), Found::Folder) && tree.list(path, self.checkout).files.is_empty();
        is_empty && !self.twin.file().is_some_and(|image| is_of_packages(image, path))
    }

    /// Empty folders that its steps made for its own user, each with the step.
    pub fn made_for_it(&self) -> Vec<(String, Place)> {
        let Some(image) = self.twin.file() else {
            return Vec::new();
        };
        let made = image.tree.made().into_iter().filter_map(|path| {
            let access = image.tree.access(&path, self.checkout)?;
            let is_own = access.owner.as_deref() == Some(&self.user);
            (is_own && self.is_to_be_filled(&path)).then_some((path, access.step))
        });
        made.collect()
    }

    /// A folder at the top that the other image makes and this one does not have: both have the same base, and `/` is root's there.
    pub fn absent(&self, other: &Self, path: &str) -> Option<Closed> {
        let (here, there) = (self.twin.file()?, other.twin.file()?);
        let is_at_top = path.rfind('/') == Some(0);
        let is_there = !matches!(here.tree.find(path, self.checkout), Found::Nothing)
            || here.tree.access(path, self.checkout).is_some();
        (is_at_top && !is_there && here.base.value == there.base.value).then(|| Closed {
            at: "/".to_owned(),
            mode: 0o755,
            owner: None,
            step: here.base.place.clone(),
        })
    }
}

impl Twin<'_> {
    /// The step of an entry of its tree. A built image does not tell its steps apart.
    pub fn step(&self, step: Place) -> Place {
        match self.of {
            Producer::File(_) => step,
            Producer::Built(_) => self.place.clone(),
        }
    }
}

impl Twins<'_> {
    /// The folders that variables of an image name for what the program keeps, without those that a volume lies over.
    pub fn named_folders<'b>(&'b self, twin: &'b Twin<'_>) -> Vec<(&'b str, &'b str, &'b Located<String>)> {
        let env = twin.config.env.iter();
        let named = env.filter_map(|(name, said)| {
            let path = said.value.trim_end_matches('/');
            let is_folder = path.starts_with('/') && path.len() > 1 && !path.contains([':', '$', '*', ' ']);
            let is_kept = is_folder && !OTHERS.contains(&name.as_str()) && !self.is_mounted(twin, path);
            is_kept.then_some((name.as_str(), path, said))
        });
        named.collect()
    }

    /// Whether a volume is there, whose owner is another matter: one of the image, or one of what runs it.
    fn is_mounted(&self, twin: &Twin<'_>, path: &str) -> bool {
        let is_over = |target: &str| {
            let target = target.trim_end_matches('/');
            path == target || path.starts_with(&format!("{target}/"))
        };
        match twin.of {
            Producer::File(_) => {
                let containers = self.subject.into_iter().flat_map(Subject::containers);
                let mut mounts = containers.flat_map(|container| &container.mounts);
                mounts.any(|mount| is_over(&mount.value))
            }
            Producer::Built(built) => built.config.volumes.iter().any(|volume| is_over(&volume.value)),
        }
    }
}

/// Environments are filled while the image is built.
fn is_of_packages(image: &Image, path: &str) -> bool {
    let is_in = |inner: &str, outer: &str| inner == outer || inner.starts_with(&format!("{outer}/"));
    let prefixes = image.installs.iter().map(|install| install.what.prefix.as_str());
    let made = image.environments.iter().map(|made| made.value.as_str());
    let workdir = image.config.workdir.as_ref().map(|said| said.value.as_str());
    prefixes
        .chain(made)
        .chain(workdir)
        .any(|prefix| is_in(prefix, path) || is_in(path, prefix))
}
