//! Clean checkouts: what git knows or would add, copied to a temporary folder.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use repo::Repo;
use tempfile::TempDir;

/// A copy of every file that is tracked, or untracked and not ignored, as it is in the working tree.
///
/// Files keep their times: a copied file is in its layer with the time that it has in the checkout, and the engine takes a
/// file of the same content from whichever checkout another build has sent at that moment.
pub fn copy(root: &Path) -> Result<TempDir, String> {
    let arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let listed = Command::new("git").current_dir(root).args(arguments).output();
    let listed = listed.map_err(|error| format!("cannot run git: {error}"))?;
    if !listed.status.success() {
        return Err(format!("git ls-files: {}", String::from_utf8_lossy(&listed.stderr)));
    }
    let to = TempDir::new().map_err(|error| format!("cannot make a folder: {error}"))?;
    let names = String::from_utf8(listed.stdout).map_err(|_| "a file has a name that is not UTF-8")?;
    for name in names.split('\0').filter(|name| !name.is_empty()) {
        copy_file(&root.join(name), &to.path().join(name)).map_err(|error| format!("cannot copy `{name}`: {error}"))?;
    }
    Ok(to)
}

/// The same, with one more line in every lib, and in every service that has no lib.
pub fn copy_edited(repo: &Repo) -> Result<TempDir, String> {
    let to = copy(&repo.root)?;
    let alone = repo.services.iter().filter(|service| service.libs.is_empty());
    for package in repo.libs.iter().chain(alone.map(|service| &service.package)) {
        let module = package.name.module();
        let roots = package.import_roots.iter().map(|root| root.under(to.path()));
        let files = roots.flat_map(|root| {
            [
                root.join(&module).join("__init__.py"),
                root.join(format!("{module}.py")),
            ]
        });
        let file: PathBuf = files
            .into_iter()
            .find(|file| file.exists())
            .ok_or_else(|| format!("found no module of `{}` to edit", package.name))?;
        append(&file, "\n# One edited line.\n").map_err(|error| format!("cannot edit {}: {error}", file.display()))?;
    }
    Ok(to)
}

fn copy_file(from: &Path, to: &Path) -> std::io::Result<()> {
    let Ok(metadata) = from.symlink_metadata() else {
        return Ok(()); // Tracked, and deleted in the working tree.
    };
    fs::create_dir_all(to.parent().unwrap_or(to))?;
    if metadata.is_symlink() {
        std::os::unix::fs::symlink(fs::read_link(from)?, to)
    } else {
        fs::copy(from, to)?;
        fs::File::options()
            .write(true)
            .open(to)?
            .set_modified(metadata.modified()?)
    }
}

fn append(file: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    fs::OpenOptions::new()
        .append(true)
        .open(file)?
        .write_all(text.as_bytes())
}

pub fn write(file: &Path, text: &str) -> Result<(), String> {
    use std::io::Write;
    let written = fs::File::create(file).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| format!("cannot write {}: {error}", file.display()))
}
