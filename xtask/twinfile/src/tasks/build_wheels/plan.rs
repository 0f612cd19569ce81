//! What is to be built, as the command line says it.

use std::collections::BTreeSet;

use super::{super::publish, Args};
use diagnostics::Problem;
use formats::PackageName;
use generate::image::Tools;
use repo::Root;
use repo::{Package, Repo, RepoPath, lock, suggestion::suggestion};
use wheels::{self, Facts, Order};

/// Everything that is to be built, known before anything is.
pub struct Plan {
    pub repo: Repo,
    pub facts: Facts,
    pub orders: Vec<Order>,
}

pub fn plan(root: &Root, args: &Args) -> Result<Plan, Vec<Problem>> {
    let mut problems = Vec::new();
    let repo = Repo::read(root, &mut problems);
    let Some(repo) = repo else { return Err(problems) };
    let libs = select(&repo, args, &mut problems);
    let tools = Tools::read(&repo, &mut problems);
    let mut paths: Vec<RepoPath> = libs.iter().flat_map(|lib| lib.build_inputs.iter().cloned()).collect();
    paths.extend(libs.iter().map(|lib| lock::path(root, lib)));
    let facts = wheels::ask_git(root, &paths)
        .map_err(|problem| problems.push(problem))
        .unwrap_or_default();
    let orders = tools.iter().flat_map(|tools| libs.iter().map(move |lib| (lib, tools)));
    let orders = orders
        .filter_map(|(lib, tools)| Order::of(&repo, lib, tools, &facts, &mut problems))
        .collect();
    if problems.is_empty() {
        Ok(Plan { repo, facts, orders })
    } else {
        Err(problems)
    }
}

/// The libs that the command line names, or those of its service, or all.
fn select<'a>(repo: &'a Repo, args: &Args, problems: &mut Vec<Problem>) -> Vec<&'a Package> {
    if let Some(name) = &args.service {
        let parsed = PackageName::parse(name);
        let service = repo
            .services
            .iter()
            .find(|service| Some(&service.package.name) == parsed.as_ref());
        let known = repo.services.iter().map(|service| service.package.name.as_str());
        return match service {
            Some(service) => repo.libs_of(service).collect(),
            None => {
                problems.push(unknown("service", name, known));
                Vec::new()
            }
        };
    }
    if let Some(tag) = &args.publish.tag {
        return match publish::tagged(repo, tag) {
            Ok(name) => repo.lib(&name).into_iter().collect(),
            Err(problem) => {
                problems.push(problem);
                Vec::new()
            }
        };
    }
    let buildable = |lib: &&Package| !lib.manifest.contents.is_no_package;
    if args.libs.is_empty() {
        return repo.libs.iter().filter(buildable).collect();
    }
    let mut wanted = BTreeSet::new();
    for name in &args.libs {
        match PackageName::parse(name).and_then(|name| repo.lib(&name)) {
            Some(lib) => drop(wanted.insert(&lib.name)),
            None => problems.push(unknown("lib", name, repo.libs.iter().map(|lib| lib.name.as_str()))),
        }
    }
    repo.libs.iter().filter(|lib| wanted.contains(&lib.name)).collect()
}

fn unknown<'a>(kind: &str, name: &str, known: impl Iterator<Item = &'a str>) -> Problem {
    let known: Vec<&str> = known.collect();
    Problem::error(format!("{kind} `{name}` does not exist")).remedy(suggestion(kind, name, &known))
}
