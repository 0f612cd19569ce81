//! Environment variables that the code requires, and what runs it does not set.

use crate::{
    fixture::Fixture,
    suite::{Fault, Twin, by_hand, stay_quiet, suite},
};

const BASE: &str = "compose.prod.yaml";
const MAIN: &str = "services/web/src/web/main.py";
const CORE: &str = "libs/core/src/core/__init__.py";

/// The service requires one variable when it starts, which compose sets.
fn told() -> Fixture {
    let repo = by_hand();
    repo.write(
        BASE,
        "services:
  web:
    build: { context: ., dockerfile: services/web/Dockerfile }
    tmpfs: [/tmp]
    environment: { WEB_TOKEN: secret }
",
    );
    add(&repo, MAIN, "TOKEN = os.environ[\"WEB_TOKEN\"]");
    repo
}

fn add(repo: &Fixture, file: &str, line: &str) {
    let text = repo.read(file);
    let import = if text.contains("import os\n") {
        ""
    } else {
        "import os\n"
    };
    repo.write(file, format!("{import}{text}\n{line}\n"));
}

pub const FAULTS: &[Fault] = &[
    ("variable-unset", "a variable with a new name", |repo| {
        repo.edit(BASE, "WEB_TOKEN", "SERVICE_KEY")
    }),
    ("variable-unset", "a variable that the code renamed", |repo| {
        repo.edit(MAIN, "os.environ[\"WEB_TOKEN\"]", "os.environ['ACCESS_KEY']")
    }),
    ("variable-unset", "one more in a function", |repo| {
        add(repo, MAIN, "def key():\n    return os.environ[\"ACCESS_KEY\"]")
    }),
    ("variable-unset", "one more in a lib", |repo| {
        add(repo, CORE, "KEY = os.environ[\"ACCESS_KEY\"]")
    }),
    ("variable-unset", "set for another service alone", |repo| {
        repo.edit(
            BASE,
            "    environment: { WEB_TOKEN: secret }\n",
            "  cache:\n    image: registry.example.org/cache:1.0\n    environment: { WEB_TOKEN: secret }\n",
        )
    }),
];

const TWINS: &[Twin] = &[
    ("as it is", |_| {}),
    ("a default", |repo| {
        add(repo, MAIN, "KEY = os.environ.get(\"ACCESS_KEY\", \"\")")
    }),
    ("an error that is caught", |repo| {
        add(
            repo,
            MAIN,
            "try:\n    KEY = os.environ[\"ACCESS_KEY\"]\nexcept KeyError:\n    KEY = \"\"",
        )
    }),
    ("a module that nothing imports", |repo| {
        repo.write(
            "services/web/src/web/spare.py",
            "import os\n\nKEY = os.environ[\"ACCESS_KEY\"]\n",
        )
    }),
    ("a file of variables", |repo| {
        repo.edit(BASE, "environment: { WEB_TOKEN: secret }", "env_file: .env")
    }),
    ("the environment of whoever starts it", |repo| {
        repo.edit(BASE, "{ WEB_TOKEN: secret }", "[WEB_TOKEN]")
    }),
    ("a variable of the image", |repo| {
        add(repo, MAIN, "KEY = os.environ[\"ACCESS_KEY\"]");
        for file in [crate::suite::PROD, crate::suite::DEV] {
            repo.edit(file, "EXPOSE 8080", "ENV ACCESS_KEY=1\nEXPOSE 8080");
        }
    }),
    ("another command of the same image", |repo| {
        repo.edit(
            BASE,
            "    environment: { WEB_TOKEN: secret }\n",
            "    environment: { WEB_TOKEN: secret }\n  migrate:\n    build: { context: ., dockerfile: services/web/Dockerfile }\n    command: [\"python\", \"-V\"]\n    tmpfs: [/tmp]\n",
        )
    }),
];

#[test]
fn variables_that_nothing_sets_are_found() {
    suite(told, FAULTS, &[]);
}

#[test]
fn variables_that_are_set_or_not_required_stay_quiet() {
    stay_quiet(told, TWINS.iter().copied());
}
