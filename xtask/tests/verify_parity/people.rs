//! Faults that people make in this repository, one at a time, each in one place.

use crate::{
    fixture::Fixture,
    suite::{change_line, drop_line, found, level_of, other_version, replace_all},
};
use diagnostics::Level;

/// The rule, what else is true of the fault, what it is, and the edit.
type PersonFault = (&'static str, &'static [&'static str], &'static str, fn(&Fixture));

const RAG: &str = "services/rag-backend";
const RAG_PROD: &str = "services/rag-backend/Dockerfile";
const RAG_DEV: &str = "services/rag-backend/Dockerfile.dev";
const RAG_PINS: &str = "services/rag-backend/requirements.txt";
const RAG_MANIFEST: &str = "services/rag-backend/pyproject.toml";
const RAG_MAIN: &str = "services/rag-backend/src/rag_backend/main.py";
const MCP: &str = "services/mcp-server";
const CORE: &str = "libs/rag-core-lib/pyproject.toml";

/// Files that the tool drew differ from what it would draw after nearly every edit, so `generated-file-stale` is left aside
/// unless it is what the fault is about.
const FAULTS: &[PersonFault] = &[
    // Packages.
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
    // Libs.
    ("lib-missing", &[], "a COPY dropped in development", |repo| {
        drop_line(repo, RAG_DEV, "libs/rag-core-api/src/rag_core_api /app")
    }),
    ("lib-missing", &[], "a COPY dropped in production", |repo| {
        drop_line(repo, RAG_PROD, "COPY libs/rag-core-lib/src")
    }),
    ("lib-missing", &[], "a lib dropped from PYTHONPATH", |repo| {
        replace_all(repo, RAG_DEV, ":/app/libs/rag-core-lib/src\"", "\"")
    }),
    ("pythonpath-folder-missing", &[], "a folder that was renamed", |repo| {
        replace_all(
            repo,
            RAG_DEV,
            ":/app/libs/rag-core-lib/src\"",
            ":/app/libs/rag-core-lib/src:/app/libs/rag-core/src\"",
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
        &[],
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
        &["environment-differs", "workdir-differs"],
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
        &[],
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
        &["base-image-varies"],
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

/// A step before the image is finished.
fn run(repo: &Fixture, file: &str, command: &str) {
    change_line(repo, file, "EXPOSE", |line| format!("RUN {command}\n{line}\n"));
}

/// The whole lib, before the image is finished.
fn copy_lib(repo: &Fixture, file: &str) {
    let lib = "libs/rag-core-lib";
    let_in(repo, file, lib);
    change_line(repo, file, "EXPOSE", |line| format!("COPY {lib} /app/{lib}\n{line}\n"));
}

/// One more line of an allow-list.
fn let_in(repo: &Fixture, file: &str, path: &str) {
    let file = format!("{file}.dockerignore");
    repo.write(&file, repo.read(&file) + &format!("!{path}\n"));
}

/// A copy of a requirement file with another version of one package.
fn change_version(repo: &Fixture, from: &str, to: &str) {
    repo.write(to, repo.read(from).replace("\nanyio==4", "\nanyio==3"));
}

#[test]
fn faults_of_people_in_this_repository_are_found() {
    let repo = Fixture::of_this_repository();
    let whole = repo.files();
    let mut wrong = Vec::new();
    for (rule, besides, what, apply) in FAULTS {
        apply(&repo);
        let output = repo.run(&["verify-parity", "--format", "json"]);
        let (mut rules, problems) = found(&output);
        let is_found = rules.remove(*rule);
        rules.retain(|rule| !besides.contains(&rule.as_str()) && rule != "generated-file-stale");
        let is_broken = output.status.code() == Some(5);
        // A warning alone is no break; but a file of the tool edited by hand is.
        let is_silent = level_of(rule) == Level::Error && !is_broken;
        if !is_found || !rules.is_empty() || !problems.is_empty() || is_silent {
            wrong.push(format!(
                "{what}: `{rule}` found: {is_found}, besides: {rules:?}, {problems:?}"
            ));
        }
        restore(&repo, &whole);
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The repository as it was.
fn restore(repo: &Fixture, whole: &[(String, Vec<u8>)]) {
    for (path, _) in repo.files() {
        if !whole.iter().any(|(known, _)| *known == path) {
            std::fs::remove_file(repo.path(&path)).unwrap();
        }
    }
    for (path, before) in whole {
        if std::fs::read(repo.path(path)).ok().as_ref() != Some(before) {
            repo.write(path, before);
        }
    }
}
