use std::collections::BTreeMap;

use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::image::{Install, Requirements};
use facts::Subject;
use formats::requirements::RequirementFile;
use repo::RepoPath;

pub const RULE: Rule = Rule {
    id: "requirement-file-refused",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "pip and uv refuse a requirement file that an image installs",
    why: "they reject the whole file, so the build fails at this step",
    example: "a line `<<<<<<< HEAD` that a merge left behind",
    fix: "export the lock again: `cargo xtask export-requirements`, or the export command of the lock manager",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut files: BTreeMap<&RepoPath, Vec<(&Install, &Requirements)>> = BTreeMap::new();
    for install in subject
        .images()
        .flat_map(|image| &image.installs)
        .map(|install| &install.what)
    {
        for file in &install.files {
            if let Some(path) = &file.path {
                files.entry(path).or_default().push((install, file));
            }
        }
    }
    for (path, uses) in files {
        let Some(known) = subject.requirements.get(path) else {
            continue;
        };
        found.extend(strays(known));
        if let Some((install, _)) = uses.iter().find(|(install, _)| install.is_hashed) {
            found.extend(without_digest(known, install));
        }
        for said in &known.constraints {
            let is_meant = |file: &&Requirements| file.is_absent && file.written == said.value;
            let lacking = uses
                .iter()
                .find(|(install, _)| install.constraints.iter().any(|file| is_meant(&file)));
            if let Some((install, _)) = lacking {
                let message = format!("`{path}` refers to `{}`, which does not exist at that step", said.value);
                let problem = Problem::error(message).at(said.place.clone());
                let problem = problem.at(install.place.clone().label("installed here"));
                found.push(problem.remedy("copy or mount that file beside it, or remove the line"));
            }
        }
    }
    found
}

/// Lines that mean nothing.
fn strays(file: &RequirementFile) -> Option<Problem> {
    let first = file.strays.first()?;
    let problem = if first.value.starts_with("--hash") {
        let message = "this `--hash` belongs to no requirement, because the line above does not end in `\\`";
        Problem::error(message).remedy("end the line above in ` \\`")
    } else {
        Problem::error(format!("`{}` is not a requirement", first.value)).remedy("remove the line")
    };
    Some(problem.at(first.place.clone()))
}

/// No digest vouches for a folder.
fn without_digest(file: &RequirementFile, install: &Install) -> Option<Problem> {
    let is_bare = |path: &&str| !path.contains("--hash") && !path.ends_with(".whl");
    let mut folders = file.local.iter().map(|local| &local.path);
    let first = folders.find(|said| is_bare(&said.value.as_str()))?;
    let message = format!("`{}` has no hash, but `--require-hashes` requires one", first.value);
    let problem = Problem::error(message).at(first.place.clone());
    Some(
        problem
            .at(install.place.clone().label("installed here"))
            .remedy("install it in a separate step"),
    )
}
