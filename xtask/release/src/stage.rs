//! A copy of the packages, in which a change is tried out before the tree sees it.

#![expect(
    clippy::disallowed_methods,
    reason = "below `target/`, in folders that this module makes and owns"
)]

use std::{
    fs::{self, File},
    io,
    path::Path,
};

use repo::Root;
use repo::root::Kind;
use walkdir::{DirEntry, WalkDir};

use diagnostics::{Place, Problem};
use repo::{Repo, RepoPath, lock::Manager};

/// Lies under `target/`, and is removed with the value; what a run that was killed left, the next one clears. Whoever
/// makes one holds the lock, so there is one at a time.
#[derive(Debug)]
pub struct Stage {
    root: Root,
}

impl Stage {
    /// Copies the settings, the tools' lock, the application's test, which the settings name, and every package: path
    /// dependencies lead from one to another.
    pub fn new(repo: &Repo) -> Result<Self, Problem> {
        let stage = Self {
            root: Root::new(repo.root.join("target/xtask/bump")),
        };
        let mut folders = vec![repo.settings.tools.value.clone()];
        folders.extend(repo.libs.iter().map(|lib| lib.dir.clone()));
        folders.extend(repo.services.iter().map(|service| service.package.dir.clone()));
        folders.extend(
            repo.settings
                .frontend
                .iter()
                .map(|frontend| frontend.folder.value.clone()),
        );
        stage.clear().map_err(|error| failed(&stage.root, &error))?;
        fs::create_dir_all(&stage.root).map_err(|error| failed(&stage.root, &error))?;
        let settings = repo.settings.home.file();
        stage.copy_file(&repo.root, &settings)?;
        for folder in &folders {
            stage.copy(&repo.root, folder)?;
        }
        // A workspace is locked by the manifests of all its members.
        if repo.root.has(&RepoPath::root().child(Manager::Uv.file())) {
            let is_ours = |path: &&RepoPath| matches!(path.file_name(), "pyproject.toml" | "uv.lock");
            for path in repo.tree().files().iter().filter(is_ours) {
                fs::create_dir_all(path.parent().under(&stage.root)).map_err(|error| failed(&stage.root, &error))?;
                stage.copy_file(&repo.root, path)?;
            }
        }
        if let Some(test) = &repo.settings.application_test {
            let script = &test.script.value;
            fs::create_dir_all(script.parent().under(&stage.root)).map_err(|error| failed(&stage.root, &error))?;
            stage.copy(&repo.root, script)?;
        }
        Ok(stage)
    }

    /// The copy as a repository.
    pub fn root(&self) -> &Root {
        &self.root
    }

    /// Writes a file of the copy.
    pub fn write(&self, path: &RepoPath, text: &str) -> Result<(), Problem> {
        let file = path.under(&self.root);
        fs::write(&file, text).map_err(|error| failed(&file, &error))
    }

    fn copy_file(&self, from: &Root, path: &RepoPath) -> Result<(), Problem> {
        let Some(mut file) = from.open(path)? else {
            return Ok(());
        };
        let copied = File::create(path.under(&self.root)).and_then(|mut copy| {
            copy.set_permissions(file.metadata()?.permissions())?;
            io::copy(&mut file, &mut copy)
        });
        copied
            .map(drop)
            .map_err(|error| failed(Path::new(path.as_str()), &error))
    }

    fn copy(&self, from: &Root, folder: &RepoPath) -> Result<(), Problem> {
        for entry in WalkDir::new(folder.under(from)).into_iter().filter_entry(is_copied) {
            let entry = match entry {
                Ok(entry) => entry,
                // The folder of the tools may be absent; its reader says so where it matters.
                Err(error) if error.depth() == 0 => return Ok(()),
                Err(error) => {
                    let path = error.path().unwrap_or(from).to_owned();
                    return Err(failed(&path, &error.into()));
                }
            };
            let relative = entry.path().strip_prefix(from).ok().and_then(Path::to_str);
            let Some(path) = relative.and_then(RepoPath::parse) else {
                continue;
            };
            // Links are followed, so that what they lead to is there.
            match from.kind_if_readable(&path)? {
                Some(Kind::Folder) => {
                    let made = fs::create_dir_all(path.under(&self.root));
                    made.map_err(|error| failed(Path::new(path.as_str()), &error))?;
                }
                Some(Kind::File) => self.copy_file(from, &path)?,
                Some(Kind::Other) | None => {}
            }
        }
        Ok(())
    }

    fn clear(&self) -> io::Result<()> {
        match fs::remove_dir_all(&self.root) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = self.clear();
    }
}

/// Virtual environments, caches and the like are not part of a package.
fn is_copied(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    entry.depth() == 0 || !(name.starts_with('.') || name == "node_modules" || name == "__pycache__")
}

fn failed(path: &Path, error: &io::Error) -> Problem {
    Problem::error(format!("cannot copy what is to be released: {error}")).at(Place::File(path.display().to_string()))
}
