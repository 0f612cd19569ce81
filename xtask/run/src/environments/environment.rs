//! Virtual environments made from locks.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use repo::Root;
use xshell::cmd;

use super::{
    Interpreter, Tools, cache,
    requirements::{self, Requirements},
    tools::write,
};
use diagnostics::Problem;
use repo::{Package, RepoPath};
use subprocess::{demand, shell};

/// The third-party packages of one package's lock, installed.
#[derive(Clone, Debug)]
pub struct Environment {
    dir: PathBuf,
}

impl Environment {
    /// Installs the main group and some others from the package's lock, where that has not been done before:
    /// an environment is known by its requirements, its Python and its uv.
    pub fn provide(
        root: &Root,
        package: &Package,
        groups: &[String],
        pythons: &[Interpreter],
        tools: &Tools,
    ) -> Result<Self, Vec<Problem>> {
        let python = Interpreter::suitable(pythons, package)
            .ok_or_else(|| Problem::error(format!("no Python on this machine suits `{}`", package.dir)))?;
        let requirements = requirements::export(root, &package.dir, groups)?;
        let uv = tools.program("uv")?;
        let commits = requirements.git.join("\n");
        let key = cache::key(&[
            &requirements.pins,
            &commits,
            &python.version,
            &python.path.to_string_lossy(),
            &uv.to_string_lossy(),
        ]);
        let dir = root.join("target/xtask/venvs").join(format!("{}-{key}", package.name));
        cache::provide(&dir, || install(&uv, python, &dir, &requirements))?;
        Ok(Self { dir })
    }

    /// The folder of the environment.
    pub fn home(&self) -> &Path {
        &self.dir
    }

    /// The interpreter of the environment.
    pub fn python(&self) -> PathBuf {
        self.dir.join("bin/python")
    }
}

/// What makes local packages importable from their sources: the value of `PYTHONPATH`.
pub fn import_path(root: &Root, import_roots: &[RepoPath]) -> Result<OsString, Problem> {
    std::env::join_paths(import_roots.iter().map(|dir| dir.under(root)))
        .map_err(|error| Problem::error(format!("the folder of the repository cannot be on PYTHONPATH: {error}")))
}

/// The value of `PATH` with one more folder in front.
pub fn first_on_path(dir: &Path) -> Result<OsString, Problem> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let dirs = std::iter::once(dir.to_owned()).chain(std::env::split_paths(&path));
    std::env::join_paths(dirs).map_err(|error| Problem::error(format!("cannot put a folder on the path: {error}")))
}

fn install(uv: &Path, python: &Interpreter, dir: &Path, requirements: &Requirements) -> Result<(), Vec<Problem>> {
    let shell = shell()?;
    let base = &python.path;
    let venv = cmd!(shell, "{uv} venv --quiet --no-project --python {base} {dir}");
    demand("make a virtual environment", venv)?;
    let file = dir.join("requirements.txt");
    write(&file, &requirements.pins)?;
    let python = dir.join("bin/python");
    let quiet = ["--quiet", "--no-progress"];
    // uv takes a package from the first index that has its name, in whatever version. Hashes tell which archive is meant.
    let has_indexes = requirements
        .pins
        .lines()
        .any(|line| line.starts_with("--extra-index-url"));
    let strategy = has_indexes.then_some("--index-strategy=unsafe-best-match");
    let pip = cmd!(
        shell,
        "{uv} pip install {quiet...} {strategy...} --python {python} --require-hashes --no-deps -r {file}"
    );
    demand("install the packages of the lock", pip)?;
    if !requirements.git.is_empty() {
        let commits = &requirements.git;
        let pip = cmd!(
            shell,
            "{uv} pip install {quiet...} --python {python} --no-deps {commits...}"
        );
        demand("install the packages of the lock that are commits of git", pip)?;
    }
    Ok(())
}
