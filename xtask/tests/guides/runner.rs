//! A reader at a terminal: one folder after another, one command after another.

use std::{
    fs,
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tempfile::TempDir;

use crate::{
    block::{Block, Step},
    expected,
    fixture::Fixture,
    launch, served, snippet, tilt,
};

/// What is on the path besides what the machine has.
const PROGRAMS: [(&str, &str); 4] = [
    ("cargo", include_str!("programs/cargo.sh")),
    ("uvx", include_str!("programs/uvx.sh")),
    ("docker", include_str!("programs/docker.py")),
    ("helm", include_str!("programs/helm.sh")),
];

struct Terminal {
    programs: TempDir,
    folder: PathBuf,
    /// How the last command ended, and what it printed.
    status: i32,
    printed: String,
}

/// `Err` says where the guide promises something else than what happens.
pub fn run(blocks: &[Block], poetry: Option<&str>) -> Result<(), String> {
    let repo = Fixture::of_this_repository();
    repo.git(&["init", "--quiet", "--initial-branch=main"]);
    repo.git(&["add", "--all"]);
    repo.git(&["commit", "--quiet", "--message", "Start"]);
    // Beside the repository there is room for another one.
    let place = TempDir::new().unwrap();
    let folder = place.path().join("template");
    copy(&repo.path(""), &folder);
    if blocks.iter().any(|block| block.calls("uvx ")) {
        build_installed()?;
    }
    let mut terminal = Terminal::new(folder, poetry);
    for block in blocks {
        let done = terminal.follow(block);
        if let Err(why) = done {
            if blocks.iter().any(Block::calls_compose) {
                // What a guide has started ends with it.
                let _ = terminal.shell().args(["-c", "docker compose down --volumes"]).output();
            }
            return Err(format!("line {}: {why}", block.line()));
        }
    }
    match terminal.status {
        0 => Ok(()),
        status => Err(format!(
            "the last command ends with {status}, and the guide does not say so\n{}",
            terminal.printed
        )),
    }
}

/// The program that `uvx` fetches, which cargo builds for tests of its own crate alone.
fn build_installed() -> Result<(), String> {
    let built = Command::new(env!("CARGO"))
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .args(["build", "--quiet", "--locked", "--package", "twinfile"])
        .output();
    match built {
        Ok(built) if built.status.success() => Ok(()),
        Ok(built) => Err(String::from_utf8_lossy(&built.stderr).into_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn copy(from: &Path, to: &Path) {
    let status = Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap();
    assert!(status.success());
}

impl Terminal {
    #[allow(
        clippy::disallowed_methods,
        reason = "the copy of a test is not the tree that sync guards"
    )]
    fn new(folder: PathBuf, poetry: Option<&str>) -> Self {
        let programs = TempDir::new().unwrap();
        let mut scripts: Vec<(&str, String)> = PROGRAMS.map(|(name, text)| (name, text.to_owned())).into();
        scripts.extend(poetry.map(|program| ("poetry", format!("#!/bin/sh\nexec '{program}' \"$@\"\n"))));
        for (name, text) in scripts {
            let file = programs.path().join(name);
            fs::write(&file, text).unwrap();
            fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
        }
        Self {
            programs,
            folder,
            status: 0,
            printed: String::new(),
        }
    }

    fn follow(&mut self, block: &Block) -> Result<(), String> {
        match block {
            Block::File { path, text, .. } => {
                snippet::put(&self.folder, path, text)?;
                if path == launch::FILE {
                    launch::check(&self.folder, text)
                } else {
                    Ok(())
                }
            }
            Block::Diff { text, .. } => self.apply(text),
            Block::Console { steps, .. } => steps.iter().try_for_each(|step| self.type_in(step)),
        }
    }

    fn type_in(&mut self, step: &Step) -> Result<(), String> {
        let Step { command, output } = step;
        if self.status != 0 && command != "echo $?" {
            return Err(format!(
                "the command before `{command}` ends with {}, and the guide does not say so\n{}",
                self.status, self.printed
            ));
        }
        if command.starts_with("tilt ") {
            if !output.is_empty() {
                return Err(format!("what `{command}` prints cannot be compared: Tilt is not run"));
            }
            return tilt::run(&self.folder, command);
        }
        // The folder that the command leaves behind is where the next one runs.
        let left = self.programs.path().join("folder");
        let script = format!(
            "(exit {}); {command}\nstatus=$?; pwd > '{}'; exit $status",
            self.status,
            left.display()
        );
        let mut shell = self.shell();
        shell.args(["-c", &script]);
        let (status, printed) = match output.iter().position(|line| line == served::CTRL_C) {
            Some(at) => served::run(&mut shell, &output[..at])?,
            None => ended(&mut shell)?,
        };
        self.status = status;
        // One that Ctrl-C ends leaves none.
        if let Ok(folder) = fs::read_to_string(left) {
            self.folder = PathBuf::from(folder.trim_end());
        }
        let output: Vec<String> = output.iter().filter(|line| *line != served::CTRL_C).cloned().collect();
        let is_kept = output.is_empty() || expected::matches(&output, &printed);
        self.printed = printed;
        if is_kept {
            Ok(())
        } else {
            Err(format!(
                "`{command}` ends with {} and prints\n{}\nthe guide promises\n{}\n",
                self.status,
                self.printed,
                output.join("\n")
            ))
        }
    }

    fn apply(&self, diff: &str) -> Result<(), String> {
        let mut patch = self.shell();
        patch
            .args(["-c", "patch --strip=1 --forward --fuzz=0"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut running = patch.spawn().map_err(|error| error.to_string())?;
        running
            .stdin
            .take()
            .unwrap()
            .write_all(diff.as_bytes())
            .map_err(|error| error.to_string())?;
        let ended = running.wait_with_output().map_err(|error| error.to_string())?;
        if ended.status.success() {
            Ok(())
        } else {
            Err(format!(
                "the difference does not apply: {}",
                String::from_utf8_lossy(&ended.stdout)
            ))
        }
    }

    fn shell(&self) -> Command {
        let path = std::env::var("PATH").unwrap_or_default();
        // Where the tests themselves run in the background, `^C` would be ignored by all that they start.
        let mut shell = Command::new("env");
        shell
            .args(["--default-signal=INT", "bash"])
            .current_dir(&self.folder)
            .env("PATH", format!("{}:{path}", self.programs.path().display()))
            .env("GUIDE_XTASK", env!("CARGO_BIN_EXE_xtask"))
            .env(
                "GUIDE_TWINFILE",
                Path::new(env!("CARGO_BIN_EXE_xtask")).with_file_name("twinfile"),
            )
            .env("GUIDE_REPOSITORY", concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
            .env("NO_COLOR", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .stdin(Stdio::null());
        for who in ["AUTHOR", "COMMITTER"] {
            shell
                .env(format!("GIT_{who}_NAME"), "Reader")
                .env(format!("GIT_{who}_EMAIL"), "reader@example.org");
        }
        for variable in ["CI", "GITHUB_STEP_SUMMARY", "RUST_BACKTRACE", "VIRTUAL_ENV"] {
            shell.env_remove(variable);
        }
        shell
    }
}

fn ended(shell: &mut Command) -> Result<(i32, String), String> {
    let ended = shell.output().map_err(|error| error.to_string())?;
    // The table of a report comes before its problems on a terminal too.
    let printed = [ended.stdout, ended.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    Ok((ended.status.code().unwrap_or(-1), printed.concat()))
}
