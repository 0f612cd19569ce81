//! Faults in repositories whose Dockerfiles people wrote.

use crate::{
    ALLOW,
    suite::{DEV, Fault, LOCK, PINS, PROD, WEB, by_hand, drop_line, found, other_lib, replace_all, suite},
};

pub const FAULTS: &[Fault] = &[
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
            let dev = repo.read("services/web/requirements-dev.txt");
            let debugger = &dev[dev.find("debugpy==").unwrap()..];
            let next = debugger.find("\nwatchfiles==").unwrap() + 1;
            repo.write(PINS, repo.read(PINS) + &debugger[..next]);
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
            "poetry --directory services/web install --no-root --no-directory",
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
        other_lib(repo);
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
    suite(by_hand, FAULTS, &[]);
}

/// What a service says of its own base image counts for its images, and not for the others.
#[test]
fn a_base_image_is_compared_with_the_setting_of_its_service() {
    for (setting, is_found) in [("python:3.13-slim-trixie", false), ("python:3.12-slim-trixie", true)] {
        let repo = by_hand();
        repo.edit(WEB, "port = 8080", &format!("port = 8080\nbase-image = \"{setting}\""));
        let (rules, problems) = found(&repo.run(&["verify-parity", "--format", "json"]));
        assert_eq!(rules.contains("base-image-varies"), is_found, "{setting}: {rules:?}");
        assert!(problems.is_empty(), "{problems:?}");
    }
}
