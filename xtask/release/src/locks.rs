//! Refreshes locks with the programs that write them, which are asked for nothing else.
//!
//! Each is called by its name, or by what the variable of that name in capitals says: `POETRY`, `UV`.

use std::{env, sync::Mutex, thread};

use repo::Root;
use xshell::cmd;

use diagnostics::{Place, Problem, Source};
use repo::{
    RepoPath,
    lock::{Manager, pylock::Writer},
};
use subprocess::{capture, shell};

/// They wait for their index most of the time, and share their cache.
const AT_ONCE: usize = 4;

/// Makes locks of a staged copy again, all that are named, and gives back each. `on_start` hears of the folder of each.
pub fn refresh(
    root: &Root,
    paths: &[RepoPath],
    on_start: &(dyn Fn(&RepoPath) + Sync),
) -> Result<Vec<(RepoPath, Source)>, Vec<Problem>> {
    let (open, ended) = (Mutex::new(paths.iter()), Mutex::new(Vec::new()));
    // A thread that panicked has its own report; the others go on.
    let next = || open.lock().unwrap_or_else(|error| error.into_inner()).next();
    thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(paths.len()) {
            scope.spawn(|| {
                while let Some(path) = next() {
                    on_start(&path.parent());
                    let result = lock(root, path);
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

fn lock(root: &Root, path: &RepoPath) -> Result<(RepoPath, Source), Problem> {
    let manager = Manager::of_lock(path.file_name()).unwrap_or(Manager::Poetry);
    let call = match manager {
        Manager::Poetry => Call::of(manager, &["--no-interaction", "--no-ansi"]),
        Manager::Uv => Call::of(manager, &["--no-progress", "--color=never"]),
        Manager::Pdm | Manager::Pipenv => Call::of(manager, &[]),
        Manager::Pylock => pylock(root, path)?,
    };
    let name = call.manager.program();
    let variable = name.to_uppercase();
    let program = env::var_os(&variable).unwrap_or_else(|| name.into());
    let options = &call.options;
    let shell = shell()?;
    shell.change_dir(path.parent().under(root));
    let missing = |problem: Problem| {
        let title = call.manager.title();
        problem
            .at(Place::File(path.to_string()))
            .remedy(format!("install {title}, or set `{variable}` to its path"))
    };
    let ended = capture(cmd!(shell, "{program} lock {options...}")).map_err(missing)?;
    if !ended.status.success() {
        return Err(Problem::error(format!("`{name} lock` ended with {}", ended.status))
            .at(Place::File(path.to_string()))
            .note(ended.output.trim()));
    }
    Ok((path.clone(), root.source(path)?))
}

/// The program that locks, and its arguments.
struct Call {
    manager: Manager,
    options: Vec<String>,
}

impl Call {
    fn of(manager: Manager, options: &[&str]) -> Self {
        let options = options.iter().copied().map(String::from).collect();
        Self { manager, options }
    }
}

/// The program that wrote the file, for the same groups: another one might leave some out.
fn pylock(root: &Root, path: &RepoPath) -> Result<Call, Problem> {
    let source = root.source(path)?;
    let writer = Writer::of(&source);
    match writer
        .as_ref()
        .map(|writer| (writer.program.as_str(), &writer.selected))
    {
        Some(("pip", _)) => Ok(Call::of(Manager::Pylock, &["--editable", "."])),
        Some(("pdm", selected)) => {
            let mut call = Call::of(Manager::Pdm, &["--lockfile", path.file_name()]);
            if selected.is_empty() {
                call.options.push("--prod".into());
            }
            let groups = selected.iter().flat_map(|name| ["--group".to_owned(), name.clone()]);
            call.options.extend(groups);
            Ok(call)
        }
        other => {
            let by = other.map_or_else(String::new, |(program, _)| format!(" by `{program}`"));
            Err(
                Problem::error(format!("`{path}` was written{by}, which this task cannot call"))
                    .at(source.place(0..0))
                    .note("locks of pip and PDM can be written again; other programs write them from other files")
                    .remedy("write it again with that program, with the same options"),
            )
        }
    }
}
