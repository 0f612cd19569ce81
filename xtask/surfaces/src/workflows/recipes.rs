//! Files of targets and recipes: what `make` runs when it is asked for one. `just` and `task` may run anything: in the repositories that
//! the tests rebuild, reading their files brought no finding, and Makefiles brought some.

mod make;

use std::collections::BTreeSet;

use diagnostics::Place;
use formats::shell::Variables;
use repo::RepoPath;
use repo::Root;

/// Commands that run in a folder of the repository.
pub struct Recipe {
    pub text: String,
    pub folder: String,
    pub place: Place,
    pub variables: Variables,
}

/// Targets that need each other may go in a circle.
const MOST_RECIPES: usize = 500;

/// What the words of a command run by such a file, in that order. `None` where they call none of these programs, and
/// `Some(None)` where they do, and the file or the target cannot be told.
pub fn recipes(
    root: &Root,
    folder: Option<&str>,
    words: &[String],
    variables: &Variables,
) -> Option<Option<Vec<Recipe>>> {
    let (program, rest) = words.split_first()?;
    let names: &[&str] = match program.as_str() {
        "make" | "gmake" => &["GNUmakefile", "makefile", "Makefile"],
        "just" | "task" => return Some(None),
        _ => return None,
    };
    let call = Call::of(rest);
    let found = folder.and_then(|folder| {
        let home = RepoPath::parse(folder)?.join(&call.folder)?;
        let path = match &call.file {
            Some(file) => home.join(file)?,
            None => {
                let here = names.iter().map(|name| home.child(name));
                here.into_iter().find(|path| root.has_file(path))?
            }
        };
        let source = root.source_if_present(&path).ok()??;
        let mut variables = variables.clone();
        variables.extend(call.assigned.iter().cloned());
        let mut asked = Asked {
            root,
            home,
            targets: call.targets.clone(),
            assigned: call.assigned.iter().map(|(name, _)| name.clone()).collect(),
            variables,
            found: Vec::new(),
            seen: BTreeSet::new(),
        };
        make::run(&source, &mut asked).then_some(asked.found)
    });
    Some(found)
}

/// What is asked of a file, and what it comes to.
struct Asked<'a> {
    root: &'a Root,
    /// The folder that recipes run in.
    home: RepoPath,
    targets: Vec<String>,
    /// Variables of the command line, which those of the file do not replace.
    assigned: BTreeSet<String>,
    variables: Variables,
    found: Vec<Recipe>,
    seen: BTreeSet<String>,
}

impl Asked<'_> {
    /// Whether a target comes now for the first time: each is made once.
    fn is_new(&mut self, target: &str) -> bool {
        self.found.len() < MOST_RECIPES && self.seen.insert(target.to_owned())
    }

    fn push(&mut self, text: String, place: Place) {
        if self.found.len() < MOST_RECIPES {
            self.found.push(Recipe {
                text,
                folder: self.home.to_string(),
                place,
                variables: self.variables.clone(),
            });
        }
    }
}

/// How such a program is called.
struct Call {
    folder: String,
    file: Option<String>,
    targets: Vec<String>,
    assigned: Vec<(String, String)>,
}

impl Call {
    fn of(words: &[String]) -> Self {
        let mut call = Self {
            folder: String::new(),
            file: None,
            targets: Vec::new(),
            assigned: Vec::new(),
        };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let (name, value) = match word.split_once('=') {
                Some((name, value)) if name.starts_with("--") => (name, Some(value.to_owned())),
                _ => (word.as_str(), None),
            };
            let mut value = || value.clone().or_else(|| words.next().cloned());
            match name {
                "-C" | "--directory" => call.folder = value().unwrap_or_default(),
                "-f" | "--file" | "--makefile" => call.file = value(),
                "-j" | "-l" | "-o" | "-W" | "--set" => {}
                _ if name.starts_with('-') => {}
                _ => match word.split_once('=') {
                    Some((name, value)) => call.assigned.push((name.to_owned(), value.to_owned())),
                    None if word.parse::<u32>().is_ok() => {}
                    None => call.targets.push(word.clone()),
                },
            }
        }
        call
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "folders of the tests")]
mod tests {
    use super::*;

    /// What a program runs of a file, one line each.
    fn run(file: &str, text: &str, words: &str) -> Option<Vec<String>> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(file);
        std::io::Write::write_all(&mut std::fs::File::create(path).unwrap(), text.as_bytes()).unwrap();
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        let found = recipes(&Root::new(dir.path()), Some(""), &words, &Variables::new()).unwrap()?;
        Some(found.iter().map(|recipe| recipe.text.trim().to_owned()).collect())
    }

    /// Whatever a file breaks off at, it is read.
    #[test]
    fn every_cut_of_a_file_ends() {
        let text = "A := $(B)\\\n c\nB += ${A}$(A) é\ndefine x\nendef\nx-%: y ; $(MAKE) $*\n\techo $@ $$x $(foreach a,b,$(c))\n";
        for at in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
            run("Makefile", &text[..at], "make x-y");
            run("Makefile", &text[at..], "make x-y");
        }
    }

    #[test]
    fn values_of_values_end() {
        let wide = |at: usize| format!("X{at} = {}\n", format!("$(X{})", at + 1).repeat(30));
        let text = (0..8).map(wide).collect::<String>() + "X8 =\na:\n\techo $(X0)\n";
        assert_eq!(run("Makefile", &text, "make a").unwrap().len(), 1);
    }

    #[test]
    fn make_runs_what_a_target_needs() {
        let text = "
IMAGE ?= web
FILES := $(IMAGE)/Dockerfile
TAG = $(shell git describe)
ifdef CI
FLAGS = --push
endif
.PHONY: all dev
include more.mk
all: base docker-prod ; @echo done
base:
\t-@docker build -f base/Dockerfile \\
\t  base
docker-%: check
\tdocker build -f $(FILES) --target $* -t $(IMAGE):$(TAG) $(FLAGS) . # $@ of $$HOME
check:
\t$(MAKE) lint
loop: loop2
loop2: loop
\ttrue
";
        assert_eq!(
            run("Makefile", text, "make").unwrap(),
            [
                "docker build -f base/Dockerfile    base",
                "make lint",
                "docker build -f web/Dockerfile --target prod -t web:* * . # docker-prod of $HOME",
                "echo done",
            ]
        );
        assert!(run("Makefile", text, "make docker-dev IMAGE=api").unwrap()[1].contains("api/Dockerfile"));
        assert_eq!(run("Makefile", text, "make loop"), Some(vec!["true".into()]));
        assert_eq!(run("Makefile", text, "make nowhere"), None);
        assert_eq!(run("Makefile", "", "make"), None);
        assert_eq!(run("Makefile", "\t\t:\n=\nx:=$(\nifeq\n:::\n", "make x"), None);
    }

    #[test]
    fn other_runners_may_run_anything() {
        assert_eq!(run("justfile", "a:\n    docker build .\n", "just a"), None);
        assert_eq!(run("Taskfile.yml", "tasks: { a: docker build . }\n", "task a"), None);
    }
}
