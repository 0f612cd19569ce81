//! What images install.

use super::*;

pub const FAULTS: &[PersonFault] = &[
    (
        "pin-not-in-lock",
        &[],
        "a version edited in the development file",
        |repo| {
            change_line(repo, &format!("{RAG}/requirements-dev.txt"), "debugpy==", |line| {
                line.replace("debugpy==", "debugpy==9") + "\n"
            })
        },
    ),
    ("pin-not-in-lock", &[], "a package added by hand", |repo| {
        repo.write(
            RAG_PINS,
            repo.read(RAG_PINS) + "requests==2.32.5 \\\n    --hash=sha256:00\n",
        )
    }),
    ("install-resolves", &[], "a pin loosened", |repo| {
        change_line(repo, RAG_PINS, "anyio==", |line| line.replace("==4.16.0", ">=4") + "\n")
    }),
    ("package-missing", &[], "a package removed from the file", |repo| {
        let pins = repo.read(RAG_PINS);
        let start = pins.find("\nuvicorn==").unwrap() + 1;
        let rest = &pins[start..];
        let end = rest
            .match_indices('\n')
            .find(|(at, _)| !rest[at + 1..].starts_with(' '))
            .unwrap()
            .0
            + 1;
        repo.write(RAG_PINS, pins[..start].to_owned() + &rest[end..]);
    }),
    (
        "development-package-in-production",
        &[],
        "debugpy appended to the production file",
        |repo| {
            repo.write(
                RAG_PINS,
                repo.read(RAG_PINS) + "debugpy==1.8.22 \\\n    --hash=sha256:00\n",
            );
            let locked = repo.read(&format!("{RAG}/requirements-dev.txt"));
            let version = locked
                .split("debugpy==")
                .nth(1)
                .unwrap()
                .split(' ')
                .next()
                .unwrap()
                .to_owned();
            replace_all(repo, RAG_PINS, "debugpy==1.8.22", &format!("debugpy=={version}"));
        },
    ),
    (
        "development-package-in-production",
        &["lock-stale"],
        "debugpy in the main group",
        |repo| {
            repo.edit(
                RAG_MANIFEST,
                "    \"fastapi>=0.165,<1\",\n",
                "    \"debugpy>=1.8,<2\",\n    \"fastapi>=0.165,<1\",\n",
            )
        },
    ),
    (
        "development-package-in-production",
        &["lib-metadata-stale", "lock-stale"],
        "pytest in the main group of a lib",
        |repo| {
            repo.edit(
                CORE,
                "    \"fastapi>=0.165,<1\",\n",
                "    \"fastapi>=0.165,<1\",\n    \"pytest>=9\",\n",
            )
        },
    ),
    (
        "package-differs",
        &["pin-not-in-lock"],
        "another requirement file for production",
        |repo| {
            change_version(repo, RAG_PINS, "services/rag-backend/requirements-prod.txt");
            replace_all(
                repo,
                RAG_PROD,
                "source=services/rag-backend/requirements.txt",
                "source=services/rag-backend/requirements-prod.txt",
            );
            let_in(repo, RAG_PROD, "services/rag-backend/requirements-prod.txt");
        },
    ),
    (
        "build-tool-in-production",
        &["system-packages-differ"],
        "a compiler to build a package",
        |repo| run(repo, RAG_PROD, "apt-get update && apt-get install -y gcc python3-dev"),
    ),
    (
        "build-tool-in-production",
        &["install-without-hashes"],
        "Poetry for a script",
        |repo| run(repo, RAG_PROD, "pip install poetry==2.5.1"),
    ),
    (
        "shell-tool-in-production",
        &[],
        "curl for a health check, in both",
        |repo| {
            run(repo, RAG_PROD, "apt-get install -y curl");
            run(repo, RAG_DEV, "apt-get install -y curl");
        },
    ),
    ("system-packages-differ", &[], "a library in production alone", |repo| {
        run(repo, RAG_PROD, "apt-get install -y libpq5")
    }),
    (
        "install-resolves",
        &["install-without-hashes"],
        "pip upgraded",
        |repo| run(repo, RAG_PROD, "pip install --upgrade pip"),
    ),
    ("install-resolves", &[], "uv sync while trying something", |repo| {
        run(repo, RAG_DEV, "uv sync")
    }),
    ("install-without-hashes", &[], "a tool by version", |repo| {
        run(repo, RAG_DEV, "pip install ipython==9.0.0")
    }),
    ("download-unverified", &[], "a model from the web", |repo| {
        change_line(repo, RAG_PROD, "EXPOSE", |line| {
            format!("ADD https://example.org/model.bin /models/\n{line}\n")
        })
    }),
];
