//! Settings of the system that steps of an image change: what its programs read, whoever wrote them.

use std::collections::BTreeMap;

use diagnostics::Place;
use evidence::image::{Edit, Image, Reach};
use image::below;
use repo::{Repo, RepoPath};

use crate::package_edits::copies;

/// Files and folders that all programs of an image read, and that no container gets from its engine.
pub const SETTINGS: [&str; 28] = [
    "/etc/ca-certificates.conf",
    "/etc/crypto-policies",
    "/etc/default/locale",
    "/etc/environment",
    "/etc/fonts",
    "/etc/gai.conf",
    "/etc/krb5.conf",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/ld.so.preload",
    "/etc/ldap",
    "/etc/locale.gen",
    "/etc/localtime",
    "/etc/mime.types",
    "/etc/nsswitch.conf",
    "/etc/odbc.ini",
    "/etc/odbcinst.ini",
    "/etc/os-release",
    "/etc/pki",
    "/etc/security",
    "/etc/ssl",
    "/etc/sudoers",
    "/etc/sudoers.d",
    "/etc/timezone",
    "/usr/lib/locale",
    "/usr/lib/os-release",
    "/usr/local/share/ca-certificates",
    "/usr/share/zoneinfo",
];

/// What only logins read, and nobody logs in to a container.
const OF_LOGINS: [&str; 4] = [
    "/etc/default/locale",
    "/etc/environment",
    "/etc/locale.gen",
    "/etc/security",
];

/// Whether every program reads what is at a path.
pub fn is_read(path: &str) -> bool {
    let is_below = |settings: &[&str]| settings.iter().any(|setting| below(path, setting).is_some());
    is_below(&SETTINGS) && !is_below(&OF_LOGINS)
}

/// What makes one file what it is, in the order of the steps.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The commands and copies.
    pub by: Vec<String>,
    /// The last of them.
    pub place: Place,
}

/// The settings that an image changes, by path.
pub fn of(image: &Image, repo: &Repo) -> BTreeMap<String, Setting> {
    let mut found: BTreeMap<String, Setting> = BTreeMap::new();
    let inside = copies(image, Reach::Copied);
    for edit in image.edits.iter().cloned().chain(inside) {
        for path in changed(&edit, repo) {
            let setting = found.entry(path).or_insert_with(|| Setting {
                by: Vec::new(),
                place: edit.place.clone(),
            });
            setting.by.push(edit.command.clone());
            setting.place = edit.place.clone();
        }
    }
    found
}

fn changed(edit: &Edit, repo: &Repo) -> Vec<String> {
    // A folder of the repository brings each of its files: `COPY rootfs /`.
    let source = edit.command.strip_prefix("COPY ").and_then(RepoPath::parse);
    let files = source.map_or(&[][..], |source| repo.tree().under(&source));
    if let Some(source) = edit.command.strip_prefix("COPY ").filter(|_| !files.is_empty()) {
        let inside = files.iter().filter_map(|file| file.as_str().strip_prefix(source));
        let there = inside.map(|file| format!("{}/{}", edit.path.trim_end_matches('/'), file.trim_start_matches('/')));
        return there.filter_map(|path| setting_at(&path)).collect();
    }
    let is_program = || edit.path.contains("/bin/") || edit.path.contains("/sbin/");
    if matches!(edit.program(), "setcap" | "chmod") && is_program() {
        return vec![edit.path.clone()];
    }
    setting_at(&edit.path).into_iter().collect()
}

/// The setting that is at a path. A link or a copy may take the name of a setting for a folder: `ln -s ZONE /etc/localtime`.
fn setting_at(path: &str) -> Option<String> {
    // In the form in which paths are compared, brought there once.
    let plain = format!("/{}", below(path, "/")?);
    let is_in = |setting: &str| {
        let rest = plain.strip_prefix(setting);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let setting = SETTINGS.iter().find(|setting| is_in(setting))?;
    let is_file = setting
        .rsplit('/')
        .next()
        .is_some_and(|name| name.contains('.') || name == "localtime");
    let is_folder = setting.ends_with(".d");
    Some(if is_file && !is_folder { setting } else { path }.to_owned())
}
