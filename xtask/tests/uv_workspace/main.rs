//! A uv workspace: this repository's own packages, converted by `convert.py`, each with another build backend, and locked by
//! the uv of the pinned tools. Every task that reads locks has to take it like the repository it was made from.

#![allow(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    reason = "a test prints, and works on folders of its own"
)]

#[path = "../fixture/mod.rs"]
#[expect(dead_code, reason = "other tests use the rest of it")]
mod fixture;
mod workspace;

use std::collections::BTreeSet;

use fixture::shown;
use workspace::Workspace;

const SERVICE: &str = "rag-backend";

#[test]
fn every_task_takes_it() {
    let workspace = Workspace::locked();
    workspace.succeeds(&["gen-dockerfiles"]);
    workspace.succeeds(&["gen-dockerfiles", "--check"]);
    let parity = workspace.succeeds(&["verify-parity"]);
    assert!(parity.contains("Parity 4 services"), "{parity}");
    workspace.commit("Generate");
    pins_are_uvs(&workspace);
    let wheels = workspace.succeeds(&["build-wheels", "--check"]);
    assert!(wheels.contains("4 files are reproducible"), "{wheels}");
    a_lib_is_bumped(&workspace);
    the_lock_affects_all(&workspace);
    what_is_missing_is_said_of_uv(&workspace);
}

/// Its services run, and its tests, in environments from the lock.
#[test]
fn it_runs_from_its_sources() {
    let workspace = Workspace::locked();
    workspace.succeeds(&["gen-dockerfiles"]);
    workspace.commit("Generate");
    let said = workspace.succeeds(&["up", "--test"]);
    assert!(said.contains("\nok 6 "), "{said}");
    let tests = workspace.succeeds(&["test", "rag-core-lib"]);
    assert!(tests.contains("1 passed in"), "{tests}");
    let docs = workspace.succeeds(&["docs"]);
    assert!(docs.contains("Fresh"), "{docs}");
}

/// What the images install is what uv would.
fn pins_are_uvs(workspace: &Workspace) {
    let export = workspace.uv(&[
        "export",
        "--frozen",
        "--package",
        SERVICE,
        "--no-emit-workspace",
        "--no-default-groups",
        "--no-hashes",
        "--no-header",
        "--no-annotate",
    ]);
    let ours = workspace.repo.read(&format!("services/{SERVICE}/requirements.txt"));
    assert_eq!(releases(&ours), releases(&export));
    assert!(ours.contains("Sources: services/rag-backend/pyproject.toml, uv.lock"));
}

fn releases(requirements: &str) -> BTreeSet<&str> {
    let lines = requirements.lines().filter(|line| line.contains("=="));
    lines.filter_map(|line| line.split([' ', ';']).next()).collect()
}

fn a_lib_is_bumped(workspace: &Workspace) {
    let bumped = workspace.succeeds(&["bump", "rag-core-lib", "minor"]);
    assert!(bumped.contains("Locking the workspace"), "{bumped}");
    assert!(bumped.contains("Updated uv.lock"), "{bumped}");
    let lock = workspace.repo.read("uv.lock");
    assert!(
        lock.contains("name = \"rag-core-lib\"\nversion = \"0.2.0\""),
        "the lock was made again"
    );
    assert!(
        workspace
            .repo
            .read("services/rag-backend/pyproject.toml")
            .contains("\"rag-core-lib>=0.2,<0.3\"")
    );
    workspace.succeeds(&["verify-parity"]);
    workspace.succeeds(&["lock", "--check"]);
    workspace.commit("Release rag-core-lib");
}

fn the_lock_affects_all(workspace: &Workspace) {
    let affected = |file: &str| {
        let text = workspace.repo.read(file);
        workspace.repo.write(file, text.clone() + "\n# edited\n");
        let said = workspace.succeeds(&["affected", "--base", "HEAD"]);
        workspace.repo.write(file, text);
        let services = said.lines().filter_map(|line| line.strip_prefix("service "));
        let names = services.filter_map(|line| line.split_whitespace().next());
        names.map(str::to_owned).collect::<Vec<String>>()
    };
    let all = ["admin-backend", "document-extractor", "mcp-server", SERVICE];
    assert_eq!(affected("uv.lock"), all);
    assert_eq!(affected("libs/rag-core-lib/src/rag_core_lib/__init__.py"), all);
    assert_eq!(affected("libs/rag-core-api/src/rag_core_api/__init__.py"), [SERVICE]);
}

/// No message names a different lock manager than the repository uses.
fn what_is_missing_is_said_of_uv(workspace: &Workspace) {
    std::fs::remove_file(workspace.repo.path("uv.lock")).unwrap();
    for task in [
        &["gen-dockerfiles"][..],
        &["export-requirements", "services/rag-backend"],
        &["build-wheels"],
        &["sbom", SERVICE, "--without-licenses"],
        &["lock", SERVICE],
    ] {
        let output = workspace.run(task);
        assert!(!output.status.success(), "{task:?}");
        let said = shown(&output);
        assert!(!said.to_lowercase().contains("poetry"), "{task:?}: {said}");
        assert!(
            said.contains("uv lock") || said.contains("has no lock"),
            "{task:?}: {said}"
        );
    }
}
