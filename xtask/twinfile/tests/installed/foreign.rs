//! A repository of somebody else, and the installed program.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;

pub const SETTINGS: &str = "[tool.ruff]\nline-length = 100\n\n[tool.twinfile]\nservices = [\"services/*\"]\nbase-image = \"python:3.13-slim-trixie\"\n";

/// A repository in a folder with a blank in its name.
pub struct Foreign {
    _home: TempDir,
    pub root: PathBuf,
}

impl Foreign {
    /// One service, from a fixture that other tests lock.
    pub fn new(settings: &str) -> Self {
        let home = TempDir::new().unwrap();
        let foreign = Self {
            root: home.path().join("my shop"),
            _home: home,
        };
        let sound = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/sound");
        for folder in ["services/web", "libs/core"] {
            copy(&sound.join(folder), &foreign.root.join(folder));
        }
        let manifest = foreign.read("services/web/pyproject.toml");
        foreign.write(
            "services/web/pyproject.toml",
            &manifest.replace("[tool.xtask", "[tool.twinfile"),
        );
        foreign.write("pyproject.toml", settings);
        foreign
    }

    pub fn write(&self, path: &str, text: &str) {
        let file = self.root.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap()
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.run_in("", arguments)
    }

    /// Without a path, so that neither cargo nor git nor docker is there.
    pub fn run_in(&self, folder: &str, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_twinfile"))
            .env_clear()
            .env("PATH", "/nowhere")
            .current_dir(self.root.join(folder))
            .args(arguments)
            .output()
            .unwrap()
    }
}

pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

pub fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

pub fn libs(settings: &str) -> String {
    format!("{settings}libs = [\"libs/*\"]\n")
}
