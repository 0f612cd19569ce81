//! The environment variables without which what a service starts fails.

use std::collections::BTreeSet;

use ::image::Start;
use evidence::code::{Code, Required};
use formats::absolute;
use repo::{Package, RepoPath};

use crate::{
    Subject,
    own_code::{OwnCode, Side},
    started_module::source_of,
};

/// What images and platforms set themselves.
const OF_SYSTEMS: [&str; 7] = ["HOME", "HOSTNAME", "LANG", "PATH", "PORT", "PWD", "USER"];

/// What the modules require that production loads when it starts. Empty where it is not known which these are.
pub fn required<'a>(subject: &'a Subject<'a>) -> Vec<&'a Required> {
    let own = OwnCode::of(subject);
    let all: Vec<(&Package, &Code)> = own.packages.clone();
    if all.iter().all(|(_, code)| code.requirements.required.is_empty()) {
        return Vec::new();
    }
    let Some(prod) = subject.prod.as_ref().filter(|image| !image.is_unclear) else {
        return Vec::new();
    };
    let loaded = loaded(&own, &own.side(prod));
    let mut names = BTreeSet::new();
    let required = all.iter().flat_map(|(_, code)| &code.requirements.required);
    let required = required.filter(|one| {
        let name = one.name.as_str();
        let is_otherwise = all.iter().any(|(_, code)| code.requirements.otherwise.contains(name));
        loaded.contains(&one.file)
            && !is_otherwise
            && !OF_SYSTEMS.contains(&name)
            && !name.starts_with("KUBERNETES_")
            && !subject.images().any(|image| image.config.env.contains_key(name))
    });
    // The read that comes first in time says how much it matters.
    let mut required: Vec<&Required> = required.collect();
    required.sort_by_key(|one| !one.is_at_import);
    required.retain(|one| names.insert(one.name.as_str()));
    required
}

/// The sources that Python reads when the container starts.
fn loaded(own: &OwnCode<'_>, side: &Side<'_>) -> BTreeSet<RepoPath> {
    let first = match &side.loaded.started.start {
        Start::Module(module) => {
            let main = source_of(own, &format!("{module}.__main__"));
            main.into_iter().chain(source_of(own, module)).collect()
        }
        Start::Script(path) => {
            let at = absolute(side.image.config.folder(), path);
            let source = match side.loaded.python.file(&at) {
                ::image::Module::File { source, .. } => source,
                _ => None,
            };
            source.and_then(|source| RepoPath::parse(&source)).into_iter().collect()
        }
        Start::Unknown => Vec::new(),
    };
    let mut waiting: Vec<RepoPath> = first;
    let mut known = BTreeSet::new();
    while let Some(file) = waiting.pop() {
        if !known.insert(file.clone()) {
            continue;
        }
        for (package, code) in &own.packages {
            for inside in code.inside.iter().filter(|inside| inside.importer == file) {
                let Some(module) = inside.resolved(package) else {
                    continue;
                };
                let name = inside.name.as_ref().map(|name| format!("{module}.{name}"));
                // The packages above a module are loaded with it.
                let above = module.match_indices('.').map(|(end, _)| module[..end].to_owned());
                let modules = above.chain(name).chain([module.clone()]);
                waiting.extend(modules.filter_map(|module| source_of(own, &module)));
            }
        }
    }
    known
}
