//! The pinned tools: uv and what else the lock under `tools` names, installed once by the pip of this machine.

#![expect(
    clippy::disallowed_methods,
    reason = "below `target/`, in folders that this module makes and owns"
)]

use std::{
    fs,
    path::{Path, PathBuf},
};

use repo::Root;
use xshell::cmd;

use super::{Interpreter, cache, requirements};
use ::requirements::BACKENDS;
use diagnostics::Problem;
use repo::Settings;
use subprocess::{demand, shell};

/// The file in an environment that says what it was made from.
const REQUIREMENTS: &str = "requirements.txt";

/// The groups that build wheels, besides the main one.
fn of_builds(root: &Root, settings: &Settings) -> Result<Vec<String>, Vec<Problem>> {
    let mut groups = requirements::groups(root, &settings.tools.value)?;
    groups.retain(|group| group == BACKENDS);
    Ok(groups)
}

/// A virtual environment with the tools.
#[derive(Clone, Debug)]
pub struct Tools {
    bin: PathBuf,
}

impl Tools {
    /// Installs the groups of the tools lock that build wheels, if that has not been done before: uv and the backends.
    ///
    /// This is the one step that pip does: it comes with Python, and brings uv.
    pub fn provide(root: &Root, settings: &Settings, python: &Interpreter) -> Result<Self, Vec<Problem>> {
        Self::of_groups(root, settings, python, &of_builds(root, settings)?)
    }

    /// The environment that an earlier `provide` made of the same lock, with whatever Python. To look for interpreters
    /// takes longer than to build a wheel.
    pub fn present(root: &Root, settings: &Settings) -> Result<Option<Self>, Vec<Problem>> {
        let requirements = requirements::of_tools(root, &settings.tools.value, &of_builds(root, settings)?)?;
        let folders = fs::read_dir(root.join("target/xtask")).into_iter().flatten().flatten();
        let found = folders.map(|entry| entry.path()).find(|dir| {
            cache::is_complete(dir)
                && fs::read_to_string(dir.join(REQUIREMENTS)).is_ok_and(|text| text == requirements)
                && dir.join("bin/uv").is_file()
                && dir.join("bin/python").is_file()
        });
        Ok(found.map(|dir| Self { bin: dir.join("bin") }))
    }

    /// The same with all other groups: what checks sources.
    pub fn provide_all(root: &Root, settings: &Settings, python: &Interpreter) -> Result<Self, Vec<Problem>> {
        let groups = requirements::groups(root, &settings.tools.value)?;
        Self::of_groups(root, settings, python, &groups)
    }

    fn of_groups(
        root: &Root,
        settings: &Settings,
        python: &Interpreter,
        groups: &[String],
    ) -> Result<Self, Vec<Problem>> {
        let requirements = requirements::of_tools(root, &settings.tools.value, groups)?;
        let key = cache::key(&[&requirements, &python.version, &python.path.to_string_lossy()]);
        let dir = root.join("target/xtask").join(format!("tools-{key}"));
        cache::provide(&dir, || install(python, &dir, &requirements))?;
        Ok(Self { bin: dir.join("bin") })
    }

    /// The path of a program.
    pub fn program(&self, name: &str) -> Result<PathBuf, Problem> {
        let path = self.bin.join(name);
        if !name.contains('/') && path.is_file() {
            return Ok(path);
        }
        Err(Problem::error(format!("the tools lock has no program `{name}`"))
            .note("the lock is in the folder of the `tools` setting"))
    }
}

fn install(python: &Interpreter, dir: &Path, requirements: &str) -> Result<(), Vec<Problem>> {
    let shell = shell()?;
    let program = &python.path;
    demand("make a virtual environment", cmd!(shell, "{program} -m venv {dir}")).map_err(|problem| {
        problem.remedy("install Python's `venv` module (on Debian: `apt-get install python3-venv`)")
    })?;
    let file = dir.join(REQUIREMENTS);
    write(&file, requirements)?;
    let program = dir.join("bin/python");
    let quiet = ["--quiet", "--disable-pip-version-check", "--no-input"];
    let pip = cmd!(
        shell,
        "{program} -m pip install {quiet...} --require-hashes --no-deps -r {file}"
    );
    demand("install the pinned tools", pip)
        .map_err(|problem| problem.remedy("check that pip reaches its package index: `pip config list`"))?;
    Ok(())
}

/// Writes a file into a folder of the cache, which no one reads before the folder is complete.
pub(crate) fn write(file: &Path, text: &str) -> Result<(), Problem> {
    fs::write(file, text).map_err(|error| Problem::error(format!("cannot write `{}`: {error}", file.display())))
}
