//! What rules look at.

/// What a rule looks at: a column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aspect {
    /// The Dockerfiles and other files.
    Files,
    /// The base images.
    Base,
    /// The lock.
    Lock,
    /// The installed packages.
    Packages,
    /// The libs of the repository.
    Libs,
    /// How a container runs.
    Runtime,
    /// The Tiltfile.
    Tilt,
    /// The Helm charts.
    Chart,
    /// The compose files.
    Compose,
    /// The workflows of CI.
    Ci,
}

impl Aspect {
    /// Every aspect, in the order of the columns.
    pub const ALL: [Self; 10] = [
        Self::Files,
        Self::Base,
        Self::Lock,
        Self::Packages,
        Self::Libs,
        Self::Runtime,
        Self::Tilt,
        Self::Chart,
        Self::Compose,
        Self::Ci,
    ];

    /// The name of the column.
    pub fn name(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Base => "base",
            Self::Lock => "lock",
            Self::Packages => "packages",
            Self::Libs => "libs",
            Self::Runtime => "runtime",
            Self::Tilt => "tilt",
            Self::Chart => "chart",
            Self::Compose => "compose",
            Self::Ci => "ci",
        }
    }
}
