//! The one place that opens files of the repository. Links inside the root are followed and those that leave it refused;
//! nothing but regular files of a bounded size is read; and what could not be read is remembered, so that no caller can
//! take it for absent and pass.

mod find;
mod listed;
mod matching;
mod open;
mod refused;
mod size;

use std::{
    borrow::Cow,
    collections::BTreeMap,
    ffi::OsStr,
    fmt,
    fs::File,
    io::{self, Read},
    ops::Deref,
    os::{
        fd::{AsFd, OwnedFd},
        unix::fs::PermissionsExt,
    },
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use rustix::fs::{AtFlags, Dir, FileType, statat};

use super::RepoPath;
use diagnostics::{Place, Problem, Source};
use open::{Access, Refusal};

pub use find::find;
pub(crate) use listed::Listing;

/// The folder of the repository. Cheap to clone; all clones remember together what could not be read.
#[derive(Clone)]
pub struct Root(Arc<Inner>);

struct Inner {
    path: PathBuf,
    folder: OnceLock<OwnedFd>,
    refused: Mutex<BTreeMap<String, Refused>>,
    brought: Mutex<BTreeMap<String, Brought>>,
}

/// A text that is read as if it were in a file.
#[derive(Clone)]
struct Brought {
    text: Cow<'static, str>,
    /// Whether it is read in place of a file that is there.
    wins: bool,
}

struct Refused {
    problem: Problem,
    /// Whether it was only come across, and does not matter where git ignores it.
    is_listed: bool,
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

    /// A file that the program brings: it is read where the repository has none at that path.
    pub fn bring(&self, path: &RepoPath, text: &'static str) {
        self.read_as(path, text.into(), false);
    }

    /// The same folder as it would be with these files, which are not written.
    pub fn with_files(&self, files: &[(RepoPath, String)]) -> Self {
        let with = self.anew();
        for (path, text) in files {
            with.read_as(path, text.clone().into(), true);
        }
        with
    }

    fn read_as(&self, path: &RepoPath, text: Cow<'static, str>, wins: bool) {
        let mut brought = self.0.brought.lock().unwrap_or_else(PoisonError::into_inner);
        brought.insert(path.to_string(), Brought { text, wins });
    }

    fn brought(&self, path: &RepoPath) -> Option<Brought> {
        let brought = self.0.brought.lock().unwrap_or_else(PoisonError::into_inner);
        brought.get(path.as_str()).cloned()
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

    /// What could not be read so far, each once, by path. A task that ends well all the same has not done its work.
    pub fn unreadable(&self) -> Vec<Problem> {
        let refused = self.0.refused.lock().unwrap_or_else(PoisonError::into_inner);
        let of_listing: Vec<&str> = refused
            .iter()
            .filter(|(_, refused)| refused.is_listed)
            .map(|(path, _)| path.as_str())
            .collect();
        let ignored = listed::ignored(&self.0.path, &of_listing);
        let meant = refused
            .iter()
            .filter(|(path, refused)| !(refused.is_listed && ignored.contains(path.as_str())));
        meant.map(|(_, refused)| refused.problem.clone()).collect()
    }

    /// What could not be read, and is not among what a task reports anyhow.
    pub fn untold(&self, told: &[Problem]) -> Vec<Problem> {
        let is_told = |problem: &Problem| told.iter().any(|known| known.message == problem.message);
        self.unreadable()
            .into_iter()
            .filter(|problem| !is_told(problem))
            .collect()
    }

    /// The same folder, with nothing remembered yet.
    pub fn anew(&self) -> Self {
        let anew = Self::new(&*self.0.path);
        let brought = self.0.brought.lock().unwrap_or_else(PoisonError::into_inner);
        for (path, brought) in brought.iter() {
            anew.read_as(&RepoPath::listed(path), brought.text.clone(), brought.wins);
        }
        anew
    }

    /// What was written or removed is to be looked at again.
    pub fn forget(&self, path: &RepoPath) {
        let mut refused = self.0.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.remove(path.as_str());
    }

    /// Remembers what was come across and cannot be read.
    fn note(&self, path: &str, problem: Problem) {
        let mut refused = self.0.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.entry(path.to_owned()).or_insert(Refused {
            problem,
            is_listed: true,
        });
    }

    fn remember(&self, path: &RepoPath, problem: Problem) -> Problem {
        let mut refused = self.0.refused.lock().unwrap_or_else(PoisonError::into_inner);
        let known = refused.entry(path.to_string()).or_insert_with(|| Refused {
            problem: problem.clone(),
            is_listed: false,
        });
        known.is_listed = false;
        problem
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

/// The text of a file that a person named: it may lie anywhere, behind any link.
#[expect(
    clippy::disallowed_methods,
    reason = "a person named it, and this is the module that opens"
)]
pub fn named(file: &Path, shown: &str) -> Result<Source, Problem> {
    let failed = |error: &io::Error| {
        let problem = match error.kind() {
            io::ErrorKind::NotFound => Problem::error(format!("`{shown}` does not exist")),
            _ => Problem::error(format!("cannot read `{shown}`: {error}")),
        };
        problem.at(Place::File(shown.to_owned()))
    };
    let metadata = std::fs::metadata(file).map_err(|error| failed(&error))?;
    if !metadata.is_file() {
        let kind = if metadata.is_dir() { Kind::Folder } else { Kind::Other };
        return Err(refused::odd(shown, Some(kind)));
    }
    let opened = File::open(file).map_err(|error| failed(&error))?;
    Source::from_bytes(shown, read_bounded(opened, shown)?)
}

fn read_bounded(file: File, shown: &str) -> Result<Vec<u8>, Problem> {
    let limit = size::limit(shown);
    let known = file.metadata().map_or(0, |metadata| metadata.len()).min(limit);
    let mut bytes = Vec::with_capacity(usize::try_from(known).unwrap_or(0) + 1);
    let failed =
        |error: io::Error| Problem::error(format!("cannot read `{shown}`: {error}")).at(Place::File(shown.to_owned()));
    file.take(limit + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > limit {
        return Err(size::exceeded(shown, limit));
    }
    Ok(bytes)
}

/// The names in a folder, and whether each is a link. Names that are not UTF-8 are none of ours.
fn names(folder: OwnedFd) -> io::Result<Vec<(String, bool)>> {
    let mut names = Vec::new();
    let mut entries = Dir::read_from(&folder)?;
    while let Some(entry) = entries.read() {
        let entry = entry?;
        let bytes = entry.file_name().to_bytes();
        let Ok(name) = std::str::from_utf8(bytes) else { continue };
        if matches!(bytes, b"." | b"..") {
            continue;
        }
        let kind = match entry.file_type() {
            // Some file systems do not say.
            FileType::Unknown => {
                let found = statat(&folder, entry.file_name(), AtFlags::SYMLINK_NOFOLLOW)?;
                FileType::from_raw_mode(found.st_mode)
            }
            kind => kind,
        };
        names.push((name.to_owned(), kind == FileType::Symlink));
    }
    Ok(names)
}
