//! The wheel of a local package: which files it has, told from its manifest and from the files that lie around it.

mod backend;
mod contents;
mod hatchling;
mod manifest;
mod patterns;
mod poetry;
mod setuptools;

use std::{collections::BTreeMap, fmt, sync::OnceLock};

use diagnostics::Place;
use formats::PackageName;

use crate::{Checkout, tree::Tree};

pub use backend::contents;
pub use contents::Contents;
pub use manifest::project_name;

/// A local package as a step builds it: from what lies in a folder of an image at that moment.
pub struct Wheel {
    /// The folder of the repository that its manifest comes from.
    pub project: String,
    /// `None` where the manifest does not say it in plain words.
    pub name: Option<PackageName>,
    /// The folder of the image that it is built in.
    pub folder: String,
    /// The command that builds or installs it.
    pub step: Place,
    /// What lay there.
    tree: Tree,
    /// What lay around it, for links that lead there.
    around: Option<Tree>,
    contents: OnceLock<Contents>,
}

impl Wheel {
    /// The wheel that is built in a folder of an image. `None` where no manifest of the repository lies there.
    pub fn of(tree: &Tree, folder: &str, step: Place, checkout: &dyn Checkout) -> Option<Self> {
        let manifests = ["pyproject.toml", "setup.py", "setup.cfg"];
        let manifest = manifests
            .iter()
            .find_map(|name| tree.source(&format!("{folder}/{name}"), checkout))?;
        let project = manifest.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        let text = manifest.ends_with(".toml").then(|| checkout.text(&manifest)).flatten();
        let name = project_name(&text.unwrap_or_default()).or_else(|| {
            let last = project.rsplit('/').next().unwrap_or_default();
            PackageName::parse(last)
        });
        Some(Self {
            project,
            name,
            folder: folder.to_owned(),
            step,
            tree: tree.only(folder),
            around: tree.around(),
            contents: OnceLock::new(),
        })
    }

    /// Told when somebody first asks.
    pub fn contents(&self, checkout: &dyn Checkout) -> &Contents {
        self.contents.get_or_init(|| {
            let mut listing = self.tree.listed(&self.folder, checkout);
            if let Some(around) = &self.around {
                around.follow_links(&self.folder, &mut listing, checkout);
            }
            let files: BTreeMap<&str, &str> = listing
                .files
                .iter()
                .filter_map(|(path, held)| Some((path.as_str(), held.source.as_deref()?)))
                .collect();
            let mut contents = contents(&files, checkout);
            if let Some(entry) = listing.unknown {
                contents.is_open = true;
                contents.unknown.get_or_insert_with(|| entry.origin.describe());
            }
            contents
        })
    }

    /// How deep trees lie in those that it keeps.
    pub(crate) fn depth(&self) -> u32 {
        self.around.as_ref().map_or(0, Tree::depth).max(self.tree.depth())
    }

    /// Whether a command made a module where it is built: an empty one makes a wheel, as one of the repository does.
    pub fn has_made_module(&self, checkout: &dyn Checkout) -> bool {
        let listing = self.tree.list(&self.folder, checkout);
        let mut files = listing.files.iter();
        files.any(|(path, held)| held.source.is_none() && path.ends_with(".py"))
    }

    /// Whether it is a wheel of the package.
    pub fn is_of(&self, name: &PackageName) -> bool {
        self.name.as_ref() == Some(name)
    }
}

impl fmt::Debug for Wheel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Wheel").field(&self.project).finish()
    }
}
