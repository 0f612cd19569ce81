//! Programs that end with this one, also when it is killed and cannot end them itself. A small shell waits for the end of
//! a pipe that only this process holds, on every system that has pipes and process groups.

use std::{
    io::{self, PipeWriter, Write},
    os::unix::process::CommandExt,
    process::{Child, Command, Stdio},
    sync::{Mutex, OnceLock, PoisonError},
};

const SCRIPT: &str = include_str!("watcher.sh");
/// Says which group it leads, and becomes the program. What it says it with is its input, and is closed then.
const LEADER: &str = "echo \"lead $$\" >&0; exec \"$0\" \"$@\" </dev/null";

struct Watcher {
    /// The group of the commands.
    group: i32,
    pipe: Mutex<PipeWriter>,
}

/// Begins to watch, if that was not done yet.
fn watcher() -> io::Result<&'static Watcher> {
    static WATCHER: OnceLock<Watcher> = OnceLock::new();
    static STARTING: Mutex<()> = Mutex::new(());
    let _turn = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(watcher) = WATCHER.get() {
        return Ok(watcher);
    }
    let (reader, writer) = io::pipe()?;
    let child = Command::new("/bin/sh")
        .args(["-c", SCRIPT])
        .stdin(reader)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()?;
    let group = i32::try_from(child.id()).map_err(io::Error::other)?;
    Ok(WATCHER.get_or_init(|| Watcher {
        group,
        pipe: Mutex::new(writer),
    }))
}

impl Watcher {
    fn say(&self, line: &str) -> io::Result<()> {
        let mut pipe = self.pipe.lock().unwrap_or_else(PoisonError::into_inner);
        pipe.write_all(format!("{line}\n").as_bytes())
    }
}

/// A program that ends with this one. [`Watched::wait`] has to be called in the end.
#[derive(Debug)]
pub struct Watched(pub Child);

impl Watched {
    /// Starts a program whose end this process waits for.
    pub fn spawn(command: &mut Command) -> io::Result<Self> {
        let watcher = watcher()?;
        // Said first, so that there is no moment at which it runs and nobody knows.
        watcher.say("begin")?;
        let child = command.process_group(watcher.group).spawn();
        if child.is_err() {
            watcher.say("end")?;
        }
        child.map(Self)
    }

    /// Waits until the process ends, and tells the watcher.
    pub fn wait(&mut self) -> io::Result<std::process::ExitStatus> {
        let status = self.0.wait()?;
        watcher()?.say("end")?;
        Ok(status)
    }

    /// Ends it.
    pub fn kill(&mut self) {
        let _ = self.0.kill();
    }
}

/// A command that leads a process group of its own, and whose group ends with this process. It has no input. What it leads is
/// over when [`gone`] is said.
pub fn leader(program: &std::path::Path) -> io::Result<Command> {
    let pipe = watcher()?
        .pipe
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .try_clone()?;
    let mut command = Command::new("/bin/sh");
    command.args(["-c", LEADER]).arg(program).stdin(pipe).process_group(0);
    Ok(command)
}

/// Nothing is left of a group, and its number may soon be another's.
pub fn gone(group: u32) {
    if let Ok(watcher) = watcher() {
        let _ = watcher.say(&format!("gone {group}"));
    }
}

/// `NAME=VALUE` in the environment of everything that is to end with this process, for what has left its group.
pub fn mark(variable: &str) -> io::Result<()> {
    watcher()?.say(&format!("mark {variable}"))
}

/// Nothing with the mark is left, so that nobody has to be looked for.
pub fn unmark() {
    if let Ok(watcher) = watcher() {
        let _ = watcher.say("mark");
    }
}
