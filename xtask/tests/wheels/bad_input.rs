//! Every bad input gives one clear report with a place and a fix, exit code 1, and no output folder.

use crate::{
    fixture::{Fixture, shown},
    text,
    workshop::{OUT, build, repository},
};

macro_rules! bad_input {
    ($($name:ident: $break:expr;)+) => {$(
        #[test]
        fn $name() {
            let fixture = repository();
            let break_it: fn(&Fixture) = $break;
            break_it(&fixture);
            let output = build(&fixture, &["base", "old"]);
            assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
            // Which of two builds ends first is chance; what they say is not.
            let progress = ["Building ", "Built ", "Failed "];
            let said = shown(&output);
            let lines = said.lines().filter(|line| !progress.iter().any(|verb| line.trim_start().starts_with(verb)));
            let said = lines.map(|line| format!("{line}\n")).collect::<String>();
            insta::assert_snapshot!(stringify!($name), said.replace(&fixture.path("").display().to_string(), "ROOT/"));
            assert!(!fixture.path(OUT).exists(), "a failed run wrote files");
        }
    )+};
}

const BASE: &str = "libs/base/pyproject.toml";
const OLD: &str = "libs/old/pyproject.toml";

bad_input! {
    version_missing: |repo| repo.edit(BASE, "version = \"0.2.1\"\n", "");
    version_dynamic: |repo| repo.edit(BASE, "version = \"0.2.1\"", "dynamic = [\"version\"]");
    version_that_is_none: |repo| repo.edit(BASE, "0.2.1", "0.2.x");
    version_that_is_local: |repo| repo.edit(BASE, "0.2.1", "0.2.1+mine");
    readme_missing: |repo| std::fs::remove_file(repo.path("libs/base/README.md")).unwrap();
    licence_missing: |repo| std::fs::remove_file(repo.path("libs/base/LICENSE")).unwrap();
    backend_not_pinned: |repo| {
        repo.edit(BASE, "poetry-core>=2.0,<3.0", "flit_core>=3.11,<4");
        repo.edit(BASE, "poetry.core.masonry.api", "flit_core.buildapi");
    };
    backend_of_another_version: |repo| repo.edit(BASE, "poetry-core>=2.0,<3.0", "poetry-core>=3.0");
    backend_that_nothing_brings: |repo| repo.edit(BASE, "poetry.core.masonry.api", "pdm.backend");
    backend_that_is_no_name: |repo| repo.edit(BASE, "poetry.core.masonry.api", "os; import sys");
    backend_without_that_object: |repo| repo.edit(BASE, "poetry.core.masonry.api", "poetry.core.masonry.api:nothing.here");
    backend_in_the_tree: |repo| repo.edit(BASE, "build-backend", "backend-path = [\".\"]\nbuild-backend");
    sibling_out_of_range: |repo| {
        repo.edit(OLD, "base = { path", "base = { version = \">=1\", path");
    };
    sibling_not_required: |repo| {
        repo.edit(OLD, "[tool.poetry]\n", "[project]\nname = \"old\"\nversion = \"1.0.0\"\ndependencies = [\"idna>=3\"]\n\n[tool.poetry]\n");
    };
    requirement_by_address: |repo| {
        repo.edit(BASE, "\"idna>=3.10,<4\"", "\"idna @ https://files.example.org/idna-3.20-py3-none-any.whl\"");
    };
    typing_marker_left_out: |repo| {
        repo.edit(OLD, "packages = [{ include = \"old\", from = \"src\" }]", "packages = [{ include = \"old/*.py\", from = \"src\" }]");
    };
    lock_missing: |repo| std::fs::remove_file(repo.path("libs/base/poetry.lock")).unwrap();
    lock_stale: |repo| repo.edit(BASE, "idna>=3.10,<4", "idna>=3.11,<4");
    several_at_once: |repo| {
        repo.edit(BASE, "0.2.1", "0.2.x");
        repo.edit(OLD, "1.0.0", "one");
        repo.edit(OLD, "poetry.core.masonry.api", "1");
    };
}

#[test]
fn a_link_out_of_the_tree() {
    let fixture = repository();
    std::os::unix::fs::symlink("/etc/hostname", fixture.path("libs/base/src/base/host.txt")).unwrap();
    std::os::unix::fs::symlink("data", fixture.path("libs/base/src/base/folder")).unwrap();
    std::os::unix::fs::symlink("data/words.txt", fixture.path("libs/base/src/base/fine.txt")).unwrap();
    let output = build(&fixture, &["base"]);
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!("link_out_of_the_tree", shown(&output));
}

#[test]
fn a_readme_that_git_ignores() {
    let fixture = repository();
    let git = std::process::Command::new("git")
        .args(["init", "--quiet"])
        .current_dir(fixture.path(""))
        .status();
    assert!(git.unwrap().success());
    fixture.write(".gitignore", "README.md\n");
    let output = build(&fixture, &["base"]);
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!("readme_that_git_ignores", shown(&output));
}

#[test]
fn an_output_folder_that_is_none() {
    let fixture = repository();
    fixture.write("dist", "a file");
    let out = fixture.path("dist").display().to_string();
    let output = build(&fixture, &["base", "--out", &out]);
    let said = crate::ended(&output, 1);
    assert!(said.contains("cannot read") || said.contains("cannot make"), "{said}");
    assert_eq!(fixture.read("dist"), "a file");
}

#[test]
fn unknown_names_list_the_known_ones() {
    let fixture = repository();
    let said = crate::ended(&build(&fixture, &["bsae"]), 1);
    assert!(said.contains("did you mean `base`?"), "{said}");
    let said = crate::ended(&build(&fixture, &["something"]), 1);
    assert!(
        said.contains("lib `something` does not exist") && said.contains("`base`, `hatched`, `old` and `tooled`"),
        "{said}"
    );
    let said = crate::ended(&build(&fixture, &["--service", "wbe"]), 1);
    assert!(
        said.contains("service `wbe` does not exist") && said.contains("the only service is `web`"),
        "{said}"
    );
    assert_eq!(build(&fixture, &["--check", "--out", "x"]).status.code(), Some(2));
}
