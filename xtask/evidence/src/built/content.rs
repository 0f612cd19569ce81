//! What is kept of a file: its digest, and the text of the few that say what is installed or what a build left behind.

use std::io::{self, Read};

use sha2::{Digest, Sha256};

use crate::{secret::is_telling, token::has_token};

/// No text that says what is installed is larger.
const LARGEST_TEXT: u64 = 64 << 20;
/// Nor are keys, and settings with a password in them.
const LARGEST_SETTINGS: u64 = 64 << 10;
/// All texts of an image together; a real one has a few megabytes.
const MOST_TEXT: u64 = 512 << 20;
/// What bytecode says of its source.
const HEAD: usize = 16;

/// A file.
#[derive(Clone, Debug)]
pub struct Content {
    /// The SHA-256.
    pub digest: [u8; 32],
    /// All of it, where it is asked for.
    pub text: Option<String>,
    /// The first bytes, where it is bytecode.
    pub head: Option<Box<[u8]>>,
}

/// Reads files as they come, within bounds.
pub struct Reader {
    kept: u64,
    /// One for all: most files are smaller than it takes to empty it.
    buffer: Box<[u8]>,
}

impl Default for Reader {
    fn default() -> Self {
        Self {
            kept: 0,
            buffer: vec![0; 1 << 16].into_boxed_slice(),
        }
    }
}

impl Reader {
    /// Reads one to its end.
    pub fn read(&mut self, path: &str, content: &mut dyn Read) -> io::Result<Content> {
        let may_have_token = may_have_token(path);
        let asked = largest_text(path);
        let largest = if asked == 0 && may_have_token {
            LARGEST_SETTINGS
        } else {
            asked
        };
        let wants_head = path.ends_with(".pyc");
        let mut hasher = Sha256::new();
        let buffer = &mut self.buffer;
        let mut kept = Vec::new();
        let mut is_whole = true;
        loop {
            let read = content.read(buffer)?;
            if read == 0 {
                break;
            }
            hasher.update(&buffer[..read]);
            if (kept.len() + read) as u64 <= largest {
                kept.extend(&buffer[..read]);
            } else if wants_head && kept.is_empty() {
                kept.extend(&buffer[..read.min(HEAD)]);
            } else {
                is_whole = false;
            }
        }
        let text = match (asked, is_whole) {
            (_, false) => None,
            (0, true) if !may_have_token => None,
            (0, true) => std::str::from_utf8(&kept)
                .ok()
                .filter(|text| has_token(text))
                .map(str::to_owned),
            (_, true) => Some(String::from_utf8_lossy(&kept).into_owned()),
        };
        self.kept += text.as_ref().map_or(0, |text| text.len() as u64);
        if self.kept > MOST_TEXT {
            return Err(io::Error::other(
                "its package databases and settings are larger than those of any real image",
            ));
        }
        Ok(Content {
            digest: hasher.finalize().into(),
            text,
            head: wants_head.then(|| kept.into_boxed_slice()),
        })
    }
}

/// How much of a text is asked for at most.
fn largest_text(path: &str) -> u64 {
    if says_what_is_installed(path) {
        LARGEST_TEXT
    } else if is_settings(path) {
        LARGEST_SETTINGS
    } else {
        0
    }
}

fn says_what_is_installed(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let in_info = folder.ends_with(".dist-info") || folder.ends_with(".egg-info");
    match name {
        "METADATA" | "RECORD" | "INSTALLER" | "WHEEL" | "direct_url.json" | "PKG-INFO" => in_info,
        "pyvenv.cfg" | "patchlevel.h" => true,
        "status" => folder == "/var/lib/dpkg",
        "installed" => folder.ends_with("lib/apk/db"),
        "passwd" | "group" => folder == "/etc",
        _ => {
            name.ends_with(".pth")
                || name.ends_with(".egg-link")
                || name.ends_with(".egg-info")
                || (folder == "/var/lib/dpkg/info" && name.ends_with(".list"))
                || (folder == "/var/lib/dpkg/status.d" && !name.ends_with(".md5sums"))
        }
    }
}

/// Whether somebody may have left a token there: not among what distributions and packages bring.
fn may_have_token(path: &str) -> bool {
    const OF_OTHERS: [&str; 8] = [
        "/bin/",
        "/boot/",
        "/lib",
        "/proc/",
        "/sbin/",
        "/sys/",
        "/usr/",
        "/var/lib/",
    ];
    !OF_OTHERS.iter().any(|folder| path.starts_with(folder)) && !path.contains("-packages/") && !path.ends_with(".pyc")
}

/// Where passwords and keys are kept.
fn is_settings(path: &str) -> bool {
    let of_programs = ["/.docker/config.json", "/.kube/config"];
    is_telling(path) || of_programs.iter().any(|end| path.ends_with(end))
}

/// The digest of a text, as that of a file.
pub fn digest(text: &[u8]) -> [u8; 32] {
    Sha256::digest(text).into()
}
