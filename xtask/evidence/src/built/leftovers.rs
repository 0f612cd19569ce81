//! What a run makes in the engine, and that nothing of it stays: not when the run ends early, and not when it is killed. Names
//! are those of this run alone, so that runs at the same time, and in other repositories, do not take each other's images.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    io::{self, PipeWriter, Write},
    os::unix::process::CommandExt,
    process::{Command, Stdio},
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

const SCRIPT: &str = include_str!("leftovers.sh");

/// Something in the engine that is removed with this value.
#[derive(Debug)]
pub struct Leftover {
    name: String,
    remove: &'static [&'static str],
}

impl Leftover {
    /// The tag of an image that is about to be built.
    pub fn image(name: &str) -> io::Result<Self> {
        let name = format!("{name}-{}", run());
        Self::begin("image", name, &["image", "rm", "--force"])
    }

    /// The name of a container that is about to be created.
    pub fn container() -> io::Result<Self> {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("xtask-parity-{}-{}", run(), NEXT.fetch_add(1, Ordering::Relaxed));
        Self::begin("container", name, &["rm", "--force", "--volumes"])
    }

    /// Said first, so that there is no moment at which it exists and nobody knows.
    fn begin(kind: &str, name: String, remove: &'static [&'static str]) -> io::Result<Self> {
        say(&format!("{kind} {name}"))?;
        Ok(Self { name, remove })
    }

    /// What the engine knows it by.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Leftover {
    fn drop(&mut self) {
        let mut command = Command::new("docker");
        command.args(self.remove).arg(&self.name).stdin(Stdio::null());
        let removed = command.output().is_ok_and(|output| output.status.success());
        if removed {
            let _ = say(&format!("gone {}", self.name));
        }
    }
}

/// What no run at the same time has.
fn run() -> &'static str {
    static RUN: OnceLock<String> = OnceLock::new();
    RUN.get_or_init(|| {
        let mut hasher = RandomState::new().build_hasher();
        hasher.write_u32(std::process::id());
        format!("{:016x}", hasher.finish())
    })
}

/// A line for the shell that removes what is left.
fn say(line: &str) -> io::Result<()> {
    static PIPE: OnceLock<Mutex<PipeWriter>> = OnceLock::new();
    static STARTING: Mutex<()> = Mutex::new(());
    let _turn = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
    let pipe = match PIPE.get() {
        Some(pipe) => pipe,
        None => {
            let (reader, writer) = io::pipe()?;
            Command::new("/bin/sh")
                .args(["-c", SCRIPT])
                .stdin(reader)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                // A Ctrl-C at the terminal is not for it.
                .process_group(0)
                .spawn()?;
            PIPE.get_or_init(|| Mutex::new(writer))
        }
    };
    let mut pipe = pipe.lock().unwrap_or_else(PoisonError::into_inner);
    pipe.write_all(format!("{line}\n").as_bytes())
}
