//! Runs that go on while a test looks at them.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, TcpStream},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU32, Ordering},
        mpsc::{Receiver, channel},
    },
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::fixture::Fixture;

/// In the environment of every process of a run, by which those that are left are found.
pub const MARK: &str = "XTASK_TEST_OF_UP";

/// One for all tests, so that uv is installed once.
pub fn repository() -> &'static Fixture {
    static FIXTURE: OnceLock<Fixture> = OnceLock::new();
    FIXTURE.get_or_init(|| {
        let fixture = Fixture::of("served");
        for file in ["pyproject.toml", "poetry.lock"] {
            let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools").join(file);
            fixture.write(&format!("xtask/tools/{file}"), fs::read(from).unwrap());
        }
        fixture
    })
}

/// Two that start at once, or a test that takes a port meanwhile, may choose the same port. Tests may be threads or
/// processes.
pub struct Alone {
    _thread: MutexGuard<'static, ()>,
    _process: fs::File,
}

pub fn alone() -> Alone {
    static ALONE: Mutex<()> = Mutex::new(());
    let thread = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let process = fs::File::create(Path::new(env!("CARGO_TARGET_TMPDIR")).join("up.lock")).unwrap();
    process.lock().unwrap();
    Alone {
        _thread: thread,
        _process: process,
    }
}

/// A run that goes on. Both of its streams come as lines.
pub struct Run {
    pub child: Child,
    lines: Receiver<String>,
    said: Vec<String>,
    pub mark: String,
    pub state: TempDir,
    _alone: Alone,
}

impl Run {
    pub fn start(arguments: &[&str], env: &[(&str, &str)]) -> Self {
        Self::start_alone(alone(), arguments, env)
    }

    pub fn start_alone(alone: Alone, arguments: &[&str], env: &[(&str, &str)]) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let mark = format!("{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let state = TempDir::new().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command
            .env_remove("VIRTUAL_ENV")
            .env(MARK, &mark)
            .envs(env.iter().copied());
        command.arg("--root").arg(repository().path("")).arg("up");
        if !arguments.contains(&"--state") {
            command.arg("--state").arg(state.path());
        }
        command
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (sender, lines) = channel();
        let streams: [Box<dyn Read + Send>; 2] = [
            Box::new(child.stdout.take().unwrap()),
            Box::new(child.stderr.take().unwrap()),
        ];
        for stream in streams {
            let sender = sender.clone();
            thread::spawn(move || {
                for line in BufReader::new(stream).lines() {
                    sender.send(line.unwrap()).unwrap();
                }
            });
        }
        Self {
            child,
            lines,
            said: Vec::new(),
            mark,
            state,
            _alone: alone,
        }
    }

    /// Waits for a line that holds a text, unless it has come already, and returns it. What services write comes late.
    pub fn until(&mut self, wanted: &str) -> String {
        if let Some(line) = self.said.iter().find(|line| line.contains(wanted)) {
            return line.clone();
        }
        let deadline = Instant::now() + Duration::from_secs(90);
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(line) = self.lines.recv_timeout(left) else {
                panic!("no `{wanted}` in\n{}", self.said.join("\n"));
            };
            self.said.push(line.clone());
            if line.contains(wanted) {
                return line;
            }
        }
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Waits for the end, after which nothing may be left. What comes back is all that was said.
    pub fn end(mut self) -> (ExitStatus, String) {
        while let Ok(line) = self.lines.recv_timeout(Duration::from_secs(60)) {
            self.said.push(line);
        }
        let status = self.child.wait().unwrap();
        // The shell that waits for the end of the run sees it now.
        let ended = Instant::now();
        let mut left = marked(&self.mark);
        while !left.is_empty() && ended.elapsed() < Duration::from_secs(3) {
            thread::sleep(Duration::from_millis(20));
            left = marked(&self.mark);
        }
        assert!(left.is_empty(), "left are {left:?} of\n{}", self.said.join("\n"));
        (status, self.said.join("\n"))
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
    }
}

/// The processes that hold a mark, by what they run. Zombies have no environment.
pub fn marked(mark: &str) -> Vec<String> {
    let wanted = format!("{MARK}={mark}\0");
    let processes = fs::read_dir("/proc").unwrap().flatten();
    processes
        .filter(|process| {
            let environment = fs::read(process.path().join("environ")).unwrap_or_default();
            String::from_utf8_lossy(&environment).contains(&wanted)
        })
        .map(|process| fs::read_to_string(process.path().join("cmdline")).unwrap_or_default())
        .collect()
}

/// The last number of a line: "Started one on port 18431".
pub fn port(line: &str) -> u16 {
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

/// What a service answers: its environment, as JSON.
pub fn get(port: u16) -> serde_json::Value {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    stream.write_all(b"GET / HTTP/1.0\r\n\r\n").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    serde_json::from_str(text.split_once("\r\n\r\n").unwrap().1).unwrap()
}
