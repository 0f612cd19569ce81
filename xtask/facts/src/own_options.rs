//! Options that a command passes to a program of the repository, and that its sources do not have.

use ::image::Start;

use crate::own_code::{OwnCode, Side};
use evidence::image::Image;

/// Readers of options that refuse what they do not know.
const STRICT: [&str; 3] = ["argparse", "click", "typer"];
/// Readers of options that find them elsewhere, or take any.
const OPEN: [&str; 14] = [
    "absl",
    "allow_extra_args",
    "cappa",
    "cliff",
    "cyclopts",
    "docopt",
    "fire",
    "hydra",
    "ignore_unknown_options",
    "jsonargparse",
    "parse_known_args",
    "sys.argv",
    "tyro",
    "pydantic_settings",
];

/// The first option that no source of the program names, neither as a text nor, as typer does, by a word.
pub fn unknown(own: &OwnCode<'_>, side: &Side<'_>, image: &Image) -> Option<String> {
    let Start::Module(module) = &side.loaded.started.start else {
        return None;
    };
    let words = image.program();
    let rest = behind(own, &words, &side.loaded.started.program, module)?;
    let options = rest.iter().take_while(|word| *word != "--").filter_map(|word| {
        let option = word.split('=').next()?;
        let is_long = option.starts_with("--") && option.len() > 3 && !option.contains(['$', '*']);
        (is_long && !matches!(option, "--help" | "--version")).then_some(option)
    });
    let options: Vec<&str> = options.collect();
    if options.is_empty() {
        return None;
    }
    let (_, code) = own.owner(module)?;
    let imports = |name: &str| code.imports.keys().any(|import| import.split('.').next() == Some(name));
    if !STRICT.iter().any(|name| imports(name)) {
        return None;
    }
    let sources = own.packages.iter().flat_map(|(package, _)| own.below(&package.dir));
    let sources = sources.filter(|path| path.file_name().ends_with(".py"));
    let texts: Vec<String> = sources.filter_map(|path| own.text(path.as_str())).collect();
    if texts.iter().any(|text| OPEN.iter().any(|open| has_word(text, open))) {
        return None;
    }
    // From parameters, typer makes options itself.
    let by_word = imports("typer");
    let is_named = |option: &str| {
        let word = option.trim_start_matches('-').replace('-', "_");
        let word = word.strip_prefix("no_").unwrap_or(&word);
        // What is written in short is the start of a longer one, and `--no-x` may come with `--x`.
        let plain = format!("--{}", option.trim_start_matches('-').trim_start_matches("no-"));
        let is_written = |text: &String| text.contains(option) || text.contains(&plain);
        texts
            .iter()
            .any(|text| is_written(text) || (by_word && has_word(text, word)))
    };
    options.into_iter().find(|option| !is_named(option)).map(str::to_owned)
}

/// The words behind the program, where that is one of the repository.
fn behind<'a>(own: &OwnCode<'_>, words: &'a [String], program: &str, module: &str) -> Option<&'a [String]> {
    let at = words.iter().position(|word| word == program)?;
    let rest = &words[at + 1..];
    let name = program.rsplit('/').next().unwrap_or_default();
    if !name.starts_with("python") {
        let is_own = own
            .packages
            .iter()
            .any(|(package, _)| package.manifest.script(name).is_some());
        return is_own.then_some(rest);
    }
    let at = rest.iter().position(|word| word == "-m")?;
    (rest.get(at + 1)? == module).then(|| &rest[at + 2..])
}

fn has_word(text: &str, word: &str) -> bool {
    let is_part = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].bytes().next_back();
        let behind = text[at + word.len()..].bytes().next();
        !is_part(before) && !is_part(behind)
    })
}
