//! Takes edits back.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

/// What was there before the edits of an entry.
#[derive(Default)]
pub struct Undo(Vec<(PathBuf, Before)>);

/// The bytes and the mode of a file, where there was one.
type Before = Option<(Vec<u8>, u32)>;

impl Undo {
    /// Notes a file that is about to change, and makes the folders of a new one.
    pub fn note(&mut self, path: &Path) -> Result<(), String> {
        let before = match path.symlink_metadata() {
            Ok(metadata) => Some((fs::read(path).map_err(of(path))?, metadata.permissions().mode())),
            Err(_) => {
                let parent = path.parent().unwrap_or(path);
                let missing: Vec<&Path> = parent.ancestors().take_while(|folder| !folder.exists()).collect();
                self.0
                    .extend(missing.iter().rev().map(|folder| (folder.to_path_buf(), None)));
                fs::create_dir_all(parent).map_err(of(parent))?;
                None
            }
        };
        self.0.push((path.into(), before));
        Ok(())
    }

    /// Takes all edits back, the last one first.
    pub fn take_back(self) -> Result<(), String> {
        for (path, before) in self.0.into_iter().rev() {
            match before {
                Some((bytes, mode)) => {
                    fs::create_dir_all(path.parent().unwrap_or(&path)).map_err(of(&path))?;
                    write(&path, bytes)?;
                    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).map_err(of(&path))?;
                }
                None if path.is_dir() && !path.is_symlink() => fs::remove_dir(&path).map_err(of(&path))?,
                None if path.symlink_metadata().is_ok() => fs::remove_file(&path).map_err(of(&path))?,
                None => {}
            }
        }
        Ok(())
    }
}

pub fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(of(path))
}

pub fn write(path: &Path, text: impl AsRef<[u8]>) -> Result<(), String> {
    fs::write(path, text).map_err(of(path))
}

pub fn of(path: &Path) -> impl Fn(std::io::Error) -> String {
    move |error| format!("{}: {error}", path.display())
}
