//! Folders under `target/xtask/` that are made once and then used by every run.

#![expect(
    clippy::disallowed_methods,
    reason = "below `target/`, in folders that this module makes and owns"
)]

use std::{
    fs::{self, File},
    io,
    path::Path,
};

use sha2::{Digest, Sha256};

use diagnostics::{Place, Problem};

/// Written last. A folder without it was left by a run that was killed, and is made again.
const COMPLETE: &str = ".complete";

/// Makes sure that the folder is there, whole. Two runs at once wait for each other.
///
/// The folder is made in its final place, not renamed into it: environments hold their own path.
pub fn provide(dir: &Path, make: impl FnOnce() -> Result<(), Vec<Problem>>) -> Result<(), Vec<Problem>> {
    let failed = |error: io::Error| {
        Problem::error(format!("cannot make a folder of the xtask: {error}")).at(Place::File(dir.display().to_string()))
    };
    if dir.join(COMPLETE).exists() {
        return Ok(());
    }
    fs::create_dir_all(dir.parent().unwrap_or(dir)).map_err(failed)?;
    let lock = File::create(dir.with_extension("lock")).map_err(failed)?;
    lock.lock().map_err(failed)?;
    if dir.join(COMPLETE).exists() {
        return Ok(());
    }
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(vec![failed(error)]),
        Ok(()) | Err(_) => {}
    }
    make()?;
    File::create(dir.join(COMPLETE)).map_err(failed)?;
    Ok(())
}

/// Whether the folder is there, whole.
pub fn is_complete(dir: &Path) -> bool {
    dir.join(COMPLETE).exists()
}

/// A short name for what a folder is made from.
pub fn key(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher
        .finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_folder_is_made_anew_and_a_whole_one_is_kept() {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join("made").join("env-1");
        let half = || {
            fs::create_dir_all(dir.join("half")).unwrap();
            Err(vec![Problem::error("killed")])
        };
        provide(&dir, half).unwrap_err();
        assert!(dir.join("half").exists());

        provide(&dir, || {
            assert!(!dir.exists(), "what was left is gone");
            fs::create_dir_all(dir.join("whole")).unwrap();
            Ok(())
        })
        .unwrap();
        provide(&dir, || Err(vec![Problem::error("made twice")])).unwrap();
        assert!(dir.join("whole").exists());
    }

    #[test]
    fn keys_tell_parts_apart() {
        assert_ne!(key(&["ab", "c"]), key(&["a", "bc"]));
        assert_eq!(key(&["a"]).len(), 16);
    }
}
