use super::RepoPath;

/// One file that is not as it has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The path of the file.
    pub path: RepoPath,
    /// What is done to it.
    pub kind: Kind,
    /// What is there; empty when nothing is.
    pub before: String,
    /// What has to be there; empty when nothing has to.
    pub after: String,
}

/// What is done to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// It does not exist and is created.
    Create,
    /// It exists and its content is replaced.
    Update,
    /// We made it, and no longer would.
    Remove,
    /// In the way, and not made by us.
    Foreign,
}
