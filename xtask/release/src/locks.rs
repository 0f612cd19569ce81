//! Refreshes `poetry.lock` with Poetry, which is asked for nothing else.

use std::{env, sync::Mutex, thread};

use repo::Root;
use xshell::cmd;

use diagnostics::{Place, Problem, Source};
use repo::RepoPath;
use subprocess::{capture, shell};

/// The environment variable that names Poetry, where it is not `poetry` on the path.
pub const PROGRAM: &str = "POETRY";
/// Poetry waits for its index most of the time, and shares its cache.
const AT_ONCE: usize = 4;

/// Locks packages of a staged copy again, all that are named, and gives back each lock. `on_start` hears of each.
pub fn refresh(
    root: &Root,
    folders: &[RepoPath],
    on_start: &(dyn Fn(&RepoPath) + Sync),
) -> Result<Vec<(RepoPath, Source)>, Vec<Problem>> {
    let (open, ended) = (Mutex::new(folders.iter()), Mutex::new(Vec::new()));
    // A thread that panicked has its own report; the others go on.
    let next = || open.lock().unwrap_or_else(|error| error.into_inner()).next();
    thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(folders.len()) {
            scope.spawn(|| {
                while let Some(folder) = next() {
                    on_start(folder);
                    let result = lock(root, folder);
                    ended.lock().unwrap_or_else(|error| error.into_inner()).push(result);
                }
            });
        }
    });
    let (mut locks, mut problems) = (Vec::new(), Vec::new());
    for result in ended.into_inner().unwrap_or_else(|error| error.into_inner()) {
        match result {
            Ok(lock) => locks.push(lock),
            Err(problem) => problems.push(problem),
        }
    }
    locks.sort_by(|a, b| a.0.cmp(&b.0));
    if problems.is_empty() { Ok(locks) } else { Err(problems) }
}

fn lock(root: &Root, folder: &RepoPath) -> Result<(RepoPath, Source), Problem> {
    let path = folder.child("poetry.lock");
    let program = env::var_os(PROGRAM).unwrap_or_else(|| "poetry".into());
    let shell = shell()?;
    shell.change_dir(folder.under(root));
    let missing = |problem: Problem| {
        problem
            .at(Place::File(path.to_string()))
            .remedy(format!("install Poetry 2, or name it: `{PROGRAM}=/path/to/poetry`"))
    };
    let ended = capture(cmd!(shell, "{program} lock --no-interaction --no-ansi")).map_err(missing)?;
    if !ended.status.success() {
        return Err(Problem::error(format!("`poetry lock` ended with {}", ended.status))
            .at(Place::File(path.to_string()))
            .note(ended.output.trim()));
    }
    Ok((path.clone(), root.source(&path)?))
}
