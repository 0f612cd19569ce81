use std::{path::Path, process::Output};

use assert_cmd::Command;

use crate::fixture::{Fixture, shown};

/// The converted repository, and the uv that locks it.
pub struct Workspace {
    pub repo: Fixture,
}

impl Workspace {
    /// Converted, locked and committed.
    pub fn locked() -> Self {
        let repo = Fixture::of_this_repository();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/uv_workspace/convert.py");
        let mut convert = Command::new("python3");
        convert.arg(script).arg(repo.path("")).assert().success();
        // The repository that this test is of has a uv, pinned.
        let this = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let xtask = env!("CARGO_BIN_EXE_xtask");
        let program = format!("#!/bin/sh\nexec '{xtask}' --root '{}' tool uv \"$@\"\n", this.display());
        repo.write("target/bin/uv", program);
        let mut mode = Command::new("chmod");
        mode.arg("+x").arg(repo.path("target/bin/uv")).assert().success();
        let workspace = Self { repo };
        workspace.uv(&["lock"]);
        workspace.uv(&["lock", "--project", "xtask/tools"]);
        workspace.repo.write(".gitignore", "target/\n");
        workspace.repo.git(&["init", "--quiet"]);
        workspace.commit("Convert to uv");
        workspace
    }

    pub fn commit(&self, message: &str) {
        self.repo.git(&["add", "--all"]);
        self.repo.git(&["commit", "--quiet", "--message", message]);
    }

    /// What uv prints, run in the root.
    pub fn uv(&self, arguments: &[&str]) -> String {
        let mut command = Command::new(self.repo.path("target/bin/uv"));
        let output = command
            .current_dir(self.repo.path(""))
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success(), "uv {arguments:?}: {}", shown(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::cargo_bin("xtask").unwrap();
        command
            .current_dir(self.repo.path(""))
            .env("UV", self.repo.path("target/bin/uv"))
            .args(["--root", "."])
            .args(arguments);
        command.output().unwrap()
    }

    /// What it says on both streams.
    pub fn succeeds(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", shown(&output));
        String::from_utf8(output.stdout.clone()).unwrap() + &shown(&output)
    }
}
