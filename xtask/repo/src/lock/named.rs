//! The lock of a folder that a person named, wherever it lies.

use std::{
    env,
    path::{Path, PathBuf},
};

use super::{Lock, Manager, pdm, pipenv, pylock, uv};
use crate::{RepoPath, Root, manifest::Manifest, root::named};
use diagnostics::{Place, Problem};

/// The lock beside a manifest, or the `uv.lock` of a folder above; a `pylock.toml` where there is neither.
pub fn of_folder(dir: &Path, manifest: &Manifest) -> Result<Lock, Vec<Problem>> {
    let read = |dir: &Path, name: &str| {
        let path = dir.join(name);
        named(&path, &shown(&path)).map_err(|problem| vec![problem])
    };
    let has = |dir: &Path, manager: Manager| {
        let name = RepoPath::root().child(manager.file());
        Root::new(dir).has(&name)
    };
    if has(dir, Manager::Poetry) {
        return Lock::read(&read(dir, Manager::Poetry.file())?);
    }
    if manifest.pipfile.is_some() && has(dir, Manager::Pipenv) {
        return pipenv::read(&read(dir, Manager::Pipenv.file())?);
    }
    if has(dir, Manager::Pdm) && !has(dir, Manager::Uv) {
        return pdm::read(&read(dir, Manager::Pdm.file())?, manifest);
    }
    let absolute = env::current_dir().map_or_else(|_| dir.to_owned(), |here| here.join(dir));
    for (above, folder) in absolute.ancestors().enumerate() {
        if !has(folder, Manager::Uv) {
            continue;
        }
        let folder = if above == 0 { dir } else { folder };
        let lock = read(folder, Manager::Uv.file())?;
        // Faults in the manifest of the workspace do not concern the package.
        let beside = read(folder, "pyproject.toml").ok();
        let beside = beside.and_then(|source| Manifest::read(&source, &mut Vec::new()));
        let workspace = uv::Workspace::read(&lock, beside.as_ref())?;
        let workspace = workspace.surrounded(&Root::new(folder), &RepoPath::root());
        return workspace.member(manifest);
    }
    if has(dir, Manager::Pylock) {
        let groups = manifest.groups.keys();
        let of_groups = groups.map(|group| (group.clone(), format!("pylock.{group}.toml")));
        let of_groups = of_groups.filter(|(_, file)| Root::new(dir).has(&RepoPath::root().child(file)));
        let of_groups = of_groups.map(|(group, file)| Ok((group, read(dir, &file)?)));
        let of_groups: Vec<_> = of_groups.collect::<Result<_, Vec<Problem>>>()?;
        return pylock::read(&read(dir, pylock::FILE)?, &of_groups, manifest);
    }
    Err(vec![missing(dir, manifest)])
}

fn missing(dir: &Path, manifest: &Manifest) -> Problem {
    let problem = |text: String| Problem::error(text).at(Place::File(shown(&dir.join("pyproject.toml"))));
    match Manager::of(manifest) {
        Some(manager) => {
            let title = manager.title();
            let missing = problem(format!("`{}` does not exist", shown(&dir.join(manager.file()))));
            let missing = missing.note(format!("the manifest is one of {title}"));
            missing.remedy(manager.relock_beside(&shown(&dir.join("pyproject.toml"))))
        }
        None => {
            let names = Manager::ALL.map(|manager| format!("`{}`", manager.file()));
            problem(format!("`{}` contains no lock", shown(dir)))
                .note(format!("supported are {}", names.join(", ")))
                .remedy("run `uv lock` or `poetry lock` there")
        }
    }
}

/// Paths in messages are relative to where the command was run.
pub fn shown(path: &Path) -> String {
    let here = env::current_dir().unwrap_or_default();
    let path = path.strip_prefix(&here).unwrap_or(path);
    let parts: PathBuf = path.components().collect();
    let text = parts.strip_prefix(".").unwrap_or(&parts).display().to_string();
    if text.is_empty() { ".".to_owned() } else { text }
}
