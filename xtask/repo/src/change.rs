use super::RepoPath;

/// One file that is not as it has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub path: RepoPath,
    pub kind: Kind,
    /// What is there; empty when nothing is.
    pub before: String,
    /// What has to be there; empty when nothing has to.
    pub after: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Create,
    Update,
    /// We made it, and no longer would.
    Remove,
    /// In the way, and not made by us.
    Foreign,
}
