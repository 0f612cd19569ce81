//! Whether something may stand at a path that no step names: out of a distribution, or out of another image.

use diagnostics::Place;

use super::{Tree, What, joined, plain};
use crate::{origin::Origin, tree::find::Steps};

/// Folders that every image of a distribution fills.
const OF_SYSTEMS: [&str; 6] = ["/bin", "/etc", "/lib", "/opt", "/sbin", "/usr"];

impl Tree {
    /// Whether a distribution that is installed, a copy out of another image or a step that nobody can follow may have put a
    /// file there. What the base image itself has is not asked.
    pub fn may_hold(&self, path: &str) -> bool {
        self.may(&plain(path), &Steps::default())
    }

    fn may(&self, path: &str, steps: &Steps) -> bool {
        let over = self.over(path);
        for (layer, below) in over {
            if !steps.goes_on() {
                return true;
            }
            let may = match &layer.what {
                What::Gone(_) => return false,
                What::Access(_) | What::Stripped { .. } => false,
                What::Copy { from, source, .. } => {
                    let path = joined(source, below);
                    from.may(&path, steps) || (from.stands_on_image() && is_of_system(&path))
                }
                What::Entry(entry) => match &entry.origin {
                    // The one of the stage itself covers every path.
                    Origin::Base(_) => below.len() < path.trim_start_matches('/').len(),
                    Origin::Distributions(_) => !below.is_empty(),
                    Origin::Unknown(_) => true,
                    Origin::Repository(_)
                    | Origin::Archive(_)
                    | Origin::Installed(_)
                    | Origin::Editable(_)
                    | Origin::Metadata(_)
                    | Origin::Environment { .. }
                    | Origin::Link(_)
                    | Origin::Folder
                    | Origin::Written(_) => false,
                },
            };
            if may {
                return true;
            }
        }
        false
    }

    /// The command that took out what a distribution, or the base image, had put at a path. `None` where nothing did, or where it
    /// was put there again.
    pub fn removed(&self, path: &str) -> Option<Place> {
        self.removed_at(&plain(path), &Steps::default())
    }

    fn removed_at(&self, path: &str, steps: &Steps) -> Option<Place> {
        let over = self.over(path);
        let mut gone: Option<Place> = None;
        for (layer, below) in over {
            if !steps.goes_on() {
                return None;
            }
            let holds = match &layer.what {
                What::Gone(step) => {
                    gone = gone.or_else(|| step.clone());
                    gone.as_ref()?;
                    continue;
                }
                What::Stripped { name, step } => {
                    let is_meant = |part: &str| glob::Pattern::new(name).is_ok_and(|name| name.matches(part));
                    if gone.is_none() && below.split('/').any(is_meant) {
                        gone = Some(step.clone());
                    }
                    continue;
                }
                What::Access(_) => continue,
                What::Copy { from, source, .. } => {
                    let path = joined(source, below);
                    if gone.is_none()
                        && let Some(step) = from.removed_at(&path, steps)
                    {
                        return Some(step);
                    }
                    from.may(&path, steps) || (from.stands_on_image() && is_of_system(&path))
                }
                What::Entry(entry) => match &entry.origin {
                    Origin::Base(_) => is_of_system(path),
                    Origin::Distributions(_) => !below.is_empty(),
                    Origin::Unknown(_) => return None,
                    Origin::Repository(_)
                    | Origin::Archive(_)
                    | Origin::Installed(_)
                    | Origin::Editable(_)
                    | Origin::Metadata(_)
                    | Origin::Environment { .. }
                    | Origin::Link(_)
                    | Origin::Folder
                    | Origin::Written(_) => false,
                },
            };
            if holds {
                return gone;
            }
        }
        None
    }

    /// What was taken out of a folder, or may have been: to ask [`Tree::removed`] only where it can answer.
    pub fn losses(&self, folder: &str) -> Losses {
        let mut losses = Losses::default();
        self.losses_into(&plain(folder), "", &mut losses, &Steps::default());
        losses
    }

    fn losses_into(&self, path: &str, at: &str, losses: &mut Losses, steps: &Steps) {
        let mut note = |what: &What, below: &str, at: &str| match what {
            _ if !steps.goes_on() => losses.is_all = true,
            // All of the folder is below it, or it is below the folder.
            What::Gone(_) if at.is_empty() => losses.is_all = true,
            What::Gone(_) => losses.paths.push(at.to_owned()),
            What::Stripped { name, .. } => losses.names.extend(glob::Pattern::new(name)),
            What::Copy { from, source, .. } => from.losses_into(&joined(source, below), at, losses, steps),
            What::Access(_) | What::Entry(_) => {}
        };
        for (_, what, below) in self.layers_over(path) {
            note(what, below, at);
        }
        for (below, what) in self.layers_under(path) {
            let at = if at.is_empty() { below } else { format!("{at}/{below}") };
            note(what, "", &at);
        }
    }

    fn stands_on_image(&self) -> bool {
        self.entries("/")
            .iter()
            .any(|entry| matches!(entry.origin, Origin::Base(_)))
    }
}

/// What was taken out of a folder.
#[derive(Debug, Default)]
pub struct Losses {
    /// The folder itself, or so much that nobody counts it.
    is_all: bool,
    /// Paths below the folder, with all below them.
    paths: Vec<String>,
    /// Files and folders of these names, anywhere below.
    names: Vec<glob::Pattern>,
}

impl Losses {
    /// Whether a path below the folder may be gone.
    pub fn may_have(&self, path: &str) -> bool {
        let is_over = |gone: &String| {
            let rest = path.strip_prefix(gone.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let has_name = |name: &glob::Pattern| path.split('/').any(|part| name.matches(part));
        self.is_all || self.paths.iter().any(is_over) || self.names.iter().any(has_name)
    }

    /// Whether nothing is.
    pub fn are_none(&self) -> bool {
        !self.is_all && self.paths.is_empty() && self.names.is_empty()
    }
}

fn is_of_system(path: &str) -> bool {
    OF_SYSTEMS
        .iter()
        .any(|folder| path == *folder || path.starts_with(&format!("{folder}/")))
}
