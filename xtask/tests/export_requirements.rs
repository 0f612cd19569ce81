//! `cargo xtask export-requirements`, through the binary: its options, and whose lock it reads.

#![allow(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    reason = "a test prints, and works on folders of its own"
)]

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use tempfile::TempDir;

const MANIFEST: &str = r#"
[project]
name = "web"
version = "1.0"
requires-python = ">=3.11"
dependencies = ["core", "idna>=3"]
[dependency-groups]
dev = ["ruff"]
[tool.uv.sources]
core = { workspace = true }
[[tool.uv.index]]
name = "inner"
url = "https://inner.example.org/simple"
"#;

const LOCK: &str = r#"
version = 1
revision = 3
requires-python = ">=3.11"

[manifest]
members = ["core", "web"]

[[package]]
name = "core"
version = "1.0"
source = { editable = "libs/core" }

[[package]]
name = "idna"
version = "3.10"
source = { registry = "https://inner.example.org/simple" }
wheels = [{ url = "https://inner.example.org/i/idna-3.10-py3-none-any.whl", hash = "sha256:aa", size = 1 }]

[[package]]
name = "ruff"
version = "0.9"
source = { registry = "https://packages.example.org/simple" }
sdist = { url = "https://packages.example.org/r/ruff-0.9.tar.gz", hash = "sha256:bb", size = 1 }

[[package]]
name = "web"
version = "1.0"
source = { editable = "services/web" }
dependencies = [{ name = "core" }, { name = "idna" }]

[package.dev-dependencies]
dev = [{ name = "ruff" }]

[package.metadata]
requires-dist = [{ name = "core", editable = "libs/core" }, { name = "idna", specifier = ">=3" }]

[package.metadata.requires-dev]
dev = [{ name = "ruff" }]
"#;

fn workspace() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let web = folder.path().join("services/web");
    fs::create_dir_all(&web).unwrap();
    fs::write(web.join("pyproject.toml"), MANIFEST).unwrap();
    let core = folder.path().join("libs/core");
    fs::create_dir_all(&core).unwrap();
    fs::write(
        core.join("pyproject.toml"),
        "[project]\nname = \"core\"\nversion = \"1.0\"\n",
    )
    .unwrap();
    fs::write(folder.path().join("uv.lock"), LOCK).unwrap();
    folder
}

/// Run in the root of the workspace.
fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.arg("export-requirements").args(arguments);
    command.current_dir(folder).output().unwrap()
}

fn out(output: &Output) -> &str {
    assert!(output.status.success(), "{}", err(output));
    std::str::from_utf8(&output.stdout).unwrap()
}

fn err(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

const IDNA: &str = "idna==3.10 ; python_version >= \"3.11\"";
const RUFF: &str = "ruff==0.9 ; python_version >= \"3.11\"";
const INDEX: &str = "--extra-index-url https://inner.example.org/simple\n\n";

#[test]
fn the_lock_of_the_workspace_is_read_and_local_packages_are_named() {
    let folder = workspace();
    let output = run(folder.path(), &["services/web"]);
    assert_eq!(out(&output), format!("{INDEX}{IDNA} \\\n    --hash=sha256:aa\n"));
    assert_eq!(err(&output), "note: local packages are left out: core (libs/core)\n");
}

#[test]
fn groups_have_the_names_of_both_programs() {
    let folder = workspace();
    for with in ["--with", "--group"] {
        let both = run(
            folder.path(),
            &["services/web", with, "dev", "--without-hashes", "--without-urls"],
        );
        assert_eq!(out(&both), format!("{IDNA}\n{RUFF}\n"));
    }
    for only in ["--only", "--only-group"] {
        let one = run(folder.path(), &["services/web", only, "dev", "--no-hashes"]);
        assert_eq!(out(&one), format!("{RUFF}\n"));
    }
    for without in ["--without", "--no-group"] {
        let rest = run(folder.path(), &["services/web", "--all-groups", without, "main"]);
        assert_eq!(out(&rest), format!("{RUFF} \\\n    --hash=sha256:bb\n"));
    }
}

#[test]
fn the_folder_is_relative_to_the_root_and_the_output_to_where_it_runs() {
    let folder = workspace();
    let elsewhere = tempfile::tempdir().unwrap();
    let root = folder.path().to_str().unwrap();
    let arguments = [
        "services/web",
        "--root",
        root,
        "-f",
        "requirements.txt",
        "-o",
        "pins.txt",
    ];
    let output = run(elsewhere.path(), &arguments);
    assert_eq!(out(&output), "");
    let written = fs::read_to_string(elsewhere.path().join("pins.txt")).unwrap();
    assert!(written.contains("--hash=sha256:aa"), "{written}");
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 1);
}

#[test]
fn a_stale_lock_is_refused_unless_it_is_frozen() {
    let folder = workspace();
    let manifest = folder.path().join("services/web/pyproject.toml");
    fs::write(manifest, MANIFEST.replace("idna>=3", "idna>=4")).unwrap();
    let refused = run(folder.path(), &["services/web"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(err(&refused).contains("is stale"), "{}", err(&refused));
    assert!(out(&run(folder.path(), &["services/web", "--frozen"])).contains("idna==3.10"));
}

#[test]
fn what_locks_the_project_is_told_where_there_is_no_lock() {
    let folder = workspace();
    fs::remove_file(folder.path().join("uv.lock")).unwrap();
    let missing = run(folder.path(), &["services/web"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(
        err(&missing).contains("`services/web/uv.lock` does not exist"),
        "{}",
        err(&missing)
    );
    assert!(err(&missing).contains("run `uv lock` in"), "{}", err(&missing));
    let plain = MANIFEST.replace("tool.uv", "tool.other");
    fs::write(folder.path().join("services/web/pyproject.toml"), plain).unwrap();
    let unknown = run(folder.path(), &["services/web"]);
    assert!(
        err(&unknown).contains("`services/web` contains no lock"),
        "{}",
        err(&unknown)
    );
}

#[test]
fn a_lock_that_has_addresses_is_written_as_pylock() {
    let folder = workspace();
    for name in ["pylock.toml", "pylock"] {
        let output = run(folder.path(), &["services/web", "--format", name, "--with", "dev"]);
        let lock: toml_edit::Document<String> = out(&output).parse().unwrap();
        assert_eq!(lock["lock-version"].as_str(), Some("1.0"));
        assert_eq!(lock["requires-python"].as_str(), Some(">=3.11"));
        let packages = lock["packages"].as_array_of_tables().unwrap();
        let names: Vec<&str> = packages
            .iter()
            .map(|package| package["name"].as_str().unwrap())
            .collect();
        assert_eq!(names, ["idna", "ruff"]);
        let idna = packages.get(0).unwrap();
        assert_eq!(idna["index"].as_str(), Some("https://inner.example.org/simple"));
        let wheel = idna["wheels"]
            .as_array()
            .unwrap()
            .get(0)
            .unwrap()
            .as_inline_table()
            .unwrap();
        let text = |key: &str| wheel.get(key).unwrap().as_str().unwrap();
        assert_eq!(text("url"), "https://inner.example.org/i/idna-3.10-py3-none-any.whl");
        assert_eq!(text("name"), "idna-3.10-py3-none-any.whl");
        let hashes = wheel.get("hashes").unwrap().as_inline_table().unwrap();
        assert_eq!(hashes.get("sha256").unwrap().as_str(), Some("aa"));
        // `requires-python` says it for all of them.
        assert!(idna.get("marker").is_none());
        assert!(packages.get(1).unwrap().get("sdist").is_some());
    }
}

#[test]
fn a_lock_without_addresses_is_not_written_as_pylock() {
    let sound = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sound");
    let output = run(&sound, &["services/web", "--format", "pylock"]);
    assert_eq!(output.status.code(), Some(1));
    let said = err(&output);
    assert!(said.contains("does not say where the archives of"), "{said}");
    assert!(said.contains("export `requirements.txt`"), "{said}");
}
