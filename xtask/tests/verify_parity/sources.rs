//! Faults in what the sources import and the manifests declare.

use crate::{
    fixture::Fixture,
    suite::{Fault, Twin, by_hand, found, other_lib, suite},
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
    (
        "import-not-declared",
        "a name that needs a package beside its own",
        |repo| {
            repo.edit(
                MAIN,
                "import core\n",
                "import core\nfrom uvicorn.workers import UvicornWorker\n",
            )
        },
    ),
    ("standard-module-missing", "a name that a module lost", |repo| {
        repo.edit(CORE, "import idna\n", "import idna\nfrom collections import Mapping\n")
    }),
    ("standard-module-missing", "a name of a later Python", |repo| {
        repo.edit(CORE, "import idna\n", "import idna\nimport string.templatelib\n")
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
    (
        "lib-not-imported",
        "a lib that only a comment, a docstring and a logger speak of",
        |repo| {
            repo.write(
            MAIN,
            "\"\"\"Once it was core.main that did this.\"\"\"\n# core.main\nimport logging\n\napp = logging.getLogger(\"core\")\n",
        )
        },
    ),
    (
        "import-not-declared",
        "a package whose module has another name, and that nobody declared",
        |repo| repo.edit(MAIN, "import core\n", "import core\nimport yaml\n"),
    ),
    ("import-not-declared", "one that a lib imports", |repo| {
        repo.edit(
            CORE,
            "import idna\n",
            "import idna\nfrom google.protobuf.message import Message\n",
        )
    }),
    ("import-unknown", "a package that few people know", |repo| {
        repo.edit(
            MAIN,
            "import core\n",
            "import core\nfrom pgqueuer.db import AsyncpgDriver\n",
        )
    }),
    ("import-unknown", "one in a function of a lib", |repo| {
        repo.write(
            CORE,
            repo.read(CORE) + "\n\ndef load():\n    import chonkie\n\n    return chonkie\n",
        )
    }),
    ("package-not-imported", "the last import of a package removed", |repo| {
        repo.write(
            CORE,
            "__version__ = \"1.2.0\"\n\n\ndef host(name: str) -> str:\n    return name\n",
        )
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
                if TYPE_CHECKING:\n    import debugpy\ntry:\n    import watchfiles\nexcept ImportError:\n    watchfiles = None\napp = core\n";
    repo.write(MAIN, text);
    is_silent(&repo);
}

/// The Python of the images is 3.13.
#[test]
fn names_that_this_python_has_are_silent() {
    let repo = by_hand();
    let names =
        "from collections import OrderedDict\nfrom collections.abc import Mapping\nfrom warnings import deprecated\n";
    let newer = "import sys\n\nif sys.version_info >= (3, 14):\n    from string.templatelib import Template\n";
    let older = "try:\n    from inspect import getargspec\nexcept ImportError:\n    from inspect import getfullargspec as getargspec\n";
    repo.edit(CORE, "import idna\n", &format!("import idna\n{names}{newer}{older}"));
    is_silent(&repo);
}

/// What a lib has for tests imports what only tests install, until something that ships imports it.
#[test]
fn what_only_tests_import_of_a_lib_may_need_what_only_they_have() {
    for file in ["testing.py", "testing/fixtures.py", "_pytest_plugin.py"] {
        let repo = by_hand();
        let manifest = repo.read("libs/core/pyproject.toml");
        let group = "[dependency-groups]\ntest = [\"iniconfig>=2\"]\n";
        repo.write("libs/core/pyproject.toml", format!("{manifest}\n{group}"));
        repo.write(&format!("libs/core/src/core/{file}"), "import iniconfig\n");
        let (rules, _) = found(&repo.run(&["verify-parity", "--format", "json"]));
        assert!(!rules.contains("import-not-declared"), "{file}: {rules:?}");
        let module = file.trim_end_matches(".py").replace('/', ".");
        repo.edit(MAIN, "import core\n", &format!("import core\nimport core.{module}\n"));
        let (rules, _) = found(&repo.run(&["verify-parity", "--format", "json"]));
        assert!(rules.contains("import-not-declared"), "{file}: {rules:?}");
    }
}

/// What loads a lib by its name, or finds it without one.
#[test]
fn a_lib_may_be_loaded_otherwise_than_by_an_import() {
    let cases: [Twin; 13] = [
        ("a script that starts its program", |repo| {
            repo.write("services/web/bin/start.sh", "#!/bin/sh\nset -e\nuv run core serve\n")
        }),
        ("import_module, put together", |repo| {
            repo.write(
                MAIN,
                "import importlib\n\ndef load(name):\n    return importlib.import_module(f\"core.{name}\")\n",
            )
        }),
        ("module and object", |repo| {
            repo.write(MAIN, "APP = \"core.main:app\"\n")
        }),
        ("an app of Django", |repo| {
            repo.write(MAIN, "INSTALLED_APPS = [\n    'core',\n]\n")
        }),
        ("settings of logging", |repo| {
            repo.write(
                MAIN,
                "LOGGING = {\"formatters\": {\"json\": {\"()\": \"core.logs.Json\"}}}\n",
            )
        }),
        ("settings in a file", |repo| {
            repo.write(
                "services/web/logging.yaml",
                "formatters:\n  json:\n    class: core.logs.Json\n",
            )
        }),
        ("a script that starts it", |repo| {
            repo.write("services/web/start.sh", "#!/bin/sh\nexec python -m core\n")
        }),
        ("settings of a server", |repo| {
            repo.write("services/web/gunicorn.conf.py", "logger_class = \"core.logs.Logger\"\n")
        }),
        ("a variable", |repo| {
            for file in [crate::suite::PROD, crate::suite::DEV] {
                repo.edit(
                    file,
                    "PYTHONUNBUFFERED=1",
                    "PYTHONUNBUFFERED=1 APP_SETTINGS=core.settings",
                );
            }
        }),
        ("python -m", |repo| {
            repo.edit(
                crate::suite::WEB,
                "\"uvicorn\", \"web.main:app\", \"--host\", \"0.0.0.0\", \"--port\", \"8080\"",
                "\"python\", \"-m\", \"core\"",
            );
            for file in [crate::suite::PROD, crate::suite::DEV] {
                let text = repo.read(file);
                let start = text.rfind("CMD ").unwrap();
                repo.write(file, format!("{}CMD [\"python\", \"-m\", \"core\"]\n", &text[..start]));
            }
        }),
        ("a plugin", |repo| {
            let manifest = "libs/core/pyproject.toml";
            let plugin = "\n[project.entry-points.\"web.plugins\"]\ncore = \"core.plugin\"\n";
            repo.edit(manifest, "\n[build-system]", &format!("{plugin}\n[build-system]"));
        }),
        ("an entry point of the service", |repo| {
            let manifest = crate::suite::WEB;
            let script = "\n[project.scripts]\nadmin = \"core.main:run\"\n";
            repo.edit(
                manifest,
                "\n[dependency-groups]",
                &format!("{script}\n[dependency-groups]"),
            );
        }),
        ("a subprocess", |repo| {
            repo.write(MAIN, "COMMAND = [\"python\", \"-m\", \"core\"]\n")
        }),
    ];
    for (what, apply) in cases {
        let repo = by_hand();
        repo.write(MAIN, "async def app(scope, receive, send): ...\n");
        apply(&repo);
        let output = repo.run(&["verify-parity", "--format", "json"]);
        let (rules, problems) = found(&output);
        assert!(
            !rules.contains("lib-not-imported") && problems.is_empty(),
            "{what}: {problems:?}"
        );
    }
}

/// What no lock has and something else brings, and what may fail.
#[test]
fn modules_may_come_from_elsewhere() {
    let cases: [Fault; 9] = [
        (
            "Python itself",
            "import compression.zstd, tomllib, zoneinfo, pip",
            |_| {},
        ),
        ("a file beside", "import settings_of_web", |repo| {
            repo.write("services/web/settings_of_web.py", "")
        }),
        ("a folder of the repository", "from shared_things.x import y", |repo| {
            repo.write("tools/shared_things/x.py", "")
        }),
        ("what is generated", "import chat_pb2, chat_pb2_grpc, _version", |_| {}),
        (
            "what may fail",
            "try:\n    import chonkie\nexcept ImportError:\n    chonkie = None",
            |_| {},
        ),
        ("another name of what is locked", "import typing_extension", |_| {}),
        ("installed by a command", "import torch, chonkie", |repo| {
            let pip = "RUN pip install --require-hashes --no-deps torch==2.9.0 chonkie==1.0.0";
            for file in [crate::suite::PROD, crate::suite::DEV] {
                repo.edit(file, "USER 10001", &format!("{pip}\nUSER 10001"));
            }
        }),
        ("of the distribution", "import gi", |repo| {
            for file in [crate::suite::PROD, crate::suite::DEV] {
                repo.edit(file, "USER 10001", "RUN apt-get install -y python3-gi\nUSER 10001");
            }
        }),
        ("of the base", "import torch, chonkie", |repo| {
            for file in [crate::suite::PROD, crate::suite::DEV] {
                let text = repo.read(file);
                let text = text.replace("python:${PYTHON}-slim-trixie", "pytorch/pytorch:2.9");
                repo.write(file, text.replace("python:3.13-slim-trixie", "pytorch/pytorch:2.9"));
            }
        }),
    ];
    for (what, import, apply) in cases {
        let repo = by_hand();
        repo.edit(MAIN, "import core\n", &format!("import core\n{import}\n"));
        apply(&repo);
        let output = repo.run(&["verify-parity", "--format", "json"]);
        let (rules, _) = found(&output);
        let of_imports: Vec<&String> = rules.iter().filter(|rule| rule.starts_with("import-")).collect();
        assert!(of_imports.is_empty(), "{what}: {of_imports:?}");
    }
}

#[test]
fn a_lib_is_needed_where_the_command_names_it() {
    let repo = by_hand();
    repo.write(MAIN, "");
    repo.write("libs/core/src/core/main.py", "app = None\n");
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

/// A program that is not a package is run where it lies.
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
    // The command names a module of the folder that is gone.
    // Production builds a wheel of it, which its manifest says that it has not.
    assert_eq!(
        rules,
        ["import-not-declared", "lib-build-input-missing", "module-missing"]
    );
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
