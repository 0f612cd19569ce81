use std::collections::BTreeMap;

use super::META;
use crate::{
    lock::{Lock, Manager, content_hash::NoJson, json::Json},
    manifest::{Manifest, NO_PACKAGES, Pipfile},
};
use diagnostics::{Place, Problem};
use formats::json;

/// Whether the Pipfile has changed since it was locked: then the problem that says so.
pub fn stale(manifest: &Manifest, lock: &Lock) -> Option<Problem> {
    let pipfile = manifest.pipfile.as_ref()?;
    let locked = &lock.content_hash;
    // A lock without a hash cannot be compared.
    if locked.value.is_empty() {
        return None;
    }
    let fresh = match digest(pipfile, lock) {
        Ok(digest) => digest,
        Err(NoJson(span)) => {
            let problem = Problem::error("a date is not allowed here: Pipenv cannot lock it");
            return Some(problem.at(pipfile.source.place(span.unwrap_or(0..0))));
        }
    };
    let (path, of) = (lock.source.path(), pipfile.source.path());
    (fresh != locked.value).then(|| {
        Problem::error(format!("`{path}` is stale: `{of}` has changed since it was written"))
            .at(locked.place.clone().label("the hash of another Pipfile"))
            .at(Place::File(of.to_owned()))
            .note("`pipenv install --deploy` and `pipenv verify` refuse it")
            .remedy(format!("{}, and commit `{path}`", Manager::Pipenv.relock_beside(of)))
    })
}

/// Pipenv's digest of a Pipfile: SHA-256 over compact JSON of its packages, its sources and the Python that it asks for.
fn digest(pipfile: &Pipfile, lock: &Lock) -> Result<String, NoJson> {
    let document = pipfile.document.as_table();
    let table = |key: &str| match document.get(key) {
        Some(item) => Json::Item(item),
        None => Json::Object(BTreeMap::new()),
    };
    // A Pipfile that names no source has the usual one, which the lock spells out.
    let source = document.get("source");
    let spelled = source.is_none().then(|| json::parse(&lock.source).ok()).flatten();
    let spelled = spelled.as_ref().and_then(|root| root.get(META)?.get("sources"));
    let sources = match (source, spelled) {
        (Some(item), _) => Json::Item(item),
        (None, Some(node)) => Json::Node(node),
        (None, None) => Json::Array(Vec::new()),
    };
    let meta = BTreeMap::from([("requires", table("requires")), ("sources", sources)]);
    let mut all = BTreeMap::from([
        (META, Json::Object(meta)),
        ("default", table("packages")),
        ("develop", table("dev-packages")),
    ]);
    let is_category = |key: &str| {
        let known = ["packages", "dev-packages", "default", "develop"];
        !NO_PACKAGES.contains(&key) && !known.contains(&key)
    };
    for (key, item) in document.iter().filter(|(key, _)| is_category(key)) {
        all.insert(key, Json::Item(item));
    }
    Json::Object(all).compact_digest()
}
