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
        let (mut over, _) = self.over(path);
        over.sort_by_key(|(layer, _)| std::cmp::Reverse(layer.order));
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
        let (mut over, _) = self.over(path);
        over.sort_by_key(|(layer, _)| std::cmp::Reverse(layer.order));
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

    fn stands_on_image(&self) -> bool {
        self.entries("/")
            .iter()
            .any(|entry| matches!(entry.origin, Origin::Base(_)))
    }
}

fn is_of_system(path: &str) -> bool {
    OF_SYSTEMS
        .iter()
        .any(|folder| path == *folder || path.starts_with(&format!("{folder}/")))
}
