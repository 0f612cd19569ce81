//! An index on this machine: pypiserver of the pinned tools.

use std::{
    fs,
    io::{self, Read, Write},
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
    /// Its start page, and the packages.
    folder: TempDir,
}

impl IndexServer {
    /// Starts it on an address of this machine, without credentials, without a fallback to other indexes.
    ///
    /// Another program may take the free port first, an index of another test among them: its start page tells whose it is.
    pub fn start(address: &str) -> Self {
        let started = Instant::now();
        loop {
            let mut server = Self::spawn(address);
            loop {
                assert!(started.elapsed() < Duration::from_secs(60), "pypiserver does not start");
                if server.is_itself() {
                    return server;
                }
                if server.child.try_wait().unwrap().is_some() {
                    break;
                }
                thread::sleep(Duration::from_millis(50));
            }
        }
    }

    fn spawn(address: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let packages = folder.path().join("packages");
        fs::create_dir(&packages).unwrap();
        let welcome = folder.path().join("welcome.html");
        fs::write(&welcome, folder.path().to_str().unwrap()).unwrap();
        let port = TcpListener::bind((address, 0)).unwrap().local_addr().unwrap().port();
        let child = Command::new(python_of_tools())
            .args(["-m", "pypiserver", "run", "--disable-fallback", "--interface", address])
            .args(["--authenticate", ".", "--passwords", ".", "--port", &port.to_string()])
            .arg("--welcome")
            .args([welcome, packages])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self {
            child,
            address: address.into(),
            port,
            folder,
        }
    }

    fn is_itself(&self) -> bool {
        let page = self.get("/").unwrap_or_default();
        page.contains(self.folder.path().to_str().unwrap())
    }

    /// A project's page, without the headers of the answer.
    pub fn page(&self, project: &str) -> String {
        let page = self.get(&format!("/simple/{project}/")).unwrap();
        page.split_once("\r\n\r\n")
            .map(|(_, body)| body.to_owned())
            .unwrap_or_default()
    }

    fn get(&self, path: &str) -> io::Result<String> {
        let mut stream = TcpStream::connect((self.address.as_str(), self.port))?;
        write!(stream, "GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n")?;
        let mut page = Vec::new();
        stream.read_to_end(&mut page)?;
        Ok(String::from_utf8_lossy(&page).into_owned())
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
