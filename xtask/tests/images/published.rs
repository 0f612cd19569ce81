//! A checkout whose libs are on an index of this machine, and whose production images take them from there.

use std::{
    fs,
    net::UdpSocket,
    path::Path,
    process::{Command, Output},
};

use tempfile::TempDir;

use crate::{checkout, index_server::IndexServer};

pub struct Published {
    pub checkout: TempDir,
    _server: IndexServer,
}

impl Published {
    /// Publishes every lib from a clean checkout, switches to the index, and draws the images again.
    pub fn new(root: &Path) -> Result<Self, String> {
        let address = own_address();
        let server = IndexServer::start(&address);
        let checkout = checkout::copy(root)?;
        let dir = checkout.path();
        share_tools(root, dir)?;
        let url = format!("http://{address}:{}", server.port);
        set(dir, "wheelhouse", &url)?;
        for arguments in [
            &["init", "--quiet"][..],
            &["add", "--all"],
            &["commit", "--quiet", "--message", "All"],
        ] {
            let identity = [
                "-c",
                "user.name=T",
                "-c",
                "user.email=t@example.org",
                "-c",
                "commit.gpgsign=false",
            ];
            ended(
                Command::new("git")
                    .current_dir(dir)
                    .args(identity)
                    .args(arguments)
                    .output(),
            )?;
        }
        xtask(dir, &["build-wheels", "--publish", "trial"])?;
        set(dir, "index", &url)?;
        xtask(dir, &["gen-dockerfiles"])?;
        Ok(Self {
            checkout,
            _server: server,
        })
    }
}

/// The address under which builds in containers reach this machine: that of the way out, or where there is none, the
/// usual one of Docker's bridge. Nothing is sent.
fn own_address() -> String {
    let way_out = UdpSocket::bind("0.0.0.0:0").and_then(|socket| {
        socket.connect("198.51.100.1:9")?;
        socket.local_addr()
    });
    way_out.map_or_else(|_| String::from("172.17.0.1"), |address| address.ip().to_string())
}

/// Writes the settings that say where libs come from, and no others.
fn set(dir: &Path, source: &str, url: &str) -> Result<(), String> {
    let path = dir.join("Cargo.toml");
    let text = fs::read_to_string(&path).map_err(|error| error.to_string())?;
    let header = "[workspace.metadata.xtask]\n";
    let (before, after) = text.split_once(header).ok_or("there are not settings")?;
    let is_kept = |line: &&str| !line.starts_with("lib-source") && !line.starts_with("lib-index");
    let kept: Vec<&str> = after.lines().filter(is_kept).collect();
    let index = format!("lib-index = {{ name = \"trial\", url = \"{url}/simple/\", publish-url = \"{url}/\" }}");
    let text = format!(
        "{before}{header}lib-source = \"{source}\"\n{index}\n{}\n",
        kept.join("\n")
    );
    checkout::write(&path, &text)
}

/// The pinned tools of the repository under test, so that they are not installed once more.
fn share_tools(from: &Path, to: &Path) -> Result<(), String> {
    let (from, to) = (from.join("target/xtask"), to.join("target/xtask"));
    fs::create_dir_all(&to).map_err(|error| error.to_string())?;
    for entry in fs::read_dir(from).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with("tools-") {
            std::os::unix::fs::symlink(entry.path(), to.join(entry.file_name())).map_err(|error| error.to_string())?;
        }
    }
    Ok(())
}

fn xtask(dir: &Path, arguments: &[&str]) -> Result<(), String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command
        .env("UV_PUBLISH_USERNAME", "trial")
        .env("UV_PUBLISH_PASSWORD", "trial");
    ended(command.arg("--root").arg(dir).args(arguments).output())
}

fn ended(output: std::io::Result<Output>) -> Result<(), String> {
    let output = output.map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned())
}
