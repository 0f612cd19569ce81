//! Files of targets and recipes: what `make`, `just` and `task` run when they are asked for one.

mod just;
mod make;
mod task;

use std::{collections::BTreeSet, path::Path};

use diagnostics::{Place, Problem, Source};
use formats::shell::Variables;
use repo::RepoPath;

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
    root: &Path,
    folder: Option<&str>,
    words: &[String],
    variables: &Variables,
    problems: &mut Vec<Problem>,
) -> Option<Option<Vec<Recipe>>> {
    let (program, rest) = words.split_first()?;
    let names: &[&str] = match program.as_str() {
        "make" | "gmake" => &["GNUmakefile", "makefile", "Makefile"],
        "just" => &["justfile", "Justfile", ".justfile"],
        "task" => &["Taskfile.yml", "taskfile.yml", "Taskfile.yaml", "taskfile.yaml"],
        _ => return None,
    };
    let call = Call::of(rest);
    let found = folder.and_then(|folder| {
        let home = RepoPath::parse(folder)?.join(&call.folder)?;
        let path = match &call.file {
            Some(file) => home.join(file)?,
            None => {
                let here = names.iter().map(|name| home.child(name));
                here.into_iter().find(|path| path.under(root).is_file())?
            }
        };
        let source = Source::read_if_present(&path.under(root), path.as_str()).ok()??;
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
            steps: 0,
        };
        let is_known = match program.as_str() {
            "just" => just::run(&source, &mut asked),
            "task" => task::run(&source, &mut asked, problems),
            _ => make::run(&source, &mut asked),
        };
        is_known.then_some(asked.found)
    });
    Some(found)
}

/// What is asked of a file, and what it comes to.
struct Asked<'a> {
    root: &'a Path,
    /// The folder that recipes run in.
    home: RepoPath,
    targets: Vec<String>,
    /// Variables of the command line, which those of the file do not replace.
    assigned: BTreeSet<String>,
    variables: Variables,
    found: Vec<Recipe>,
    seen: BTreeSet<String>,
    /// How many targets were asked for, the same ones again included.
    steps: usize,
}

impl Asked<'_> {
    /// Whether a target comes now for the first time: each is made once.
    fn is_new(&mut self, target: &str) -> bool {
        self.found.len() < MOST_RECIPES && self.seen.insert(target.to_owned())
    }

    /// Whether one more may be followed.
    fn step(&mut self) -> bool {
        self.steps += 1;
        self.steps <= MOST_RECIPES
    }

    fn push(&mut self, text: String, place: Place) {
        self.push_in(self.home.to_string(), text, place);
    }

    fn push_in(&mut self, folder: String, text: String, place: Place) {
        if self.found.len() < MOST_RECIPES {
            self.found.push(Recipe {
                text,
                folder,
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
                "-C" | "--directory" | "-d" | "--dir" | "--working-directory" => {
                    call.folder = value().unwrap_or_default()
                }
                "-f" | "--file" | "--makefile" | "--justfile" | "-t" | "--taskfile" => call.file = value(),
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
mod tests {
    use super::*;

    /// What a program runs of a file, one line each.
    fn run(file: &str, text: &str, words: &str) -> Option<Vec<String>> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(file);
        std::io::Write::write_all(&mut std::fs::File::create(path).unwrap(), text.as_bytes()).unwrap();
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        let found = recipes(dir.path(), Some(""), &words, &Variables::new(), &mut Vec::new()).unwrap()?;
        Some(found.iter().map(|recipe| recipe.text.trim().to_owned()).collect())
    }

    /// Whatever a file breaks off at, it is read.
    #[test]
    fn every_cut_of_a_file_ends() {
        let text = "A := $(B)\\\n c\nB += ${A}$(A) é\ndefine x\nendef\nx-%: y ; $(MAKE) $*\n\techo $@ $$x $(foreach a,b,$(c))\n";
        let just = "a := 'b'\nx-y z='1' +w: (b c)\n    echo {{a}} {{ z }} é\n";
        for (file, text, words) in [("Makefile", text, "make x-y"), ("justfile", just, "just x-y")] {
            for at in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
                run(file, &text[..at], words);
                run(file, &text[at..], words);
            }
        }
    }

    #[test]
    fn values_of_values_and_tasks_of_tasks_end() {
        let wide = |at: usize| format!("X{at} = {}\n", format!("$(X{})", at + 1).repeat(30));
        let text = (0..8).map(wide).collect::<String>() + "X8 =\na:\n\techo $(X0)\n";
        assert_eq!(run("Makefile", &text, "make a").unwrap().len(), 1);
        let wide = |at: usize| format!("  t{at}: [{}]\n", format!("{{ task: t{} }},", at + 1).repeat(30));
        let text = format!("tasks:\n{}", (0..12).map(wide).collect::<String>());
        assert_eq!(run("Taskfile.yml", &text, "task t0").unwrap().len(), 0);
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
    fn just_and_task_run_what_a_recipe_needs() {
        let text = "
registry := \"team\"
default: build
[private]
build flavour='prod' tag=\"1\": (check)
    @docker build -f Dockerfile.{{flavour}} -t {{registry}}/web:{{ tag }} .
check:
    #!/usr/bin/env bash
    set -e
    true
";
        assert_eq!(
            run("justfile", text, "just").unwrap(),
            [
                "#!/usr/bin/env bash\nset -e\ntrue",
                "docker build -f Dockerfile.prod -t team/web:1 ."
            ]
        );
        assert!(run("justfile", text, "just build dev").unwrap()[1].contains("Dockerfile.dev -t team/web:1"));
        assert_eq!(run("justfile", "a: b\nb: a\n  {{", "just a").unwrap().len(), 1);
        let text = "
version: '3'
vars: { NAME: web }
tasks:
  default: { deps: [base], cmds: [{ task: image, vars: { FLAVOUR: dev } }] }
  base: echo base
  image:
    dir: services
    cmds: ['docker build -f {{.NAME}}/Dockerfile.{{.FLAVOUR}} {{.OTHER}}']
  loop: [{ task: loop }]
";
        assert_eq!(
            run("Taskfile.yml", text, "task").unwrap(),
            ["echo base", "docker build -f web/Dockerfile.dev *"]
        );
        assert_eq!(run("Taskfile.yml", text, "task loop").unwrap().len(), 0);
        assert_eq!(run("Taskfile.yml", "[", "task x"), None);
    }
}
