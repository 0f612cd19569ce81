//! Who owns what stands at a path, and who may read, enter and write it.

use std::{collections::HashMap, sync::Arc};

use diagnostics::Place;

use super::{
    CopiedOwner, Tree, What, joined,
    mode::{Mode, OPEN, clauses},
    plain,
    who::Who,
};
use crate::{
    Checkout,
    origin::{Entry, Origin},
    tree::find::Steps,
};

/// What is known of the rights of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// By number where that is known, else by name. `None` where it cannot be told.
    pub owner: Option<Arc<str>>,
    /// Likewise.
    pub group: Option<Arc<str>>,
    /// `None` where it is that of most files and folders: others may read, and only the owner writes.
    pub mode: Option<u32>,
    /// Nothing is known of the mode.
    pub is_unknown: bool,
    /// What gave it its owner or its mode last.
    pub step: Place,
}

/// What a command does to owners and modes.
#[derive(Clone, Debug)]
pub struct Change {
    /// The owner that it gives.
    pub owner: Option<Arc<str>>,
    /// The group that it gives.
    pub group: Option<Arc<str>>,
    /// The mode that it gives.
    pub mode: Mode,
    /// Of all that lies below, too.
    pub is_recursive: bool,
    /// The command.
    pub step: Place,
}

/// What of a path keeps somebody out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// The path, or a folder above it.
    pub at: String,
    /// Its mode.
    pub mode: u32,
    /// Its owner, where that is known.
    pub owner: Option<Arc<str>>,
    /// What made it so.
    pub step: Place,
}

/// Whose steps put entries into a tree.
#[derive(Clone, Debug, Default)]
pub(super) struct Acting {
    owner: Option<Arc<str>>,
    mask: u32,
}

/// Who owns what the builder itself puts into an image.
pub const ROOT: &str = "0";

/// Distributions let nobody else into it.
const HOME_OF_ROOT: &str = "/root";

impl Tree {
    /// What is put from here on belongs to this user, and is made with this mask; root and `022` where `None`.
    pub fn act_as(&mut self, owner: Option<Arc<str>>) {
        self.acting = Acting { owner, mask: 0 };
    }

    /// `umask`, for the rest of a step.
    pub fn mask(&mut self, mask: u32) {
        self.acting.mask = mask;
    }

    /// Changes owners or modes of a path.
    pub fn change(&mut self, path: &str, change: Change) {
        self.add(path, What::Access(Arc::new(change)));
    }

    /// Gives an entry the owner and the mode that it gets by the step that puts it.
    pub(super) fn owned(&self, entry: Entry) -> Entry {
        // Masks that let others read are those of everybody.
        let mode = (self.acting.mask & 0o055 != 0).then_some(0o777 & !self.acting.mask);
        Entry {
            owner: entry.owner.or_else(|| self.acting.owner.clone()),
            mode: entry.mode.or(mode),
            ..entry
        }
    }

    /// Who a copy of files belongs to that keeps no owners.
    pub fn acting_owner(&self) -> Arc<str> {
        self.acting.owner.clone().unwrap_or_else(|| ROOT.into())
    }

    /// Paths that steps made as folders, or gave to somebody, in this tree itself.
    pub fn made(&self) -> Vec<String> {
        let mut found = Vec::new();
        self.root.made("", &mut found);
        found
    }

    /// Whether some step changes a mode, in this tree itself.
    pub fn changes_modes(&self) -> bool {
        self.root.changes_modes()
    }

    /// Whether some step changes the mode of this very path.
    pub fn changes_mode(&self, path: &str) -> bool {
        let node = self.node_at(&plain(path));
        node.is_some_and(|node| node.layers.iter().any(|layer| layer.what.changes_mode()))
    }

    /// What is known of a path. `None` where no step put something there, or at least made a folder of that name on the way.
    pub fn access(&self, path: &str, checkout: &dyn Checkout) -> Option<Access> {
        self.access_at(&plain(path), checkout, &Steps::default())
    }

    /// What keeps a user from reading some paths: of each the first folder that cannot be entered, or the path itself, beside the
    /// path.
    pub fn closed_to<'a>(
        &'a self,
        paths: impl Iterator<Item = String> + 'a,
        who: Who<'a>,
        checkout: &'a dyn Checkout,
    ) -> impl Iterator<Item = (Closed, String)> + 'a {
        // Most of them lie in a few folders.
        let mut known = HashMap::new();
        paths.filter_map(move |path| Some((self.closed_at(&plain(&path), who, checkout, &mut known)?, path)))
    }

    fn closed_at(
        &self,
        path: &str,
        who: Who<'_>,
        checkout: &dyn Checkout,
        known: &mut HashMap<String, Option<Access>>,
    ) -> Option<Closed> {
        let folders = path.match_indices('/').skip(1).map(|(at, _)| &path[..at]);
        let above = folders.map(|folder| (folder, 0o111));
        above.chain([(path, 0o444)]).find_map(|(at, wanted)| {
            if !known.contains_key(at) {
                known.insert(at.to_owned(), self.access(at, checkout));
            }
            let access = known.get(at)?.clone()?;
            let mode = access.mode.filter(|_| !access.is_unknown)?;
            let owner = access.owner.as_deref()?;
            let bits = who.bits(wanted, owner, access.group.as_deref());
            (mode & bits == 0).then(|| Closed {
                at: at.to_owned(),
                mode,
                owner: access.owner.clone(),
                step: access.step,
            })
        })
    }

    /// Whether a user is known not to be able to write a path, or to make it: the path, or the first folder above it that is
    /// there, belongs to another, or may not be written by its owner. `None` where it can, or where that cannot be told.
    pub fn refuses(&self, path: &str, who: Who<'_>, checkout: &dyn Checkout) -> Option<Closed> {
        let path = plain(path);
        let mut at: &str = &path;
        loop {
            if let Some(access) = self.access(at, checkout) {
                if !who.is_kept_from_writing(&access) {
                    return None;
                }
                return Some(Closed {
                    at: at.to_owned(),
                    mode: access.mode.unwrap_or(OPEN),
                    owner: access.owner.clone(),
                    step: access.step,
                });
            }
            let Some((above, _)) = at.rsplit_once('/').filter(|(above, _)| !above.is_empty()) else {
                return self.of_base(&path);
            };
            at = above;
        }
    }

    /// What the base image has belongs to root, but for what everybody may write to, and for homes.
    fn of_base(&self, path: &str) -> Option<Closed> {
        const OPEN_TO_ALL: [&str; 5] = ["/tmp", "/var/tmp", "/dev", "/proc", "/run/lock"];
        const OF_ROOT: [&str; 12] = [
            "/bin", "/boot", "/etc", "/lib", "/lib64", "/mnt", "/opt", "/root", "/sbin", "/srv", "/usr", "/var",
        ];
        let is_below = |folder: &&&str| path == **folder || path.starts_with(&format!("{folder}/"));
        if OPEN_TO_ALL.iter().any(|folder| is_below(&folder)) {
            return None;
        }
        let folder = OF_ROOT.iter().find(is_below)?;
        let step = self.base_step()?;
        Some(Closed {
            at: (*folder).to_string(),
            mode: OPEN,
            owner: Some(ROOT.into()),
            step,
        })
    }

    /// Where the base image is named. `None` where something else stands at the root, and may have changed all of it.
    fn base_step(&self) -> Option<Place> {
        let is_base = |entry: &Arc<Entry>| matches!(entry.origin, Origin::Base(_));
        self.entries("/")
            .last()
            .filter(|entry| is_base(entry))
            .map(|entry| entry.step.clone())
    }

    fn access_at(&self, path: &str, checkout: &dyn Checkout, steps: &Steps) -> Option<Access> {
        if !steps.goes_on() {
            return None;
        }
        let mut over = self.over(path);
        let mut changes: Vec<&Arc<Change>> = Vec::new();
        // A folder that is there already stays whose it is, whatever is put into it.
        let mut made: Option<Access> = None;
        for (layer, below) in over.by_ref() {
            match &layer.what {
                What::Gone(_) => break,
                What::Access(change) if below.is_empty() || change.is_recursive => changes.push(change),
                What::Access(_) | What::Stripped { .. } => {}
                What::Copy { from, source, owner } => {
                    if let Some(mut access) = from.access_at(&joined(source, below), checkout, steps) {
                        match owner {
                            CopiedOwner::Set(owner) => {
                                access.owner = Some(owner.clone());
                                access.group = None;
                            }
                            CopiedOwner::KeptOr(owner) if !access.is_unknown => {
                                access.owner.get_or_insert_with(|| owner.clone());
                            }
                            CopiedOwner::Kept | CopiedOwner::KeptOr(_) => {}
                        }
                        made = Some(access);
                        if !self.is_folder(path, checkout) {
                            break;
                        }
                    }
                }
                What::Entry(entry) => {
                    let Some(access) = entry.access(below, checkout) else {
                        continue;
                    };
                    made = Some(access);
                    if !self.is_folder(path, checkout) {
                        break;
                    }
                }
            }
        }
        let home = || {
            (path == HOME_OF_ROOT).then_some(Access {
                owner: Some(ROOT.into()),
                group: Some(ROOT.into()),
                mode: Some(0o700),
                is_unknown: false,
                step: self.base_step()?,
            })
        };
        let mut access = made.or_else(home).or_else(|| {
            let step = self.base_step();
            let step = changes.last().map(|change| change.step.clone()).or(step)?;
            // A folder on the way to something else: whoever made that made it, too.
            let has_below = over.has_below();
            let owner = (!has_below).then(|| ROOT.into());
            (has_below || !changes.is_empty()).then_some(Access {
                group: owner.clone(),
                owner,
                mode: None,
                is_unknown: false,
                step,
            })
        })?;
        for change in changes.into_iter().rev() {
            change.apply(&mut access);
        }
        Some(access)
    }

    fn is_folder(&self, path: &str, checkout: &dyn Checkout) -> bool {
        matches!(self.find(path, checkout), crate::Found::Folder)
    }
}

impl What {
    fn changes_mode(&self) -> bool {
        match self {
            Self::Access(change) => !matches!(change.mode, Mode::Same),
            Self::Entry(_) | Self::Gone(_) | Self::Stripped { .. } | Self::Copy { .. } => false,
        }
    }
}

impl super::Node {
    fn changes_modes(&self) -> bool {
        let mut children = self.children.values();
        self.layers.iter().any(|layer| layer.what.changes_mode()) || children.any(|child| child.changes_modes())
    }

    fn made(&self, path: &str, found: &mut Vec<String>) {
        let is_made = |what: &What| match what {
            What::Entry(entry) => matches!(entry.origin, Origin::Folder),
            What::Access(change) => change.owner.is_some(),
            What::Gone(_) | What::Stripped { .. } | What::Copy { .. } => false,
        };
        if !path.is_empty() && self.layers.iter().any(|layer| is_made(&layer.what)) {
            found.push(path.to_owned());
        }
        for (name, child) in self.children.sorted() {
            child.made(&format!("{path}/{name}"), found);
        }
    }
}

impl Change {
    fn apply(&self, access: &mut Access) {
        if let Some(owner) = &self.owner {
            access.owner = Some(owner.clone());
        }
        if let Some(group) = &self.group {
            access.group = Some(group.clone());
        }
        match &self.mode {
            Mode::Same => {}
            Mode::Set(mode) => access.mode = Some(*mode),
            Mode::Clauses(text) => match clauses(text, access.mode.unwrap_or(OPEN)) {
                Some(mode) => access.mode = Some(mode),
                None => access.is_unknown = true,
            },
            Mode::Unknown => {
                access.is_unknown = true;
                (access.owner, access.group) = (None, None);
            }
        }
        access.step = self.step.clone();
    }
}

impl Entry {
    /// Of what stands below an entry. `None` where nothing does.
    fn access(&self, below: &str, checkout: &dyn Checkout) -> Option<Access> {
        let is_there = match &self.origin {
            Origin::Base(_) => false,
            Origin::Repository(copied) => copied.at(below, checkout).is_some(),
            Origin::Installed(_) | Origin::Metadata(_) | Origin::Distributions(_) => true,
            Origin::Unknown(_) => {
                return Some(Access {
                    owner: None,
                    group: None,
                    mode: None,
                    is_unknown: true,
                    step: self.step.clone(),
                });
            }
            Origin::Archive(_)
            | Origin::Editable(_)
            | Origin::Environment { .. }
            | Origin::Link(_)
            | Origin::Folder
            | Origin::Written(_) => below.is_empty(),
        };
        is_there.then(|| Access {
            owner: Some(self.owner.clone().unwrap_or_else(|| ROOT.into())),
            group: match self.owner {
                Some(_) => self.group.clone(),
                None => Some(self.group.clone().unwrap_or_else(|| ROOT.into())),
            },
            mode: self.mode,
            is_unknown: false,
            step: self.step.clone(),
        })
    }
}
