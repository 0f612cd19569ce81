//! The reader of Dockerfiles against BuildKit's own parser, on this repository's files and on styles that people use.

#![allow(
    clippy::disallowed_methods,
    reason = "folders of the tests, not the repository that is worked on"
)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use diagnostics::Located;
use formats::dockerfile::{Arguments, Dockerfile, Statement};
use repo::root::named;
use serde::Deserialize;

#[derive(Debug, PartialEq, Deserialize)]
struct Shown {
    keyword: String,
    trigger: String,
    json: bool,
    flags: Vec<String>,
    values: Vec<String>,
    lines: (usize, usize),
    heredocs: Vec<(String, String)>,
}

#[test]
fn reads_what_buildkit_reads() {
    let files = files();
    assert!(files.len() > 12, "{} files", files.len());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("--root")
        .arg(root)
        .args(["tool", "python"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/buildkit.py"))
        .args(&files)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answers = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<&str> = answers.lines().collect();
    assert_eq!(answers.len(), files.len());
    for (file, answer) in files.iter().zip(answers) {
        let theirs: Vec<Shown> = serde_json::from_str(answer).unwrap();
        let ours = ours(file);
        for (ours, theirs) in ours.iter().zip(&theirs) {
            assert_eq!(ours, theirs, "{}", file.display());
        }
        assert_eq!(ours.len(), theirs.len(), "{}", file.display());
    }
}

/// The generated ones, and the fixtures.
fn files() -> Vec<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<PathBuf> = fs::read_dir(here.join("tests/dockerfiles"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "Dockerfile"))
        .collect();
    for service in fs::read_dir(here.parent().unwrap().join("services")).unwrap() {
        let dir = service.unwrap().path();
        files.extend(["Dockerfile", "Dockerfile.dev"].map(|name| dir.join(name)));
    }
    files.retain(|file| file.is_file());
    files.sort();
    files
}

fn ours(file: &Path) -> Vec<Shown> {
    let mut problems = Vec::new();
    let source = named(file, "Dockerfile").unwrap();
    let dockerfile = Dockerfile::read(&source, &mut problems);
    assert_eq!(problems, [], "{}", file.display());
    let stages = dockerfile.stages.iter();
    let stages = stages.flat_map(|stage| std::iter::once(&stage.from).chain(&stage.statements));
    dockerfile.global.iter().chain(stages).map(shown).collect()
}

fn shown(statement: &Statement) -> Shown {
    let keyword = format!("{:?}", statement.keyword).to_lowercase();
    let (inner, trigger) = match &statement.arguments {
        Arguments::Trigger(inner) => (&**inner, format!("{:?}", inner.keyword).to_lowercase()),
        _ => (statement, String::new()),
    };
    let texts = |words: &[Located<String>]| words.iter().map(|word| word.value.clone()).collect();
    let (json, values): (bool, Vec<String>) = match &inner.arguments {
        Arguments::Exec(words) => (true, texts(words)),
        Arguments::Words(words) => (false, texts(words)),
        Arguments::Text(text) if text.value.is_empty() => (false, Vec::new()),
        // BuildKit cuts the first word off what is one text for us, and reads the list behind it.
        Arguments::Text(text) if keyword == "healthcheck" => match text.value.split_once(' ') {
            Some((first, list)) if list.starts_with('[') => {
                let words: Vec<String> = serde_json::from_str(list).unwrap();
                (true, std::iter::once(first.to_owned()).chain(words).collect())
            }
            Some((first, command)) => (false, vec![first.to_owned(), command.to_owned()]),
            None => (false, vec![text.value.clone()]),
        },
        Arguments::Text(text) => (false, vec![text.value.clone()]),
        Arguments::Pairs(pairs) => {
            let both = pairs
                .iter()
                .flat_map(|(name, value)| [name.value.clone(), value.value.clone()]);
            (false, both.collect())
        }
        Arguments::Trigger(_) => panic!("a trigger in a trigger"),
    };
    Shown {
        keyword,
        trigger,
        json,
        // The binding shows no flags of what a trigger runs.
        flags: texts(&statement.flags),
        values,
        lines: statement.lines,
        heredocs: statement
            .heredocs
            .iter()
            .map(|heredoc| (heredoc.name.clone(), heredoc.content.clone()))
            .collect(),
    }
}
