//! Programs of the system that an image is known not to have.

use ::image::{Checkout, Found};

use crate::image::{Image, Reach};

/// Whether an image has a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Something brings it.
    There,
    /// The base has it not, and nothing brings it.
    Absent,
    /// Nobody can tell.
    Unknown,
}

/// What asks, fetches, launches or runs scripts, and is in no slim image of Debian: whether Alpine has it, and the packages that
/// bring it where these are called otherwise.
const PROGRAMS: [(&str, bool, &[&str]); 20] = [
    ("catatonit", false, &[]),
    ("curl", false, &[]),
    ("dumb-init", false, &[]),
    ("fish", false, &[]),
    ("git", false, &[]),
    ("gosu", false, &[]),
    ("grpc_health_probe", false, &[]),
    ("httpie", false, &[]),
    ("jq", false, &[]),
    ("ksh", false, &["mksh"]),
    ("nc", true, &["netcat", "ncat", "nmap"]),
    ("nginx", false, &[]),
    ("node", false, &["nodejs"]),
    ("pgrep", true, &["procps"]),
    ("ps", true, &["procps"]),
    ("su-exec", false, &[]),
    ("supervisord", false, &["supervisor"]),
    ("tini", false, &[]),
    ("wget", true, &[]),
    ("zsh", false, &[]),
];

/// The default PATH.
const PATH: &str = "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The folders that an image looks up programs in.
pub fn folders(image: &Image) -> Vec<String> {
    let path = image.config.env.get("PATH").map_or(PATH, |said| said.value.as_str());
    let folders = path.split(':').filter(|folder| folder.starts_with('/'));
    folders.map(|folder| folder.trim_end_matches('/').to_owned()).collect()
}

/// Whether an image is made from a well-known Python or distribution image, and its PATH is known.
pub fn is_plain(image: &Image) -> bool {
    let is_told = image
        .config
        .env
        .get("PATH")
        .is_none_or(|path| !path.value.contains(['$', '*']));
    is_told && Base::of(&image.base.value) != Base::Unknown
}

/// Whether an image has a program of the system.
pub fn presence(image: &Image, program: &str, checkout: &dyn Checkout) -> Presence {
    let name = program.rsplit('/').next().unwrap_or_default();
    let known = PROGRAMS.iter().find(|(known, _, _)| *known == name);
    let Some((_, is_of_busybox, packages)) = known else {
        return Presence::Unknown;
    };
    let is_of_base = match Base::of(&image.base.value) {
        Base::Slim => false,
        Base::Alpine => *is_of_busybox,
        Base::Unknown => return Presence::Unknown,
    };
    let brings = |package: &str| package.contains(name) || packages.iter().any(|part| package.contains(part));
    let is_installed = image
        .system
        .iter()
        .any(|package| package.reach <= Reach::Copied && brings(&package.what.value));
    let mut named = image.installs.iter().flat_map(|install| &install.what.packages);
    if is_of_base || is_installed || named.any(|package| brings(package)) {
        return Presence::There;
    }
    if image.is_unclear || !is_plain(image) {
        return Presence::Unknown;
    }
    let folders = match program.rsplit_once('/') {
        Some((folder, _)) => vec![folder.to_owned()],
        None => folders(image),
    };
    for folder in folders {
        let path = format!("{folder}/{name}");
        match image.tree.find(&path, checkout) {
            Found::File(_) => return Presence::There,
            Found::Unknown(_) => return Presence::Unknown,
            Found::Folder | Found::Nothing => {}
        }
        // Python packages bring programs of Python.
        let is_of_python = !folder.starts_with("/usr") && image.tree.entries(&folder).iter().any(is_of_lock);
        if !is_of_python && image.tree.may_hold(&path) {
            return Presence::Unknown;
        }
    }
    Presence::Absent
}

fn is_of_lock(entry: &std::sync::Arc<::image::Entry>) -> bool {
    matches!(entry.origin, ::image::Origin::Distributions(_))
}

/// What an image is made of, where everybody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Base {
    Slim,
    Alpine,
    Unknown,
}

impl Base {
    fn of(reference: &str) -> Self {
        let reference = reference.split('@').next().unwrap_or_default();
        let (name, tag) = reference.rsplit_once(':').unwrap_or((reference, ""));
        let name = name.rsplit_once("library/").map_or(name, |(_, name)| name);
        let name = name.trim_start_matches("docker.io/");
        match name {
            "alpine" => Self::Alpine,
            "python" | "ghcr.io/astral-sh/uv" if tag.contains("alpine") => Self::Alpine,
            "python" | "ghcr.io/astral-sh/uv" if tag.contains("slim") => Self::Slim,
            "debian" | "ubuntu" => Self::Slim,
            _ => Self::Unknown,
        }
    }
}
