//! A command that runs until Ctrl-C: the guide shows the key as `^C`, after what was to be seen first.

use std::{
    fs::{self, File},
    os::unix::process::{CommandExt, ExitStatusExt},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::expected;

pub const CTRL_C: &str = "^C";
/// For the first installation of what a service needs, on a machine with other work.
const PATIENCE: Duration = Duration::from_secs(300);
const PAUSE: Duration = Duration::from_millis(100);

/// How it ended and what it printed. `Err` when it never prints what is promised before Ctrl-C.
pub fn run(shell: &mut Command, promised: &[String]) -> Result<(i32, String), String> {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("printed");
    let to = File::create(&file).map_err(|error| error.to_string())?;
    // A group of its own, so that the key reaches all that a terminal would send it to.
    shell.process_group(0).stderr(to.try_clone().unwrap()).stdout(to);
    let mut running = shell.spawn().map_err(|error| error.to_string())?;
    let interrupt = format!("kill -INT -- -{}", running.id());
    let press = || Command::new("bash").args(["-c", &interrupt]).status();
    let printed = || fs::read_to_string(&file).unwrap_or_default();
    let start = Instant::now();
    while !expected::matches(promised, &printed()) {
        let is_late = start.elapsed() > PATIENCE;
        let ended = if is_late {
            press().map_err(|error| error.to_string())?;
            Some(running.wait().map_err(|error| error.to_string())?)
        } else {
            running.try_wait().map_err(|error| error.to_string())?
        };
        if let Some(status) = ended {
            let when = if is_late {
                "it never does"
            } else {
                "it ends before that"
            };
            return Err(format!(
                "the guide promises\n{}\nand {when}, with {}\n{}",
                promised.join("\n"),
                status.code().unwrap_or(-1),
                printed()
            ));
        }
        thread::sleep(PAUSE);
    }
    press().map_err(|error| error.to_string())?;
    let status = running.wait().map_err(|error| error.to_string())?;
    // As a shell counts a program that a signal has ended.
    let code = status.code().or(status.signal().map(|signal| 128 + signal));
    Ok((code.unwrap_or(-1), printed()))
}
