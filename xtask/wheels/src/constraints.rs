//! `NAME-VERSION.constraints.txt`: the versions that a lib was locked and tested with, for `pip install --constraint`.

use super::{Order, cache::Cache, digest};
use diagnostics::Problem;
use repo::Repo;
use requirements::{self, Export, Extras, Pin, Selection};

/// Changes when the same lock gives another file.
const FORMAT: &str = "1";

/// The name of the file beside a lib's wheel.
pub fn file_name(order: &Order) -> String {
    format!("{}-{}.constraints.txt", order.name, order.version)
}

/// The main group of the lib's lock with all extras, and the siblings at the versions they have here. No hashes: pip takes
/// those only where every requirement has some.
pub fn draw(repo: &Repo, order: &Order, cache: &Cache) -> Result<String, Vec<Problem>> {
    let lib = repo.lib(&order.name).ok_or_else(Vec::new)?;
    let lock = repo.lock_of(lib)?;
    let siblings = siblings(repo, order);
    let key = digest::of_parts([FORMAT, lock.source.text(), lib.manifest.source.text(), &siblings]);
    cache.constraints(order.name.as_str(), &key, || {
        let mut selection = Selection::main();
        selection.extras = Extras::All;
        let export = requirements::export(&lib.manifest, &lock, &selection)?;
        let pins = export
            .pins
            .into_iter()
            .map(|pin| Pin {
                hashes: [].into(),
                ..pin
            })
            .collect();
        let plain = Export {
            pins,
            local: Vec::new(),
            indexes: Vec::new(),
        };
        let mut lines: Vec<String> = plain.render().lines().map(str::to_owned).collect();
        lines.extend(siblings.lines().map(str::to_owned));
        lines.sort();
        Ok(lines.iter().map(|line| format!("{line}\n")).collect())
    })
}

/// The whole closure: a sibling's siblings are installed too.
fn siblings(repo: &Repo, order: &Order) -> String {
    let mut found = order.siblings.clone();
    let mut open: Vec<_> = order.siblings.keys().cloned().collect();
    while let Some(lib) = open.pop().and_then(|name| repo.lib(&name)) {
        for (name, version) in super::order::siblings(repo, lib) {
            if found.insert(name.clone(), version).is_none() {
                open.push(name);
            }
        }
    }
    found
        .iter()
        .map(|(name, version)| format!("{name}=={version}\n"))
        .collect()
}
