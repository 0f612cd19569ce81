use std::collections::BTreeMap;

use toml_edit::Item;

use crate::{
    lock::{Lock, Manager, content_hash::NoJson, json::Json},
    manifest::Manifest,
};
use diagnostics::{Place, Problem};
use formats::normalised;

/// Whether the manifest has changed since it was locked: then the problem that says so.
pub fn stale(manifest: &Manifest, lock: &Lock) -> Option<Problem> {
    let locked = lock.content_hash.value.strip_prefix("sha256:")?;
    let is_fresh = |resolution| digest(manifest, resolution).map(|digest| digest == locked);
    let fresh = match (is_fresh(Resolution::Whole), is_fresh(Resolution::Overrides)) {
        (Ok(now), Ok(before)) => now || before,
        (Err(NoJson(span)), _) | (_, Err(NoJson(span))) => {
            let problem = Problem::error("a date is not allowed here: PDM cannot lock it");
            return Some(problem.at(manifest.source.place(span.unwrap_or(0..0))));
        }
    };
    let (path, of) = (lock.source.path(), manifest.source.path());
    (!fresh).then(|| {
        Problem::error(format!("`{path}` is stale: `{of}` has changed since it was written"))
            .at(lock.content_hash.place.clone().label("the hash of another manifest"))
            .at(Place::File(of.to_owned()))
            .note("`pdm install --check` refuses it")
            .remedy(format!("{}, and commit `{path}`", Manager::Pdm.relock_beside(of)))
    })
}

/// What of `[tool.pdm.resolution]` is hashed.
#[derive(Clone, Copy)]
enum Resolution {
    Whole,
    /// Of an older PDM, and under another name.
    Overrides,
}

/// PDM's digest of a manifest: SHA-256 over JSON of the tables that locking depends on.
fn digest(manifest: &Manifest, resolution: Resolution) -> Result<String, NoJson> {
    let project = manifest.document.get("project");
    let of_project = |key: &str| project.and_then(|project| project.get(key));
    let pdm = manifest.document.get("tool").and_then(|tool| tool.get("pdm"));
    let of_pdm = |key: &str| pdm.and_then(|pdm| pdm.get(key));
    let groups = groups(manifest.document.get("dependency-groups"), of_pdm("dev-dependencies"));
    let groups = groups.iter().map(|(name, items)| {
        let members = items.iter().filter_map(|item| item.as_array()).flatten();
        (name.as_str(), Json::Array(members.map(Json::Value).collect()))
    });
    let (key, resolution) = match resolution {
        Resolution::Whole => ("resolution", object(of_pdm("resolution"))),
        Resolution::Overrides => {
            let overrides = of_pdm("resolution").and_then(|resolution| resolution.get("overrides"));
            ("overrides", object(overrides))
        }
    };
    let all = BTreeMap::from([
        ("sources", array(of_pdm("source"))),
        ("dependencies", array(of_project("dependencies"))),
        ("dev-dependencies", Json::Object(groups.collect())),
        ("optional-dependencies", object(of_project("optional-dependencies"))),
        (
            "requires-python",
            of_project("requires-python").map_or(Json::Text(""), Json::Item),
        ),
        (key, resolution),
    ]);
    Json::Object(all).digest()
}

fn array(item: Option<&Item>) -> Json<'_> {
    item.map_or_else(|| Json::Array(Vec::new()), Json::Item)
}

fn object(item: Option<&Item>) -> Json<'_> {
    item.map_or_else(|| Json::Object(BTreeMap::new()), Json::Item)
}

/// Groups of PEP 735, and what `[tool.pdm.dev-dependencies]` adds to them.
fn groups<'a>(standard: Option<&'a Item>, own: Option<&'a Item>) -> BTreeMap<String, Vec<&'a Item>> {
    let mut groups: BTreeMap<String, Vec<&Item>> = BTreeMap::new();
    for table in [standard, own].into_iter().flatten().filter_map(Item::as_table_like) {
        for (name, item) in table.iter() {
            groups.entry(normalised(name)).or_default().push(item);
        }
    }
    groups
}
