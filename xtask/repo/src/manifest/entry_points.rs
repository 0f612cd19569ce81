//! What others find a package by without importing it: programs, and plugins (the specification of entry points).

use super::Manifest;
use crate::toml::Table;
use diagnostics::Located;

/// Groups that are programs, and no plugins.
const OF_PROGRAMS: [&str; 2] = ["console_scripts", "gui_scripts"];

impl Manifest {
    /// The names of the programs that it brings.
    pub fn scripts(&self) -> Vec<&str> {
        self.tables("scripts").into_iter().flat_map(keys).collect()
    }

    /// What a program of that name starts: `web.serve:main`.
    pub fn script(&self, name: &str) -> Option<String> {
        let mut reported = Vec::new();
        let mut tables = self.tables("scripts").into_iter();
        tables.find_map(|table| Some(table.string(name, &mut reported)?.value))
    }

    /// Each program that it brings, with what it starts.
    pub fn programs(&self) -> Vec<(String, Located<String>)> {
        let mut reported = Vec::new();
        let mut found = Vec::new();
        for table in self.tables("scripts") {
            for name in keys(table) {
                let target = table.string(name, &mut reported);
                found.extend(target.map(|target| (name.to_owned(), target)));
            }
        }
        found
    }

    /// The groups of entry points that it has plugins for.
    pub fn plugins(&self) -> Vec<&str> {
        let groups = self.tables("entry-points").into_iter().chain(self.tables("plugins"));
        groups
            .flat_map(keys)
            .filter(|group| !OF_PROGRAMS.contains(group))
            .collect()
    }

    /// Whether something may load it as a plugin.
    pub fn has_plugins(&self) -> bool {
        !self.plugins().is_empty()
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
