//! Who asks for a path, and what a mode lets them do.

use super::Access;

/// Who asks for a path. A file seldom tells a user's groups, so anybody may be in a group unless it says otherwise.
#[derive(Clone, Copy)]
pub struct Who<'a> {
    /// Whether an owner is this user.
    pub is_owner: &'a dyn Fn(&str) -> bool,
    /// Whether this user may be in a group.
    pub is_member: &'a dyn Fn(&str) -> bool,
}

impl Who<'_> {
    /// Whether this user is known not to be able to write what has these rights.
    pub fn is_kept_from_writing(&self, access: &Access) -> bool {
        let Some(owner) = access.owner.as_deref().filter(|_| !access.is_unknown) else {
            return false;
        };
        let open = self.bits(0o222, owner, access.group.as_deref());
        // What belongs to somebody is theirs to write, unless its mode says otherwise.
        !access.mode.map_or((self.is_owner)(owner), |mode| mode & open != 0)
    }

    /// The bits of a mode that let this user do something; `wanted` has those of everybody.
    pub(super) fn bits(&self, wanted: u32, owner: &str, group: Option<&str>) -> u32 {
        let is_member = group.is_none_or(|group| (self.is_member)(group));
        match ((self.is_owner)(owner), is_member) {
            (true, _) => wanted & 0o700,
            (false, true) => wanted & 0o077,
            (false, false) => wanted & 0o007,
        }
    }
}
