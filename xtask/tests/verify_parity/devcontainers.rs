//! Faults in development containers: the Dockerfile that an editor builds, and the path that it tells Python.

use crate::{
    fixture::Fixture,
    suite::{Fault, Twin, by_hand, stay_quiet, suite},
};

const FILE: &str = ".devcontainer/web/devcontainer.json";

fn developed() -> Fixture {
    let repo = by_hand();
    repo.write(
        FILE,
        r#"{
  // Built as Tilt does it.
  "build": { "context": "../..", "dockerfile": "../../services/web/Dockerfile.dev", },
  "remoteEnv": {
    "PYTHONPATH": "${containerWorkspaceFolder}/services/web/src:${containerWorkspaceFolder}/libs/core/src",
  }, /* nothing else */
}
"#,
    );
    repo
}

pub const FAULTS: &[Fault] = &[
    ("devcontainer-builds-production", "the production Dockerfile", |repo| {
        repo.edit(FILE, "web/Dockerfile.dev", "web/Dockerfile")
    }),
    ("devcontainer-builds-production", "by the former key", |repo| {
        repo.edit(
            FILE,
            "\"build\": { \"context\": \"../..\", \"dockerfile\": \"../../services/web/Dockerfile.dev\", }",
            "\"dockerFile\": \"../../services/web/Dockerfile\"",
        )
    }),
    ("devcontainer-lib-missing", "without the lib", |repo| {
        repo.edit(FILE, ":${containerWorkspaceFolder}/libs/core/src", "")
    }),
    ("devcontainer-lib-missing", "without the service", |repo| {
        repo.edit(FILE, "${containerWorkspaceFolder}/services/web/src:", "")
    }),
    ("devcontainer-lib-missing", "a folder that does not exist", |repo| {
        repo.edit(
            FILE,
            "libs/core/src",
            "libs/core/src:${containerWorkspaceFolder}/libs/more/src",
        )
    }),
];

const TWINS: &[Twin] = &[
    ("as it is", |_| {}),
    ("a stage of the production Dockerfile", |repo| {
        repo.edit(
            FILE,
            "\"dockerfile\": \"../../services/web/Dockerfile.dev\"",
            "\"dockerfile\": \"../../services/web/Dockerfile\", \"target\": \"builder\"",
        )
    }),
    ("a container of an image", |repo| {
        repo.write(FILE, "{ \"image\": \"mcr.example.org/devcontainers/python:3.13\" }\n")
    }),
    ("a command that installs the packages", |repo| {
        repo.edit(FILE, ":${containerWorkspaceFolder}/libs/core/src", "");
        repo.edit(
            FILE,
            "  \"remoteEnv\"",
            "  \"postCreateCommand\": \"pip install -e libs/core\",\n  \"remoteEnv\"",
        );
    }),
    ("a path of something else", |repo| {
        repo.edit(
            FILE,
            "${containerWorkspaceFolder}/services/web/src:${containerWorkspaceFolder}/libs/core/src",
            "/opt/tools",
        )
    }),
];

#[test]
fn faults_in_development_containers_are_found() {
    suite(developed, FAULTS, &[]);
}

#[test]
fn development_containers_that_work_stay_quiet() {
    stay_quiet(developed, TWINS.iter().copied());
}
