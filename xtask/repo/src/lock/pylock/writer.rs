//! Which program wrote a `pylock.toml`, and for what: to have it written again as it is.

use crate::toml::{self, Table};
use diagnostics::Source;

/// What a `pylock.toml` says about how it came to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Writer {
    /// `created-by`, such as `pip` or `pdm`.
    pub program: String,
    /// The groups and extras that it was written for, but for what every lock has.
    pub selected: Vec<String>,
}

impl Writer {
    /// `None` where the file does not say it.
    pub fn of(source: &Source) -> Option<Self> {
        let document = toml::parse(source).ok()?;
        let root = Table::root(source, &document);
        let mut problems = Vec::new();
        let program = root.string("created-by", &mut problems)?.value.to_lowercase();
        let groups = root.strings("dependency-groups", &mut problems).unwrap_or_default();
        let extras = root.strings("extras", &mut problems).unwrap_or_default();
        let all = groups.into_iter().chain(extras).map(|name| name.value);
        Some(Self {
            program,
            selected: all.filter(|name| name != "default").collect(),
        })
    }
}
