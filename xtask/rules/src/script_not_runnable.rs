use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::image::Image;
use facts::{Subject, own_code::OwnCode};
use formats::{absolute, shell};
use repo::{RepoPath, Root};

pub const RULE: Rule = Rule {
    id: "script-not-runnable",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "an image starts a script that Linux cannot run, or that its shell does not read",
    why: "the container fails at once with `exec format error`, `no such file or directory`, `permission denied` or a syntax error",
    example: "ENTRYPOINT [\"/start.sh\"], and a start.sh that an editor on Windows saved",
    fix: "start the script with `#!/bin/sh`, save it with LF line endings, and copy it with `--chmod=755`; correct what the shell does not read",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let root = &subject.repo.root;
    let mut found = Vec::new();
    let own = OwnCode::of(subject);
    for image in subject.images() {
        let Some(program) = program(image) else { continue };
        let files = image.single_files(root);
        let Some((path, copied)) = files.get(&program) else {
            continue;
        };
        if image.touches(&program) {
            continue;
        }
        let text = root.bytes(path).unwrap_or_default();
        let first = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let is_script = std::str::from_utf8(&text).is_ok();
        let why = if !is_script {
            continue;
        } else if !first.starts_with(b"#!") {
            "does not begin with `#!` and an interpreter"
        } else if first.ends_with(b"\r") {
            "has Windows line endings, so its interpreter is not found"
        } else if is_closed(image, &program, path, root, &own) {
            "has a mode without the execute permission"
        } else if is_refused(first, &text) {
            "has a syntax error, so that the shell ends"
        } else {
            continue;
        };
        let problem = Problem::error(format!("`{path}`, which `{}` starts with, {why}", image.path));
        let said = image.config.entrypoint.as_ref().or(image.config.command.as_ref());
        let problem = problem.at(copied.place.clone());
        found.push(match said {
            Some(said) => problem.at(said.place.clone().label("started here")),
            None => problem,
        });
    }
    found
}

/// Whether it is for a shell, and no shell reads it.
fn is_refused(first: &[u8], text: &[u8]) -> bool {
    let first = String::from_utf8_lossy(first);
    let is_for_a_shell = first
        .split_whitespace()
        .any(|word| shell::is_shell(word.trim_start_matches("#!")));
    is_for_a_shell && std::str::from_utf8(text).is_ok_and(|text| shell::refused(text).is_some())
}

/// Whether nobody may run it: by what a step says of its mode, or as it lies in the repository.
fn is_closed(image: &Image, program: &str, path: &RepoPath, root: &Root, own: &OwnCode<'_>) -> bool {
    let Some(access) = image.tree.access(program, &own.listed) else {
        return false;
    };
    match access.mode {
        _ if access.is_unknown => false,
        Some(mode) => mode & 0o111 == 0,
        // Where files have no such bit, git has, and nobody here asks it.
        None => cfg!(unix) && matches!(root.executable_bytes(path), Ok(Some((_, false)))),
    }
}

/// The path of the program that the image starts, where a path is named.
fn program(image: &Image) -> Option<String> {
    let words = image.config.entrypoint.as_ref().or(image.config.command.as_ref())?;
    let first = words.value.first().filter(|first| first.contains('/'))?;
    let folder = image.config.folder();
    Some(absolute(folder, first))
}
