use std::collections::BTreeMap;

use clap::Command;
use repo::Root;

use crate::report::diff;
use diagnostics::{Exit, Place, Problem, Source};
use generate::{
    artifact::{
        Artifact,
        docs::{self, Facts, RuleText},
    },
    sync::{self, Lock, Plan, Scope},
};
use repo::{Repo, RepoPath, environment, guides, readmes};
use rules::{RULES, Rule};

/// Update the reference in `docs/` and the marked regions of README files
///
/// A region is between `<!-- xtask:NAME -->` and `<!-- /xtask:NAME -->`, each on a line of its own; the names are
/// `services`, `libs`, `lib-graph`, `settings`, `commands`, `exit-codes`, `rules`, `guides` and, beside the `values.yaml` of a
/// chart, `values`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Write nothing: show the differences, and fail if there are any
    #[arg(long)]
    check: bool,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every page and region is as it has to be.
    Fresh {
        /// How many files were compared.
        files: usize,
    },
    /// Some are not, and `--check` was given.
    Stale {
        /// The files that change.
        plan: Plan,
    },
    /// Some were not, and are now.
    Written {
        /// The files that change.
        plan: Plan,
    },
}

impl Outcome {
    /// The exit code: what is stale under `--check` has its own.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Fresh { .. } | Self::Written { .. } => Exit::Clean,
            Self::Stale { .. } => Exit::Stale,
        }
    }
}

/// Draws, compares, and writes unless `--check` says not to. `cli` is the tree of the command line.
pub fn run(root: &Root, args: &Args, cli: Command, on_wait: impl FnOnce()) -> Result<Outcome, Vec<Problem>> {
    let lock = Lock::acquire(root, on_wait);
    let mut problems = Vec::new();
    let repo = Repo::read(root, &mut problems);
    let readmes = readmes::read(root, &mut problems);
    let values = values(root, &readmes, &mut problems);
    let Some(repo) = repo else { return Err(problems) };
    let docs = repo.settings.docs.as_ref().map(|docs| docs.value.clone());
    let guides = docs.iter().flat_map(|docs| guides::read(root, docs, &mut problems));
    let guides: Vec<_> = guides.collect();
    let environments = environment::read(root, &repo.services, &mut problems);
    let mut cli = cli;
    cli.build();
    let facts = Facts {
        repo: &repo,
        cli: &cli,
        guides: &guides,
        rules: &RULES.iter().map(|rule| text(rule)).collect::<Vec<_>>(),
        environments: &environments,
        values: &values,
    };
    let pages = docs::pages(&facts);
    let mut regions = Vec::new();
    for (path, source) in &readmes {
        match docs::readme(&facts, path, source) {
            Ok(artifact) => regions.extend(artifact),
            Err(found) => problems.extend(found),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let _lock = lock?;
    let plan = compare(root, docs.as_ref(), &pages, &regions)?;
    if plan.is_clean() && (args.check || plan.leftovers.is_empty()) {
        return Ok(Outcome::Fresh { files: plan.fresh });
    }
    if args.check {
        return Ok(Outcome::Stale { plan });
    }
    refuse_foreign(&plan)?;
    sync::carry_out(root, &plan)?;
    let left = compare(root, docs.as_ref(), &pages, &regions)?;
    if !left.is_clean() {
        return Err(left
            .changes
            .iter()
            .map(|change| our_bug(change.path.as_str()))
            .collect());
    }
    Ok(Outcome::Written { plan })
}

fn text(rule: &Rule) -> RuleText {
    RuleText {
        id: rule.id,
        aspect: rule.aspect.name(),
        level: rule.level,
        what: rule.what,
        why: rule.why,
        example: rule.example,
        fix: rule.fix,
    }
}

/// The values of charts: `values.yaml` beside a README.
fn values(root: &Root, readmes: &[(RepoPath, Source)], problems: &mut Vec<Problem>) -> BTreeMap<RepoPath, Source> {
    let mut found = BTreeMap::new();
    for (path, _) in readmes {
        let folder = path.parent();
        let file = folder.child("values.yaml");
        match root.source_if_present(&file) {
            Ok(Some(source)) => drop(found.insert(folder, source)),
            Ok(None) => {}
            Err(problem) => problems.push(problem),
        }
    }
    found
}

fn compare(
    root: &Root,
    docs: Option<&RepoPath>,
    pages: &[Artifact],
    regions: &[Artifact],
) -> Result<Plan, Vec<Problem>> {
    let scope = docs.map_or_else(|| Scope::Folders(Vec::new()), |folder| Scope::Pages(folder.clone()));
    Plan::new(root, pages, &scope)?.with_regions(root, regions)
}

fn refuse_foreign(plan: &Plan) -> Result<(), Vec<Problem>> {
    let problems: Vec<Problem> = plan
        .foreign()
        .map(|change| {
            Problem::error(format!(
                "`{}` is in the way: this command did not generate it",
                change.path
            ))
            .at(Place::File(change.path.to_string()))
            .note(format!("this is what would change:\n{}", diff::unified(change)))
            .remedy("save what you need from it under a different name, remove it, and run `cargo xtask docs` again")
        })
        .collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn our_bug(path: &str) -> Problem {
    Problem::error(format!(
        "`{path}` was written and is stale again: this is a bug of cargo xtask"
    ))
    .at(Place::File(path.into()))
    .remedy("please report it, with the diff that `cargo xtask docs --check` shows")
}
