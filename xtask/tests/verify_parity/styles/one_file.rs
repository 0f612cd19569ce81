//! What a person would do wrong where one Dockerfile makes both images, by an argument or by its stages, or is based on Alpine.

use super::faults::before;
use crate::suite::{DEV, Fault, PINS, PROD, drop_line};

pub const DEV_ARGUMENT: &[Fault] = &[
    (
        "development-package-in-production",
        "the other branch without --only",
        |repo| repo.edit(PROD, "--no-root --no-directory --only main", "--no-root --no-directory"),
    ),
    ("package-missing", "the environment made elsewhere", |repo| {
        drop_line(repo, PROD, "ENV POETRY_VIRTUALENVS_IN_PROJECT")
    }),
    ("lib-missing", "the lib not copied", |repo| {
        drop_line(repo, PROD, "COPY libs/core")
    }),
    ("lib-from-source-in-production", "folders installed in both", |repo| {
        repo.edit(PROD, "--no-directory --only main", "--only main");
        repo.edit(PROD, " && .venv/bin/pip install --no-deps /app/libs/core", "");
    }),
    ("user-is-root", "no user", |repo| drop_line(repo, PROD, "USER 10001")),
    ("install-resolves", "the lock not copied", |repo| {
        repo.edit(PROD, " services/web/poetry.lock ./", " ./")
    }),
];

/// Production is built as development is, libs and all.
pub const OTHER_BRANCH: &[Fault] = &[
    ("development-package-in-production", "the default turned over", |repo| {
        repo.edit(PROD, "ARG INSTALL_DEV=false", "ARG INSTALL_DEV=true")
    }),
    ("development-package-in-production", "the branches swapped", |repo| {
        repo.edit(PROD, "$INSTALL_DEV == 'true'", "$INSTALL_DEV != 'true'")
    }),
    (
        "development-package-in-production",
        "the condition of another value",
        |repo| repo.edit(PROD, "$INSTALL_DEV == 'true'", "-n $INSTALL_DEV"),
    ),
];

/// Its lib is editable, too.
pub const WRONG_STAGE: &[Fault] = &[(
    "development-package-in-production",
    "production on the stage for development",
    |repo| {
        repo.edit(
            PROD,
            "COPY --from=assembled /app /app",
            "COPY --from=development /app /app",
        )
    },
)];

pub const TWO_TARGETS: &[Fault] = &[
    (
        "development-package-in-production",
        "all groups in the shared stage",
        |repo| {
            repo.edit(
                PROD,
                "poetry install --no-root --no-directory --only main\n",
                "poetry install --no-root --no-directory\n",
            )
        },
    ),
    ("command-differs", "another command", |repo| {
        repo.edit(PROD, "\"8080\", \"--reload\"]", "\"8081\", \"--reload\"]")
    }),
    (
        "lib-from-source-in-production",
        "production built on the shared stage",
        |repo| {
            repo.edit(
                PROD,
                "RUN .venv/bin/pip install --no-deps /app",
                "RUN .venv/bin/pip install --no-deps -e /app",
            )
        },
    ),
    ("port-differs", "another port in development", |repo| {
        before(
            repo,
            PROD,
            "RUN /opt/poetry/bin/poetry install --no-root --only main,dev",
            "EXPOSE 9000",
        )
    }),
    ("environment-differs", "a variable in production alone", |repo| {
        repo.edit(
            PROD,
            "COPY --from=assembled /app /app",
            "ENV LOG_LEVEL=info\nCOPY --from=assembled /app /app",
        )
    }),
    ("workdir-differs", "another folder", |repo| {
        repo.edit(
            PROD,
            "COPY --from=assembled /app /app",
            "COPY --from=assembled /app /app\nWORKDIR /app",
        )
    }),
    ("package-missing", "the environment not copied", |repo| {
        repo.edit(
            PROD,
            "COPY --from=assembled /app /app",
            "COPY --from=assembled /app/libs /app/libs",
        )
    }),
];

pub const ALPINE: &[Fault] = &[
    ("build-tool-in-production", "the compiler not deleted", |repo| {
        repo.edit(PROD, " \\\n    && apk del .build-deps", "");
        repo.edit(DEV, " && apk del .build-deps", "");
    }),
    ("build-tool-in-production", "another name deleted", |repo| {
        repo.edit(PROD, "apk del .build-deps", "apk del build-deps");
        repo.edit(DEV, "apk del .build-deps", "apk del build-deps");
    }),
    ("system-packages-differ", "a library in production alone", |repo| {
        repo.edit(DEV, "apk --no-cache add libpq", "true")
    }),
    ("package-missing", "a file left out of the loop", |repo| {
        repo.edit(
            DEV,
            "for file in requirements.txt requirements-dev.txt",
            "for file in requirements-dev.txt",
        )
    }),
    ("development-package-in-production", "the dev file too", |repo| {
        repo.edit(
            PROD,
            "services/web/requirements.txt .",
            "services/web/requirements*.txt ./",
        );
        repo.edit(
            PROD,
            "-r requirements.txt",
            "-r requirements.txt -rrequirements-dev.txt",
        );
    }),
    ("pin-not-in-lock", "a pin edited", |repo| {
        repo.edit(PINS, "h11==0.16.0", "h11==0.14.0")
    }),
    ("install-resolves", "pip itself", |repo| {
        repo.edit(
            PROD,
            "&& pip install --no-cache-dir",
            "&& pip install --require-hashes -U pip && pip install --no-cache-dir",
        )
    }),
    ("base-image-differs", "another base", |repo| {
        repo.edit(DEV, "alpine3.22", "alpine3.21")
    }),
];
