//! Libs that stand on the one that gets a version, and the locks of all.

use super::*;

/// Two libs on top of each other, each with a range that the next major version does not admit.
fn with_dependents(repo: &Fixture) {
    for (name, needs, version) in [("edge", "core", "1.2"), ("top", "edge", "0.3")] {
        let next = if name == "edge" { "2" } else { "0.4" };
        repo.write(
            &format!("libs/{name}/pyproject.toml"),
            format!(
                "[project]\nname = \"{name}\"\nversion = \"0.3.0\"\ndescription = \"x\"\nrequires-python = \">=3.11\"\n\
                 dependencies = [\"{needs}>={version},<{next}\"]\n\n[tool.poetry.dependencies]\n\
                 {needs} = {{ path = \"../{needs}\", develop = true }}\n\n\
                 [build-system]\nrequires = [\"poetry-core>=2.0\"]\nbuild-backend = \"poetry.core.masonry.api\"\n"
            ),
        );
        repo.write(
            &format!("libs/{name}/src/{name}/__init__.py"),
            "__version__ = \"0.3.0\"\n",
        );
    }
    commit(repo, "Add edge and top");
}

#[test]
fn dependents_whose_requirement_moves_get_versions_of_their_own() {
    let repo = repository(POETRY);
    with_dependents(&repo);
    let output = bump(&repo, &["core", "major"]);
    let said = shown(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(
        said.contains("`cargo xtask bump edge patch`, or run this with `--dependents`"),
        "{said}"
    );
    repo.git(&["checkout", "--quiet", "."]);
    repo.git(&["clean", "--quiet", "--force"]);

    let output = bump(&repo, &["core", "major", "--dependents=minor"]);
    let said = shown(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("core 1.2.0 to 2.0.0"), "{said}");
    assert!(
        said.contains("edge 0.3.0 to 0.4.0, because its requirement changed"),
        "{said}"
    );
    assert!(
        said.contains("top 0.3.0 to 0.4.0, because its requirement changed"),
        "{said}"
    );
    assert!(
        said.contains("`git tag core-v2.0.0`, `git tag edge-v0.4.0`, `git tag top-v0.4.0`"),
        "{said}"
    );
    for (file, text) in [
        ("libs/edge/pyproject.toml", "core>=2"),
        ("libs/edge/pyproject.toml", "version = \"0.4.0\""),
        ("libs/edge/src/edge/__init__.py", "__version__ = \"0.4.0\""),
        ("libs/edge/CHANGELOG.md", "Require core 2.0.0"),
        ("libs/top/pyproject.toml", "edge>=0.4"),
        ("libs/top/CHANGELOG.md", "Require edge 0.4.0"),
    ] {
        assert!(
            repo.read(file).contains(text),
            "{file} has no `{text}`:\n{}",
            repo.read(file)
        );
    }
}

#[test]
fn a_dependent_that_admits_the_version_stays() {
    let repo = repository(POETRY);
    with_dependents(&repo);
    let output = bump(&repo, &["core", "minor", "--dependents"]);
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    assert!(repo.read("libs/edge/pyproject.toml").contains("version = \"0.3.0\""));
    assert!(!repo.path("libs/edge/CHANGELOG.md").exists());
}

#[test]
fn locks_are_made_again_in_one_run() {
    let repo = repository(POETRY);
    repo.edit(CORE, "'1.2.0'", "'1.2.5'");
    commit(&repo, "Change what the lib says of itself");
    let lock = |arguments: &[&str]| {
        let path = std::env::var("PATH").unwrap_or_default();
        assert_cmd::Command::cargo_bin("xtask")
            .unwrap()
            .env("PATH", format!("{}:{path}", repo.path("bin").display()))
            .env("POETRY_LOG", repo.path("poetry.log"))
            .env_remove("POETRY")
            .arg("--root")
            .arg(repo.path(""))
            .arg("lock")
            .args(arguments)
            .output()
            .unwrap()
    };
    let output = lock(&["web", "--check"]);
    assert_eq!(output.status.code(), Some(4), "{}", shown(&output));
    assert!(!repo.read("services/web/poetry.lock").contains("1.2.5"));
    let output = lock(&["web"]);
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    assert!(repo.read("services/web/poetry.lock").contains("1.2.5"));
    assert_eq!(
        lock(&["web", "--check"]).status.code(),
        Some(0),
        "a second run changes nothing"
    );
    let output = lock(&["nobody"]);
    assert!(shown(&output).contains("package `nobody` does not exist, or has no lock"));
}
