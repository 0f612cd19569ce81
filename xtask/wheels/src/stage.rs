//! Copies of the inputs, from which backends build: a folder below `target/` that holds these files and no others, with
//! the same modes and times wherever it is made.

#![expect(
    clippy::disallowed_methods,
    reason = "below `target/`, in folders that this module makes and owns"
)]

use std::{
    fs::{self, File, FileTimes},
    hash::{BuildHasher, RandomState},
    io::{self, Write},
    path::{Path, PathBuf},
    process,
    time::{Duration, SystemTime},
};

use super::inputs::{InputFile, Inputs};
use diagnostics::{Place, Problem};
use python::invocation::EPOCH;
use repo::RepoPath;
use repo::Root;

/// The folder of all copies of one run. It is gone when this is dropped.
#[derive(Debug)]
pub struct Stage {
    dir: PathBuf,
}

/// What must make no difference, so that a check can vary it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrangement {
    Sorted,
    /// Files made last first, and times that are not those of the epoch.
    Reversed,
}

impl Stage {
    /// Whoever holds the repository's lock may make one. What a killed run left behind is removed, as far as that can be
    /// done: a build of it may still write there for a moment, so each run has a folder of its own.
    pub fn new(root: &Root) -> Result<Self, Problem> {
        let home = root.join("target/xtask/wheel-stage");
        for left in fs::read_dir(&home).into_iter().flatten().flatten() {
            let _ = fs::remove_dir_all(left.path()).or_else(|_| fs::remove_file(left.path()));
        }
        let random = RandomState::new().hash_one(process::id());
        let dir = home.join(format!("{}-{random:016x}", process::id()));
        fs::create_dir_all(&dir).map_err(|error| failed(&dir, &error))?;
        // Backends look upwards for a repository and its ignore rules. They stop here, and find none.
        let boundary = dir.join(".git");
        write(&boundary, b"gitdir: nowhere\n").map_err(|error| failed(&boundary, &error))?;
        Ok(Self { dir })
    }

    /// A folder of this run, empty.
    pub fn folder(&self, name: &str) -> Result<PathBuf, Problem> {
        let dir = self.dir.join(name);
        fs::create_dir_all(&dir).map_err(|error| failed(&dir, &error))?;
        Ok(dir)
    }

    /// Copies a package's inputs below a folder of that name, where they lie as in the repository, and tells where the
    /// package is.
    pub fn copy(
        &self,
        name: &str,
        dir: &RepoPath,
        inputs: &Inputs,
        arrangement: Arrangement,
    ) -> Result<PathBuf, Problem> {
        let home = self.folder(name)?;
        let mut files: Vec<&InputFile> = inputs.files.iter().collect();
        let time = match arrangement {
            Arrangement::Sorted => EPOCH,
            Arrangement::Reversed => {
                files.reverse();
                EPOCH + 1_000_000_007
            }
        };
        for file in files {
            let target = file.path.under(&home);
            put(&target, file, time).map_err(|error| failed(&target, &error))?;
        }
        Ok(dir.under(&home))
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.dir);
        // Empty, unless a killed run has left something that is still being written to.
        let _ = self.dir.parent().map(fs::remove_dir);
    }
}

fn put(target: &Path, file: &InputFile, time: u64) -> io::Result<()> {
    fs::create_dir_all(target.parent().unwrap_or(target))?;
    write(target, &file.content)?;
    set_mode(target, if file.is_executable { 0o755 } else { 0o644 })?;
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(time);
    File::options()
        .write(true)
        .open(target)?
        .set_times(FileTimes::new().set_modified(time).set_accessed(time))
}

fn write(target: &Path, content: &[u8]) -> io::Result<()> {
    File::create(target)?.write_all(content)
}

#[cfg(unix)]
fn set_mode(target: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(target, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

fn failed(path: &Path, error: &io::Error) -> Problem {
    Problem::error(format!("cannot stage a build: {error}"))
        .at(Place::File(path.display().to_string()))
        .remedy("check that the disk has space and that the folder `target` is writable")
}
