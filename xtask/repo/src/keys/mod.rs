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
}
