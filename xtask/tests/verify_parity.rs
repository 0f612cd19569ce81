//! `cargo xtask verify-parity`, through the binary: single faults that people make, each reported by its own rule and by
//! nothing unrelated. The repository without a fault is silent.

mod fixture;

use std::{collections::BTreeSet, process::Output};

use fixture::Fixture;
use serde_json::Value;
use xtask::rules::RULES;

const PROD: &str = "services/web/Dockerfile";
const DEV: &str = "services/web/Dockerfile.dev";
const WEB: &str = "services/web/pyproject.toml";
const LOCK: &str = "services/web/poetry.lock";
const IGNORE: &str = "services/web/Dockerfile.dockerignore";
const PINS: &str = "services/web/requirements.txt";

/// Dockerfiles that the tool wrote.
fn drawn() -> Fixture {
    let repo = Fixture::sound();
    assert!(repo.run(&["gen-dockerfiles"]).status.success());
    repo
}

/// Dockerfiles as people write them, over the same packages: nothing in them is the tool's.
fn by_hand() -> Fixture {
    let repo = drawn();
    for file in [
        "Dockerfile",
        "Dockerfile.dev",
        "Dockerfile.dockerignore",
        "Dockerfile.dev.dockerignore",
    ] {
        std::fs::remove_file(repo.path(&format!("services/web/{file}"))).unwrap();
    }
    for file in [
        "services/web/requirements.txt",
        "services/web/requirements-dev.txt",
        "services/web/requirements-test.txt",
    ] {
        let text = repo.read(file);
        let pins: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        repo.write(file, pins.join("\n") + "\n");
    }
    repo.write(PROD, include_str!("parity/by_hand.Dockerfile"));
    repo.write(DEV, include_str!("parity/by_hand.Dockerfile.dev"));
    repo
}

/// The same service with Poetry in both images.
fn with_poetry() -> Fixture {
    let repo = by_hand();
    for file in ["requirements.txt", "requirements-dev.txt", "requirements-test.txt"] {
        std::fs::remove_file(repo.path(&format!("services/web/{file}"))).unwrap();
    }
    repo.write(PROD, include_str!("parity/poetry.Dockerfile"));
    repo.write(DEV, include_str!("parity/poetry.Dockerfile.dev"));
    repo
}

fn found(output: &Output) -> (BTreeSet<String>, Vec<Value>) {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let json: Value =
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}{}", String::from_utf8_lossy(&output.stderr)));
    let rule = |finding: &Value| finding["rule"].as_str().unwrap().to_owned();
    let findings = json["findings"].as_array().unwrap();
    (
        findings.iter().map(rule).collect(),
        json["problems"].as_array().unwrap().clone(),
    )
}

/// What else is true of such a fault.
fn consequences(rule: &str) -> &'static [&'static str] {
    match rule {
        // The settings name a Python that is allowed, so an image with another one is also another image.
        // A file of another group lacks the main one; a pin without version, and a lock edited by hand, is no pin of the lock.
        "development-package-in-production" => &["package-missing"],
        "python-outside-range" => &["base-image-differs"],
        _ => &[],
    }
}

type Fault = (&'static str, &'static str, fn(&Fixture));

/// Applies each fault to a repository of its own, and says which were not reported as they should.
fn suite(start: fn() -> Fixture, faults: &[Fault], besides: &[&str]) {
    let mut wrong = Vec::new();
    for (rule, what, apply) in faults {
        let repo = start();
        apply(&repo);
        let output = repo.run(&["verify-parity", "--format", "json"]);
        let (mut rules, problems) = found(&output);
        let code = output.status.code();
        let is_found = rules.remove(*rule);
        for expected in besides.iter().chain(consequences(rule)) {
            rules.remove(*expected);
        }
        if !is_found || !rules.is_empty() || code != Some(5) || !problems.is_empty() {
            wrong.push(format!(
                "{what}: `{rule}` found: {is_found}, besides: {rules:?}, exit {code:?}, {problems:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn without_a_fault_it_is_silent() {
    for repo in [drawn(), by_hand(), with_poetry()] {
        let before = repo.files();
        let output = repo.run(&["verify-parity"]);
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(
            (output.status.code(), &*err),
            (
                Some(0),
                format!("      Parity 1 service, {} rules\n", RULES.len()).as_str()
            )
        );
        assert_eq!(String::from_utf8_lossy(&output.stdout), "");
        assert!(repo.files() == before, "it wrote something");
    }
}

/// In files of the tool, an edit by hand is a fault of its own, whatever else it is.
const DRAWN: &[Fault] = &[
    ("generated-file-stale", "a comment in the Dockerfile", |repo| {
        repo.edit(PROD, "# Production:", "# production:")
    }),
    ("generated-file-stale", "a file that is gone", |repo| {
        std::fs::remove_file(repo.path(IGNORE)).unwrap()
    }),
    ("generated-file-stale", "a file that belongs to nothing", |repo| {
        let text = repo
            .read(PINS)
            .replace("services/web/requirements.txt", "services/old/requirements.txt");
        repo.write("services/old/requirements.txt", text);
    }),
    ("generated-file-stale", "a setting that was not drawn", |repo| {
        repo.edit(WEB, "port = 8080", "port = 8080\nenv = { A = \"1\" }")
    }),
    ("pin-not-in-lock", "a pin edited by hand", |repo| {
        repo.edit(PINS, "click==", "click==0.")
    }),
    ("base-image-differs", "another base in development", |repo| {
        replace_all(repo, DEV, "3.13-slim-trixie", "3.12-slim-trixie")
    }),
    ("pythonpath-in-production", "PYTHONPATH in production", |repo| {
        repo.edit(PROD, "EXPOSE 8080\n", "ENV PYTHONPATH=/app\nEXPOSE 8080\n")
    }),
    ("user-differs", "another user in development", |repo| {
        repo.edit(DEV, "USER 10001:10001", "USER 1000")
    }),
    ("port-differs", "another port in development", |repo| {
        repo.edit(DEV, "EXPOSE 8080", "EXPOSE 8081")
    }),
    ("lib-missing", "the lib not copied", |repo| {
        drop_line(repo, DEV, "libs/core/src/core /app")
    }),
    ("lib-missing", "the lib not on PYTHONPATH", |repo| {
        repo.edit(DEV, ":/app/libs/core/src\"", "\"")
    }),
    ("install-without-hashes", "no hashes asked for", |repo| {
        replace_all(repo, DEV, " --require-hashes", "");
        let pins = repo.read("services/web/requirements-dev.txt");
        let pins = pins
            .lines()
            .filter(|line| !line.contains("--hash"))
            .map(|line| line.trim_end_matches(" \\"));
        repo.write("services/web/requirements-dev.txt", pins.collect::<Vec<_>>().join("\n"));
    }),
    ("lock-missing", "no lock", |repo| {
        std::fs::remove_file(repo.path(LOCK)).unwrap()
    }),
    ("lock-stale", "a range edited, not locked", |repo| {
        repo.edit(WEB, "uvicorn>=0.30", "uvicorn>=0.31")
    }),
];

#[test]
fn faults_in_generated_repositories_are_found() {
    suite(drawn, DRAWN, &["generated-file-stale"]);
}

const BY_HAND: &[Fault] = &[
    ("exception-unused", "an exception that outlived its reason", |repo| {
        repo.write("Cargo.toml", repo.read("Cargo.toml") + ALLOW);
    }),
    ("base-image-differs", "one FROM bumped", |repo| {
        replace_all(repo, DEV, "python:3.13-slim-trixie", "python:3.13.2-slim-trixie")
    }),
    ("base-image-differs", "another base by ARG", |repo| {
        repo.edit(PROD, "ARG PYTHON=3.13", "ARG PYTHON=3.12")
    }),
    ("base-image-floats", "a tool image without a tag", |repo| {
        repo.edit(PROD, "AS build\n", "AS build\nCOPY --from=extra /x /x\n");
        let text = repo
            .read(PROD)
            .replacen("FROM python", "FROM busybox:latest AS extra\nFROM python", 1);
        repo.write(PROD, text);
    }),
    ("build-tool-in-production", "Poetry in the last stage", |repo| {
        repo.edit(
            PROD,
            "USER 10001",
            "RUN pip install --require-hashes poetry==2.1.0\nUSER 10001",
        )
    }),
    ("build-tool-in-production", "a compiler in both", |repo| {
        repo.edit(
            PROD,
            "USER 10001",
            "RUN apt-get update && apt-get install -y gcc\nUSER 10001",
        );
        repo.edit(
            DEV,
            "USER 10001",
            "RUN apt-get update && apt-get install -y gcc\nUSER 10001",
        );
    }),
    ("command-differs", "another server", |repo| {
        repo.edit(
            DEV,
            "CMD uvicorn web.main:app --host 0.0.0.0 --port 8080 --reload",
            "CMD [\"python\", \"-m\", \"web\"]",
        )
    }),
    ("command-differs", "another option", |repo| {
        repo.edit(DEV, "--host 0.0.0.0", "--host 127.0.0.1")
    }),
    (
        "development-package-in-production",
        "debugpy pinned for production",
        |repo| {
            repo.write(PINS, repo.read(PINS) + "debugpy==1.8.22 \\\n    --hash=sha256:00\n");
        },
    ),
    (
        "development-package-in-production",
        "the dev file installed in production",
        |repo| {
            repo.edit(
                PROD,
                "COPY services/web/requirements.txt ./",
                "COPY services/web/requirements-dev.txt requirements.txt",
            );
        },
    ),
    ("development-package-in-production", "all groups of Poetry", |repo| {
        repo.edit(
            PROD,
            "pip install --no-deps --require-hashes -r requirements.txt",
            "poetry install --no-root",
        );
    }),
    ("dockerfile-missing", "no development Dockerfile", |repo| {
        std::fs::remove_file(repo.path(DEV)).unwrap()
    }),
    ("environment-differs", "a variable in development alone", |repo| {
        repo.edit(DEV, "USER 10001", "ENV LOG_LEVEL=debug\nUSER 10001")
    }),
    ("environment-differs", "another value", |repo| {
        repo.edit(PROD, "PYTHONUNBUFFERED=1", "PYTHONUNBUFFERED=0")
    }),
    ("install-resolves", "poetry update in the build", |repo| {
        repo.edit(PROD, "RUN pip", "RUN poetry update && pip")
    }),
    ("install-resolves", "uv sync that is not frozen", |repo| {
        repo.edit(DEV, "RUN pip", "RUN uv sync && pip")
    }),
    ("install-resolves", "a pin without a version", |repo| {
        repo.write(PINS, repo.read(PINS).replace("click==8.5.1", "click"))
    }),
    ("install-without-hashes", "a file without hashes", |repo| {
        let pins = repo.read(PINS);
        let pins = pins
            .lines()
            .filter(|line| !line.contains("--hash"))
            .map(|line| line.trim_end_matches(" \\"));
        repo.write(PINS, pins.collect::<Vec<_>>().join("\n") + "\n");
        repo.edit(PROD, " --require-hashes", "");
        repo.edit(DEV, "--require-hashes -r requirements.txt", "-r requirements.txt");
    }),
    (
        "lib-constraint-unsatisfied",
        "the lib asks for more than is locked",
        |repo| {
            repo.edit("libs/core/pyproject.toml", "idna>=3.10,<4", "idna>=3.30,<4");
        },
    ),
    ("lib-missing", "the lib not copied", |repo| {
        drop_line(repo, DEV, "COPY libs/core")
    }),
    ("lib-missing", "its folder not on PYTHONPATH", |repo| {
        repo.edit(DEV, ":/app/libs/core/src", ":/app/libs/core")
    }),
    ("lib-not-needed", "another lib copied", |repo| {
        repo.write(
            "libs/other/pyproject.toml",
            repo.read("libs/core/pyproject.toml").replace("\"core\"", "\"other\""),
        );
        for file in ["README.md", "LICENSE", "src/other/__init__.py"] {
            repo.write(&format!("libs/other/{file}"), "");
        }
        repo.edit(DEV, "COPY libs/core", "COPY libs/other /app/libs/other\nCOPY libs/core");
    }),
    ("lib-version-stale", "a lib released, not locked", |repo| {
        repo.edit("libs/core/pyproject.toml", "version = \"1.2.0\"", "version = \"1.3.0\"")
    }),
    ("lock-missing", "no lock", |repo| {
        std::fs::remove_file(repo.path(LOCK)).unwrap()
    }),
    ("lock-stale", "a dependency added, not locked", |repo| {
        repo.edit(WEB, "\"uvicorn>=0.30\"", "\"uvicorn>=0.30\", \"idna\"")
    }),
    ("package-missing", "a line removed", |repo| {
        let pins = repo.read(PINS);
        let start = pins.find("h11==").unwrap();
        let end = start + pins[start..].find("\nidna==").unwrap() + 1;
        repo.write(PINS, pins[..start].to_owned() + &pins[end..]);
    }),
    ("package-missing", "a file that is not installed", |repo| {
        repo.edit(
            DEV,
            "python3 -m pip install --no-deps --require-hashes -r requirements.txt && ",
            "",
        );
    }),
    ("pin-not-in-lock", "a version edited in the requirement file", |repo| {
        repo.edit(PINS, "click==8.5.1", "click==8.5.0")
    }),
    ("pin-not-in-lock", "a package that was never locked", |repo| {
        repo.write(PINS, repo.read(PINS) + "six==1.17.0 --hash=sha256:00\n")
    }),
    ("port-differs", "another port", |repo| {
        repo.edit(DEV, "EXPOSE 8080", "EXPOSE 8000")
    }),
    ("python-outside-range", "a Python that is not allowed", |repo| {
        for file in [PROD, DEV] {
            replace_all(repo, file, "3.13", "3.14");
        }
    }),
    ("pythonpath-in-production", "sources in production", |repo| {
        repo.edit(
            PROD,
            "USER 10001",
            "ENV PYTHONPATH=/app/services/web/src:/app/libs/core/src\nUSER 10001",
        )
    }),
    ("system-packages-differ", "a library in development alone", |repo| {
        repo.edit(DEV, "USER 10001", "RUN apt-get install -y libpq5\nUSER 10001")
    }),
    ("user-differs", "another user", |repo| {
        repo.edit(DEV, "USER 10001", "USER 1000")
    }),
    ("user-is-root", "no user at all", |repo| {
        for file in [PROD, DEV] {
            drop_line(repo, file, "USER 10001");
        }
    }),
    ("workdir-differs", "another folder", |repo| {
        repo.edit(DEV, "EXPOSE 8080", "WORKDIR services\nEXPOSE 8080")
    }),
];

#[test]
fn faults_in_handwritten_repositories_are_found() {
    suite(by_hand, BY_HAND, &[]);
}

const WITH_POETRY: &[Fault] = &[
    ("development-package-in-production", "all groups", |repo| {
        repo.edit(PROD, " --only main", "")
    }),
    ("development-package-in-production", "the dev group forgotten", |repo| {
        repo.edit(PROD, "--only main", "--without test")
    }),
    (
        "development-package-in-production",
        "a dev group with the main one",
        |repo| repo.edit(PROD, "--only main", "--only main,dev"),
    ),
    ("install-resolves", "poetry lock before the install", |repo| {
        repo.edit(DEV, "RUN /opt/poetry/bin/poetry", "RUN poetry lock && poetry")
    }),
    ("install-without-hashes", "Poetry itself by name", |repo| {
        repo.edit(
            PROD,
            "pip install --no-deps --require-hashes -r /tmp/tools.txt",
            "pip install poetry==2.1.0",
        );
    }),
    ("lib-missing", "the lib not copied for production", |repo| {
        drop_line(repo, PROD, "COPY libs/core")
    }),
    ("command-differs", "no reload, but another module", |repo| {
        repo.edit(DEV, "web.main:app", "web.dev:app")
    }),
    ("lock-stale", "a dependency added, not locked", |repo| {
        repo.edit(WEB, "\"uvicorn>=0.30\"", "\"uvicorn>=0.30\", \"idna\"")
    }),
];

#[test]
fn faults_in_repositories_with_poetry_are_found() {
    suite(with_poetry, WITH_POETRY, &[]);
}

/// The first line of a file that starts so, changed.
fn change_line(repo: &Fixture, file: &str, start: &str, change: impl FnOnce(&str) -> String) {
    let text = repo.read(file);
    let line = text
        .lines()
        .find(|line| line.starts_with(start))
        .unwrap_or_else(|| panic!("`{start}` in {file}"));
    repo.write(file, text.replacen(&format!("{line}\n"), &change(line), 1));
}

/// Faults in the Dockerfiles and requirement files of a service that the tool drew, whatever the service.
type ServiceFault = (&'static str, fn(&Fixture, &str));

const OF_A_SERVICE: &[ServiceFault] = &[
    ("base-image-differs", |repo, dir| {
        replace_all(
            repo,
            &format!("{dir}/Dockerfile.dev"),
            "FROM python:3.13",
            "FROM python:3.12",
        )
    }),
    ("base-image-differs", |repo, dir| {
        replace_all(
            repo,
            &format!("{dir}/Dockerfile"),
            "-slim-trixie AS base",
            "-slim-bookworm AS base",
        )
    }),
    ("base-image-floats", |repo, dir| {
        replace_all(
            repo,
            &format!("{dir}/Dockerfile"),
            "python:3.13-slim-trixie AS tools",
            "python:slim AS tools",
        )
    }),
    ("build-tool-in-production", |repo, dir| {
        change_line(repo, &format!("{dir}/Dockerfile"), "EXPOSE", |line| {
            format!("RUN apt-get install -y build-essential=12\n{line}\n")
        })
    }),
    ("command-differs", |repo, dir| {
        change_line(repo, &format!("{dir}/Dockerfile"), "CMD", |_| {
            "CMD [\"sleep\", \"1\"]\n".into()
        })
    }),
    ("environment-differs", |repo, dir| {
        change_line(repo, &format!("{dir}/Dockerfile.dev"), "EXPOSE", |line| {
            format!("ENV DEBUG=1\n{line}\n")
        })
    }),
    ("generated-file-stale", |repo, dir| {
        change_line(repo, &format!("{dir}/requirements.txt"), "# File", |line| {
            format!("{line}\n\n")
        })
    }),
    ("generated-file-stale", |repo, dir| {
        std::fs::remove_file(repo.path(&format!("{dir}/Dockerfile.dev.dockerignore"))).unwrap()
    }),
    ("install-resolves", |repo, dir| {
        change_line(repo, &format!("{dir}/Dockerfile.dev"), "EXPOSE", |line| {
            format!("RUN poetry lock\n{line}\n")
        })
    }),
    ("install-without-hashes", |repo, dir| {
        change_line(repo, &format!("{dir}/Dockerfile.dev"), "EXPOSE", |line| {
            format!("RUN pip install ipdb==0.13.13\n{line}\n")
        })
    }),
    ("lock-missing", |repo, dir| {
        std::fs::remove_file(repo.path(&format!("{dir}/poetry.lock"))).unwrap()
    }),
    ("pin-not-in-lock", |repo, dir| {
        replace_all(repo, &format!("{dir}/requirements.txt"), "\nfastapi==", "\nfastapi==9")
    }),
    ("port-differs", |repo, dir| {
        change_line(repo, &format!("{dir}/Dockerfile"), "EXPOSE", |_| "EXPOSE 1234\n".into())
    }),
    ("pythonpath-in-production", |repo, dir| {
        change_line(repo, &format!("{dir}/Dockerfile"), "EXPOSE", |line| {
            format!("ENV PYTHONPATH=/app\n{line}\n")
        })
    }),
    ("system-packages-differ", |repo, dir| {
        change_line(repo, &format!("{dir}/Dockerfile.dev"), "EXPOSE", |line| {
            format!("RUN apt-get install -y libmagic1\n{line}\n")
        })
    }),
    ("user-differs", |repo, dir| {
        replace_all(
            repo,
            &format!("{dir}/Dockerfile.dev"),
            "USER 10001:10001",
            "USER 10002:10002",
        )
    }),
    ("user-is-root", |repo, dir| {
        replace_all(repo, &format!("{dir}/Dockerfile"), "USER 10001:10001", "USER root")
    }),
    ("workdir-differs", |repo, dir| {
        change_line(repo, &format!("{dir}/Dockerfile.dev"), "EXPOSE", |line| {
            format!("WORKDIR /srv\n{line}\n")
        })
    }),
];

#[test]
fn faults_in_this_repository_are_found() {
    let repo = Fixture::of_this_repository();
    let output = repo.run(&["verify-parity", "--format", "json"]);
    assert_eq!((output.status.code(), found(&output)), (Some(0), Default::default()));
    let mut dirs: Vec<String> = std::fs::read_dir(repo.path("services"))
        .unwrap()
        .map(|entry| format!("services/{}", entry.unwrap().file_name().into_string().unwrap()))
        .collect();
    dirs.sort();
    let mut wrong = Vec::new();
    let mut applied = 0;
    for dir in &dirs {
        for (rule, apply) in OF_A_SERVICE {
            let has_fastapi = repo.read(&format!("{dir}/requirements.txt")).contains("\nfastapi==");
            if *rule == "pin-not-in-lock" && !has_fastapi {
                continue;
            }
            let files = [
                "Dockerfile",
                "Dockerfile.dev",
                "Dockerfile.dev.dockerignore",
                "requirements.txt",
                "poetry.lock",
            ];
            let before: Vec<(String, String)> = files
                .iter()
                .map(|file| format!("{dir}/{file}"))
                .map(|file| (repo.read(&file), file))
                .collect();
            apply(&repo, dir);
            let output = repo.run(&["verify-parity", "--format", "json"]);
            let (mut rules, problems) = found(&output);
            let is_found = rules.remove(*rule);
            rules.remove("generated-file-stale");
            // A user of one flavour is root, and so another user than in the other; what is added to one image differs.
            let besides: &[&str] = match *rule {
                "user-is-root" => &["user-differs"],
                "build-tool-in-production" => &["system-packages-differ"],
                _ => &[],
            };
            rules.retain(|rule| !besides.contains(&rule.as_str()));
            if !is_found || !rules.is_empty() || !problems.is_empty() || output.status.code() != Some(5) {
                wrong.push(format!(
                    "{dir}: `{rule}` found: {is_found}, besides: {rules:?}, {problems:?}"
                ));
            }
            applied += 1;
            for (text, file) in before {
                repo.write(&file, text);
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(applied > 60, "{applied} faults");
}

#[test]
fn every_rule_has_a_fault_that_it_finds() {
    let found: BTreeSet<&str> = DRAWN.iter().chain(BY_HAND).map(|(rule, _, _)| *rule).collect();
    let rules: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(
        rules, found,
        "a rule without a fault in this suite, or a fault without a rule"
    );
}

const ALLOW: &str = "\n[[workspace.metadata.xtask.allow]]\nrule = \"port-differs\"\nservice = \"web\"\nreason = \"a proxy stands before it\"\n";

#[test]
fn exceptions_take_out_what_they_name() {
    let repo = by_hand();
    repo.write("Cargo.toml", repo.read("Cargo.toml") + ALLOW);
    repo.edit(DEV, "EXPOSE 8080", "EXPOSE 8000");
    assert_eq!(repo.run(&["verify-parity"]).status.code(), Some(0));
    repo.edit("Cargo.toml", "rule = \"port-differs\"", "rule = \"port-difers\"");
    assert_eq!(repo.run(&["verify-parity"]).status.code(), Some(1));
}

#[test]
fn nothing_to_look_at_is_no_pass() {
    let repo = Fixture::sound();
    repo.edit("Cargo.toml", "services = [\"services/*\"]", "services = []");
    assert_eq!(repo.run(&["verify-parity"]).status.code(), Some(3));
    assert_eq!(repo.run(&["verify-parity", "nope"]).status.code(), Some(1));
}

#[test]
fn every_rule_is_explained() {
    let repo = Fixture::sound();
    for rule in RULES {
        let output = repo.run(&["explain", rule.id]);
        assert!(
            String::from_utf8_lossy(&output.stdout).contains(rule.why),
            "{}",
            rule.id
        );
    }
    assert_eq!(repo.run(&["explain", "nope"]).status.code(), Some(1));
}

#[test]
fn what_is_not_understood_is_said() {
    let repo = by_hand();
    repo.edit(
        PROD,
        "RUN pip",
        "RUN if [ \"$A\" = 1 ]; then pip install debugpy; fi\nRUN pip",
    );
    let output = repo.run(&["verify-parity", "--format", "json"]);
    let (rules, problems) = found(&output);
    assert_eq!((rules.len(), problems.len(), output.status.code()), (0, 1, Some(0)));
    assert_eq!(problems[0]["places"][0]["line"], 9);
    assert_eq!(
        problems[0]["message"],
        "cannot tell what this command installs: whether it runs depends on a condition"
    );
}

#[test]
fn a_dockerfile_that_cannot_be_read_is_no_pass() {
    let repo = by_hand();
    repo.edit(PROD, "USER 10001", "USR 10001");
    let output = repo.run(&["verify-parity"]);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn problems_are_shown_where_they_are() {
    let repo = by_hand();
    repo.edit(DEV, "USER 10001", "USER 1000");
    let output = repo.run(&["verify-parity"]);
    let out = String::from_utf8_lossy(&output.stdout);
    insta::assert_snapshot!("user_differs", format!("{out}{}", fixture::shown(&output)));
    let output = repo.run(&["verify-parity", "--format", "github"]);
    insta::assert_snapshot!("user_differs_github", String::from_utf8_lossy(&output.stdout));
}

fn replace_all(repo: &Fixture, file: &str, from: &str, to: &str) {
    let text = repo.read(file);
    assert!(text.contains(from), "`{from}` in {file}");
    repo.write(file, text.replace(from, to));
}

fn drop_line(repo: &Fixture, file: &str, with: &str) {
    let text = repo.read(file);
    assert!(text.contains(with), "`{with}` in {file}");
    let kept: Vec<&str> = text.lines().filter(|line| !line.contains(with)).collect();
    repo.write(file, kept.join("\n") + "\n");
}
