use std::path::{Path, PathBuf};

use cargo_metadata::MetadataCommand;

use crate::{
    repo::settings,
    report::{Place, Problem},
};

/// The repository to work on: the folder that `--root` names, or the workspace that cargo finds.
pub fn find(said: Option<&Path>) -> Result<PathBuf, Vec<Problem>> {
    let Some(said) = said else {
        return workspace().map_err(|problem| vec![problem]);
    };
    match said.canonicalize() {
        Ok(root) if root.is_dir() => Ok(root),
        Ok(_) => Err(vec![
            Problem::error("`--root` is no folder").at(Place::File(said.display().to_string())),
        ]),
        Err(error) => Err(vec![
            Problem::error(format!("cannot open the folder of `--root`: {error}"))
                .at(Place::File(said.display().to_string())),
        ]),
    }
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
