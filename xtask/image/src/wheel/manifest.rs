//! What a manifest says of the wheel that is made from it, as far as a prediction needs it.

use formats::PackageName;
use toml_edit::{Document, Item, TableLike};

/// A table of a manifest, or nothing: a value of another kind is told by whoever reads the whole manifest.
#[derive(Clone, Copy)]
pub struct Table<'a>(Option<&'a dyn TableLike>);

impl<'a> Table<'a> {
    pub fn root(document: &'a Document<String>) -> Self {
        Self(Some(document.as_table()))
    }

    pub fn get(self, key: &str) -> Option<&'a Item> {
        self.0?.get(key)
    }

    pub fn table(self, path: &str) -> Self {
        path.split('.').fold(self, |table, key| {
            Self(table.get(key).and_then(|item| item.as_table_like()))
        })
    }

    pub fn is_there(self) -> bool {
        self.0.is_some()
    }

    pub fn text(self, key: &str) -> Option<&'a str> {
        self.get(key)?.as_str()
    }

    pub fn flag(self, key: &str) -> Option<bool> {
        self.get(key)?.as_bool()
    }

    /// `None` where the key is absent, which often means something else than an empty list.
    pub fn texts(self, key: &str) -> Option<Vec<&'a str>> {
        match self.get(key)? {
            item if item.is_str() => Some(item.as_str().into_iter().collect()),
            item => Some(item.as_array()?.iter().filter_map(|value| value.as_str()).collect()),
        }
    }

    /// Tables of a list: of `[[a.b]]`, or in line.
    pub fn tables(self, key: &str) -> Vec<Self> {
        match self.get(key) {
            Some(Item::ArrayOfTables(tables)) => tables.iter().map(|table| Self(Some(table))).collect(),
            Some(item) => {
                let values = item.as_array().into_iter().flatten();
                values
                    .filter_map(|value| value.as_inline_table())
                    .map(|table| Self(Some(table)))
                    .collect()
            }
            None => Vec::new(),
        }
    }

    pub fn entries(self) -> Vec<(&'a str, &'a Item)> {
        self.0.map_or_else(Vec::new, |table| table.iter().collect())
    }
}

/// The name in a manifest, found without reading all of it. `None` where it is not said in one plain line.
pub fn project_name(text: &str) -> Option<PackageName> {
    let mut is_inside = false;
    for line in text.lines() {
        let line = line.trim();
        if line.starts_with('[') {
            let header = line.split('#').next().unwrap_or_default().trim();
            is_inside = matches!(header, "[project]" | "[tool.poetry]");
            continue;
        }
        let value = line.strip_prefix("name").filter(|_| is_inside).map(str::trim_start);
        if let Some(value) = value.and_then(|rest| rest.strip_prefix('=')) {
            let value = value.trim_start();
            let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
            return PackageName::parse(value[1..].split(quote).next()?);
        }
    }
    None
}
