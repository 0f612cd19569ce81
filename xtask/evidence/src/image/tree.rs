//! What an instruction does to the tree of its stage: what is copied and mounted.

use std::sync::Arc;

use ::image::{Change, CopiedOwner, Entry, Found, Mode, Origin, ROOT, Tree};

use super::{
    disk::Disk,
    files::{Copied, Layer},
    stage::{StageContext, State},
};
use diagnostics::Place;
use formats::absolute;
use repo::{RepoPath, Root};

/// A copy lets through what the ignore file and its own exclusions do.
impl ::image::Sends for Copied {
    fn sends(&self, path: &str) -> bool {
        RepoPath::parse(path).is_some_and(|path| self.holds(&path))
    }

    fn sends_of(&self, folder: &str) -> bool {
        // The root of the repository is not ignored.
        RepoPath::parse(folder)
            .is_none_or(|folder| self.source.path.as_ref() == Some(&folder) || self.holds_any(&folder))
    }
}

/// The tree that a stage starts with, on an image.
pub(super) fn of_base(base: &str, place: &Place) -> Tree {
    let origin = match base {
        "scratch" => return Tree::default(),
        base if is_plain(base) => Origin::Base(base.to_owned()),
        base => Origin::Unknown(format!("what the image `{base}` contains")),
    };
    let mut tree = Tree::default();
    tree.put("/", Entry::new(origin, place.clone()));
    tree
}

/// `ADD` unpacks it.
fn is_archive(copied: &Copied) -> bool {
    let name = copied.source.path.as_ref().map_or("", RepoPath::file_name);
    [".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".txz"]
        .iter()
        .any(|end| name.ends_with(end))
}

/// Whether an image is known to hold nothing of a repository: Python, a distribution, or a tool.
pub(super) fn is_plain(base: &str) -> bool {
    let name = base.split(['@', ':']).next().unwrap_or_default();
    let last = name.rsplit('/').next().unwrap_or_default();
    let is_of_many = [
        "python",
        "debian",
        "ubuntu",
        "alpine",
        "uv",
        "fedora",
        "rocky",
        "almalinux",
        "busybox",
    ];
    is_of_many.iter().any(|known| last.starts_with(known))
        || !name.contains('/')
        || super::tool::of_image(base).is_some()
}

impl Copied {
    /// The entry that it becomes. `None` where nothing comes.
    fn entry(self: &Arc<Self>, root: &Root) -> Option<Entry> {
        let source = self.source.path.as_ref()?;
        let copied = ::image::Copied {
            source: source.as_str().to_owned(),
            is_folder: root.has_folder(source),
            sends: self.clone(),
        };
        Some(Entry {
            origin: Origin::Repository(copied),
            owner: None,
            group: None,
            mode: self.mode,
            step: self.place.clone(),
        })
    }
}

impl State {
    /// What a command sees: the stage, and what is mounted for the time of its step.
    pub(super) fn seen(&self) -> &Tree {
        self.during.as_ref().unwrap_or(&self.tree)
    }

    /// A change that lasts, and that the rest of the step sees.
    pub(super) fn change(&mut self, change: impl Fn(&mut Tree)) {
        change(&mut self.tree);
        if let Some(during) = &mut self.during {
            change(during);
        }
    }

    /// Puts what a copy brings where `COPY` puts it: a file into a folder under its name, a folder's contents as they are.
    pub(super) fn lay(&mut self, copied: &Copied, is_added: bool, is_one_of_many: bool, context: &StageContext<'_>) {
        let Some(entry) = Arc::new(copied.clone()).entry(context.root) else {
            return;
        };
        let entry = Entry {
            owner: copied.owner.as_deref().map(|owner| self.number(owner)),
            ..entry
        };
        let is_folder = matches!(&entry.origin, Origin::Repository(copied) if copied.is_folder);
        if is_added && !is_folder && is_archive(copied) {
            let why = "what is unpacked out of an archive".to_owned();
            let entry = Entry::new(Origin::Unknown(why), entry.step);
            return self.tree.put(&copied.destination, entry);
        }
        let name = copied.source.path.as_ref().map_or("", RepoPath::file_name);
        let at = if is_folder {
            copied.destination.clone()
        } else {
            self.stands_at(&copied.destination, name, is_one_of_many, context.root)
        };
        self.tree.put(&at, entry);
    }

    /// A file that is not a file of the repository: out of a heredoc, or from the web.
    pub(super) fn lay_text(
        &mut self,
        destination: &str,
        name: &str,
        text: Option<String>,
        (owner, mode): (Option<&str>, Option<u32>),
        place: &Place,
        context: &StageContext<'_>,
    ) {
        let at = self.stands_at(destination, name, false, context.root);
        let entry = Entry {
            owner: owner.map(|owner| self.number(owner)),
            mode,
            ..Entry::new(Origin::Written(text), place.clone())
        };
        self.tree.put(&at, entry);
    }

    /// Where a file comes to stand that is brought to a path.
    pub(super) fn stands_at(&self, destination: &str, name: &str, is_one_of_many: bool, root: &Root) -> String {
        let is_folder = || {
            self.folder().trim_end_matches('/') == destination.trim_end_matches('/')
                || matches!(self.seen().find(destination, &Disk(root)), Found::Folder)
        };
        if destination.ends_with('/') || is_one_of_many || is_folder() {
            absolute(destination, name)
        } else {
            destination.to_owned()
        }
    }

    /// `COPY --from` of a stage.
    pub(super) fn lay_from(
        &mut self,
        (stage, source): (&Self, &str),
        destination: &str,
        is_one_of_many: bool,
        (owner, mode): (Option<&str>, Option<u32>),
        place: &Place,
        root: &Root,
    ) {
        // What is copied out of a stage keeps its owner: BuildKit and buildah do so, unlike with files of the context.
        let owner = match owner {
            Some(owner) => CopiedOwner::Set(self.number(owner)),
            None => CopiedOwner::KeptOr(ROOT.into()),
        };
        let disk = Disk(root);
        let (folder, pattern) = source.rsplit_once('/').unwrap_or(("", source));
        if pattern == "*" {
            self.tree.copy(&stage.tree, folder, destination, owner, place);
            return self.set_mode(destination, mode, place);
        }
        if pattern.contains(['*', '?', '[']) {
            for (name, entry) in matching(&stage.tree, folder, pattern, root) {
                let entry = Entry {
                    owner: match &owner {
                        CopiedOwner::Set(owner) => Some(owner.clone()),
                        CopiedOwner::Kept | CopiedOwner::KeptOr(_) => entry.owner.clone(),
                    },
                    ..(*entry).clone()
                };
                self.tree.put(&absolute(destination, &name), entry);
            }
            // What a folder of wheels was filled with is as little listed as the folder itself.
            let whole = stage.tree.entries(folder).into_iter();
            for entry in whole.filter(|entry| matches!(entry.origin, Origin::Distributions(_) | Origin::Unknown(_))) {
                self.tree.put(destination, (*entry).clone());
            }
            return;
        }
        let at = match stage.tree.find(source, &disk) {
            Found::File(_) => self.stands_at(destination, pattern, is_one_of_many, root),
            Found::Folder | Found::Nothing | Found::Unknown(_) => destination.to_owned(),
        };
        self.tree.copy(&stage.tree, source, &at, owner, place);
        self.set_mode(&at, mode, place);
    }

    /// `--chmod` of a copy holds for all that it brings.
    fn set_mode(&mut self, path: &str, mode: Option<u32>, place: &Place) {
        let Some(mode) = mode else { return };
        let change = Change {
            owner: None,
            group: None,
            mode: Mode::Set(mode),
            is_recursive: true,
            step: place.clone(),
        };
        self.tree.change(path, change);
    }

    /// `COPY --from` of an image.
    pub(super) fn lay_from_image(&mut self, image: &str, destination: &str, place: &Place) {
        let origin = if is_plain(image) {
            Origin::Base(image.to_owned())
        } else {
            Origin::Unknown(format!("what is copied out of the image `{image}`"))
        };
        self.tree.put(destination, Entry::new(origin, place.clone()));
    }

    /// What is mounted is seen until the step ends.
    pub(super) fn mount(&mut self, mounted: &[Layer], context: &StageContext<'_>) {
        if mounted.is_empty() {
            return;
        }
        let mut during = self.tree.clone();
        for layer in mounted {
            match layer {
                Layer::Context(copied) => {
                    if let Some(entry) = Arc::new(copied.clone()).entry(context.root) {
                        during.put(&copied.destination, entry);
                    }
                }
                Layer::Stage {
                    stage,
                    source,
                    destination,
                } => {
                    if let Some(stage) = context.earlier.get(*stage) {
                        during.copy(
                            &stage.tree,
                            source,
                            destination,
                            CopiedOwner::Kept,
                            &context.dockerfile.stages[context.index].from.place,
                        );
                    }
                }
                Layer::Made { .. } => {}
            }
        }
        self.during = Some(during);
    }

    /// Something may have changed there, and nobody can tell what.
    pub(super) fn doubt(&mut self, path: &str, why: &str, place: &Place) {
        let entry = Entry::new(Origin::Unknown(why.to_owned()), place.clone());
        self.change(|tree| tree.put(path, entry.clone()));
    }
}

/// Files of a folder itself, by a pattern of names.
pub(super) fn matching(tree: &Tree, folder: &str, pattern: &str, root: &Root) -> Vec<(String, Arc<Entry>)> {
    let Ok(glob) = glob::Pattern::new(pattern) else {
        return Vec::new();
    };
    let files = tree.list(folder, &Disk(root)).files.into_iter();
    files
        .filter(|(name, _)| !name.contains('/') && glob.matches(name))
        .map(|(name, held)| (name, held.entry))
        .collect()
}
