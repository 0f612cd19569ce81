use super::{Export, PinSource};
use diagnostics::Problem;
use repo::lock::Manager;

impl Export {
    /// A problem for every pin that no hash vouches for. Installers with `--require-hashes` refuse such a file as a whole.
    pub fn check_hashes(&self) -> Vec<Problem> {
        let unpinned = self
            .pins
            .iter()
            .filter(|pin| pin.hashes.is_empty() || matches!(pin.source, PinSource::Git { .. }));
        unpinned
            .map(|pin| {
                let (why, remedy) = match &pin.source {
                    PinSource::Git { .. } => (
                        "a git checkout has no hash",
                        "depend on a released version, or on an archive of the commit by `url`",
                    ),
                    PinSource::Url { .. } => (
                        "the lock has no hash of the archive",
                        "run `lock` with a current MANAGER, which records one",
                    ),
                    PinSource::Default | PinSource::Index { .. } | PinSource::File { .. } => (
                        "the lock lists no archive of it with a sha256",
                        "run `lock`; where the index gives no hashes, use one that does",
                    ),
                };
                let (path, _) = pin.place.position();
                let name = path.rsplit('/').next().unwrap_or_default();
                let manager = Manager::of_lock(name).unwrap_or(Manager::Poetry);
                let lock = manager.relock_beside(path);
                let remedy = remedy.replace("run `lock`", &lock).replace("MANAGER", manager.title());
                Problem::error(format!(
                    "`{}` {} cannot be pinned by hash: {why}",
                    pin.name, pin.version
                ))
                .at(pin.place.clone())
                .note("images install with `--require-hashes`, so that only locked archives are installed")
                .remedy(remedy)
            })
            .collect()
    }
}
