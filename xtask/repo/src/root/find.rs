use std::{
    env,
    path::{Path, PathBuf},
};

use cargo_metadata::MetadataCommand;

use super::Root;
use crate::{RepoPath, settings};
use diagnostics::{Place, Problem};

/// The repository to work on: the folder that `--root` names, or the workspace that cargo finds.
#[expect(
    clippy::disallowed_methods,
    reason = "the root itself, which a person names, and which may be a link"
)]
pub fn find(said: Option<&Path>) -> Result<Root, Vec<Problem>> {
    let Some(said) = said else {
        let found = in_a_workspace().and_then(|found| found.map_or_else(by_cargo, Ok));
        return found.map(Root::new).map_err(|problem| vec![problem]);
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

/// The nearest folder around this one whose manifest has a workspace. Asking cargo takes as long as half of a run, and
/// cargo quotes what it cannot read: so a manifest that is a link to somewhere else is refused before it is asked.
fn in_a_workspace() -> Result<Option<PathBuf>, Problem> {
    let Ok(here) = env::current_dir() else { return Ok(None) };
    for folder in here.ancestors() {
        let manifest = Root::new(folder).source_if_present(&RepoPath::root().child(settings::FILE))?;
        let mut lines = manifest.iter().flat_map(|manifest| manifest.text().lines());
        if lines.any(|line| line.starts_with("[workspace")) {
            return Ok(Some(folder.to_owned()));
        }
    }
    Ok(None)
}

fn by_cargo() -> Result<PathBuf, Problem> {
    let metadata = MetadataCommand::new()
        .no_deps()
        .other_options([String::from("--offline")])
        .exec();
    match metadata {
        Ok(metadata) => Ok(metadata.workspace_root.into_std_path_buf()),
        Err(error) => Err(
            Problem::error(format!("cargo finds no workspace here: {}", error.to_string().trim())).remedy(format!(
                "run inside the repository, or name it with `--root DIR` (the folder with the `{}`)",
                settings::FILE
            )),
        ),
    }
}
