//! Data that a command fetches for the program.

use super::stage::State;
use diagnostics::Place;
use formats::{
    absolute,
    shell::{Simple, Variables},
};

/// Models, corpora, browsers: what the program loads while it runs.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// The command, as short as it says the same.
    pub what: String,
    /// Where the command is written.
    pub place: Place,
}

/// What of a text of Python fetches data.
const LOADERS: [&str; 5] = [
    "SentenceTransformer(",
    "from_pretrained(",
    "get_encoding(",
    "nltk.download(",
    "snapshot_download(",
];

impl State {
    /// Notes what a command does; whether it runs at all has to be known.
    pub(super) fn note(&mut self, command: &Simple, variables: &Variables, place: &Place) {
        let program = command.words.first().map_or("", |word| word.text.as_str());
        self.is_linked |= program == "ln";
        self.touched.extend(touched(command, variables));
        if command.is_conditional {
            return;
        }
        if let Some(what) = fetched(command) {
            let place = place.clone();
            self.fetched.push(Fetched { what, place });
        }
    }
}

/// What a command edits where it lies, with all below it.
fn touched(command: &Simple, variables: &Variables) -> Vec<String> {
    let folder = variables.get("PWD").map_or("/", String::as_str);
    let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
    let Some((program, rest)) = words.split_first() else {
        return Vec::new();
    };
    let edits = |word: &&str| {
        matches!(
            word.rsplit('/').next(),
            Some("dos2unix" | "sed" | "perl" | "sh" | "bash")
        )
    };
    let named = rest.iter().filter(|word| !word.starts_with('-'));
    match program.rsplit('/').next().unwrap_or_default() {
        "dos2unix" => named.map(|path| absolute(folder, path)).collect(),
        "sed" | "perl"
            if rest
                .iter()
                .any(|word| word.starts_with("-i") || word.starts_with("--in-place")) =>
        {
            // Some of the words are its script, which is a path of nothing.
            named.map(|path| absolute(folder, path)).collect()
        }
        "find" if rest.iter().any(edits) => {
            let paths = rest.iter().take_while(|word| !word.starts_with('-'));
            // Of a path with a pattern, the files of that name below it.
            let name = rest
                .iter()
                .position(|word| *word == "-name")
                .and_then(|at| rest.get(at + 1));
            let below = name.map_or(String::new(), |name| format!("/**/{name}"));
            paths
                .map(|path| format!("{}{below}", absolute(folder, path).trim_end_matches('/')))
                .collect()
        }
        "xargs" if rest.iter().any(edits) => vec![folder.to_owned()],
        _ => Vec::new(),
    }
}

/// What a command fetches, where every word of it is known.
fn fetched(command: &Simple) -> Option<String> {
    if command.words.iter().any(|word| !word.is_clear) {
        return None;
    }
    let mut words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
    if let ["poetry" | "uv", "run", ..] = words.as_slice() {
        words.drain(..2);
    }
    let program = words.first()?.rsplit('/').next()?;
    let is_python = program.starts_with("python");
    if let (true, [_, "-c", code]) = (is_python, words.as_slice()) {
        let code = code.split_whitespace().collect::<Vec<_>>().join(" ");
        return LOADERS.iter().any(|loader| code.contains(loader)).then_some(code);
    }
    let of_module = is_python && words.get(1) == Some(&"-m");
    let rest = if of_module { &words[2..] } else { &words[..] };
    let (tool, behind) = match rest {
        ["nltk.downloader", behind @ ..] => ("nltk.downloader", behind),
        ["spacy", "download", behind @ ..] => ("spacy download", behind),
        ["playwright", "install", behind @ ..] => ("playwright install", behind),
        ["huggingface-cli" | "hf", "download", behind @ ..] => ("hf download", behind),
        ["ollama", "pull", behind @ ..] => ("ollama pull", behind),
        _ => return None,
    };
    // Where it goes to is seen in the environment; how it is fetched says nothing.
    let mut names = Vec::new();
    let mut behind = behind.iter();
    while let Some(word) = behind.next() {
        match *word {
            "-d" | "--dir" | "--local-dir" | "--cache-dir" => drop(behind.next()),
            word if word.starts_with('-') => {}
            word => names.push(word),
        }
    }
    names.sort_unstable();
    Some(format!("{tool} {}", names.join(" ")).trim_end().to_owned())
}
