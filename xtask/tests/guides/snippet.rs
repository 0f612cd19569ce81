//! Puts the snippet of a guide where a reader would put it.

use std::fs;
use std::path::Path;

use toml_edit::{DocumentMut, Item, TableLike};

/// A new file is written. Keys of TOML are set in the file that is there; of any other kind, only a new file is meant.
#[allow(
    clippy::disallowed_methods,
    reason = "the copy of a test is not the tree that sync guards"
)]
pub fn put(folder: &Path, path: &str, text: &str) -> Result<(), String> {
    let file = folder.join(path);
    let written = match fs::read_to_string(&file) {
        Err(_) => text.to_owned(),
        Ok(there) if path.ends_with(".toml") => merged(&there, text)?,
        Ok(_) => return Err(format!("`{path}` is there already: show what changes as a diff")),
    };
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, written).map_err(|error| error.to_string())
}

fn merged(there: &str, text: &str) -> Result<String, String> {
    let mut document: DocumentMut = there.parse().map_err(|error| format!("{error}"))?;
    let added: DocumentMut = text.parse().map_err(|error| format!("{error}"))?;
    merge(document.as_table_mut(), added.as_table());
    Ok(document.to_string())
}

fn merge(there: &mut dyn TableLike, added: &dyn TableLike) {
    for (key, item) in added.iter() {
        match (there.get_mut(key), item) {
            (Some(Item::Table(table)), Item::Table(added)) => merge(table, added),
            (Some(Item::ArrayOfTables(tables)), Item::ArrayOfTables(added)) => {
                for table in added.iter() {
                    let mut table = table.clone();
                    // At the end, in the order of what is there.
                    table.set_position(None);
                    tables.push(table);
                }
            }
            (Some(value), _) => *value = item.clone(),
            (None, _) => drop(there.insert(key, without_position(item.clone()))),
        }
    }
}

/// The snippet numbers its tables from its own first line; in another file that order means nothing.
fn without_position(mut item: Item) -> Item {
    match &mut item {
        Item::Table(table) => table.set_position(None),
        Item::ArrayOfTables(tables) => tables.iter_mut().for_each(|table| table.set_position(None)),
        Item::Value(_) | Item::None => {}
    }
    item
}
