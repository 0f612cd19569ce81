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
        return with_settings()
            .map_or_else(workspace, Ok)
            .map(Root::new)
            .map_err(|problem| vec![problem]);
    };
    match said.canonicalize() {
        Ok(root) if root.is_dir() => Ok(Root::new(root)),
        Ok(_) => Err(vec![
            Problem::error("`--root` is no folder").at(Place::File(said.display().to_string())),
        ]),
        Err(error) => Err(vec![
            Problem::error(format!("cannot open the folder of `--root`: {error}"))
                .at(Place::File(said.display().to_string())),
        ]),
    }
}

/// The folder around this one whose manifest holds our settings. That is always the workspace, and asking cargo takes as
/// long as half of a run. `None` where another workspace may be in between.
fn with_settings() -> Option<PathBuf> {
    let here = env::current_dir().ok()?;
    let begins = |text: &str, table: &str| text.lines().any(|line| line.starts_with(table));
    for folder in here.ancestors() {
        let settings = RepoPath::root().child(settings::FILE);
        let Some(text) = Root::new(folder).text(&settings) else {
            continue;
        };
        if begins(&text, "[workspace.metadata.xtask]") {
            return Some(folder.to_owned());
        }
        if begins(&text, "[workspace") {
            return None;
        }
    }
    None
}

fn workspace() -> Result<PathBuf, Problem> {
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
