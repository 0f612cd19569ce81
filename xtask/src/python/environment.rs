//! Virtual environments made from locks.

use std::path::{Path, PathBuf};

use xshell::cmd;

use super::{Interpreter, Tools, cache, requirements, tools::write};
use crate::{
    process::{demand, shell},
    repo::Package,
    report::Problem,
};

/// The third-party packages of one package's lock, installed.
#[derive(Clone, Debug)]
pub struct Environment {
    pub python: PathBuf,
}

impl Environment {
    /// Installs the main group and some others from the package's lock, where that has not been done before:
    /// an environment is known by its requirements, its Python and its uv.
    pub fn provide(
        root: &Path,
        package: &Package,
        groups: &[String],
        python: &Interpreter,
        tools: &Tools,
    ) -> Result<Self, Vec<Problem>> {
        let requirements = requirements::export(root, &package.dir, groups)?;
        let uv = tools.program("uv")?;
        let key = cache::key(&[
            &requirements,
            &python.version,
            &python.path.to_string_lossy(),
            &uv.to_string_lossy(),
        ]);
        let dir = root.join("target/xtask/venvs").join(format!("{}-{key}", package.name));
        cache::provide(&dir, || install(&uv, python, &dir, &requirements))?;
        Ok(Self {
            python: dir.join("bin/python"),
        })
    }
}

fn install(uv: &Path, python: &Interpreter, dir: &Path, requirements: &str) -> Result<(), Vec<Problem>> {
    let shell = shell()?;
    let base = &python.path;
    let venv = cmd!(shell, "{uv} venv --quiet --no-project --python {base} {dir}");
    demand("make a virtual environment", venv)?;
    let file = dir.join("requirements.txt");
    write(&file, requirements)?;
    let python = dir.join("bin/python");
    let quiet = ["--quiet", "--no-progress"];
    let pip = cmd!(
        shell,
        "{uv} pip install {quiet...} --python {python} --require-hashes --no-deps -r {file}"
    );
    demand("install the packages of the lock", pip)?;
    Ok(())
}
