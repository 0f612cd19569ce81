//! The one place that opens files of the repository. Links inside the root are followed and those that leave it refused;
//! nothing but regular files of a bounded size is read; and what could not be read is remembered, so that no caller can
//! take it for absent and pass.

mod brought;
mod find;
mod listed;
mod matching;
mod open;
mod read;
mod refused;
mod size;
mod unreadable;

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fmt,
    fs::File,
    io,
    ops::Deref,
    os::{
        fd::{AsFd, OwnedFd},
        unix::fs::PermissionsExt,
    },
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock},
};

use rustix::fs::FileType;

use super::RepoPath;
use brought::Brought;
use diagnostics::{Place, Problem, Source};
use open::{Access, Refusal};
use read::{names, read_bounded};
use unreadable::Refused;

pub use find::find;
pub(crate) use listed::Listing;
pub use read::named;

/// The folder of the repository. Cheap to clone; all clones remember together what could not be read.
#[derive(Clone)]
pub struct Root(Arc<Inner>);

struct Inner {
    path: PathBuf,
    folder: OnceLock<OwnedFd>,
    refused: Mutex<BTreeMap<String, Refused>>,
    brought: Mutex<BTreeMap<String, Brought>>,
}

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A named pipe, a socket, a device.
    Other,
}

/// What is in a folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The last part of the path.
    pub name: String,
    /// The path from the root of the repository.
    pub path: RepoPath,
    /// Whether it is a link, whatever that leads to.
    pub is_link: bool,
}

impl Root {
    /// Whether git would ignore a file of that path, whether or not it exists.
    pub fn would_ignore(&self, path: &RepoPath) -> bool {
        !listed::ignored(&self.0.path, &[path.as_str()]).is_empty()
    }

    /// A repository in a folder; nothing is opened yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(Arc::new(Inner {
            path: path.into(),
            folder: OnceLock::new(),
            refused: Mutex::default(),
            brought: Mutex::default(),
        }))
    }

    /// The text of a file that has to be there.
    pub fn source(&self, path: &RepoPath) -> Result<Source, Problem> {
        match self.source_if_present(path)? {
            Some(source) => Ok(source),
            None => Err(Problem::error(format!("`{path}` does not exist")).at(Place::File(path.to_string()))),
        }
    }

    /// The text of a file that may be absent.
    pub fn source_if_present(&self, path: &RepoPath) -> Result<Option<Source>, Problem> {
        match self.bytes_if_present(path)? {
            Some(bytes) => Source::from_bytes(path.as_str(), bytes)
                .map(Some)
                .map_err(|problem| self.remember(path, problem)),
            None => Ok(None),
        }
    }

    /// The text of a file, for those who ask only what it says. One that cannot be read is remembered.
    pub fn text(&self, path: &RepoPath) -> Option<String> {
        let source = self.source_if_present(path).ok()??;
        Some(source.text().to_owned())
    }

    /// What a file holds that need not be a text. `None` where there is none, or none that can be read, as is remembered.
    pub fn bytes(&self, path: &RepoPath) -> Option<Vec<u8>> {
        self.bytes_if_present(path).ok()?
    }

    /// The same, with the reason.
    pub fn bytes_if_present(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, Problem> {
        let brought = self.brought(path);
        if let Some(brought) = &brought
            && brought.wins
        {
            return Ok(Some(brought.text.as_bytes().to_vec()));
        }
        let Some(file) = self.open(path)? else {
            return Ok(brought.map(|brought| brought.text.as_bytes().to_vec()));
        };
        let bytes = read_bounded(file, path.as_str());
        bytes.map(Some).map_err(|problem| self.remember(path, problem))
    }

    /// What a file holds, and whether its owner may run it.
    pub fn executable_bytes(&self, path: &RepoPath) -> Result<Option<(Vec<u8>, bool)>, Problem> {
        let Some(file) = self.open(path)? else { return Ok(None) };
        let is_executable = file
            .metadata()
            .is_ok_and(|metadata| metadata.permissions().mode() & 0o100 != 0);
        let bytes = read_bounded(file, path.as_str());
        bytes
            .map(|bytes| Some((bytes, is_executable)))
            .map_err(|problem| self.remember(path, problem))
    }

    /// A regular file, to read it piece by piece.
    pub fn open(&self, path: &RepoPath) -> Result<Option<File>, Problem> {
        let opened = match self.beneath(path, Access::Read) {
            Ok(opened) => opened,
            // A socket cannot be opened.
            Err(Refusal::Io(error)) if !matches!(self.look(path), None | Some(Kind::File)) => {
                drop(error);
                return Err(self.remember(path, self.odd(path)));
            }
            Err(refusal) => return self.refuse(path, refusal),
        };
        match open::kind(&opened) {
            Ok(FileType::RegularFile) => Ok(Some(File::from(opened))),
            Ok(_) => Err(self.remember(path, self.odd(path))),
            Err(error) => self.refuse(path, Refusal::Io(error)),
        }
    }

    /// Whether a file or folder is at the path.
    pub fn has(&self, path: &RepoPath) -> bool {
        self.kind(path).is_some()
    }

    /// Whether what is there is a file, where it may well be a folder.
    pub fn is_file(&self, path: &RepoPath) -> bool {
        self.kind(path) == Some(Kind::File)
    }

    /// Whether a file is there, where nothing but a file may be: anything else is remembered.
    pub fn has_file(&self, path: &RepoPath) -> bool {
        let kind = self.kind(path);
        if kind == Some(Kind::Folder) {
            self.remember(path, refused::odd(path.as_str(), kind));
        }
        kind == Some(Kind::File)
    }

    /// Whether a folder is at the path.
    pub fn has_folder(&self, path: &RepoPath) -> bool {
        self.kind(path) == Some(Kind::Folder)
    }

    /// What a path leads to. `None` where nothing is there, or nothing that may be looked at, as is remembered.
    pub fn kind(&self, path: &RepoPath) -> Option<Kind> {
        self.kind_if_readable(path).ok()?
    }

    /// The same, with the reason.
    pub fn kind_if_readable(&self, path: &RepoPath) -> Result<Option<Kind>, Problem> {
        let looked = self
            .beneath(path, Access::Look)
            .and_then(|opened| open::kind(&opened).map_err(Refusal::Io));
        match looked.map(Kind::of) {
            Ok(kind) => {
                if kind == Kind::Other {
                    self.remember(path, refused::odd(path.as_str(), Some(kind)));
                }
                Ok(Some(kind))
            }
            Err(refusal) => {
                let found = self.refuse(path, refusal)?;
                Ok(found.or_else(|| self.brought(path).map(|_| Kind::File)))
            }
        }
    }

    /// Where a path leads to when all links are followed. `None` where nothing is there, or where it leads out.
    pub fn resolved(&self, path: &RepoPath) -> Option<RepoPath> {
        let top = self.folder().ok()?;
        let resolved = open::resolved(top.as_fd(), &self.0.path, path.as_str()).ok()?;
        RepoPath::parse(resolved.to_str()?)
    }

    /// What a link says. `None` where there is no link.
    pub fn link(&self, path: &RepoPath) -> Option<PathBuf> {
        let folder = self.beneath(&path.parent(), Access::Look).ok()?;
        open::target(folder.as_fd(), path.file_name())
    }

    /// What is in a folder, by name. Nothing where there is no folder.
    pub fn entries(&self, folder: &RepoPath) -> Vec<Entry> {
        self.entries_if_readable(folder).unwrap_or_default()
    }

    /// The same, with the reason where it cannot be listed.
    pub fn entries_if_readable(&self, folder: &RepoPath) -> Result<Vec<Entry>, Problem> {
        let opened = match self.beneath(folder, Access::Read) {
            Ok(opened) => opened,
            Err(refusal) => return self.refuse(folder, refusal).map(Option::unwrap_or_default),
        };
        if !matches!(open::kind(&opened), Ok(FileType::Directory)) {
            return Ok(Vec::new());
        }
        match names(opened) {
            Ok(names) => {
                let entry = |(name, is_link): (String, bool)| Entry {
                    path: folder.child(&name),
                    name,
                    is_link,
                };
                let mut entries: Vec<Entry> = names.into_iter().map(entry).collect();
                entries.sort();
                Ok(entries)
            }
            Err(error) => self.refuse(folder, Refusal::Io(error)).map(|_: Option<()>| Vec::new()),
        }
    }

    fn look(&self, path: &RepoPath) -> Option<Kind> {
        let opened = self.beneath(path, Access::Look).ok()?;
        open::kind(&opened).ok().map(Kind::of)
    }

    fn odd(&self, path: &RepoPath) -> Problem {
        refused::odd(path.as_str(), self.look(path))
    }

    fn refuse<T>(&self, path: &RepoPath, refusal: Refusal) -> Result<Option<T>, Problem> {
        match refused::problem(path.as_str(), refusal) {
            None => Ok(None),
            Some(problem) => Err(self.remember(path, problem)),
        }
    }

    fn beneath(&self, path: &RepoPath, access: Access) -> Result<OwnedFd, Refusal> {
        let top = self.folder().map_err(Refusal::Io)?;
        open::beneath(top.as_fd(), &self.0.path, path.as_str(), access)
    }

    /// A folder in which a file is to be written; for `sync` alone.
    pub fn folder_to_write(&self, path: &RepoPath) -> Result<Option<OwnedFd>, Problem> {
        match self.beneath(path, Access::Look) {
            Ok(opened) if matches!(open::kind(&opened), Ok(FileType::Directory)) => Ok(Some(opened)),
            Ok(_) => {
                Err(Problem::error(format!("{} is not a folder", path.in_words())).at(Place::File(path.to_string())))
            }
            Err(refusal) => self.refuse(path, refusal),
        }
    }

    fn folder(&self) -> io::Result<&OwnedFd> {
        if let Some(folder) = self.0.folder.get() {
            return Ok(folder);
        }
        let opened = open::root(&self.0.path)?;
        Ok(self.0.folder.get_or_init(|| opened))
    }
}

impl Kind {
    fn of(kind: FileType) -> Self {
        match kind {
            FileType::RegularFile => Self::File,
            FileType::Directory => Self::Folder,
            _ => Self::Other,
        }
    }
}

impl Deref for Root {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0.path
    }
}

impl AsRef<Path> for Root {
    fn as_ref(&self) -> &Path {
        self
    }
}

impl AsRef<OsStr> for Root {
    fn as_ref(&self) -> &OsStr {
        self.0.path.as_os_str()
    }
}

impl fmt::Debug for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Root").field(&self.0.path).finish()
    }
}
