//! The project that a manager works on where it is called.

use super::{Setting, call::Call};
use formats::absolute;
use repo::{RepoPath, lock::Manager};

/// The manifest that a command is about.
pub struct Project {
    /// Where it is in the image.
    pub folder: String,
    /// The folder of the repository that it comes from.
    pub dir: RepoPath,
    /// Its lock, where that is beside it in the image.
    pub lock: Option<RepoPath>,
}

impl Project {
    pub fn of(call: &Call<'_>, setting: &Setting<'_>) -> Option<Self> {
        let mut managers = Manager::ALL.into_iter();
        let manager = managers.find(|manager| manager.program() == call.program);
        let manager = manager.unwrap_or(Manager::Poetry);
        let pipfile = setting.variable("PIPENV_PIPFILE").filter(|_| call.program == "pipenv");
        let pipfile = pipfile.map(|path| path.rsplit_once('/').map_or(".", |(folder, _)| folder));
        let named = call.value(&["-C", "--directory", "--project", "-P"]);
        let named = named.or_else(|| call.value(&["-p"]).filter(|_| call.program == "pdm"));
        let mut folder = setting.absolute(named.or(pipfile).unwrap_or("."))?;
        loop {
            let file = |name: &str| setting.files.file(&absolute(&folder, name));
            let lock = file(manager.file());
            // `pipenv install --ignore-pipfile` does with the lock alone.
            let manifest = file(manager.manifest()).or_else(|| lock.clone().filter(|_| call.program == "pipenv"));
            if let Some(manifest) = manifest {
                let dir = manifest.parent();
                let is_member = call.program == "uv" && lock.is_none();
                return Some(match is_member.then(|| workspace(&folder, setting)).flatten() {
                    Some((folder, lock)) => Self {
                        folder,
                        dir,
                        lock: Some(lock),
                    },
                    None => Self { folder, dir, lock },
                });
            }
            // All of them look in the folders above, too.
            let (above, _) = folder.rsplit_once('/').filter(|_| folder != "/")?;
            folder = absolute("/", above);
        }
    }
}

/// The folder above that holds a manifest and the lock of all its members.
fn workspace(member: &str, setting: &Setting<'_>) -> Option<(String, RepoPath)> {
    let mut above = member;
    while let Some((folder, _)) = above.rsplit_once('/').filter(|_| above != "/") {
        let root = absolute("/", folder);
        let file = |name| setting.files.file(&absolute(&root, name));
        if let (Some(_), Some(lock)) = (file(Manager::Uv.manifest()), file(Manager::Uv.file())) {
            return Some((root, lock));
        }
        above = folder;
    }
    None
}
