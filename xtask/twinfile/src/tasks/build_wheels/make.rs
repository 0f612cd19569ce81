//! Builds what is not in the cache, and fills the output folder.

use std::{collections::BTreeMap, path::PathBuf};

use super::{Args, Outcome, kinds, plan::Plan, workplace::Workplace};
use diagnostics::Problem;
use wheels::{
    self, Cache, Entry, FileEntry, FileKind, Manifest, Order,
    circumstances::USUAL,
    output::{self, Content, Wanted},
};

pub fn build(plan: &Plan, args: &Args, out: PathBuf) -> Result<Outcome, Vec<Problem>> {
    let root = &plan.repo.root;
    let kinds = kinds(args.sdist);
    let cache = Cache::new(root);
    let constraints = constraints(plan, &cache)?;
    let mut entries: Vec<Option<Entry>> = plan.orders.iter().map(|order| cache.find(order, &kinds)).collect();
    let missing = plan.orders.iter().zip(&entries).filter(|(_, entry)| entry.is_none());
    let stale: Vec<&Order> = missing.map(|(order, _)| order).collect();
    if !stale.is_empty() {
        let workplace = Workplace::new(plan, args, stale.len() * kinds.len())?;
        let built = workplace.workshop().build(&stale, &kinds, &USUAL)?;
        for (order, entry) in plan.orders.iter().zip(&mut entries) {
            if let Some(built) = built.iter().find(|built| built.order.name == order.name) {
                *entry = Some(cache.store(built).map_err(|problem| vec![problem])?);
            }
        }
    }
    let mut wanted = BTreeMap::new();
    let mut finished: Vec<Entry> = entries.into_iter().flatten().collect();
    for ((order, entry), text) in plan.orders.iter().zip(&mut finished).zip(constraints) {
        for file in &entry.files {
            let content = Content::File(cache.path(entry, file));
            let sha256 = file.sha256.clone();
            wanted.insert(file.name.clone(), Wanted { sha256, content });
        }
        add_constraints(order, text, entry, &mut wanted);
    }
    let manifest = Manifest::new(plan.facts.revision.as_ref(), finished);
    let written = output::write(&out, wanted, &manifest)?;
    Ok(Outcome::Built {
        out,
        libs: plan.orders.len(),
        built: stale.len(),
        written,
    })
}

/// The constraints file of each lib. Locks that cannot be read are found before anything is built.
fn constraints(plan: &Plan, cache: &Cache) -> Result<Vec<String>, Vec<Problem>> {
    let mut problems = Vec::new();
    let texts = plan.orders.iter().filter_map(|order| {
        let text = wheels::draw_constraints(&plan.repo, order, cache);
        text.map_err(|found| problems.extend(found)).ok()
    });
    let texts = texts.collect();
    if problems.is_empty() { Ok(texts) } else { Err(problems) }
}

fn add_constraints(order: &Order, text: String, entry: &mut Entry, wanted: &mut BTreeMap<String, Wanted>) {
    let name = wheels::constraints_name(order);
    let size = text.len() as u64;
    let file = Wanted::bytes(text.into_bytes());
    entry.files.push(FileEntry {
        kind: FileKind::Constraints,
        name: name.clone(),
        sha256: file.sha256.clone(),
        size,
    });
    wanted.insert(name, file);
}
