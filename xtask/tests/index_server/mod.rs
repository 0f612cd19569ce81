//! An index on this machine: pypiserver of the pinned tools.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

pub struct IndexServer {
    child: Child,
    address: String,
    pub port: u16,
    _packages: TempDir,
}

impl IndexServer {
    /// Starts it on an address of this machine, without credentials, without a fallback to other indexes.
    pub fn start(address: &str) -> Self {
        let packages = TempDir::new().unwrap();
        let port = TcpListener::bind((address, 0)).unwrap().local_addr().unwrap().port();
        let child = Command::new(python_of_tools())
            .args(["-m", "pypiserver", "run", "--disable-fallback", "--interface", address])
            .args(["--authenticate", ".", "--passwords", ".", "--port", &port.to_string()])
            .arg(packages.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self {
            child,
            address: address.into(),
            port,
            _packages: packages,
        };
        let started = Instant::now();
        while TcpStream::connect((address, port)).is_err() {
            assert!(started.elapsed() < Duration::from_secs(60), "pypiserver does not start");
            thread::sleep(Duration::from_millis(50));
        }
        server
    }

    /// A project's page, without the headers of the answer.
    pub fn page(&self, project: &str) -> String {
        let mut stream = TcpStream::connect((self.address.as_str(), self.port)).unwrap();
        write!(stream, "GET /simple/{project}/ HTTP/1.0\r\nHost: localhost\r\n\r\n").unwrap();
        let mut page = Vec::new();
        stream.read_to_end(&mut page).unwrap();
        let page = String::from_utf8_lossy(&page);
        page.split_once("\r\n\r\n")
            .map(|(_, body)| body.to_owned())
            .unwrap_or_default()
    }
}

impl Drop for IndexServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The Python whose environment holds all pinned tools, made when it is not there yet.
fn python_of_tools() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("--root")
        .arg(root)
        .args(["tool", "python", "-c", "import sys; print(sys.executable)"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    PathBuf::from(String::from_utf8(output.stdout).unwrap().trim())
}
