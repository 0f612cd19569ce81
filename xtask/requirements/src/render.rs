use std::{
    collections::{BTreeSet, HashMap},
    fmt::Write,
};

use super::{Export, Pin, PinSource};
use python::marker::Marker;
use repo::{
    lock::{Format, Lock},
    manifest::{IndexSource, Manifest},
};

/// An index that an installer has to be told about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexOption {
    /// The address of the index.
    pub url: String,
    /// Takes the place of the default index, instead of standing beside it.
    pub replaces_default: bool,
}

impl Export {
    /// The pins as a requirement file that pip and uv read: index options, then one entry a pin with its marker and hashes.
    pub fn render(&self) -> String {
        let mut text = String::new();
        for index in &self.indexes {
            if let Some(host) = index.url.strip_prefix("http://") {
                let host = host.split('/').next().unwrap_or(host);
                text.push_str(&format!("--trusted-host {host}\n"));
            }
            let option = if index.replaces_default {
                "--index-url"
            } else {
                "--extra-index-url"
            };
            text.push_str(&format!("{option} {}\n", index.url));
        }
        if !self.indexes.is_empty() {
            text.push('\n');
        }
        // Hundreds of pins share a handful of markers.
        let mut markers = HashMap::new();
        for pin in &self.pins {
            let marker = markers.entry(pin.marker).or_insert_with(|| pin.marker.to_string());
            entry(&mut text, pin, marker);
        }
        text
    }
}

fn entry(text: &mut String, pin: &Pin, marker: &str) {
    text.push_str(&requirement(pin));
    if pin.marker != Marker::TRUE {
        text.push_str(" ; ");
        text.push_str(marker);
    }
    for hash in &*pin.hashes {
        text.push_str(" \\\n    --hash=");
        text.push_str(hash);
    }
    text.push('\n');
}

/// A pin as a requirement, without its marker.
pub(super) fn requirement(pin: &Pin) -> String {
    let name = &pin.name;
    match &pin.source {
        PinSource::Default | PinSource::Index { .. } => format!("{name}=={}", pin.version),
        PinSource::Git {
            url,
            commit,
            subdirectory,
        } => {
            let mut text = format!("{name} @ git+{}@{commit}", with_scheme(url));
            if let Some(folder) = subdirectory {
                let _ = write!(text, "#subdirectory={folder}");
            }
            text
        }
        PinSource::Url { url, subdirectory } => match subdirectory {
            Some(folder) => format!("{name} @ {url}#subdirectory={folder}"),
            None => format!("{name} @ {url}"),
        },
        // A requirement with a name would need an absolute path, which differs from machine to machine.
        PinSource::File { path } if path.starts_with('.') => path.clone(),
        PinSource::File { path } => format!("./{path}"),
    }
}

/// `git@host:team/project.git` is short for a URL that installers want in full.
fn with_scheme(url: &str) -> String {
    if url.contains("://") {
        return url.to_owned();
    }
    match url.split_once(':') {
        Some((host, path)) => format!("ssh://{host}/{}", path.trim_start_matches('/')),
        None => format!("ssh://{url}"),
    }
}

/// The indexes that pins come from, in the order in which their manager asks them.
pub(super) fn index_options(manifest: &Manifest, lock: &Lock, pins: &[Pin]) -> Vec<IndexOption> {
    let used: BTreeSet<&str> = pins.iter().filter_map(|pin| pin.index()).map(String::as_str).collect();
    if used.is_empty() {
        return Vec::new();
    }
    let said = match lock.format {
        Format::Uv | Format::Pylock => &lock.indexes,
        Format::V1 | Format::V2_0 | Format::V2_1 | Format::Pipenv | Format::Pdm => &manifest.indexes,
    };
    let mut sources: Vec<&IndexSource> = said.iter().collect();
    sources.sort_by_key(|source| Priority::of(source));
    let is_default = |source: &&IndexSource| source.name.value.eq_ignore_ascii_case("pypi");
    let names_default = sources.iter().any(is_default);
    let has_primary = sources.iter().any(|source| Priority::of(source) == Priority::Primary);
    // Without a primary source Poetry keeps the default index first.
    let replaces = (!names_default && has_primary)
        .then(|| sources.first().copied())
        .flatten();
    let options = sources.iter().filter_map(|source| {
        let url = source.url.as_ref()?.value.trim_end_matches('/');
        used.contains(url).then(|| IndexOption {
            url: url.to_owned(),
            replaces_default: replaces.is_some_and(|first| std::ptr::eq(first, *source)),
        })
    });
    // A package and its workspace may name the same one.
    let mut seen = BTreeSet::new();
    options.filter(|option| seen.insert(option.url.clone())).collect()
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Priority {
    Primary,
    Supplemental,
    Explicit,
}

impl Priority {
    fn of(source: &IndexSource) -> Self {
        match source.priority.as_deref() {
            Some("supplemental" | "secondary") => Self::Supplemental,
            Some("explicit") => Self::Explicit,
            // `default`, and none.
            Some(_) | None => Self::Primary,
        }
    }
}
