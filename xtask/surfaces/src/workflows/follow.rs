//! Commands of workflows, and of the scripts, Makefiles and the like of the repository that they call: what is built in the end.

use super::{
    Build, What,
    calls::{inline, is_followed, is_opaque, located, script, speaks_of_images},
    command,
    recipes::{Recipe, recipes},
};
use diagnostics::{Place, Problem};
use formats::growth::{self, TooLong};
use formats::shell::{self, Simple, Variables};
use repo::RepoPath;
use repo::Root;

/// Scripts that call scripts.
const DEEPEST: usize = 6;
/// How many texts one job may lead to: a Makefile can call itself for every target.
const MOST_TEXTS: usize = 200;
/// Loops in loops may call a program as often as they like.
const MOST_CALLS: usize = 500;
/// Where a runner has the repository. No path of a machine starts so.
pub const HOME: &str = "/\u{1}";

/// Follows commands, and collects what they build.
pub struct Follower<'a> {
    pub root: &'a Root,
    pub builds: &'a mut Vec<Build>,
    pub problems: &'a mut Vec<Problem>,
    left: usize,
}

impl<'a> Follower<'a> {
    pub fn new(root: &'a Root, builds: &'a mut Vec<Build>, problems: &'a mut Vec<Problem>) -> Self {
        Self {
            root,
            builds,
            problems,
            left: MOST_TEXTS,
        }
    }

    /// The commands of a text that runs in a folder of the repository.
    pub fn text(&mut self, text: &str, folder: &str, place: &Place, variables: &Variables) {
        self.walk(text, &at(folder), place, variables, 0);
    }

    fn walk(&mut self, text: &str, folder: &str, place: &Place, variables: &Variables, depth: usize) {
        if depth > DEEPEST || self.left == 0 {
            return;
        }
        self.left -= 1;
        let mut variables = variables.clone();
        variables.insert("PWD".into(), folder.to_owned());
        variables.insert("GITHUB_WORKSPACE".into(), HOME.into());
        let text = text.replace("\\\n", " ");
        let mut calls: Vec<(Simple, Variables)> = Vec::new();
        let before = growth::refusals();
        let walked = shell::walk(&text, &mut variables, &mut |simple, variables| {
            if simple.words.first().is_some_and(|word| is_followed(&word.text)) && calls.len() <= MOST_CALLS {
                calls.push((simple.clone(), variables.clone()));
            }
        });
        if growth::refusals() > before {
            let message = format!("cannot read this script: {}", TooLong::WHAT);
            self.problems.push(Problem::error(message).at(place.clone()));
        }
        if (walked.is_err() || calls.len() > MOST_CALLS) && speaks_of_images(&text) {
            self.builds.push(anything(place));
        }
        let mut seen = 0;
        for (call, variables) in calls {
            let words: Vec<String> = call.words.iter().map(|word| starred(&word.text)).collect();
            let folder = variables.get("PWD").map_or("*", String::as_str);
            let first: Vec<&str> = words.iter().take(2).map(String::as_str).collect();
            let place = narrowed(place, &first, &mut seen);
            let before = self.builds.len();
            if !self.call(&words, folder, &place, &variables, depth) {
                let folder = folder.strip_prefix(HOME).unwrap_or(folder).trim_start_matches('/');
                let words: Vec<String> = words.iter().map(|word| seen_from(folder, word)).collect();
                command::read(
                    self.root,
                    folder,
                    &words,
                    &variables,
                    &place,
                    self.builds,
                    self.problems,
                );
            }
            // A folder that is not known may be any, the root too.
            for build in self.builds.iter_mut().skip(before) {
                if let What::Dockerfile(path) = &mut build.what
                    && let Some(rest) = path.strip_prefix("*/")
                {
                    *path = format!("*{rest}");
                }
            }
            // A script may have a part that this workflow never comes to: nobody is blamed for what it pushes.
            if depth > 0 && call.is_conditional {
                for build in self.builds.iter_mut().skip(before) {
                    build.pushes = false;
                    build.tags.clear();
                }
            }
        }
    }

    /// Follows what a command runs of the repository; `false` where it runs a program.
    fn call(&mut self, words: &[String], folder: &str, place: &Place, variables: &Variables, depth: usize) -> bool {
        if let Some((file, arguments)) = script(words) {
            self.script(&file, arguments, folder, place, variables, depth);
            return true;
        }
        if let Some(inner) = inline(words) {
            self.walk(inner, folder, place, variables, depth + 1);
            return true;
        }
        if is_opaque(words) {
            self.builds.push(anything(place));
            return true;
        }
        let home = folder.strip_prefix(HOME).map(|folder| folder.trim_start_matches('/'));
        match recipes(self.root, home, words, variables) {
            None => false,
            Some(None) => {
                if words.iter().any(|word| speaks_of_images(word)) {
                    self.builds.push(anything(place));
                }
                true
            }
            Some(Some(recipes)) => {
                for Recipe {
                    text,
                    folder,
                    place,
                    variables,
                } in recipes
                {
                    self.walk(&text, &at(&folder), &place, &variables, depth + 1);
                }
                true
            }
        }
    }

    fn script(
        &mut self,
        file: &str,
        arguments: &[String],
        folder: &str,
        place: &Place,
        variables: &Variables,
        depth: usize,
    ) {
        let path = match file.strip_prefix(HOME) {
            Some(path) => RepoPath::parse(path.trim_start_matches('/')),
            None => folder
                .strip_prefix(HOME)
                .and_then(|folder| RepoPath::parse(folder.trim_start_matches('/'))?.join(file)),
        };
        let source = path.as_ref().map(|path| self.root.source_if_present(path));
        let (Some(path), Some(Ok(Some(source)))) = (path, source) else {
            if speaks_of_images(file) {
                self.builds.push(anything(place));
            }
            return;
        };
        let mut variables = variables.clone();
        variables.insert("0".into(), format!("{HOME}/{path}"));
        // What `shift` leaves of them is not followed.
        let is_shifted = source
            .text()
            .split_whitespace()
            .any(|word| word.trim_end_matches(';') == "shift");
        for at in 1..=9 {
            let name = at.to_string();
            match arguments.get(at - 1).filter(|word| !is_shifted && !word.contains('*')) {
                Some(word) => drop(variables.insert(name, word.clone())),
                None => drop(variables.remove(&name)),
            }
        }
        let text = located(source.text(), &path);
        self.walk(
            &text,
            folder,
            &source.place(0..source.text().len()),
            &variables,
            depth + 1,
        );
    }
}

/// A folder of the repository, as the shell sees it.
pub fn at(folder: &str) -> String {
    format!("{HOME}/{folder}").trim_end_matches('/').to_owned()
}

/// Paths from the root of the repository, as seen from a folder of it.
fn seen_from(folder: &str, word: &str) -> String {
    if !word.contains(HOME) {
        return word.to_owned();
    }
    let up = "../".repeat(folder.split('/').filter(|part| !part.is_empty()).count());
    let up = if up.is_empty() { "./" } else { &up };
    word.replace(&format!("{HOME}/"), up)
        .replace(HOME, up.trim_end_matches('/'))
}

/// Whatever it is that only a run can tell: perhaps all.
pub fn anything(place: &Place) -> Build {
    Build {
        what: What::Dockerfile("*".into()),
        context: None,
        args: Vec::new(),
        contexts: Vec::new(),
        target: None,
        tags: Vec::new(),
        pushes: false,
        place: place.clone(),
    }
}

/// The text with `*` for every variable whose value is not known.
pub fn starred(text: &str) -> String {
    let mut starred = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('$') {
        starred.push_str(before);
        starred.push('*');
        rest = match behind.chars().next() {
            Some('{') => behind.split_once('}').map_or("", |(_, rest)| rest),
            Some('(') => behind.rsplit_once(')').map_or("", |(_, rest)| rest),
            _ => behind.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_'),
        };
    }
    starred + rest
}

/// The line of a script on which a command stands: the next that holds its first words.
fn narrowed(place: &Place, words: &[&str], seen: &mut usize) -> Place {
    let Place::Text { source, span, label } = place else {
        return place.clone();
    };
    let text = source.text().get(span.clone()).unwrap_or_default();
    let find = |start: &str| text.get(*seen..).and_then(|rest| rest.find(start));
    let start = words.join(" ");
    // The program alone, where a variable is what follows.
    let found = find(&start).or_else(|| find(words.first().copied().unwrap_or_default()));
    match found {
        Some(at) if !start.is_empty() => {
            let from = *seen + at;
            let line = text[from..].split('\n').next().unwrap_or_default().trim_end();
            *seen = from + words.first().map_or(0, |word| word.len());
            let from = span.start + from;
            source.place(from..from + line.len()).label(label.clone())
        }
        _ => place.clone(),
    }
}
