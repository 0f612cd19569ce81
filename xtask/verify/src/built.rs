//! Which builds of workflows and bake files may make the images of which service.
//!
//! A repository of a thousand services has thousands of builds: each is looked up by what it says, instead of being shown to every
//! service.

use std::collections::BTreeMap;

use facts::Subject;
use surfaces::{
    Surroundings,
    workflows::{Build, What, Workflow},
};

/// Tells each service the builds that may be its own.
pub fn assign<'a>(surroundings: &'a Surroundings, subjects: &mut [Subject<'a>]) {
    let mut named: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut of_dockerfile: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, subject) in subjects.iter().enumerate() {
        named
            .entry(subject.service.package.name.to_string())
            .or_default()
            .push(at);
        for image in subject.images() {
            let known = of_dockerfile.entry(image.path.to_string()).or_default();
            if known.last() != Some(&at) {
                known.push(at);
            }
        }
    }
    let everybody: Vec<usize> = (0..subjects.len()).collect();
    let workflows = surroundings.workflows.iter();
    let workflows = workflows.flat_map(|workflow| workflow.builds.iter().map(move |build| (Some(workflow), build)));
    let all: Vec<(Option<&Workflow>, &Build)> = workflows
        .chain(surroundings.bake.iter().map(|build| (None, build)))
        .collect();
    for (workflow, build) in all {
        let services = match &build.what {
            What::Dockerfile(text) | What::Service { name: text, .. } if is_open(text) => everybody.clone(),
            What::Service { name, .. } => named.get(name).cloned().unwrap_or_default(),
            What::Dockerfile(path) => {
                // In another folder than the one that it means, the path of the Dockerfile is the end of what it says.
                let mut found: Vec<usize> = ends(path)
                    .filter_map(|end| of_dockerfile.get(end))
                    .flatten()
                    .copied()
                    .collect();
                found.sort_unstable();
                found.dedup();
                found
            }
        };
        for at in services {
            subjects[at].builds.push((workflow, build));
        }
    }
}

/// Whether only a run can tell what it is.
fn is_open(text: &str) -> bool {
    text.contains(['*', '?', '[', '\\'])
}

/// A path, and what is left of it without its first folder, its first two folders and so on.
fn ends(path: &str) -> impl Iterator<Item = &str> {
    let behind = path.match_indices('/').map(|(at, _)| &path[at + 1..]);
    std::iter::once(path).chain(behind)
}
