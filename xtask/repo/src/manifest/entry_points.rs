//! What others find a package by without importing it: programs, and plugins (the specification of entry points).

use super::Manifest;
use crate::toml::Table;

/// Groups that are programs, and no plugins.
const OF_PROGRAMS: [&str; 2] = ["console_scripts", "gui_scripts"];

impl Manifest {
    /// The names of the programs that it brings.
    pub fn scripts(&self) -> Vec<&str> {
        self.tables("scripts").into_iter().flat_map(keys).collect()
    }

    /// Whether something may load it as a plugin.
    pub fn has_plugins(&self) -> bool {
        let groups = self.tables("entry-points").into_iter().chain(self.tables("plugins"));
        groups.flat_map(keys).any(|group| !OF_PROGRAMS.contains(&group))
    }

    /// The table of that name, of `[project]` and of Poetry.
    fn tables(&self, name: &str) -> Vec<Table<'_>> {
        // What has the wrong type is read by nobody else, and brings nothing.
        let mut reported = Vec::new();
        let project = Table::root(&self.source, &self.document).table("project", &mut reported);
        let both = [project, self.tool("poetry")].into_iter().flatten();
        both.filter_map(|table| table.table(name, &mut reported)).collect()
    }
}

fn keys(table: Table<'_>) -> Vec<&str> {
    table.entries().into_iter().map(|(key, _)| key.value).collect()
}
