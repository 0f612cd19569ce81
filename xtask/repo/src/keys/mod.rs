//! Every key of the settings, with what it means: what the readers take is what `cargo xtask docs` describes.

pub mod former;
mod of_compose;
mod of_repository;
mod of_service;

pub use of_compose::{COMPOSE, PROFILE};
pub use of_repository::{ALLOW, APPLICATION_TEST, BROWSER_TEST, FRONTEND, LIB_INDEX, SETTINGS, USER};
pub use of_service::{BUILD, DOCKERFILES, SERVICE, SYSTEM_PACKAGES, UP};

/// The keys of one table.
#[derive(Debug)]
pub struct Keys {
    /// What a message calls one that is unknown.
    pub one: &'static str,
    /// How the table is written.
    pub header: &'static str,
    /// What the table is for, in one or two sentences of Markdown.
    pub about: &'static str,
    /// The keys in the order of the reference.
    pub keys: &'static [Key],
}

/// One key of a table.
#[derive(Debug)]
pub struct Key {
    /// The key as it is written.
    pub name: &'static str,
    /// A value, as it is written.
    pub example: &'static str,
    /// What it means, in Markdown.
    pub means: &'static str,
    /// What holds where it is not written.
    pub absent: Absent,
}

/// What holds without a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// It has to be there.
    Wrong,
    /// This value, or whatever else is said.
    Is(&'static str),
}

impl Keys {
    /// The names of the keys, in order.
    pub fn names(&self) -> Vec<&'static str> {
        self.keys.iter().map(|key| key.name).collect()
    }
}

const fn key(name: &'static str, example: &'static str, absent: Absent, means: &'static str) -> Key {
    Key {
        name,
        example,
        means,
        absent,
    }
}

/// Every table of settings, in the order of the reference.
pub const ALL: [&Keys; 14] = [
    &SETTINGS,
    &USER,
    &LIB_INDEX,
    &ALLOW,
    &APPLICATION_TEST,
    &FRONTEND,
    &BROWSER_TEST,
    &COMPOSE,
    &PROFILE,
    &SERVICE,
    &SYSTEM_PACKAGES,
    &DOCKERFILES,
    &BUILD,
    &UP,
];

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_table_is_described() {
        let files = [
            include_str!("of_compose.rs"),
            include_str!("of_repository.rs"),
            include_str!("of_service.rs"),
        ];
        let constants = files.map(|text| text.matches("\npub const ").count());
        assert_eq!(constants.iter().sum::<usize>(), ALL.len(), "put the table into `ALL`");
        for keys in ALL {
            for key in keys.keys {
                assert!(!key.means.ends_with('.'), "`{}`: drop the full stop", key.name);
            }
        }
    }

    /// A key that is described and read nowhere would do nothing, and nobody would be told.
    #[test]
    fn every_key_is_read() {
        let mut sources = String::new();
        read_below(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut sources);
        assert!(sources.contains("reject_unknown"));
        for keys in ALL {
            for key in keys.keys {
                let is_read = sources.contains(&format!("\"{}\"", key.name));
                assert!(is_read, "nothing reads `{}` of `{}`", key.name, keys.header);
            }
        }
    }

    /// The sources of this crate, without what describes the keys.
    #[allow(
        clippy::disallowed_methods,
        reason = "the sources of this crate, and no repository that is worked on"
    )]
    fn read_below(folder: &Path, sources: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() && !path.ends_with("keys") {
                read_below(&path, sources);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
}
