//! Processes that have left the group they were started in, as the adapter of debugpy does. They still have the
//! environment that the run gave them.

#![expect(clippy::disallowed_methods, reason = "processes, not files of the repository")]

use std::{fs, path::Path, process, thread, time::Duration};

use rustix::process::{Pid, Signal, kill_process};

/// Stands in the environment of every process of a run.
pub const VARIABLE: &str = "XTASK_UP_RUN";

/// What tells this run from others.
pub fn mark() -> String {
    process::id().to_string()
}

/// Kills what is left of this run, where the system tells of the environments of processes (Linux does).
pub fn kill() {
    let wanted = format!("{VARIABLE}={}", mark()).into_bytes();
    // One that is killed may just have started another.
    for _ in 0..20 {
        if kill_all(&wanted) == 0 {
            subprocess::watcher::unmark();
            return;
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// Returns how many it found.
fn kill_all(wanted: &[u8]) -> usize {
    let Ok(processes) = fs::read_dir("/proc") else {
        return 0;
    };
    let of_run = processes.flatten().filter(|entry| holds(&entry.path(), wanted));
    let strays: Vec<Pid> = of_run.filter_map(|entry| pid(&entry.path())).collect();
    for stray in &strays {
        // It may have ended by itself since.
        let _ = kill_process(*stray, Signal::KILL);
    }
    strays.len()
}

/// Those of other people cannot be read.
fn holds(process: &Path, wanted: &[u8]) -> bool {
    let environment = fs::read(process.join("environ")).unwrap_or_default();
    environment.split(|byte| *byte == 0).any(|variable| variable == wanted)
}

fn pid(process: &Path) -> Option<Pid> {
    let number: i32 = process.file_name()?.to_str()?.parse().ok()?;
    // Also where this runs inside another run.
    Pid::from_raw(number).filter(|pid| *pid != rustix::process::getpid())
}
