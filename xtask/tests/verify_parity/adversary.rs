//! What a judge of this judge came up with: faults of other people, and what only looks like one.

use crate::{
    fixture::Fixture,
    styles::style,
    suite::{DEV, Fault, PROD, WEB, by_hand, found, replace_all, suite, with_poetry},
};

pub const FAULTS: &[Fault] = &[
    (
        "environment-of-another-python",
        "the stage that builds bumped alone",
        |repo| {
            repo.edit(
                PROD,
                "FROM python:${PYTHON}-slim-trixie AS build",
                "FROM python:3.12-slim-trixie AS build",
            )
        },
    ),
    (
        "environment-of-another-python",
        "a stage that builds on Alpine",
        |repo| repo.edit(PROD, "${PYTHON}-slim-trixie AS build", "${PYTHON}-alpine AS build"),
    ),
    ("install-resolves", "a branch of somebody else's repository", |repo| {
        repo.edit(
            DEV,
            "RUN pip --version",
            "RUN pip install --require-hashes --no-deps git+https://example.org/debug/tools",
        )
    }),
    ("port-differs", "another port, in the command too", |repo| {
        repo.edit(DEV, "EXPOSE 8080", "EXPOSE 8000");
        repo.edit(DEV, "--port 8080", "--port 8000");
    }),
    ("command-differs", "another port in the command alone", |repo| {
        repo.edit(DEV, "--port 8080", "--port 8000");
    }),
    (
        "command-differs",
        "another port, and more",
        // Only what the ports explain is left to their rule.
        |repo| repo.edit(DEV, "--port 8080", "--port 8000 --workers 3"),
    ),
    ("environment-differs", "a folder of programs in one of both", |repo| {
        repo.edit(DEV, "PATH=/venv/bin:$PATH", "PATH=/opt/tools/bin:/venv/bin:$PATH")
    }),
    ("import-not-declared", "a package that nobody declared", |repo| {
        let file = "services/web/src/web/main.py";
        repo.write(file, "import requests\n".to_owned() + &repo.read(file));
    }),
];

#[test]
fn its_faults_are_found() {
    suite(by_hand, FAULTS, &[]);
}

fn rules_of(repo: &Fixture) -> Vec<String> {
    let (rules, problems) = found(&repo.run(&["verify-parity", "--format", "json"]));
    assert!(problems.is_empty(), "{problems:?}");
    rules.into_iter().collect()
}

#[test]
fn a_port_that_stands_against_another_is_one_finding() {
    let repo = by_hand();
    repo.edit(DEV, "EXPOSE 8080", "EXPOSE 8000");
    repo.edit(DEV, "--port 8080", "--port 8000");
    let output = repo.run(&["verify-parity", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = json["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(findings[0]["places"].as_array().unwrap().len(), 2);
}

/// The environment of an editable install knows where the lib is, whatever PYTHONPATH holds.
#[test]
fn an_editable_lib_needs_no_pythonpath() {
    for install in ["pip install --no-deps -e", "pip install --no-deps --editable"] {
        let repo = by_hand();
        replace_all(&repo, DEV, ":/app/libs/core/src", "");
        assert_eq!(rules_of(&repo), ["lib-missing"]);
        repo.edit(
            DEV,
            "ENV PYTHONPATH",
            &format!("RUN {install} /app/libs/core\nENV PYTHONPATH"),
        );
        let rules = rules_of(&repo);
        assert!(!rules.contains(&"lib-missing".to_owned()), "{install}: {rules:?}");
    }
}

/// What only installers read, and where each image keeps its packages, makes no other program.
#[test]
fn variables_of_the_build_may_differ() {
    let repo = by_hand();
    repo.edit(
        DEV,
        "USER 10001",
        "ENV UV_LINK_MODE=copy PIP_NO_CACHE_DIR=1 POETRY_NO_INTERACTION=1 DEBIAN_FRONTEND=noninteractive\nUSER 10001",
    );
    replace_all(&repo, DEV, "/venv", "/opt/dev");
    assert_eq!(rules_of(&repo), [""; 0]);
}

#[test]
fn wheels_may_come_from_another_image() {
    let repo = by_hand();
    repo.edit(PROD, "RUN python -m venv /venv\n", "");
    repo.edit(PROD, "ENV VIRTUAL_ENV=/venv PATH=/venv/bin:$PATH\n", "");
    repo.edit(PROD, "${PYTHON}-slim-trixie AS build", "${PYTHON}-trixie AS build");
    repo.edit(
        PROD,
        "COPY --from=build /venv /venv",
        "COPY --from=build /usr/local /usr/local",
    );
    assert_eq!(rules_of(&repo), [""; 0]);
}

#[test]
fn a_folder_that_is_made_is_there() {
    let repo = by_hand();
    repo.edit(
        DEV,
        "ENV PYTHONPATH=",
        "RUN mkdir -p /app/plugins\nENV PYTHONPATH=/app/plugins:",
    );
    assert_eq!(rules_of(&repo), [""; 0]);
    repo.edit(DEV, "mkdir -p /app/plugins", "true");
    assert_eq!(rules_of(&repo), ["pythonpath-folder-missing"]);
}

/// One file of two stages: each is an image of its own to a workflow.
#[test]
fn workflows_build_stages() {
    const CI: &str = ".github/workflows/ci.yml";
    let repo = style("two_targets");
    let workflow = |build: &str| {
        format!("on: push\njobs:\n  images:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n{build}")
    };
    let build = |target: &str| format!("          docker build --target {target} -f services/web/Dockerfile .\n");
    repo.write(CI, workflow(&build("production")));
    assert_eq!(rules_of(&repo), ["ci-builds-one-flavour"]);
    repo.write(CI, workflow(&build("development")));
    assert_eq!(rules_of(&repo), ["ci-builds-one-flavour"]);
    repo.write(CI, workflow(&(build("production") + &build("development"))));
    assert_eq!(rules_of(&repo), [""; 0]);
    repo.write(CI, workflow(&build("$STAGE")));
    assert_eq!(rules_of(&repo), [""; 0]);
}

#[test]
fn a_stage_for_checks_is_not_production() {
    let repo = style("two_targets");
    replace_all(&repo, PROD, "AS production", "AS lean");
    repo.write(PROD, repo.read(PROD) + "\nFROM lean AS ci\nCMD [\"pytest\"]\n");
    assert_eq!(rules_of(&repo), [""; 0]);
}

/// That a Dockerfile cannot be followed is said once, and nobody is told to write the one that is there.
#[test]
fn a_broken_dockerfile_is_not_missing() {
    for text in ["", "# nothing\n", "ARG A=1\n"] {
        let repo = with_poetry();
        repo.write(PROD, text);
        let output = repo.run(&["verify-parity", "--format", "json"]);
        let (rules, problems) = found(&output);
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(!rules.contains("dockerfile-missing"), "{rules:?}");
    }
}

/// Without settings, services are found by their manifests: one that cannot be read is no reason to say that there is none.
#[test]
fn a_broken_manifest_is_named() {
    let repo = by_hand();
    std::fs::remove_file(repo.path("Cargo.toml")).unwrap();
    repo.write(WEB, "[project\n");
    let output = repo.run(&["verify-parity"]);
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(err.contains(WEB), "{err}");
    assert_eq!(output.status.code(), Some(1), "{err}");
}
