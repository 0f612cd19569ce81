//! Layers that outlive a machine of CI: a folder for each target, where the environment names one in `LAYER_CACHE`.

#![expect(
    clippy::disallowed_methods,
    reason = "in a folder that CI names, and that BuildKit fills"
)]

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use diagnostics::{Place, Problem};
use repo::Root;

pub(super) const VARIABLE: &str = "LAYER_CACHE";

/// Where layers are kept. Each build writes a new folder, because BuildKit never removes from one what nothing needs.
pub(super) struct Layers {
    dir: PathBuf,
}

impl Layers {
    pub fn from_environment(root: &Root) -> Option<Self> {
        let dir = env::var_os(VARIABLE).filter(|dir| !dir.is_empty())?;
        Some(Self { dir: root.join(dir) })
    }

    /// What tells bake where to read and where to write. The image is loaded, which such a builder does only when asked.
    pub fn options(&self, targets: &[String]) -> Vec<String> {
        let mut options = vec!["--load".to_owned()];
        for target in targets {
            let kept = self.dir.join(target);
            if kept.is_dir() {
                options.push(format!("--set={target}.cache-from=type=local,src={}", kept.display()));
            }
            let fresh = self.fresh(target);
            options.push(format!(
                "--set={target}.cache-to=type=local,mode=max,dest={}",
                fresh.display()
            ));
        }
        options
    }

    /// Puts what a build has written in the place of what was there.
    pub fn keep(&self, targets: &[String]) -> Result<(), Problem> {
        for target in targets {
            let (fresh, kept) = (self.fresh(target), self.dir.join(target));
            if fresh.is_dir() {
                replace(&fresh, &kept).map_err(|error| {
                    Problem::error(format!("layers cannot be kept: {error}"))
                        .at(Place::File(kept.display().to_string()))
                })?;
            }
        }
        Ok(())
    }

    fn fresh(&self, target: &str) -> PathBuf {
        self.dir.join(format!("{target}.new"))
    }
}

fn replace(fresh: &Path, kept: &Path) -> io::Result<()> {
    if kept.is_dir() {
        fs::remove_dir_all(kept)?;
    }
    fs::rename(fresh, kept)
}
