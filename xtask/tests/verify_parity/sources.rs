//! Faults in what the sources import and the manifests declare.

use crate::{
    fixture::Fixture,
    suite::{Fault, by_hand, found, other_lib, suite},
};

const MAIN: &str = "services/web/src/web/main.py";
const CORE: &str = "libs/core/src/core/__init__.py";

pub const FAULTS: &[Fault] = &[
    ("import-not-declared", "a lib that is not declared", |repo| {
        other_lib(repo);
        repo.edit(MAIN, "import core\n", "import core\nfrom other.things import x\n");
    }),
    ("import-not-declared", "the debugger imported in the program", |repo| {
        repo.edit(MAIN, "import core\n", "import core\nimport debugpy\n")
    }),
    (
        "import-not-declared",
        "a development package imported where it is needed",
        |repo| repo.edit(MAIN, "    if scope", "    from watchfiles import awatch\n    if scope"),
    ),
    (
        "import-not-declared",
        "a package of the tests imported in a lib",
        |repo| repo.edit(CORE, "import idna\n", "import idna, iniconfig\n"),
    ),
    ("import-not-declared", "a literal name", |repo| {
        repo.edit(
            MAIN,
            "import core\n",
            "import core\nimport importlib\n\ndebugger = importlib.import_module(\"debugpy\")\n",
        )
    }),
    ("import-transitive", "a package that another one needs", |repo| {
        repo.edit(MAIN, "import core\n", "import core\nfrom click import echo\n")
    }),
    (
        "import-transitive",
        "a package that the service needs, imported by the lib",
        |repo| repo.edit(CORE, "import idna\n", "import idna\nimport h11\n"),
    ),
    ("lib-not-imported", "the last import of a lib removed", |repo| {
        repo.write(MAIN, "async def app(scope, receive, send): ...\n")
    }),
    ("package-not-imported", "the last import of a package removed", |repo| {
        repo.write(CORE, "__version__ = \"1.2.0\"\n")
    }),
];

#[test]
fn faults_in_sources_are_found() {
    suite(by_hand, FAULTS, &[]);
}

fn is_silent(repo: &Fixture) {
    let output = repo.run(&["verify-parity", "--format", "json"]);
    assert_eq!((output.status.code(), found(&output)), (Some(0), Default::default()));
}

#[test]
fn what_is_not_needed_to_run_may_be_imported() {
    let repo = by_hand();
    let text = "\"\"\"How to debug:\n\nimport debugpy\n\"\"\"\nfrom typing import TYPE_CHECKING\nimport core\n\
                if TYPE_CHECKING:\n    import debugpy\ntry:\n    import watchfiles\nexcept ImportError:\n    watchfiles = None\n";
    repo.write(MAIN, text);
    is_silent(&repo);
}

#[test]
fn a_lib_is_needed_where_the_command_names_it() {
    let repo = by_hand();
    repo.write(MAIN, "");
    let command = "\"web.main:app\"";
    repo.edit("services/web/pyproject.toml", command, "\"core.main:app\"");
    for file in [crate::suite::PROD, crate::suite::DEV] {
        repo.edit(file, "web.main:app", "core.main:app");
    }
    is_silent(&repo);
}

#[test]
fn tests_among_the_modules_may_import_what_tests_need() {
    let repo = by_hand();
    for file in ["tests/test_app.py", "conftest.py", "app_test.py"] {
        repo.write(&format!("services/web/src/web/{file}"), "import debugpy, iniconfig\n");
    }
    is_silent(&repo);
}

/// A program that is no package is run where it lies.
#[test]
fn a_program_without_a_package_is_read_too() {
    let repo = by_hand();
    for (file, text) in [
        (
            "main.py",
            "import click.app\nimport core\nfrom watchfiles import awatch\n",
        ),
        ("click/app.py", ""),
    ] {
        repo.write(&format!("services/web/{file}"), text);
    }
    repo.edit(
        "services/web/pyproject.toml",
        "[tool.poetry.dependencies]",
        "[tool.poetry]\npackage-mode = false\n\n[tool.poetry.dependencies]",
    );
    std::fs::remove_dir_all(repo.path("services/web/src")).unwrap();
    let output = repo.run(&["verify-parity", "--format", "json"]);
    let (rules, problems) = found(&output);
    assert!(problems.is_empty(), "{problems:?}");
    // What is copied to PYTHONPATH is gone with the folder.
    let rules: Vec<&str> = rules
        .iter()
        .map(String::as_str)
        .filter(|rule| *rule != "pythonpath-folder-missing")
        .collect();
    assert_eq!(rules, ["import-not-declared"]);
}

#[test]
fn sources_in_any_state_are_read() {
    let repo = by_hand();
    repo.write(
        "services/web/src/web/broken.py",
        b"def (\nimport \xff\xfe\n'''\nimport debugpy\n",
    );
    repo.write("services/web/src/web/empty.py", "");
    is_silent(&repo);
}
