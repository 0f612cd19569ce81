use std::{
    env,
    path::{Path, PathBuf},
};

use super::Root;
use crate::{RepoPath, home};
use diagnostics::{Place, Problem};

/// The repository to work on: the folder that `--root` names, or the one around the current folder.
#[expect(
    clippy::disallowed_methods,
    reason = "the root itself, which a person names, and which may be a link"
)]
pub fn find(said: Option<&Path>) -> Result<Root, Vec<Problem>> {
    let Some(said) = said else {
        let here = env::current_dir().map_err(|error| {
            Problem::error(format!("cannot open the current folder: {error}"))
                .remedy("name the repository with `--root DIR`")
        })?;
        return Ok(Root::new(around(&here)?));
    };
    match said.canonicalize() {
        Ok(root) if root.is_dir() => Ok(Root::new(root)),
        Ok(_) => Err(vec![
            Problem::error("`--root` is not a folder").at(Place::File(said.display().to_string())),
        ]),
        Err(error) => Err(vec![
            Problem::error(format!("cannot open the folder of `--root`: {error}"))
                .at(Place::File(said.display().to_string())),
        ]),
    }
}

/// The outermost folder with settings, else the nearest with a workspace of cargo, else the one that git knows, else this one. None
/// lies outside of what git knows. A manifest that is a link to somewhere else is refused, and not quoted.
fn around(here: &Path) -> Result<PathBuf, Problem> {
    let (mut of_settings, mut of_workspace, mut of_git) = (None, None, None);
    for folder in here.ancestors() {
        let root = Root::new(folder);
        let manifest = |name: &str| {
            let source = root.source_if_present(&RepoPath::root().child(name));
            source.map(|source| source.map_or_else(String::new, |source| source.text().to_owned()))
        };
        let (cargo, pyproject) = (manifest("Cargo.toml")?, manifest("pyproject.toml")?);
        if home::has_settings(&cargo, &pyproject) {
            of_settings = Some(folder);
        }
        if of_workspace.is_none() && cargo.lines().any(|line| line.starts_with("[workspace")) {
            of_workspace = Some(folder);
        }
        if root.has(&RepoPath::root().child(".git")) {
            of_git = Some(folder);
            break;
        }
    }
    let found = of_settings.or(of_workspace).or(of_git);
    Ok(found.unwrap_or(here).to_owned())
}
