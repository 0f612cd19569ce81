//! Steps that fail unseen or cannot run, and what Python does by itself when it starts.

use crate::{
    fixture::Fixture,
    suite::{DEV, Fault, PROD, Twin, by_hand, stay_quiet, suite},
};

const MAIN: &str = "services/web/src/web/main.py";
const INSTALL: &str = "RUN pip install --no-deps --require-hashes -r requirements.txt \\\n    # the libs and the service, as wheels\n    && pip";
const SITE: &str = "/venv/lib/python3.13/site-packages";

/// Puts instructions before the user of a Dockerfile.
fn say(repo: &Fixture, file: &str, what: &str) {
    repo.edit(file, "USER 10001", &format!("{what}\nUSER 10001"));
}

/// Both images start the server as a module of this Python.
fn started_by(repo: &Fixture, python: &str) {
    let command = format!("CMD [\"{python}\", \"-m\", \"uvicorn\"");
    repo.edit(PROD, "CMD [\"uvicorn\"", &command);
    repo.edit(DEV, "CMD uvicorn", &format!("CMD {python} -m uvicorn"));
}

pub const FAULTS: &[Fault] = &[
    ("install-failure-ignored", "an install that may fail", |repo| {
        repo.edit(
            PROD,
            INSTALL,
            "RUN pip install --no-deps --require-hashes -r requirements.txt || true\nRUN pip",
        )
    }),
    ("install-failure-ignored", "a clean-up behind it", |repo| {
        repo.edit(
            PROD,
            INSTALL,
            "RUN pip install --no-deps --require-hashes -r requirements.txt; rm -rf /root/.cache\nRUN pip",
        )
    }),
    ("install-failure-ignored", "system packages, in a pipe", |repo| {
        for file in [PROD, DEV] {
            say(
                repo,
                file,
                "RUN apt-get install --yes --no-install-recommends libmagic1 | tee /dev/null",
            );
        }
    }),
    ("interpreter-missing", "an environment of a newer Python", |repo| {
        repo.edit(PROD, "RUN python -m venv /venv", "RUN python3.14 -m venv /venv")
    }),
    ("interpreter-missing", "a command that names an older Python", |repo| {
        started_by(repo, "python3.12")
    }),
    ("interpreter-missing", "the same by its path", |repo| {
        started_by(repo, "/usr/local/bin/python3.12")
    }),
    (
        "environment-not-on-path",
        "the Python of the image by its path",
        |repo| started_by(repo, "/usr/local/bin/python"),
    ),
    (
        "environment-of-another-python",
        "a stage on an older release of Debian",
        |repo| repo.edit(PROD, "-slim-trixie AS build", "-slim-bookworm AS build"),
    ),
    ("interpreter-missing", "by a program that may download none", |repo| {
        repo.edit(
            PROD,
            "RUN python -m venv /venv",
            "COPY --from=ghcr.io/astral-sh/uv:0.9.5 /uv /bin/uv\nRUN uv venv --no-python-downloads --python 3.12 --seed /venv",
        )
    }),
    ("environment-sees-system", "production alone", |repo| {
        repo.edit(
            PROD,
            "python -m venv /venv",
            "python -m venv --system-site-packages /venv",
        )
    }),
    ("startup-differs", "a customization on PYTHONPATH", |repo| {
        repo.write("services/web/src/sitecustomize.py", "import gc\n\ngc.disable()\n");
        repo.write("services/web/Dockerfile.dockerignore", "**/sitecustomize.py\n");
    }),
    ("startup-differs", "a line of a path file", |repo| {
        say(
            repo,
            PROD,
            &format!("RUN echo 'import faulthandler; faulthandler.enable()' > {SITE}/zz.pth"),
        )
    }),
    (
        "installed-files-removed",
        "links into a cache that is mounted",
        |repo| {
            repo.edit(
            PROD,
            "RUN pip install --no-deps --require-hashes -r requirements.txt",
            "COPY --from=ghcr.io/astral-sh/uv:0.9.5 /uv /bin/uv\nRUN --mount=type=cache,target=/root/.cache/uv uv pip install --link-mode=symlink --no-deps --require-hashes -r requirements.txt",
        )
        },
    ),
    ("platform-differs", "a platform in one of them", |repo| {
        repo.edit(DEV, "FROM python", "FROM --platform=linux/arm64 python")
    }),
    ("system-packages-differ", "the programs of a builder", |repo| {
        let stage = "FROM python:${PYTHON}-slim-trixie AS tools\nRUN apt-get install --yes --no-install-recommends libmagic1\n\n";
        let end = "FROM python:${PYTHON}-slim-trixie\nENV PATH";
        repo.edit(PROD, end, &format!("{stage}{end}"));
        say(repo, PROD, "COPY --from=tools /usr/lib /usr/lib");
    }),
    (
        "module-missing",
        "an application that the module does not define",
        |repo| {
            for file in [PROD, DEV] {
                repo.edit(file, "web.main:app", "web.main:application");
            }
        },
    ),
    (
        "module-missing",
        "a package that is run and has no `__main__`",
        |repo| {
            repo.edit(
                PROD,
                "CMD [\"uvicorn\", \"web.main:app\", \"--host\", \"0.0.0.0\", \"--port\", \"8080\"]",
                "CMD [\"python\", \"-m\", \"web\"]",
            );
            repo.edit(
                DEV,
                "CMD uvicorn web.main:app --host 0.0.0.0 --port 8080 --reload",
                "CMD [\"python\", \"-m\", \"web\"]",
            );
        },
    ),
    ("module-missing", "tests that the program imports", |repo| {
        repo.write("services/web/tests/stubs.py", "STUBS = 1\n");
        repo.edit(MAIN, "import core\n", "import core\nfrom tests.stubs import STUBS\n");
    }),
    ("module-missing", "an `__init__.py` that stays behind", |repo| {
        repo.write("libs/core/src/core/__init__.py", "import idna\n\nNAME = idna.encode\n");
        repo.write("libs/core/src/core/more.py", "");
        repo.write(
            "services/web/Dockerfile.dev.dockerignore",
            "libs/core/src/core/__init__.py\n",
        );
    }),
    ("program-missing", "a module that nothing installs", |repo| {
        repo.edit(
            PROD,
            "CMD [\"uvicorn\", \"web.main:app\", \"--host\", \"0.0.0.0\", \"--port\", \"8080\"]",
            "CMD [\"python\", \"-m\", \"hypercorn\", \"web.main:app\", \"--bind\", \"0.0.0.0:8080\"]",
        );
        repo.edit(
            DEV,
            "CMD uvicorn web.main:app --host 0.0.0.0 --port 8080 --reload",
            "CMD [\"python\", \"-m\", \"hypercorn\", \"web.main:app\", \"--bind\", \"0.0.0.0:8080\"]",
        );
    }),
    ("lib-build-input-missing", "a build script", |repo| {
        repo.write("libs/core/build.py", "");
        let lib = repo.read("libs/core/pyproject.toml");
        repo.write(
            "libs/core/pyproject.toml",
            lib + "\n[tool.poetry.build]\nscript = \"build.py\"\n",
        );
        repo.write("services/web/Dockerfile.dockerignore", "libs/core/build.py\n");
    }),
    ("build-backend-differs", "by the command of another backend", |repo| {
        other_backend(
            repo,
            "flit build --format wheel && mkdir /wheels && cp dist/*.whl /wheels/",
        );
    }),
    ("build-backend-differs", "by a call of another backend", |repo| {
        other_backend(
            repo,
            "mkdir /wheels && python -c 'import poetry.core.masonry.api as backend; backend.build_wheel(\"/wheels\")'",
        );
    }),
    ("lib-build-input-missing", "a package that is none", |repo| {
        let lib = repo.read("services/web/pyproject.toml");
        let text = if lib.contains("[tool.poetry]\n") {
            lib.replace("[tool.poetry]\n", "[tool.poetry]\npackage-mode = false\n")
        } else {
            lib + "\n[tool.poetry]\npackage-mode = false\n"
        };
        repo.write("services/web/pyproject.toml", text);
    }),
    ("path-closed", "a subpackage of root alone", |repo| {
        repo.write("libs/core/src/core/sub/__init__.py", "");
        say(repo, PROD, &format!("RUN chmod 700 {SITE}/core/sub"));
    }),
];

/// A lib of another backend, whose wheel a command of its own makes.
fn other_backend(repo: &Fixture, command: &str) {
    let lib = "libs/core/pyproject.toml";
    repo.edit(lib, "poetry.core.masonry.api", "hatchling.build");
    repo.edit(PROD, " ./libs/core ./services/web", " ./services/web");
    repo.edit(
        PROD,
        "RUN pip install --no-deps --require-hashes -r requirements.txt",
        &format!("RUN cd libs/core && {command} && pip install --no-deps /wheels/*.whl\nRUN pip install --no-deps --require-hashes -r requirements.txt"),
    );
}

const TWINS: &[Twin] = &[
    ("a build that takes the backend of the manifest", |repo| {
        other_backend(repo, "python -m build --wheel --outdir /wheels");
    }),
    ("a build by Poetry, which takes it too", |repo| {
        other_backend(repo, "poetry build --format wheel --output /wheels");
    }),
    ("an install that is tried twice", |repo| {
        let install = "pip install --no-deps --require-hashes -r requirements.txt";
        repo.edit(
            PROD,
            INSTALL,
            &format!("RUN set -e; {install}; rm -rf /root/.cache\nRUN pip"),
        )
    }),
    ("the Python of the stage, by its version", |repo| {
        repo.edit(PROD, "RUN python -m venv /venv", "RUN python3.13 -m venv /venv")
    }),
    ("environments that both see the system", |repo| {
        for file in [PROD, DEV] {
            repo.edit(
                file,
                "python -m venv /venv",
                "python -m venv --system-site-packages /venv",
            );
        }
    }),
    ("the same line in both", |repo| {
        for file in [PROD, DEV] {
            say(
                repo,
                file,
                &format!("RUN echo 'import faulthandler; faulthandler.enable()' > {SITE}/zz.pth"),
            );
        }
    }),
    ("an application that is annotated", |repo| {
        let main = repo.read(MAIN);
        repo.write(MAIN, main.replace("\napp = ", "\napp: object = "));
    }),
];

#[test]
fn faults_of_steps_are_found() {
    suite(by_hand, FAULTS, &[]);
}

#[test]
fn pythons_of_the_environment_are_left_alone() {
    let twins: &[Twin] = &[
        ("by its name", |repo| started_by(repo, "python")),
        ("by its version", |repo| started_by(repo, "python3.13")),
        ("by its path", |repo| started_by(repo, "/venv/bin/python3")),
    ];
    stay_quiet(by_hand, twins.iter().copied());
}

#[test]
fn steps_that_do_the_same_stay_quiet() {
    stay_quiet(by_hand, TWINS.iter().copied());
}
