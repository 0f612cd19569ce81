//! Faults in what reaches a build: ignore files, and the files that a wheel is made of.

use crate::suite::{DEV, Fault, IGNORE, PROD, by_hand, suite};

pub const FAULTS: &[Fault] = &[
    ("copied-file-ignored", "requirement files are ignored", |repo| {
        repo.write(".dockerignore", "# text files\n**/requirements.txt\n")
    }),
    ("copied-file-ignored", "an allow-list without the lib", |repo| {
        repo.write(IGNORE, "*\n!services/web\n")
    }),
    ("lib-missing", "the sources of the lib are ignored", |repo| {
        repo.write(IGNORE, "libs/*/src\n")
    }),
    ("copied-file-missing", "a folder of another stage, misspelt", |repo| {
        repo.edit(PROD, "USER 10001", "COPY --from=files /srv/page /srv/pages\nUSER 10001");
        let stage = "ARG PYTHON=3.13\nFROM scratch AS files\nCOPY services/web/src /srv/pages\n\n";
        repo.edit(PROD, "ARG PYTHON=3.13\n", stage);
    }),
    ("copied-file-missing", "the folder of the lib misspelt", |repo| {
        repo.edit(PROD, "COPY libs/core libs/core", "COPY libs/cor libs/core")
    }),
    ("context-not-pruned", "everything is copied", |repo| {
        repo.edit(DEV, "COPY libs/core /app/libs/core", "COPY . /app")
    }),
    (
        "context-not-pruned",
        "an ignore file that forgets the secrets",
        |repo| {
            repo.write("services/web/Dockerfile.dev.dockerignore", ".git\n**/.venv\n");
            repo.edit(DEV, "COPY libs/core /app/libs/core", "COPY . /app");
        },
    ),
    ("lib-build-input-missing", "no README in the build", |repo| {
        repo.write(IGNORE, "**/*.md\n")
    }),
    ("lib-build-input-missing", "the README not copied", |repo| {
        repo.edit(
            PROD,
            "COPY libs/core libs/core",
            "COPY libs/core/pyproject.toml libs/core/LICENSE libs/core/\nCOPY libs/core/src libs/core/src",
        )
    }),
    ("lib-build-input-missing", "no py.typed", |repo| {
        repo.write(IGNORE, "**/*.typed\n")
    }),
    ("lib-build-input-missing", "modules by pattern", |repo| {
        repo.edit(
            PROD,
            "COPY libs/core libs/core",
            "COPY libs/core/pyproject.toml libs/core/LICENSE libs/core/README.md libs/core/\nCOPY libs/core/src/core/*.py libs/core/src/core/",
        )
    }),
];

#[test]
fn faults_in_contexts_are_found() {
    suite(by_hand, FAULTS, &[]);
}

/// What is said of the copied files, where a compose file builds the service with this context.
fn with_context(context: &str, dockerfile: &str) -> Vec<String> {
    let repo = by_hand();
    repo.write(
        "compose.yaml",
        format!(
            "services:\n  web:\n    image: registry.example.org/team/web\n    build:\n      context: {context}\n      dockerfile: {dockerfile}\n"
        ),
    );
    let json: serde_json::Value =
        serde_json::from_slice(&repo.run(&["verify-parity", "--format", "json"]).stdout).unwrap();
    let found = json["findings"].as_array().unwrap().iter();
    let found = found.filter(|found| found["rule"] == "copied-file-missing");
    found
        .map(|found| format!("{}: {}", found["places"][0]["path"].as_str().unwrap(), found["message"]))
        .collect()
}

#[test]
fn a_context_of_a_compose_file_is_one_cause() {
    assert_eq!(with_context(".", "services/web/Dockerfile"), [] as [&str; 0]);
    for (context, dockerfile) in [("services/web", "Dockerfile"), ("./services", "web/Dockerfile")] {
        let said = with_context(context, dockerfile);
        let [one] = said.as_slice() else { panic!("{said:?}") };
        assert!(one.starts_with("compose.yaml: "), "{one}");
        assert!(
            one.contains("which does not contain `services/web/requirements.txt` and "),
            "{one}"
        );
    }
}

#[test]
fn the_line_that_keeps_a_file_out_is_shown() {
    let said = |ignored: &str| {
        let repo = by_hand();
        repo.write("libs/core/src/core/limits/__init__.py", "MOST = 10\n");
        repo.write("libs/core/src/core/prompts/first.json", "{}\n");
        let main = "services/web/src/web/main.py";
        let text = repo.read(main);
        repo.write(
            main,
            format!(
                "{text}\nfrom importlib.resources import files\n\nfrom core.limits import MOST\n\nFIRST = files(\"core\").joinpath(\"prompts/first.json\").read_text()\n"
            ),
        );
        repo.write("services/web/Dockerfile.dev.dockerignore", format!(".git\n{ignored}\n"));
        let json: serde_json::Value =
            serde_json::from_slice(&repo.run(&["verify-parity", "--format", "json"]).stdout).unwrap();
        let found = json["findings"].as_array().unwrap().clone().into_iter();
        let found = found.filter(|found| found["places"].to_string().contains("Dockerfile.dev.dockerignore"));
        found
            .map(|found| format!("{} {}", found["rule"].as_str().unwrap(), found["message"]))
            .collect::<Vec<_>>()
    };
    assert_eq!(said("docs"), [] as [&str; 0]);
    for (ignored, rule, what) in [
        ("**/limits", "module-missing", "core.limits"),
        ("**/*.json", "package-data-missing", "first.json"),
        ("libs/core/src/core/prompts", "package-data-missing", "first.json"),
    ] {
        let said = said(ignored);
        let is_it = |said: &String| said.starts_with(rule) && said.contains(what);
        assert!(said.iter().any(is_it), "{ignored}: {said:?}");
    }
}
