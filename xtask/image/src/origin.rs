//! Where an entry of an image comes from.

use std::{fmt, sync::Arc};

use diagnostics::Place;

use crate::wheel::Wheel;

/// Something at a path of an image.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Where its content comes from.
    pub origin: Origin,
    /// By number where that is known, else by name; root where it is `None`.
    pub owner: Option<Arc<str>>,
    /// Its group, likewise. `None` where nothing tells, or where the owner is not told either: then it is that of root.
    pub group: Option<Arc<str>>,
    /// `None` where the mode is that of the source.
    pub mode: Option<u32>,
    /// What put it there: an instruction, or a command of one.
    pub step: Place,
}

/// A large origin is one entry, at the top of what it brings: nothing below it is listed before somebody asks.
#[derive(Clone, Debug)]
pub enum Origin {
    /// All that the base image contains. It is not looked into, and taken to hold nothing of the repository.
    Base(String),
    /// A file or a folder of the repository.
    Repository(Copied),
    /// The wheel of a local package, as an archive.
    Archive(Arc<Wheel>),
    /// The same, unpacked into a folder of packages.
    Installed(Arc<Wheel>),
    /// A local package that a folder of packages leads to, where its sources stand.
    Editable(Arc<Wheel>),
    /// The metadata of a local package alone, in a folder that Python imports from.
    Metadata(Arc<Wheel>),
    /// Distributions out of a lock or an index, in a folder of packages or of wheels.
    Distributions(Arc<Requested>),
    /// A virtual environment, at its top.
    Environment {
        /// Whether it also sees the packages of the Python that it was made from.
        sees_system: bool,
    },
    /// A link to another path of the image.
    Link(String),
    /// A folder that a command makes.
    Folder,
    /// A file that a command writes, with its content where that is known.
    Written(Option<String>),
    /// Something that cannot be told, and why.
    Unknown(String),
}

/// A path of the repository as a copy brings it: through the ignore file, and without what the copy excludes.
#[derive(Clone)]
pub struct Copied {
    /// A path of the repository.
    pub source: String,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// What comes along of a folder.
    pub sends: Arc<dyn Sends>,
}

/// Which paths of the repository come along with a copy.
pub trait Sends: Send + Sync {
    /// Whether the copy brings the path.
    fn sends(&self, path: &str) -> bool;
    /// Whether the copy may bring something that is in a folder.
    fn sends_of(&self, folder: &str) -> bool;
}

/// What an installer was asked for: names and files, not yet what that comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requested {
    /// Named on the command line, as written.
    pub names: Vec<String>,
    /// Requirement files of the repository.
    pub files: Vec<String>,
    /// The lock of the repository whose groups are installed.
    pub lock: Option<String>,
}

impl fmt::Debug for Copied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Copied").field(&self.source).finish()
    }
}

impl Origin {
    /// The wheel of a local package that it brings.
    pub fn wheel(&self) -> Option<&Arc<Wheel>> {
        match self {
            Self::Archive(wheel) | Self::Installed(wheel) | Self::Editable(wheel) => Some(wheel),
            Self::Base(_)
            | Self::Repository(_)
            | Self::Metadata(_)
            | Self::Distributions(_)
            | Self::Environment { .. }
            | Self::Link(_)
            | Self::Folder
            | Self::Written(_)
            | Self::Unknown(_) => None,
        }
    }

    /// A word for it, in snapshots and messages.
    pub fn describe(&self) -> String {
        match self {
            Self::Base(name) => format!("base image {name}"),
            Self::Repository(copied) if copied.is_folder => format!("folder {}", shown(&copied.source)),
            Self::Repository(copied) => format!("file {}", copied.source),
            Self::Archive(wheel) => format!("wheel of {}", shown(&wheel.project)),
            Self::Installed(wheel) => format!("{}, installed", shown(&wheel.project)),
            Self::Editable(wheel) => format!("{}, editable at {}", shown(&wheel.project), wheel.folder),
            Self::Metadata(wheel) => format!("metadata of {}", shown(&wheel.project)),
            Self::Distributions(asked) => {
                let lock = asked.lock.iter();
                let all: Vec<&str> = lock
                    .chain(&asked.files)
                    .chain(&asked.names)
                    .map(String::as_str)
                    .collect();
                format!("distributions of {}", all.join(", "))
            }
            Self::Environment { .. } => "virtual environment".to_owned(),
            Self::Link(target) => format!("link to {target}"),
            Self::Folder => "folder".to_owned(),
            Self::Written(_) => "written by a command".to_owned(),
            Self::Unknown(why) => format!("unknown: {why}"),
        }
    }
}

fn shown(path: &str) -> &str {
    if path.is_empty() { "the repository" } else { path }
}
