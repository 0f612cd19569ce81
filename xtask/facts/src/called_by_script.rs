//! What a script of the repository calls that the image lacks: modules and scripts of Python, and the migrations of alembic.

use ::image::{Checkout, Found};

use crate::own_code::OwnCode;
use evidence::image::Image;
use formats::{absolute, shell};

/// The first call that fails for want of a file, in words that follow the name of the script.
pub fn lacking(own: &OwnCode<'_>, image: &Image, words: &[String]) -> Option<String> {
    let folder = image.config.folder();
    let word = match words {
        [program, script, ..] if shell::is_shell(program) && !script.starts_with('-') => script,
        [script, ..] if script.contains('/') => script,
        _ => return None,
    };
    let path = absolute(folder, word);
    let source = image.tree.source(&path, &own.listed)?;
    let text = own.text(&source)?;
    let first = text.lines().next().unwrap_or_default();
    let is_for_a_shell = source.ends_with(".sh") || first.split(['/', ' ']).any(shell::is_shell);
    // Where another folder is gone to, paths lead elsewhere.
    if !is_for_a_shell || text.contains("cd ") || text.contains("pushd ") {
        return None;
    }
    let commands = shell::commands(&text, &shell::Variables::new()).ok()?;
    commands
        .iter()
        .filter(|command| !command.is_conditional && command.words.iter().all(|word| word.is_clear))
        .find_map(|command| {
            let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
            let why = fails(own, image, folder, &words)?;
            Some(format!("runs `{source}`, which calls `{}`: {why}", words.join(" ")))
        })
}

/// Why a plain command fails, where a file is missing.
fn fails(own: &OwnCode<'_>, image: &Image, folder: &str, words: &[&str]) -> Option<String> {
    let words = match words {
        ["exec", rest @ ..] => rest,
        words => words,
    };
    match words {
        [program, script, ..] if is_python(program) && script.ends_with(".py") => absent(own, image, folder, script),
        [program, script, ..] if shell::is_shell(program) && script.ends_with(".sh") => {
            absent(own, image, folder, script)
        }
        [script, ..] if script.contains('/') && (script.ends_with(".sh") || script.ends_with(".py")) => {
            absent(own, image, folder, script)
        }
        ["alembic", rest @ ..] => migrations(own, image, folder, rest),
        _ => None,
    }
}

fn is_python(program: &str) -> bool {
    let name = program.rsplit('/').next().unwrap_or_default();
    name.strip_prefix("python")
        .is_some_and(|version| version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
}

fn absent(own: &OwnCode<'_>, image: &Image, folder: &str, script: &str) -> Option<String> {
    let path = absolute(folder, script);
    is_absent(own, image, &path).then(|| format!("`{path}` is not in the image"))
}

fn is_absent(own: &OwnCode<'_>, image: &Image, path: &str) -> bool {
    matches!(image.tree.find(path, &own.listed), Found::Nothing) && !image.tree.may_hold(path)
}

/// The settings of alembic, and the folder of migrations that they name.
fn migrations(own: &OwnCode<'_>, image: &Image, folder: &str, rest: &[&str]) -> Option<String> {
    let named = rest.iter().position(|word| matches!(*word, "-c" | "--config"));
    let named = named.and_then(|at| rest.get(at + 1)).copied();
    let path = absolute(folder, named.unwrap_or("alembic.ini"));
    if is_absent(own, image, &path) {
        // Newer versions also read them from the manifest.
        let manifest = image.tree.source(&absolute(folder, "pyproject.toml"), &own.listed);
        let is_in_manifest = manifest
            .and_then(|path| own.text(&path))
            .is_some_and(|text| text.contains("[tool.alembic"));
        return (!is_in_manifest).then(|| format!("`{path}` is not in the image"));
    }
    let text = own.listed.text(&image.tree.source(&path, &own.listed)?)?;
    let said = text.lines().find_map(|line| line.strip_prefix("script_location"))?;
    let said = said.trim_start().strip_prefix('=')?.trim();
    let (home, _) = path.rsplit_once('/')?;
    let location = said
        .strip_prefix("%(here)s/")
        .map_or_else(|| absolute(folder, said), |rest| absolute(home, rest));
    // A module, or what only alembic fills in.
    if said.is_empty() || said.contains([':', '%']) && !said.starts_with("%(here)s/") {
        return None;
    }
    is_absent(own, image, &location)
        .then(|| format!("`{path}` names the folder `{location}`, which is not in the image"))
}
