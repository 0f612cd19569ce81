//! Faults that people make in this repository, one at a time, each in one place. Files that the tool wrote differ from what it would
//! write after nearly every edit, so `generated-file-stale` is left aside unless it is what the fault is about.

mod images;
mod libs;
mod packages;

use crate::{
    fixture::Fixture,
    suite::{change_line, drop_line, found, level_of, other_version, replace_all},
};
use diagnostics::Level;

/// The rule, what else is true of the fault, what it is, and the edit.
type PersonFault = (&'static str, &'static [&'static str], &'static str, fn(&Fixture));

const RAG: &str = "services/rag-backend";
const RAG_PROD: &str = "services/rag-backend/Dockerfile";
const RAG_DEV: &str = "services/rag-backend/Dockerfile.dev";
const RAG_PINS: &str = "services/rag-backend/requirements.txt";
const RAG_MANIFEST: &str = "services/rag-backend/pyproject.toml";
const RAG_MAIN: &str = "services/rag-backend/src/rag_backend/main.py";
const MCP: &str = "services/mcp-server";
const CORE: &str = "libs/rag-core-lib/pyproject.toml";

/// A step before the image is finished.
fn run(repo: &Fixture, file: &str, command: &str) {
    change_line(repo, file, "EXPOSE", |line| format!("RUN {command}\n{line}\n"));
}

/// The whole lib, before the image is finished.
fn copy_lib(repo: &Fixture, file: &str) {
    let lib = "libs/rag-core-lib";
    let_in(repo, file, lib);
    change_line(repo, file, "EXPOSE", |line| format!("COPY {lib} /app/{lib}\n{line}\n"));
}

/// One more line of an allow-list.
fn let_in(repo: &Fixture, file: &str, path: &str) {
    let file = format!("{file}.dockerignore");
    repo.write(&file, repo.read(&file) + &format!("!{path}\n"));
}

/// A copy of a requirement file with another version of one package.
fn change_version(repo: &Fixture, from: &str, to: &str) {
    repo.write(to, repo.read(from).replace("\nanyio==4", "\nanyio==3"));
}

#[test]
fn faults_of_people_in_this_repository_are_found() {
    let repo = Fixture::of_this_repository();
    let whole = repo.files();
    let mut wrong = Vec::new();
    for (rule, besides, what, apply) in [packages::FAULTS, libs::FAULTS, images::FAULTS].concat() {
        apply(&repo);
        let output = repo.run(&["verify-parity", "--format", "json"]);
        let (mut rules, problems) = found(&output);
        let is_found = rules.remove(rule);
        rules.retain(|rule| !besides.contains(&rule.as_str()) && rule != "generated-file-stale");
        let is_broken = output.status.code() == Some(5);
        // A warning alone is not a break; but a file of the tool edited by hand is.
        let is_silent = level_of(rule) == Level::Error && !is_broken;
        if !is_found || !rules.is_empty() || !problems.is_empty() || is_silent {
            wrong.push(format!(
                "{what}: `{rule}` found: {is_found}, besides: {rules:?}, {problems:?}"
            ));
        }
        restore(&repo, &whole);
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The repository as it was.
fn restore(repo: &Fixture, whole: &[(String, Vec<u8>)]) {
    for (path, _) in repo.files() {
        if !whole.iter().any(|(known, _)| *known == path) {
            std::fs::remove_file(repo.path(&path)).unwrap();
        }
    }
    for (path, before) in whole {
        if std::fs::read(repo.path(path)).ok().as_ref() != Some(before) {
            repo.write(path, before);
        }
    }
}
