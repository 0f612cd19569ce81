//! Opens what a path of the repository leads to, without ever leaving the root. Links are resolved here, one by one, and
//! each folder is opened relative to the one above: nothing can be replaced between the check and the use.

use std::{
    ffi::{OsStr, OsString},
    io,
    os::{
        fd::{AsFd, BorrowedFd, OwnedFd},
        unix::ffi::{OsStrExt, OsStringExt},
    },
    path::{Component, Path, PathBuf},
};

use rustix::{
    fs::{FileType, Mode, OFlags, fstat, open, openat, readlinkat},
    io::Errno,
};

/// As many as Linux follows.
const LINKS: usize = 40;

/// Why a path leads to nothing that may be used.
#[derive(Debug)]
pub enum Refusal {
    /// Nothing is there, and no link leads to it.
    Absent,
    /// A link on the way, as its path in the repository, leads to what does not exist.
    Dangling {
        link: PathBuf,
        target: PathBuf,
    },
    /// A link on the way leads out of the root.
    Leaves {
        link: PathBuf,
        target: PathBuf,
    },
    /// Links that lead to each other.
    Loop {
        link: PathBuf,
    },
    Io(io::Error),
}

/// What a path is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// To read it, or to list it.
    Read,
    /// To see what it is, or to pass through: needs no permission on it.
    Look,
}

/// The root itself.
pub fn root(path: &Path) -> io::Result<OwnedFd> {
    Ok(open(path, flags(Access::Look) | OFlags::DIRECTORY, Mode::empty())?)
}

/// What a relative path leads to. It may be of any kind: ask [`kind`] before it is used.
pub fn beneath(top: BorrowedFd<'_>, root: &Path, path: &str, access: Access) -> Result<OwnedFd, Refusal> {
    match at_once(top, path, access) {
        Ok(opened) => Ok(opened),
        // The kernel says neither which link it was, nor does it know that an absolute one leads back into the root.
        Err(error) if error == Errno::ACCESS => Err(Refusal::Io(error.into())),
        Err(_) => step_by_step(top, root, path, access),
    }
}

pub fn kind(opened: impl AsFd) -> io::Result<FileType> {
    Ok(FileType::from_raw_mode(fstat(opened)?.st_mode))
}

fn flags(access: Access) -> OFlags {
    // A named pipe without a writer and a terminal would be waited for.
    let common = OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
    match access {
        Access::Read => common | OFlags::RDONLY,
        #[cfg(target_os = "linux")]
        Access::Look => OFlags::CLOEXEC | OFlags::PATH,
        #[cfg(not(target_os = "linux"))]
        Access::Look => common | OFlags::RDONLY,
    }
}

#[cfg(target_os = "linux")]
fn at_once(top: BorrowedFd<'_>, path: &str, access: Access) -> rustix::io::Result<OwnedFd> {
    use rustix::fs::{ResolveFlags, openat2};
    let path = if path.is_empty() { "." } else { path };
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
    openat2(top, path, flags(access), Mode::empty(), resolve)
}

#[cfg(not(target_os = "linux"))]
fn at_once(_: BorrowedFd<'_>, _: &str, _: Access) -> rustix::io::Result<OwnedFd> {
    Err(Errno::NOSYS)
}

/// The same by our own steps.
fn step_by_step(top: BorrowedFd<'_>, root: &Path, path: &str, access: Access) -> Result<OwnedFd, Refusal> {
    Walk::new(top, root, path).run(access)
}

/// The path that a path leads to, without any links.
pub fn resolved(top: BorrowedFd<'_>, root: &Path, path: &str) -> Result<PathBuf, Refusal> {
    let mut walk = Walk::new(top, root, path);
    walk.run(Access::Look)?;
    let folders = walk.folders.iter().map(|(name, _)| name.as_os_str());
    Ok(folders.chain(walk.last.as_deref()).collect())
}

/// What a link in a folder says. `None` where it is not a link.
pub fn target(folder: BorrowedFd<'_>, name: &str) -> Option<PathBuf> {
    let target = readlinkat(folder, name, Vec::new()).ok()?;
    Some(PathBuf::from(OsString::from_vec(target.into_bytes())))
}

struct Walk<'a> {
    root: &'a Path,
    top: BorrowedFd<'a>,
    /// The folders below the root that were passed, with their names.
    folders: Vec<(OsString, OwnedFd)>,
    /// The name of what was found in the last of them.
    last: Option<OsString>,
    /// What is left of the path, the next part last.
    rest: Vec<OsString>,
    /// The links in whose targets this is, outermost first.
    links: Vec<Link>,
    followed: usize,
}

struct Link {
    path: PathBuf,
    target: PathBuf,
    /// How much of the path was left behind it.
    behind: usize,
}

impl<'a> Walk<'a> {
    fn new(top: BorrowedFd<'a>, root: &'a Path, path: &str) -> Self {
        let mut walk = Self {
            root,
            top,
            folders: Vec::new(),
            last: None,
            rest: Vec::new(),
            links: Vec::new(),
            followed: 0,
        };
        walk.push(Path::new(path));
        walk
    }

    fn push(&mut self, path: &Path) {
        let parts = path.components().rev().filter_map(|part| match part {
            Component::Normal(name) => Some(name.to_owned()),
            Component::ParentDir => Some(OsString::from("..")),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => None,
        });
        self.rest.extend(parts);
    }

    fn here(&self) -> BorrowedFd<'_> {
        self.folders.last().map_or(self.top, |(_, folder)| folder.as_fd())
    }

    fn path_to(&self, name: &OsStr) -> PathBuf {
        self.folders
            .iter()
            .map(|(name, _)| name.as_os_str())
            .chain([name])
            .collect()
    }

    fn run(&mut self, access: Access) -> Result<OwnedFd, Refusal> {
        while let Some(part) = self.rest.pop() {
            // Those whose targets were found.
            let left = self.rest.len();
            self.links.retain(|link| link.behind <= left);
            if part == ".." {
                if self.folders.pop().is_none() {
                    return Err(self.leaves());
                }
                continue;
            }
            // A link may be followed by nothing but `..`.
            let is_last = self.rest.is_empty();
            let wanted = if is_last {
                flags(access)
            } else {
                flags(Access::Look) | OFlags::DIRECTORY
            };
            match openat(self.here(), &part, wanted | OFlags::NOFOLLOW, Mode::empty()) {
                // With `O_PATH` a link itself is opened.
                Ok(opened) if access == Access::Look && self.is_link(&opened)? => self.follow(&part, None)?,
                Ok(opened) if is_last => {
                    self.last = Some(part);
                    return Ok(opened);
                }
                Ok(opened) => self.folders.push((part, opened)),
                Err(Errno::NOENT) => return Err(self.absent()),
                Err(error @ (Errno::LOOP | Errno::NOTDIR | Errno::MLINK)) => self.follow(&part, Some(error))?,
                Err(error) => return Err(Refusal::Io(error.into())),
            }
        }
        openat(self.here(), ".", flags(access), Mode::empty()).map_err(|error| Refusal::Io(error.into()))
    }

    fn is_link(&self, opened: &OwnedFd) -> Result<bool, Refusal> {
        let kind = kind(opened).map_err(Refusal::Io)?;
        Ok(kind == FileType::Symlink)
    }

    /// Puts what a link says in the place of the link. What is not a link, but a file where a folder has to be, holds nothing.
    fn follow(&mut self, part: &OsStr, error: Option<Errno>) -> Result<(), Refusal> {
        let target = match readlinkat(self.here(), part, Vec::new()) {
            Ok(target) => PathBuf::from(OsString::from_vec(target.into_bytes())),
            Err(Errno::INVAL) if error == Some(Errno::NOTDIR) => return Err(self.absent()),
            Err(error) => return Err(Refusal::Io(error.into())),
        };
        let link = self.path_to(part);
        self.followed += 1;
        if self.followed > LINKS {
            return Err(Refusal::Loop { link });
        }
        self.links.push(Link {
            path: link,
            target: target.clone(),
            behind: self.rest.len(),
        });
        if target.as_os_str().as_bytes().starts_with(b"/") {
            let inside = self.inside(&target);
            let inside = inside.ok_or_else(|| self.leaves())?;
            self.folders.clear();
            self.push(&inside);
        } else {
            self.push(&target);
        }
        Ok(())
    }

    /// What an absolute path is below the root, whichever way the root was named.
    #[expect(
        clippy::disallowed_methods,
        reason = "the name of the root itself, not of what is in it"
    )]
    fn inside(&self, target: &Path) -> Option<PathBuf> {
        let below = |root: &Path| target.strip_prefix(root).ok().map(Path::to_owned);
        below(self.root).or_else(|| below(&self.root.canonicalize().ok()?))
    }

    fn leaves(&self) -> Refusal {
        match self.links.last() {
            Some(Link { path, target, .. }) => Refusal::Leaves {
                link: path.clone(),
                target: target.clone(),
            },
            None => Refusal::Absent,
        }
    }

    fn absent(&self) -> Refusal {
        match self.links.last() {
            Some(Link { path, target, .. }) => Refusal::Dangling {
                link: path.clone(),
                target: target.clone(),
            },
            None => Refusal::Absent,
        }
    }
}
