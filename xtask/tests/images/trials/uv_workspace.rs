//! The same application as a uv workspace: each package with another build backend, in images that are generated from `uv.lock`.

use repo::{Repo, Root};

use super::{Outcome, application, ensure};
use crate::{
    lab::{Flavour, Lab},
    workspace::Workspace,
};

pub fn passes_its_test() -> Outcome {
    let workspace = Workspace::locked();
    workspace.succeeds(&["gen-dockerfiles"]);
    workspace.commit("Generate");
    let mut problems = Vec::new();
    let repo = Repo::read(&Root::new(workspace.repo.path("")), &mut problems);
    let repo = repo.ok_or_else(|| format!("{problems:?}"))?;
    ensure(problems.is_empty(), || format!("{problems:?}"))?;
    let test = repo.settings.application_test.clone().ok_or("it has no test")?;
    let lab = Lab::new(repo, "uv");
    let flavours = [Flavour::Production, Flavour::Development].into_iter();
    let outcome = flavours.map(|flavour| application::passes_its_test(&lab, &test, flavour));
    let outcome: Result<Vec<()>, String> = outcome.collect();
    lab.remove_images();
    outcome.map(drop)
}
