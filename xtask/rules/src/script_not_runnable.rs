use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::image::Image;
use facts::Subject;
use formats::absolute;

pub const RULE: Rule = Rule {
    id: "script-not-runnable",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "an image starts with a script that Linux does not run",
    why: "the container ends at once, with `exec format error`, `no such file or directory` or `permission denied`",
    example: "ENTRYPOINT [\"/start.sh\"], and a start.sh that an editor on Windows saved",
    fix: "begin the script with `#!/bin/sh`, save it with LF line ends, and copy it with `--chmod=755`",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let root = &subject.repo.root;
    let mut found = Vec::new();
    for image in subject.images().filter(|image| !image.is_touched) {
        let Some(program) = program(image) else { continue };
        let files = image.single_files(root);
        let Some((path, copied)) = files.get(&program) else {
            continue;
        };
        let text = root.bytes(path).unwrap_or_default();
        let first = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let is_script = std::str::from_utf8(&text).is_ok();
        let why = if !is_script {
            continue;
        } else if !first.starts_with(b"#!") {
            "does not begin with `#!` and an interpreter"
        } else if first.ends_with(b"\r") {
            "has the line ends of Windows, so its interpreter is not found"
        } else if copied.mode.is_some_and(|mode| mode & 0o111 == 0) {
            "is copied with a mode that nobody may run"
        } else {
            continue;
        };
        let problem = Problem::error(format!("`{path}`, which `{}` starts with, {why}", image.path));
        let said = image.entrypoint.as_ref().or(image.command.as_ref());
        let problem = problem.at(copied.place.clone());
        found.push(match said {
            Some(said) => problem.at(said.place.clone().label("started here")),
            None => problem,
        });
    }
    found
}

/// The path of the program that the image starts, where a path is named.
fn program(image: &Image) -> Option<String> {
    let words = image.entrypoint.as_ref().or(image.command.as_ref())?;
    let first = words.value.first().filter(|first| first.contains('/'))?;
    let folder = image.workdir.as_ref().map_or("/", |folder| folder.value.as_str());
    Some(absolute(folder, first))
}
