//! A program in a process group of its own, so that all that it starts can be stopped with it.

use std::{
    io::{self, BufRead, BufReader, PipeReader},
    process::{Child, ExitStatus},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Sender},
    },
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process_group};

use super::launch::Launch;
use diagnostics::Problem;
use subprocess::watcher;

/// A line longer than this is shown in parts.
const LONGEST_LINE: u64 = 1 << 16;
/// How long the last lines may take to come after the end of the program.
const LAST_LINES: Duration = Duration::from_secs(1);

/// What a program does while it runs, with the number it was started under.
#[derive(Debug)]
pub enum Event {
    Line {
        from: usize,
        text: String,
    },
    Ended {
        from: usize,
        status: io::Result<ExitStatus>,
    },
    Healthy {
        service: usize,
    },
    /// It is up, and what it needs is not.
    NotReady {
        service: usize,
        said: String,
    },
    Interrupted,
}

/// Ends, with all that it started, when it is dropped.
#[derive(Debug)]
pub struct Group {
    leader: Pid,
    /// Set when nothing of the group is left, and its number may soon be another's.
    is_gone: Arc<AtomicBool>,
}

impl Group {
    pub fn start(from: usize, launch: &Launch, events: &Sender<Event>) -> Result<Self, Problem> {
        let unable = |error: io::Error| {
            Problem::error(format!(
                "cannot start `{}`: `{}`: {error}",
                launch.name,
                launch.program.display()
            ))
        };
        let (reader, writer) = io::pipe().map_err(unable)?;
        let mut command = watcher::leader(&launch.program).map_err(unable)?;
        command
            .args(&launch.arguments)
            .envs(&launch.env)
            .env_remove("PYTHONHOME")
            // Bytecode has a folder below `target/`. Without it, every start compiles everything: twice the time.
            .env_remove("PYTHONDONTWRITEBYTECODE")
            .current_dir(&launch.dir)
            .stdout(writer.try_clone().map_err(unable)?)
            .stderr(writer);
        let child = command.spawn().map_err(unable)?;
        // It holds the writing ends of the pipe.
        drop(command);
        let group = Self {
            leader: Pid::from_child(&child),
            is_gone: Arc::default(),
        };
        let (all_read, last_line) = mpsc::channel();
        let lines = events.clone();
        thread::spawn(move || {
            read(from, reader, &lines);
            drop(all_read);
        });
        let (ends, leader, is_gone) = (events.clone(), group.leader, Arc::clone(&group.is_gone));
        thread::spawn(move || {
            let status = wait(child, leader);
            is_gone.store(true, Ordering::Relaxed);
            // What the program has started may hold the pipe open.
            let _: Result<(), _> = last_line.recv_timeout(LAST_LINES);
            let _ = ends.send(Event::Ended { from, status });
        });
        Ok(group)
    }

    /// Asks all of the group to end.
    pub fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    pub fn kill(&self) {
        self.signal(Signal::KILL);
    }

    fn signal(&self, signal: Signal) {
        if !self.is_gone.load(Ordering::Relaxed) {
            // It may have ended by itself since.
            let _ = kill_process_group(self.leader, signal);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Waits for the program, and ends what it has left behind.
fn wait(mut child: Child, leader: Pid) -> io::Result<ExitStatus> {
    let number = child.id();
    let status = child.wait();
    let _ = kill_process_group(leader, Signal::KILL);
    watcher::gone(number);
    status
}

fn read(from: usize, reader: PipeReader, events: &Sender<Event>) {
    let mut reader = BufReader::new(reader);
    let mut line = Vec::new();
    loop {
        line.clear();
        match io::Read::take(&mut reader, LONGEST_LINE).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        let text = String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']).to_owned();
        if events.send(Event::Line { from, text }).is_err() {
            return;
        }
    }
}
