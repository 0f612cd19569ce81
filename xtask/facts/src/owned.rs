//! Which files of a built image belong to a Python package or to a package of its system.

use std::collections::BTreeSet;

use evidence::built::{Built, Distribution, PathFile};
use formats::absolute;
use image::end_on_sigterm;

/// The files that the packages of an image list as theirs.
pub struct Owned<'a> {
    built: &'a Built,
    files: BTreeSet<String>,
}

impl<'a> Owned<'a> {
    /// Reads the lists of all Python packages.
    pub fn of(built: &'a Built) -> Self {
        let all = built.distributions.values().chain(&built.hidden);
        let files = all.flat_map(|package| {
            let paths = package.record.keys();
            paths.map(|path| absolute(site(package), path))
        });
        Self {
            files: files.collect(),
            built,
        }
    }

    /// Whether a package of Python or of the system has the file.
    pub fn has(&self, path: &str) -> bool {
        self.files.contains(path) || self.built.system.owner(path).is_some()
    }
}

/// The folder that a Python package is installed in.
pub fn site(package: &Distribution) -> &str {
    package.info.rsplit_once('/').map_or("", |(site, _)| site)
}

/// The folders of packages that an image imports from, but for those of Debian itself, whose own database tells about them.
pub fn sites(built: &Built) -> impl Iterator<Item = &str> {
    let folders = built
        .interpreter
        .iter()
        .flat_map(|python| &python.path)
        .map(String::as_str);
    folders.filter(|folder| {
        (folder.ends_with("/site-packages") || folder.ends_with("/dist-packages"))
            && !folder.starts_with("/usr/lib/python3/")
    })
}

/// Made by the tools that make environments.
const OF_ENVIRONMENTS: [&str; 3] = [
    "_virtualenv.pth",
    "distutils-precedence.pth",
    "_uv_ephemeral_overlay.pth",
];

/// Whether a `.pth` file is that of a package, or of what makes environments and images.
pub fn is_path_file_known(built: &Built, file: &PathFile) -> bool {
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let mut packages = built.distributions.values();
    OF_ENVIRONMENTS.contains(&name)
        || is_end_on_sigterm(name, file)
        || file.path.starts_with("/usr/lib/python3/")
        || packages.any(|package| package.record.contains_key(name) && file.path == format!("{}/{name}", site(package)))
}

/// Made by generated Dockerfiles; no package brings it. Its content identifies it, because anybody can use the name.
fn is_end_on_sigterm(name: &str, file: &PathFile) -> bool {
    name == end_on_sigterm::FILE && file.code == [end_on_sigterm::LINE] && file.folders.is_empty()
}
