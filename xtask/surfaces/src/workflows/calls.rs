//! What the words of a command call: a script of the repository, or a text that is in them.

use super::follow::{HOME, at};
use formats::shell::is_shell;
use repo::RepoPath;

/// Programs that build, and that call what the repository holds.
const FOLLOWED: [&str; 17] = [
    "docker",
    "docker-compose",
    "podman",
    "podman-compose",
    "nerdctl",
    "buildah",
    "cargo",
    "make",
    "gmake",
    "just",
    "task",
    "sh",
    "bash",
    "dash",
    "zsh",
    ".",
    "source",
];
/// Programs that build images by files of their own.
const BUILDERS: [&str; 7] = ["skaffold", "tilt", "earthly", "werf", "devspace", "pack", "dagger"];
/// Programs that run what a file of the repository names.
const RUNNERS: [&str; 20] = [
    "python", "python3", "poetry", "uv", "uvx", "hatch", "pdm", "nox", "tox", "invoke", "inv", "poe", "npm", "npx",
    "yarn", "pnpm", "node", "bazel", "gradle", "rake",
];

/// Whether a command may build, or call something that does.
pub fn is_followed(program: &str) -> bool {
    [&FOLLOWED[..], &BUILDERS, &RUNNERS]
        .iter()
        .any(|programs| programs.contains(&program))
        || program.contains('/')
        || program.ends_with(".sh")
}

/// Whether a command builds what is not read here: by its program, or by what it is told to run.
pub fn is_opaque(words: &[String]) -> bool {
    let Some((program, rest)) = words.split_first() else {
        return false;
    };
    let speaks = |word: &String| {
        ["docker", "image", "container", "bake"]
            .iter()
            .any(|said| word.contains(said))
    };
    // Packages that are installed may be called so, too.
    let is_install = rest
        .iter()
        .any(|word| ["install", "add", "sync", "ci", "pip"].contains(&word.as_str()));
    BUILDERS.contains(&program.as_str())
        || (RUNNERS.contains(&program.as_str()) && rest.iter().any(speaks) && !is_install)
}

/// Whether a text that is not understood may well be about images.
pub fn speaks_of_images(text: &str) -> bool {
    ["docker", "image", "build", "bake", "container", "release", "push"]
        .iter()
        .any(|word| text.contains(word))
}

/// The script that a command runs, and what it is called with.
pub fn script(words: &[String]) -> Option<(String, &[String])> {
    let (first, rest) = words.split_first()?;
    match first.rsplit('/').next()? {
        program if is_shell(program) => {
            let is_option = |word: &String| word.starts_with(['-', '+']);
            let at = rest.iter().position(|word| !is_option(word))?;
            let is_text = rest[..at]
                .iter()
                .any(|option| !option.starts_with("--") && option.ends_with('c'));
            (!is_text).then(|| (rest[at].clone(), &rest[at + 1..]))
        }
        "." | "source" if first.len() != 2 => {
            let (file, rest) = rest.split_first()?;
            (!file.ends_with("/activate")).then(|| (file.clone(), rest))
        }
        // Programs of the machine lie elsewhere.
        _ if first.starts_with(HOME) || (first.contains('/') && !first.starts_with('/')) => Some((first.clone(), rest)),
        _ => None,
    }
}

/// The text behind `bash -c`.
pub fn inline(words: &[String]) -> Option<&str> {
    let (first, rest) = words.split_first()?;
    let at = rest
        .iter()
        .position(|word| word.starts_with('-') && !word.starts_with("--") && word.ends_with('c'))?;
    rest.get(at + 1).filter(|_| is_shell(first)).map(String::as_str)
}

/// The text of a script, with the ways in which it asks where it lies answered.
pub fn located(text: &str, path: &RepoPath) -> String {
    let dir = at(path.parent().as_str());
    let mut text = text.to_owned();
    for own in [
        "\"$0\"",
        "$0",
        "\"${0}\"",
        "\"${BASH_SOURCE[0]}\"",
        "${BASH_SOURCE[0]}",
        "\"$BASH_SOURCE\"",
        "\"${BASH_SOURCE}\"",
    ] {
        text = text.replace(&format!("$(dirname -- {own})"), &dir);
        text = text.replace(&format!("$(dirname {own})"), &dir);
        text = text.replace(&format!("`dirname {own}`"), &dir);
    }
    text = text.replace("$(git rev-parse --show-toplevel)", HOME);
    // `$(cd "…" && pwd)` is the folder that it goes to.
    for (open, close) in [
        ("$(cd \"", "\" && pwd)"),
        ("$(cd ", " && pwd)"),
        ("$(cd -- \"", "\" && pwd)"),
    ] {
        let mut at = 0;
        while let Some(start) = text[at..].find(open).map(|start| at + start) {
            let inner = start + open.len();
            let Some(end) = text[inner..].find(close).map(|end| inner + end) else {
                break;
            };
            at = inner;
            if !text[inner..end].contains(['\n', '(', '$', '"']) {
                let folder = text[inner..end].to_owned();
                text.replace_range(start..end + close.len(), &folder);
                at = start;
            }
        }
    }
    text
}
