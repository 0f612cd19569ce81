use std::sync::{Arc, OnceLock};

/// An archive and its digest, `sha256:…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedFile {
    /// The file name of the archive.
    pub name: String,
    /// The digest, with its algorithm in front.
    pub hash: String,
    /// Where it is: an address or a path, in locks that say it.
    pub address: Option<String>,
}

/// The archives of a package. Cheap to clone, since many locks have the same package.
#[derive(Clone, Debug, Default)]
pub struct Files(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    files: Vec<LockedFile>,
    /// Found out once: a package is in many selections.
    hashes: OnceLock<Arc<[String]>>,
}

/// Digests that pip and uv accept for a pin.
const STRONG: [&str; 3] = ["sha256", "sha384", "sha512"];

impl From<Vec<LockedFile>> for Files {
    fn from(files: Vec<LockedFile>) -> Self {
        Self(Arc::new(Inner {
            files,
            hashes: OnceLock::new(),
        }))
    }
}

impl Files {
    /// What vouches for an archive, sorted as text.
    pub fn hashes(&self) -> Arc<[String]> {
        Arc::clone(self.0.hashes.get_or_init(|| strong(&self.0.files)))
    }

    /// The archives in the order of the lock.
    pub fn iter(&self) -> std::slice::Iter<'_, LockedFile> {
        self.0.files.iter()
    }
}

fn strong(files: &[LockedFile]) -> Arc<[String]> {
    let strong = files.iter().filter_map(|file| match file.hash.split_once(':') {
        Some((algorithm, _)) => STRONG.contains(&algorithm).then(|| file.hash.clone()),
        // Very old locks leave the algorithm out.
        None => Some(format!("sha256:{}", file.hash)),
    });
    let mut hashes: Vec<String> = strong.collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes.into()
}
