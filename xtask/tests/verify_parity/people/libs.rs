//! Libs: what is copied of them, and what their manifests say.

use super::*;

/// What is left of a lib is its folder, which Python takes for a package without modules.
const LEFT_FOLDER: &[&str] = &["module-missing"];

pub const FAULTS: &[PersonFault] = &[
    ("lib-missing", LEFT_FOLDER, "a COPY dropped in development", |repo| {
        drop_line(
            repo,
            RAG_DEV,
            "COPY --chown=10001:10001 libs/rag-core-api/src/rag_core_api ",
        )
    }),
    ("lib-missing", &[], "a COPY dropped in production", |repo| {
        drop_line(repo, RAG_PROD, "COPY libs/rag-core-lib/src")
    }),
    ("lib-missing", &[], "a lib dropped from PYTHONPATH", |repo| {
        replace_all(repo, RAG_DEV, ":/app/libs/rag-core-lib/src:", ":")
    }),
    ("pythonpath-folder-missing", &[], "a folder that was renamed", |repo| {
        replace_all(
            repo,
            RAG_DEV,
            ":/app/libs/rag-core-lib/src:",
            ":/app/libs/rag-core-lib/src:/app/libs/rag-core/src:",
        )
    }),
    ("lib-build-input-missing", &[], "a README not copied", |repo| {
        replace_all(repo, RAG_PROD, " libs/rag-core-lib/README.md /src", " /src")
    }),
    (
        "copied-file-ignored",
        &[],
        "a requirement file that the ignore file does not know",
        |repo| {
            change_version(repo, RAG_PINS, "services/rag-backend/requirements-prod.txt");
            replace_all(
                repo,
                RAG_PROD,
                "source=services/rag-backend/requirements.txt",
                "source=services/rag-backend/requirements-prod.txt",
            );
        },
    ),
    (
        "copied-file-ignored",
        LEFT_FOLDER,
        "a lib dropped from the ignore file",
        |repo| drop_line(repo, &format!("{RAG_DEV}.dockerignore"), "!libs/rag-core-lib/src"),
    ),
    ("copied-file-ignored", &[], "documents ignored everywhere", |repo| {
        let file = format!("{RAG_PROD}.dockerignore");
        repo.write(&file, repo.read(&file) + "**/*.md\n");
    }),
    (
        "context-not-pruned",
        // All libs are of everything.
        &["lib-not-needed"],
        "everything copied while trying something",
        |repo| {
            repo.write(&format!("{RAG_DEV}.dockerignore"), "**/__pycache__\n");
            change_line(repo, RAG_DEV, "EXPOSE", |line| {
                format!("COPY . /tmp/repository\n{line}\n")
            });
        },
    ),
    ("lib-not-needed", &[], "a lib that was needed once", |repo| {
        change_line(repo, &format!("{MCP}/Dockerfile.dev"), "EXPOSE", |line| {
            format!("COPY libs/rag-core-api /app/libs/rag-core-api\n{line}\n")
        })
    }),
    (
        "lib-installed-in-development",
        // The whole folder is in the image then, and Tilt syncs the package in it.
        &["tilt-sync-missing"],
        "libs as packages in development",
        |repo| {
            copy_lib(repo, RAG_DEV);
            run(repo, RAG_DEV, "pip install --no-deps --no-index /app/libs/rag-core-lib");
        },
    ),
    (
        "lib-from-source-in-production",
        &[],
        "an editable install in production",
        |repo| {
            copy_lib(repo, RAG_PROD);
            run(
                repo,
                RAG_PROD,
                "pip install --no-deps --no-index -e /app/libs/rag-core-lib",
            );
        },
    ),
    (
        "pythonpath-in-production",
        &[],
        "the sources found in production",
        |repo| {
            change_line(repo, RAG_PROD, "EXPOSE", |line| {
                format!("ENV PYTHONPATH=/app/libs/rag-core-lib/src\n{line}\n")
            })
        },
    ),
    ("lib-version-stale", &[], "a version bumped by hand", |repo| {
        repo.edit(CORE, "version = \"0.1.0\"", "version = \"0.1.1\"")
    }),
    (
        "lib-constraint-unsatisfied",
        &["lib-metadata-stale", "lock-stale"],
        "a lib that asks for a newer package",
        |repo| repo.edit(CORE, "\"httpx>=0.28,<0.29\"", "\"httpx>=0.29,<0.30\""),
    ),
    (
        "lib-metadata-stale",
        &["lock-stale"],
        "a range of a lib widened",
        |repo| repo.edit(CORE, "\"httpx>=0.28,<0.29\"", "\"httpx>=0.27,<0.29\""),
    ),
    (
        "lib-metadata-stale",
        &["lock-stale", "import-not-declared", "import-transitive"],
        "a requirement of a lib removed",
        |repo| repo.edit(CORE, "    \"httpx>=0.28,<0.29\",\n", ""),
    ),
    (
        "import-not-declared",
        &[],
        "the debugger started in the program",
        |repo| {
            repo.edit(
                RAG_MAIN,
                "from fastapi import FastAPI\n",
                "import debugpy\nfrom fastapi import FastAPI\n",
            )
        },
    ),
    (
        "import-not-declared",
        &[],
        "a lib used where it was never needed",
        |repo| {
            let file = "services/mcp-server/src/mcp_server/server.py";
            repo.write(
                file,
                repo.read(file) + "\nfrom rag_core_api import settings as shared\n",
            );
        },
    ),
    ("import-transitive", &[], "a package that only FastAPI brings", |repo| {
        repo.edit(
            RAG_MAIN,
            "from fastapi import FastAPI\n",
            "from anyio import sleep\nfrom fastapi import FastAPI\n",
        )
    }),
    ("lib-not-imported", &[], "the last use of a lib removed", |repo| {
        repo.write(
            "services/document-extractor/src/document_extractor/main.py",
            "from fastapi import FastAPI\n\napp = FastAPI()\n",
        )
    }),
    (
        "package-not-imported",
        &[],
        "the last use of a package removed",
        |repo| {
            let file = "services/mcp-server/src/mcp_server/rag_backend_client.py";
            let text = repo.read(file);
            let kept: Vec<&str> = text.lines().filter(|line| !line.starts_with("import httpx")).collect();
            assert!(kept.len() < text.lines().count(), "no `import httpx` in {file}");
            repo.write(file, kept.join("\n"));
        },
    ),
];
