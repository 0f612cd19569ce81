//! What a person would do wrong in each style.

use crate::{
    fixture::Fixture,
    suite::{DEV, Fault, PROD, WEB, change_line, drop_line, other_lib, replace_all},
};

use super::one_file::{ALPINE, DEV_ARGUMENT, OTHER_BRANCH, TWO_TARGETS, WRONG_STAGE};

const IGNORE: &str = ".dockerignore";

/// Puts an instruction before the line that starts so.
pub fn before(repo: &Fixture, file: &str, start: &str, what: &str) {
    change_line(repo, file, start, |line| format!("{what}\n{line}\n"));
}

pub const FAULTS: &[(&str, &[Fault])] = &[
    ("poetry_in_venv", POETRY_IN_VENV),
    ("poetry_outside", POETRY_OUTSIDE),
    ("poetry_outside, on the builder", ON_THE_BUILDER),
    ("export_to_pip", EXPORT_TO_PIP),
    ("uv_sync", UV_SYNC),
    ("requirements", REQUIREMENTS),
    ("dev_argument", DEV_ARGUMENT),
    ("dev_argument, the other branch", OTHER_BRANCH),
    ("two_targets", TWO_TARGETS),
    ("two_targets, the wrong stage", WRONG_STAGE),
    ("alpine", ALPINE),
];

pub fn of(style: &str) -> &'static [Fault] {
    let mut found = FAULTS.iter().filter(|(name, _)| *name == style);
    found.next().map_or(&[], |(_, faults)| faults)
}

const POETRY_IN_VENV: &[Fault] = &[
    ("install-input-missing", "a lib copied after what installs it", |repo| {
        drop_line(repo, DEV, "COPY libs/core");
        before(repo, DEV, "RUN useradd", "COPY libs/core /app/libs/core");
    }),
    (
        "install-input-missing",
        "the modules of a lib copied after what installs it",
        |repo| {
            repo.edit(
                DEV,
                "COPY libs/core /app/libs/core",
                "COPY libs/core/pyproject.toml /app/libs/core/",
            );
            before(repo, DEV, "RUN useradd", "COPY libs/core /app/libs/core");
        },
    ),
    (
        "development-package-in-production",
        "--only main forgotten once",
        |repo| {
            repo.edit(
                PROD,
                "poetry install --no-directory --only main",
                "poetry install --no-directory",
            )
        },
    ),
    ("install-resolves", "the lock not copied", |repo| {
        repo.edit(PROD, " services/web/poetry.lock ./", " ./")
    }),
    ("install-resolves", "the lock in the ignore file", |repo| {
        repo.edit(PROD, "services/web/poetry.lock", "services/web/poetry.loc*");
        repo.edit(DEV, "services/web/poetry.lock", "services/web/*.lock");
        repo.write("services/web/Dockerfile.dev.dockerignore", "**/*.lock\n");
    }),
    ("install-without-hashes", "Poetry by name", |repo| {
        repo.edit(
            PROD,
            "pip install --require-hashes -r /tmp/tools.txt",
            "pip install poetry==2.5.1",
        )
    }),
    ("lock-of-another-poetry", "an older one in the file of tools", |repo| {
        repo.edit("tools.txt", "poetry==2.5.1", "poetry==2.2.1")
    }),
    ("install-resolves", "Poetry without a version", |repo| {
        repo.edit(
            DEV,
            "pip install --require-hashes -r /tmp/tools.txt",
            "pip install --require-hashes poetry",
        )
    }),
    (
        "lib-from-source-in-production",
        "the lib installed again with the service",
        |repo| {
            repo.edit(
                PROD,
                "poetry install --no-directory --only main",
                "poetry install --only main",
            )
        },
    ),
    ("copied-file-missing", "a file renamed", |repo| {
        repo.edit(DEV, "COPY services/web/README.md", "COPY services/web/README.rst")
    }),
    ("user-differs", "another user", |repo| {
        replace_all(repo, DEV, "10001", "1000")
    }),
    ("exception-unused", "Poetry taken out, the exception left", |repo| {
        repo.edit(PROD, "USER 10001", "RUN pip uninstall -y poetry\nUSER 10001")
    }),
];

const POETRY_OUTSIDE: &[Fault] = &[
    ("build-tool-in-production", "the tools copied along", |repo| {
        repo.edit(
            PROD,
            "COPY --from=builder $VENV_PATH $VENV_PATH",
            "COPY --from=builder $VENV_PATH $VENV_PATH\nCOPY --from=builder $POETRY_HOME $POETRY_HOME",
        )
    }),
    ("package-missing", "the environment not copied", |repo| {
        drop_line(repo, PROD, "COPY --from=builder")
    }),
    ("package-missing", "another environment copied", |repo| {
        repo.edit(
            PROD,
            "COPY --from=builder $VENV_PATH $VENV_PATH",
            "COPY --from=builder /opt/venv $VENV_PATH",
        )
    }),
    ("development-package-in-production", "a group too many", |repo| {
        repo.edit(PROD, "--only=main", "--only=main,test")
    }),
    ("development-package-in-production", "without the wrong group", |repo| {
        repo.edit(PROD, "--only=main", "--without=test")
    }),
    ("copied-file-missing", "the manifest misspelt", |repo| {
        repo.edit(PROD, "services/web/pyproject.toml ./", "services/web/pyprojct.toml ./")
    }),
    ("install-resolves", "poetry lock in the build", |repo| {
        repo.edit(PROD, "poetry --version;", "poetry lock;")
    }),
    ("install-resolves", "the curl installer without a version", |repo| {
        change_line(repo, DEV, "RUN python3 -m venv", |_| {
            "RUN curl -sSL https://install.python-poetry.org | POETRY_HOME=/opt/poetry python3 -\n".into()
        })
    }),
    ("base-image-differs", "an ARG bumped", |repo| {
        repo.edit(DEV, "ARG PYTHON_VERSION=3.13", "ARG PYTHON_VERSION=3.12")
    }),
    ("lib-not-needed", "all libs", |repo| {
        other_lib(repo);
        repo.edit(DEV, "COPY libs/core /app/libs/core/", "COPY libs /app/libs/");
    }),
    ("command-differs", "another entrypoint", |repo| {
        repo.edit(
            DEV,
            "ENTRYPOINT [\"uvicorn\", \"web.main:app\"]",
            "ENTRYPOINT [\"python\", \"-m\", \"web\"]",
        )
    }),
];

/// It fetches with curl, too.
const ON_THE_BUILDER: &[Fault] = &[("build-tool-in-production", "production built on the builder", |repo| {
    repo.edit(PROD, "FROM base\n", "FROM builder\n");
    // The compiler is then in one image alone.
    repo.edit(
        DEV,
        "COPY tools.txt",
        "RUN apt-get update && apt-get install -y curl build-essential\nCOPY tools.txt",
    );
})];

const EXPORT_TO_PIP: &[Fault] = &[
    ("install-without-hashes", "exported without hashes", |repo| {
        repo.edit(
            PROD,
            "--output requirements.txt",
            "--output requirements.txt --without-hashes",
        );
        repo.edit(PROD, "--no-deps --require-hashes --wheel-dir", "--no-deps --wheel-dir");
    }),
    ("development-package-in-production", "the dev group exported", |repo| {
        repo.edit(PROD, "poetry export -f", "poetry export --with dev -f")
    }),
    ("development-package-in-production", "all groups exported", |repo| {
        repo.edit(PROD, "poetry export -f", "poetry export --all-groups -f")
    }),
    ("package-missing", "only dev exported", |repo| {
        repo.edit(DEV, "--with dev", "--only dev")
    }),
    ("install-resolves", "a tool by name", |repo| {
        repo.edit(
            DEV,
            "pip install --no-cache-dir --require-hashes -r",
            "pip install --require-hashes ipdb -r",
        )
    }),
    ("lib-missing", "the lib not copied", |repo| {
        drop_line(repo, DEV, "COPY libs/core")
    }),
    (
        "build-tool-in-production",
        "the whole environment of the builder",
        |repo| {
            before(
                repo,
                PROD,
                "EXPOSE",
                "COPY --from=requirements-stage /usr/local /usr/local",
            )
        },
    ),
    ("copied-file-missing", "a folder moved", |repo| {
        repo.edit(
            PROD,
            "COPY services/web /build/services/web",
            "COPY service/web /build/services/web",
        )
    }),
    ("package-missing", "the wheels of the packages left behind", |repo| {
        repo.edit(
            PROD,
            "--require-hashes --wheel-dir /wheels",
            "--require-hashes --wheel-dir /wheels/deps",
        );
        repo.edit(
            PROD,
            "COPY --from=wheels /wheels /wheels",
            "COPY --from=wheels /wheels/*.whl /wheels/",
        );
    }),
];

const UV_SYNC: &[Fault] = &[
    ("install-resolves", "not frozen", |repo| {
        replace_all(
            repo,
            DEV,
            "uv sync --frozen --no-install-project",
            "uv sync --no-install-project",
        )
    }),
    ("install-resolves", "the lock not mounted", |repo| {
        drop_line(repo, PROD, "source=services/web/uv.lock")
    }),
    ("copied-file-missing", "a file renamed", |repo| {
        repo.edit(DEV, "services/web/README.md ./", "services/web/README.txt ./");
    }),
    ("copied-file-ignored", "the lock kept out", |repo| {
        repo.write(IGNORE, "**/.venv\n**/*.lock\n")
    }),
    ("lib-build-input-missing", "documents kept out", |repo| {
        repo.write(
            "services/web/Dockerfile.dockerignore",
            "**/.venv\n**/README.md\nlibs/core/LICENSE\n**/pyproject.tom\n",
        )
    }),
    ("virtual-environment-overlaid", "no ignore file", |repo| {
        std::fs::remove_file(repo.path(IGNORE)).unwrap()
    }),
    ("lib-from-source-in-production", "--no-editable forgotten", |repo| {
        replace_all(repo, PROD, " --no-editable", "")
    }),
    ("lib-from-source-in-production", "a member of the workspace", |repo| {
        repo.edit(WEB, "path = \"../../libs/core\", editable = true", "workspace = true");
        replace_all(repo, PROD, " --no-editable", "");
    }),
    ("lib-installed-in-development", "a lib that is not editable", |repo| {
        repo.edit(WEB, ", editable = true", "")
    }),
    ("development-package-in-production", "--no-dev forgotten", |repo| {
        repo.edit(
            PROD,
            "uv sync --locked --no-dev --no-editable",
            "uv sync --locked --no-editable",
        )
    }),
    ("development-package-in-production", "a group too many", |repo| {
        replace_all(repo, PROD, "--no-dev", "--no-dev --group test")
    }),
    ("build-tool-in-production", "uv copied to the last stage", |repo| {
        before(repo, PROD, "EXPOSE", "COPY --from=ghcr.io/astral-sh/uv:0.9.5 /uv /bin/")
    }),
    ("base-image-floats", "uv of the day", |repo| {
        repo.edit(DEV, "astral-sh/uv:0.9.5", "astral-sh/uv:latest")
    }),
    ("base-image-differs", "production on the image of uv", |repo| {
        repo.edit(DEV, "FROM python:3.13-slim-trixie", "FROM python:3.13-slim-bookworm")
    }),
    ("package-missing", "the environment not copied", |repo| {
        drop_line(repo, PROD, "COPY --from=builder")
    }),
];

const REQUIREMENTS: &[Fault] = &[
    ("install-resolves", "a package without a version", |repo| {
        let file = "services/web/requirements/dev.txt";
        repo.write(file, repo.read(file) + "ipdb\n");
    }),
    (
        "development-package-in-production",
        "the dev file in production",
        |repo| repo.edit(PROD, "requirements/prod.txt", "requirements/dev.txt"),
    ),
    ("copied-file-missing", "the folder of the files misspelt", |repo| {
        repo.edit(DEV, "COPY services/web/requirements ", "COPY services/web/requirement ")
    }),
    ("package-missing", "the other file not included", |repo| {
        drop_line(repo, "services/web/requirements/dev.txt", "-r prod.txt")
    }),
    ("pin-not-in-lock", "a pin edited", |repo| {
        let file = "services/web/requirements/prod.txt";
        repo.edit(file, "h11==0.16.0", "h11==0.14.0");
    }),
    ("build-tool-in-production", "the compiler not purged", |repo| {
        repo.edit(PROD, "purge -y --auto-remove gcc libpq-dev", "clean");
        repo.edit(
            DEV,
            "--no-install-recommends libpq5",
            "--no-install-recommends gcc libpq-dev libpq5",
        );
    }),
    ("system-packages-differ", "a library forgotten", |repo| {
        repo.edit(PROD, "gcc libpq-dev libpq5", "gcc libpq-dev")
    }),
    ("lib-missing", "the lib not on PYTHONPATH", |repo| {
        repo.edit(DEV, ":/srv/libs/core/src", ":/srv/libs/core")
    }),
    (
        "lib-from-source-in-production",
        "the lib in the file, editable",
        |repo| {
            let file = "services/web/requirements/libs.txt";
            repo.write(file, "-e ./libs/core\n");
            repo.edit(
                PROD,
                "pip install --no-deps ./libs/core ./services/web",
                "pip install --no-deps -r requirements/libs.txt ./services/web",
            );
        },
    ),
    (
        "lib-installed-in-development",
        "the lib in the file, as a package",
        |repo| {
            let file = "services/web/requirements/libs.txt";
            repo.write(file, "./libs/core\n");
            before(
                repo,
                DEV,
                "EXPOSE",
                "RUN pip install --no-deps -r requirements/libs.txt",
            );
        },
    ),
    ("install-without-hashes", "a debugger by name", |repo| {
        before(repo, DEV, "EXPOSE", "RUN pip install ipdb==0.13.13")
    }),
    ("lib-not-needed", "everything copied", |repo| {
        other_lib(repo);
        repo.edit(DEV, "COPY libs/core ./libs/core", "COPY . .");
        repo.write(IGNORE, ".git\n**/.env\n**/.venv\n**/__pycache__\n");
    }),
];
