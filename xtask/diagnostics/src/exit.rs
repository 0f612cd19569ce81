use std::process::ExitCode;

/// How a run ends. The numbers are part of the interface: scripts and workflows branch on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// All is well, or was made well.
    Clean = 0,
    /// The tool could not do its work: bad input, I/O, a missing program.
    Failed = 1,
    /// Wrong usage. clap ends with this number too.
    Usage = 2,
    /// Nothing was found to work on, which is never a pass.
    Nothing = 3,
    /// Generated files are stale, or files that should be alike differ.
    Stale = 4,
    /// Parity is broken.
    Parity = 5,
}

impl Exit {
    /// Every exit code, in ascending order.
    pub const ALL: [Self; 6] = [
        Self::Clean,
        Self::Failed,
        Self::Usage,
        Self::Nothing,
        Self::Stale,
        Self::Parity,
    ];

    /// The sentence that the reference of the exit codes shows.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Failed => "the tool could not do its work",
            Self::Usage => "wrong usage",
            Self::Nothing => "nothing found to work on",
            Self::Stale => "generated files are stale or compared files differ",
            Self::Parity => "parity is broken",
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}
