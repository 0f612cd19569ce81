//! The Debian packages of a service's images: `system-packages` in `[tool.xtask]`.

use super::{keys, toml::Table};
use diagnostics::{Located, Problem};

/// Debian packages by the stage that needs them.
#[derive(Clone, Debug, Default)]
pub struct SystemPackages {
    /// In both images.
    pub runtime: Vec<String>,
    /// Only where third-party packages are installed: compilers and headers.
    pub build: Vec<String>,
    /// Only in the development image.
    pub dev: Vec<String>,
}

impl SystemPackages {
    pub(super) fn read(table: Table<'_>, problems: &mut Vec<Problem>) -> Self {
        let Some(packages) = table.table("system-packages", problems) else {
            return Self::default();
        };
        packages.reject_unknown(&keys::SYSTEM_PACKAGES, problems);
        let mut list = |key: &str| {
            let names = packages.strings(key, problems).unwrap_or_default();
            let mut valid: Vec<String> = names
                .into_iter()
                .filter_map(|name| debian_package(name, problems))
                .collect();
            valid.sort();
            valid.dedup();
            valid
        };
        Self {
            runtime: list("runtime"),
            build: list("build"),
            dev: list("dev"),
        }
    }
}

/// A Debian package name, with or without `=VERSION` (Debian Policy 5.6.1, 5.6.12). It lands in a shell command.
fn debian_package(text: Located<String>, problems: &mut Vec<Problem>) -> Option<String> {
    let (name, version) = text.value.split_once('=').unwrap_or((&text.value, "0"));
    let is_name = name.len() > 1
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(&byte))
        && name.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    let is_version = version
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b".+-:~".contains(&byte));
    if is_name && is_version && !version.is_empty() {
        return Some(text.value);
    }
    problems.push(Problem::error(format!("`{}` is not a Debian package name", text.value)).at(text.place));
    None
}
