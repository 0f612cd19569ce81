use super::{Aspect, Check, Rule};
use ::image::{File, Found};
use diagnostics::Level;
use diagnostics::Located;
use diagnostics::{Place, Problem};
use evidence::image::Image;
use evidence::loaded::Listed;
use facts::{OtherImage, Subject, own_code::OwnCode};
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
    check: Check::Files(check, of_other),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let root = &subject.repo.root;
    let mut found = Vec::new();
    let own = OwnCode::of(subject);
    for image in subject.images() {
        let Some(Started { program, is_read }) = started(image) else {
            continue;
        };
        let Found::File(file) = image.tree.find(&program, &own.listed) else {
            continue;
        };
        found.extend(problem(image, (&program, &file), |path| {
            if is_read {
                why_unread(&root.bytes(path).unwrap_or_default())
            } else {
                why(image, (&program, path), root, &own.listed)
            }
        }));
    }
    found
}

/// What is wrong with a script of the repository that an image starts, as far as it is there as it was copied.
fn problem(
    image: &Image,
    (program, file): (&str, &File),
    why: impl FnOnce(&RepoPath) -> Option<&'static str>,
) -> Option<Problem> {
    let path = file.source.as_deref().and_then(RepoPath::parse)?;
    let why = why(&path).filter(|_| !image.touches(program))?;
    let problem = Problem::error(format!("`{path}`, which `{}` starts with, {why}", image.path));
    let problem = problem.at(file.entry.step.clone());
    Some(match said(image) {
        Some(said) => problem.at(said.place.clone().label("started here")),
        None => problem,
    })
}

fn said(image: &Image) -> Option<&Located<Vec<String>>> {
    image.config.entrypoint.as_ref().or(image.config.command.as_ref())
}

/// Why Linux does not run a script of the repository that stands at that path of the image.
fn why(image: &Image, (program, path): (&str, &RepoPath), root: &Root, listed: &Listed) -> Option<&'static str> {
    let text = root.bytes(path).unwrap_or_default();
    let first = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let is_script = std::str::from_utf8(&text).is_ok();
    if !is_script {
        None
    } else if !first.starts_with(b"#!") {
        Some("does not begin with `#!` and an interpreter")
    } else if first.ends_with(b"\r") {
        Some("has Windows line endings, so its interpreter is not found")
    } else if is_closed(image, program, path, root, listed) {
        Some("has a mode without the execute permission")
    } else if is_refused(first, &text) {
        Some("has a syntax error, so that the shell ends")
    } else {
        None
    }
}

fn of_other(other: &OtherImage<'_>) -> Vec<Problem> {
    let image = &other.image;
    let Some(said) = said(image) else { return Vec::new() };
    let Some(name) = said.value.first().filter(|name| !name.contains(['$', '*', ' '])) else {
        return Vec::new();
    };
    let paths: Vec<String> = if name.contains('/') {
        vec![absolute(image.config.folder(), name)]
    } else {
        image.config.path().map(|folder| absolute(folder, name)).collect()
    };
    let root = &other.repo.root;
    let mut is_told = other.has_known_base();
    for path in &paths {
        match image.tree.find(path, &other.listed) {
            Found::File(file) => {
                let why = |source: &RepoPath| why(image, (path, source), root, &other.listed);
                return problem(image, (path, &file), why).into_iter().collect();
            }
            // What the base image has besides is known by its name alone.
            Found::Unknown(_) | Found::Nothing => is_told &= !image.tree.may_hold(path),
            Found::Folder => is_told = false,
        }
    }
    // Another rule says so.
    is_told &= image.starved.is_empty() && image.unmet().next().is_none();
    let Some(source) = script(other, name).filter(|_| is_told) else {
        return Vec::new();
    };
    let message = match paths.as_slice() {
        [path] => format!("`{}` starts `{name}`, but nothing is copied to `{path}`", image.path),
        _ => format!("`{}` starts `{name}`, which is in no folder of its PATH", image.path),
    };
    let problem = Problem::error(message).at(said.place.clone());
    let problem = problem.at(Place::File(source.to_string()).label("the script of that name"));
    vec![problem.remedy(format!("copy `{source}` to /usr/local/bin/"))]
}

/// A script of the build context that is called like the program. Images of Docker have programs of these names themselves.
fn script(other: &OtherImage<'_>, name: &str) -> Option<RepoPath> {
    let name = name.rsplit('/').next().unwrap_or_default();
    if name.starts_with("docker-") || shell::is_shell(name) {
        return None;
    }
    let folder = other.image.path.parent();
    let mut files = other.listed.under(&folder).iter();
    let is_script = |path: &&RepoPath| {
        path.file_name() == name && other.repo.root.bytes(path).is_some_and(|text| text.starts_with(b"#!"))
    };
    files.find(is_script).cloned()
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
fn is_closed(image: &Image, program: &str, path: &RepoPath, root: &Root, listed: &Listed) -> bool {
    let Some(access) = image.tree.access(program, listed) else {
        return false;
    };
    match access.mode {
        _ if access.is_unknown => false,
        Some(mode) => mode & 0o111 == 0,
        // Where files have no such bit, git has, and nobody here asks it.
        None => cfg!(unix) && matches!(root.executable_bytes(path), Ok(Some((_, false)))),
    }
}

/// What an image starts.
struct Started {
    /// The path of a program or a script.
    program: String,
    /// A shell reads it, and asks for no interpreter and no mode.
    is_read: bool,
}

/// What the image starts, where a path is named: by itself, or behind a shell and its options.
fn started(image: &Image) -> Option<Started> {
    let words = &said(image)?.value;
    let folder = image.config.folder();
    let first = words.first()?;
    if shell::is_shell(first) {
        let mut words = words.iter().skip(1).skip_while(|word| is_option(word));
        let script = words
            .next()
            .filter(|word| !word.starts_with('-') && !word.contains([' ', '$', '*']))?;
        return Some(Started {
            program: absolute(folder, script),
            is_read: true,
        });
    }
    first.contains('/').then(|| Started {
        program: absolute(folder, first),
        is_read: false,
    })
}

/// Options of a shell that take no word and no script: `-e`, `-eux`.
fn is_option(word: &str) -> bool {
    let letters = word.strip_prefix('-').unwrap_or_default();
    !letters.is_empty() && letters.bytes().all(|letter| b"eux".contains(&letter))
}

/// Why a shell does not read a script that it is given.
fn why_unread(text: &[u8]) -> Option<&'static str> {
    let text = std::str::from_utf8(text).ok()?;
    if text.contains("\r\n") {
        Some("has Windows line endings, which the shell takes for a part of its words")
    } else if shell::refused(text).is_some() {
        Some("has a syntax error, so that the shell ends")
    } else {
        None
    }
}
