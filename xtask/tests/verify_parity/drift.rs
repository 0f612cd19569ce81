//! Drift between two flavours that a reader of both Dockerfiles sees at once.

use crate::{
    fixture::Fixture,
    suite::{DEV, Fault, LOCK, PROD, Twin, WEB, by_hand, found, replace_all, suite},
};

const RUN_PROD: &str = "CMD [\"uvicorn\", \"web.main:app\", \"--host\", \"0.0.0.0\", \"--port\", \"8080\"]";
const RUN_DEV: &str = "CMD uvicorn web.main:app --host 0.0.0.0 --port 8080 --reload";

/// Puts instructions before the user of a Dockerfile.
fn say(repo: &Fixture, file: &str, what: &str) {
    repo.edit(file, "USER 10001", &format!("{what}\nUSER 10001"));
}

/// A user by name, made in the way of `prod` and of `dev`.
fn users(repo: &Fixture, prod: &str, dev: &str) {
    repo.edit(PROD, "USER 10001", &format!("RUN {prod}\nUSER app"));
    repo.edit(DEV, "USER 10001", &format!("RUN {dev}\nUSER app"));
}

/// A script that both images start with.
fn start(repo: &Fixture, script: &str, copy: &str) {
    start_by(repo, script, copy, "\"/start.sh\"");
}

fn start_by(repo: &Fixture, script: &str, copy: &str, words: &str) {
    repo.write("services/web/start.sh", script);
    for file in [PROD, DEV] {
        say(repo, file, &format!("{copy}\nENTRYPOINT [{words}]"));
    }
}

pub const FAULTS: &[Fault] = &[
    ("user-differs", "one name, two numbers", |repo| {
        users(repo, "useradd -u 10001 app", "useradd --create-home --uid 1000 app")
    }),
    ("user-differs", "one name, in another way", |repo| {
        users(
            repo,
            "groupadd -g 10001 app && useradd -rmu 10001 -g app app",
            "adduser --disabled-password --gecos '' --uid=1000 app",
        )
    }),
    ("user-differs", "a number and a name of another", |repo| {
        repo.edit(PROD, "USER 10001", "RUN useradd -u 10002 app\nUSER app")
    }),
    ("command-ignored", "arguments behind a shell", |repo| {
        repo.edit(
            PROD,
            RUN_PROD,
            "ENTRYPOINT uvicorn web.main:app\nCMD [\"--host\", \"0.0.0.0\", \"--port\", \"8080\"]",
        )
    }),
    ("command-ignored", "the same in both", |repo| {
        let end = "ENTRYPOINT [\"sh\", \"-c\", \"uvicorn web.main:app\"]\nCMD [\"--host\", \"0.0.0.0\", \"--port\", \"8080\"]";
        repo.edit(PROD, RUN_PROD, end);
        repo.edit(DEV, RUN_DEV, end);
    }),
    ("fetched-data-differs", "a corpus", |repo| {
        say(
            repo,
            DEV,
            "RUN python -m nltk.downloader -d /usr/share/nltk_data punkt stopwords",
        );
        say(
            repo,
            PROD,
            "RUN python -m nltk.downloader -d /usr/share/nltk_data punkt",
        );
    }),
    ("fetched-data-differs", "a model, by Python", |repo| {
        say(
            repo,
            DEV,
            "RUN python -c \"from sentence_transformers import SentenceTransformer; SentenceTransformer('all-MiniLM-L6-v2')\"",
        )
    }),
    ("fetched-data-differs", "a browser", |repo| {
        say(repo, DEV, "RUN playwright install --with-deps chromium")
    }),
    ("copied-file-differs", "a script of its own", |repo| {
        repo.write("services/web/start.sh", "#!/bin/sh\nexec \"$@\"\n");
        repo.write("services/web/start-dev.sh", "#!/bin/sh\nset -x\nexec \"$@\"\n");
        say(
            repo,
            PROD,
            "COPY --chmod=755 services/web/start.sh /start.sh\nENTRYPOINT [\"/start.sh\"]",
        );
        say(
            repo,
            DEV,
            "COPY --chmod=755 services/web/start-dev.sh /start.sh\nENTRYPOINT [\"/start.sh\"]",
        );
    }),
    ("copied-file-differs", "settings, in a folder", |repo| {
        repo.write("services/web/dev/settings.yaml", "pool: 1\n");
        repo.write("services/web/prod/settings.yaml", "pool: 20\n");
        say(repo, PROD, "COPY services/web/prod/settings.yaml /etc/web/");
        say(repo, DEV, "COPY services/web/dev/settings.yaml /etc/web/settings.yaml");
    }),
    ("copied-file-unreadable", "settings of root alone", |repo| {
        repo.write("services/web/settings.yaml", "pool: 1\n");
        say(repo, PROD, "COPY --chmod=600 services/web/settings.yaml /etc/web/");
        say(repo, DEV, "COPY services/web/settings.yaml /etc/web/");
    }),
    ("copied-file-unreadable", "a folder of another user", |repo| {
        repo.write("services/web/prompts/system.txt", "Be kind.\n");
        repo.edit(
            PROD,
            "USER 10001",
            "RUN useradd -u 10001 app && useradd -u 10002 data\nCOPY --chown=data --chmod=0700 services/web/prompts /prompts\nUSER app",
        );
    }),
    ("script-not-runnable", "line ends of Windows", |repo| {
        start(
            repo,
            "#!/bin/sh\r\nexec \"$@\"\r\n",
            "COPY services/web/start.sh /start.sh",
        )
    }),
    ("script-not-runnable", "the same in a folder, read by a shell", |repo| {
        let copy = "COPY services/web/ /web/";
        start_by(
            repo,
            "set -e\r\nexec \"$@\"\r\n",
            copy,
            "\"sh\", \"-eu\", \"/web/start.sh\"",
        );
    }),
    (
        "script-not-runnable",
        "what a shell is given and does not read",
        |repo| {
            let copy = "COPY services/web/start.sh /start-web.sh";
            start_by(
                repo,
                "if true; then\nexec \"$@\"\n",
                copy,
                "\"/bin/bash\", \"/start-web.sh\"",
            );
        },
    ),
    ("script-not-runnable", "no interpreter", |repo| {
        start(repo, "exec \"$@\"\n", "COPY --chmod=755 services/web/start.sh /")
    }),
    ("script-not-runnable", "nobody may run it", |repo| {
        start(
            repo,
            "#!/bin/sh\nexec \"$@\"\n",
            "COPY --chmod=644 services/web/start.sh /start.sh",
        )
    }),
    ("base-image-differs", "an image that is copied from", |repo| {
        say(
            repo,
            PROD,
            "COPY --from=registry.example.org:5000/acme/model:1.2 /model /model",
        );
        say(
            repo,
            DEV,
            "COPY --from=registry.example.org:5000/acme/model:1.3 /model /model",
        );
    }),
    (
        "base-image-differs",
        "an image that is copied from by another name",
        |repo| {
            for (file, version) in [(PROD, "1.2"), (DEV, "1.3")] {
                let text = repo.read(file);
                let at = text.find("FROM ").unwrap();
                repo.write(
                    file,
                    format!("{}FROM acme/model:{version} AS model\n{}", &text[..at], &text[at..]),
                );
                say(repo, file, "COPY --from=model /model /model");
            }
        },
    ),
    ("platform-differs", "a platform in each", |repo| {
        repo.edit(
            PROD,
            "FROM python:${PYTHON}-slim-trixie\n",
            "FROM --platform=linux/amd64 python:${PYTHON}-slim-trixie\n",
        );
        repo.edit(DEV, "FROM python", "FROM --platform=linux/arm64 python");
    }),
    ("install-resolves", "a branch by its name", |repo| {
        repo.edit(
            DEV,
            "RUN pip --version",
            "RUN pip install --require-hashes --no-deps \"tools @ git+https://me@example.org/debug/tools.git@main\"",
        )
    }),
];

#[test]
fn drift_is_found() {
    suite(by_hand, FAULTS, &[]);
}

#[test]
fn what_comes_to_the_same_is_left_alone() {
    let cases: [Twin; 18] = [
        ("a script without an interpreter or a mode, given to a shell", |repo| {
            let copy = "COPY services/web/start.sh /start.sh";
            start_by(repo, "exec \"$@\"\n", copy, "\"sh\", \"/start.sh\"");
        }),
        ("a script of Windows that is mended before a shell reads it", |repo| {
            let copy = "COPY services/web/start.sh /start.sh\nRUN sed -i 's/\\r$//' /start.sh";
            start_by(repo, "exec \"$@\"\r\n", copy, "\"sh\", \"/start.sh\"");
        }),
        ("browsers of the tests", |repo| {
            for file in [LOCK, WEB, "services/web/requirements-test.txt"] {
                replace_all(repo, file, "iniconfig", "playwright");
            }
            // What Poetry makes of this manifest.
            let (before, after) = (
                "c241248017b46282db27702c31b9c8e233f2364544e7b1e519ea2f57cb258c9b",
                "1de4d55c3786a1a4585bfd1eb8f87c349baefb201423a2880b0666e19c892223",
            );
            repo.edit(LOCK, before, after);
            say(repo, DEV, "RUN playwright install --with-deps chromium");
        }),
        ("a script that is mended in the image", |repo| {
            start(
                repo,
                "#!/bin/sh\r\nexec \"$@\"\r\n",
                "COPY services/web/start.sh /start.sh\nRUN sed -i 's/\\r$//' /start.sh && chmod +x /start.sh",
            )
        }),
        ("a script of Python", |repo| {
            start(
                repo,
                "#!/usr/bin/env python\nimport core\n",
                "COPY --chmod=0755 services/web/start.sh /start.sh",
            )
        }),
        ("rights of the user's own", |repo| {
            for file in [PROD, DEV] {
                say(
                    repo,
                    file,
                    "RUN useradd -u 10001 app\nCOPY --chown=app:app --chmod=600 services/web/README.md /README.md",
                );
            }
        }),
        ("rights of a group", |repo| {
            for file in [PROD, DEV] {
                say(repo, file, "COPY --chmod=640 services/web/README.md /README.md");
            }
        }),
        ("a name and its number", |repo| {
            repo.edit(PROD, "USER 10001", "RUN useradd -u 10001 app\nUSER app")
        }),
        ("the same number in two ways", |repo| {
            users(repo, "adduser -D -u 10001 app", "useradd --uid 10001 app")
        }),
        ("numbers that nobody says", |repo| {
            users(repo, "useradd app", "adduser --uid 1000 app")
        }),
        ("a CMD in shell form behind an entrypoint", |repo| {
            repo.write("services/web/start.sh", "#!/bin/sh\nexec \"$@\"\n");
            for file in [PROD, DEV] {
                say(
                    repo,
                    file,
                    "COPY --chmod=755 services/web/start.sh /start.sh\nENTRYPOINT [\"/start.sh\"]",
                );
            }
        }),
        ("a shell that takes its arguments", |repo| {
            let start = "ENTRYPOINT [\"/bin/sh\", \"-c\", \"exec \\\"$@\\\"\", \"--\"]";
            repo.edit(PROD, RUN_PROD, &format!("{start}\n{RUN_PROD}"));
            repo.edit(
                DEV,
                RUN_DEV,
                &format!("{start}\n{}", RUN_PROD.replace("\"8080\"", "\"8080\", \"--reload\"")),
            );
        }),
        ("a corpus fetched by the builder", |repo| {
            repo.edit(
                PROD,
                "COPY --from=build /venv /venv",
                "COPY --from=build /venv /venv\nCOPY --from=build /data /data",
            );
            repo.edit(
                PROD,
                "RUN python -m venv /venv",
                "RUN python -m nltk.downloader -d /data punkt\nRUN python -m venv /venv",
            );
            say(repo, DEV, "RUN python3 -m nltk.downloader --quiet punkt");
        }),
        ("a corpus in production alone", |repo| {
            say(repo, PROD, "RUN python -m nltk.downloader punkt")
        }),
        ("two files with the same in them", |repo| {
            for file in ["a.sh", "b.sh"] {
                repo.write(&format!("services/web/{file}"), "#!/bin/sh\n");
            }
            say(repo, PROD, "COPY services/web/a.sh /start.sh");
            say(repo, DEV, "COPY services/web/b.sh /start.sh");
        }),
        ("two files in one folder", |repo| {
            for file in ["a.sh", "b.sh"] {
                repo.write(&format!("services/web/{file}"), format!("# {file}\n"));
            }
            say(repo, PROD, "COPY services/web/a.sh /app");
            say(repo, DEV, "COPY services/web/b.sh /app");
        }),
        ("a platform in one", |repo| {
            repo.edit(DEV, "FROM python", "FROM --platform=$BUILDPLATFORM python")
        }),
        ("a release of a repository of git", |repo| {
            repo.edit(
                DEV,
                "RUN pip --version",
                "RUN pip install --require-hashes --no-deps git+https://example.org/tools.git@v1.2#egg=tools",
            )
        }),
    ];
    for (what, apply) in cases {
        let repo = by_hand();
        apply(&repo);
        let output = repo.run(&["verify-parity", "--format", "json"]);
        let (rules, problems) = found(&output);
        assert!(
            rules.is_empty() && problems.is_empty(),
            "{what}: {rules:?} {problems:?}"
        );
    }
}
