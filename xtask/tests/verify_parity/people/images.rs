//! Locks, bases, what runs, and files as a whole.

use super::*;

pub const FAULTS: &[PersonFault] = &[
    // Locks.
    ("lock-stale", &[], "a development tool added, not locked", |repo| {
        repo.edit(
            RAG_MANIFEST,
            "    \"debugpy>=1.8,<2\",\n",
            "    \"debugpy>=1.8,<2\",\n    \"ipython\",\n",
        )
    }),
    (
        "lock-stale",
        &[],
        "the Pythons of a service narrowed, not locked",
        |repo| {
            repo.edit(
                RAG_MANIFEST,
                "requires-python = \">=3.11,<3.14\"",
                "requires-python = \">=3.12,<3.14\"",
            )
        },
    ),
    ("lock-of-another-poetry", &[], "another Poetry declared", |repo| {
        repo.edit(
            RAG_MANIFEST,
            "[tool.poetry.dependencies]",
            "[tool.poetry]\nrequires-poetry = \"~2.1\"\n\n[tool.poetry.dependencies]",
        )
    }),
    (
        "versions-vary",
        // Its lib has tests, and they ran with the other one.
        &["lib-tested-with-others"],
        "a package updated in one service",
        |repo| other_version(repo, MCP, "h11", "0.17.0"),
    ),
    ("lib-tested-with-others", &[], "the lock of a lib is behind", |repo| {
        let lock = "libs/rag-core-lib/poetry.lock";
        let version = repo
            .read(lock)
            .split("name = \"httpx\"\nversion = \"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned();
        repo.edit(
            lock,
            &format!("name = \"httpx\"\nversion = \"{version}\""),
            "name = \"httpx\"\nversion = \"0.28.0.1\"",
        );
    }),
    // Bases.
    (
        "base-image-differs",
        // What the stage below it set is gone, too.
        &["environment-differs", "environment-not-on-path", "workdir-differs"],
        "the last FROM bumped",
        |repo| {
            replace_all(
                repo,
                RAG_PROD,
                "FROM base AS production",
                "FROM python:3.13.2-slim-trixie AS production",
            )
        },
    ),
    (
        "base-image-varies",
        // The environment is made by the Python of the other image.
        &["interpreter-missing"],
        "one service left on the older image",
        |repo| {
            for file in ["Dockerfile", "Dockerfile.dev"] {
                replace_all(
                    repo,
                    &format!("{MCP}/{file}"),
                    "python:3.13-slim-trixie",
                    "python:3.12-slim-trixie",
                );
            }
        },
    ),
    (
        "base-image-varies",
        &[],
        "the settings bumped, and nothing drawn",
        |repo| {
            repo.edit(
                "Cargo.toml",
                "base-image = \"python:3.13-slim-trixie\"",
                "base-image = \"python:3.13-slim-bookworm\"",
            )
        },
    ),
    (
        "python-outside-range",
        &["base-image-varies", "interpreter-missing"],
        "a Python that nothing was tested with",
        |repo| {
            for file in ["Dockerfile", "Dockerfile.dev"] {
                replace_all(
                    repo,
                    &format!("{MCP}/{file}"),
                    "python:3.13-slim-trixie",
                    "python:3.14-slim-trixie",
                );
            }
        },
    ),
    ("base-image-floats", &[], "the tag of the tools dropped", |repo| {
        replace_all(
            repo,
            RAG_DEV,
            "FROM python:3.13-slim-trixie AS tools",
            "FROM python AS tools",
        )
    }),
    // What runs.
    (
        "environment-differs",
        &[],
        "a variable removed from production",
        |repo| replace_all(repo, RAG_PROD, " PYTHONUNBUFFERED=1", ""),
    ),
    ("environment-differs", &[], "another value in development", |repo| {
        replace_all(repo, RAG_DEV, "PYTHONUNBUFFERED=1", "PYTHONUNBUFFERED=0")
    }),
    ("command-differs", &[], "another port in the command", |repo| {
        change_line(repo, RAG_PROD, "CMD [\"env\"", |line| {
            line.replace("\"8080\"", "\"8000\"") + "\n"
        })
    }),
    ("command-differs", &[], "workers in production", |repo| {
        change_line(repo, RAG_PROD, "CMD [\"env\"", |line| {
            line.replace("\"8080\"]", "\"8080\", \"--workers\", \"4\"]") + "\n"
        })
    }),
    ("port-differs", &[], "no EXPOSE in production", |repo| {
        change_line(repo, RAG_PROD, "EXPOSE", |_| String::new())
    }),
    (
        "user-is-root",
        &["user-differs"],
        "USER removed from production",
        |repo| change_line(repo, RAG_PROD, "USER 10001", |_| String::new()),
    ),
    ("user-differs", &[], "the user of the laptop in development", |repo| {
        replace_all(repo, RAG_DEV, "USER 10001:10001", "USER 1000:1000")
    }),
    ("workdir-differs", &[], "another folder in production", |repo| {
        change_line(repo, RAG_PROD, "EXPOSE", |line| format!("WORKDIR /srv\n{line}\n"))
    }),
    // Files.
    ("dockerfile-missing", &[], "no development Dockerfile", |repo| {
        std::fs::remove_file(repo.path(RAG_DEV)).unwrap()
    }),
    (
        "generated-file-stale",
        &["port-differs"],
        "a port changed, and nothing drawn",
        |repo| repo.edit(RAG_MANIFEST, "debug-port = 5678", "debug-port = 5679"),
    ),
    (
        "generated-file-stale",
        &[],
        "a service renamed, and its files left",
        |repo| {
            let text = repo
                .read(RAG_PINS)
                .replace("services/rag-backend/", "services/rag-old/");
            repo.write("services/rag-old/requirements.txt", text);
        },
    ),
    (
        "exception-unused",
        &[],
        "an exception that outlived its reason",
        |repo| {
            let allow = "\n[[workspace.metadata.xtask.allow]]\nrule = \"port-differs\"\nservice = \"rag-backend\"\nreason = \"a proxy\"\n";
            repo.write("Cargo.toml", repo.read("Cargo.toml") + allow);
        },
    ),
];
