//! Small repositories of the ways in which images are filled by Pipenv and PDM.

use std::path::Path;

use super::faults::{DEV, PINS, PROD};
use crate::{fixture::Fixture, suite::drop_line};

fn of(manager: &str) -> Fixture {
    let styles = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verify_parity/styles");
    Fixture::copy_of(&styles.join(manager))
}

pub fn pipenv() -> Fixture {
    of("pipenv")
}

pub fn pdm() -> Fixture {
    of("pdm")
}

/// Both images take a requirement file that the build exports.
pub fn exported_by_pipenv() -> Fixture {
    let repo = pipenv();
    let install = "RUN pipenv requirements --hash > requirements.txt && pip install --no-cache-dir -r requirements.txt";
    repo.edit(PROD, "RUN pipenv install --deploy", "RUN python -m venv /app/.venv");
    repo.edit(
        PROD,
        "\n\nFROM",
        &format!("\n{}\n\nFROM", install.replace("&& pip", "&& /app/.venv/bin/pip")),
    );
    repo.edit(
        DEV,
        "RUN pipenv verify && pipenv sync --dev",
        &install.replace("--hash", "--dev --hash"),
    );
    repo
}

/// The same of PDM, without a stage of its own: what exports is taken out again by nobody but the stage.
pub fn exported_by_pdm() -> Fixture {
    let repo = pdm();
    let install = "RUN pdm export --prod -o requirements.txt && pip install --no-cache-dir -r requirements.txt";
    repo.edit(
        PROD,
        "RUN pdm install --check --prod --no-editable",
        "RUN python -m venv /project/.venv",
    );
    repo.edit(
        PROD,
        "\n\nFROM",
        &format!("\n{}\n\nFROM", install.replace("&& pip", "&& /project/.venv/bin/pip")),
    );
    repo.edit(DEV, "RUN pdm sync", &install.replace("--prod ", ""));
    repo
}

/// Pipenv installs into Python itself, in both images, and stays there: that it does is one finding, allowed here.
pub fn pipenv_into_the_system() -> Fixture {
    let repo = pipenv();
    repo.edit(PROD, " AS builder", "");
    repo.edit(
        PROD,
        "RUN pipenv install --deploy\n\nFROM python:3.11-slim-trixie\n",
        "RUN pipenv install --system --deploy\n",
    );
    drop_line(&repo, PROD, "COPY --from=builder");
    repo.edit(
        PROD,
        "ENV PATH=\"/app/.venv/bin:$PATH\" \\\n    PYTHONUNBUFFERED=1",
        "ENV PYTHONUNBUFFERED=1",
    );
    repo.edit(
        DEV,
        "ENV PATH=\"/app/.venv/bin:$PATH\" \\\n    PYTHONUNBUFFERED=1",
        "ENV PYTHONUNBUFFERED=1",
    );
    repo.edit(
        DEV,
        "pipenv verify && pipenv sync --dev",
        "pipenv install --system --deploy --dev",
    );
    repo
}

/// One Dockerfile, two stages that say what they are.
pub fn two_targets() -> Fixture {
    let repo = pipenv();
    std::fs::remove_file(repo.path(DEV)).unwrap();
    repo.write(
        PROD,
        "FROM python:3.11-slim-trixie AS base\nENV PIPENV_VENV_IN_PROJECT=1 PATH=\"/app/.venv/bin:$PATH\"\nWORKDIR /app\n\
         FROM base AS builder\nCOPY tools.txt ./\nRUN pip install --require-hashes -r tools.txt\nCOPY Pipfile Pipfile.lock ./\n\
         FROM builder AS development\nRUN pipenv sync --dev\nCOPY src ./\nUSER 10001\nEXPOSE 8000\n\
         CMD [\"gunicorn\", \"--bind\", \"0.0.0.0:8000\", \"--reload\", \"web.main:app\"]\n\
         FROM builder AS packages\nRUN pipenv sync\n\
         FROM base AS production\nCOPY --from=packages /app/.venv /app/.venv\nCOPY src ./\nUSER 10001\nEXPOSE 8000\n\
         CMD [\"gunicorn\", \"--bind\", \"0.0.0.0:8000\", \"web.main:app\"]\n",
    );
    repo
}

/// PDM without an environment: a folder of packages (PEP 582), as its documentation had it.
pub fn pypackages() -> Fixture {
    let repo = pdm();
    repo.edit(
        PROD,
        "RUN pdm install --check --prod",
        "RUN mkdir __pypackages__ && pdm sync --prod",
    );
    repo.edit(
        PROD,
        "COPY --from=builder /project/.venv/ /project/.venv",
        "COPY --from=builder /project/__pypackages__/3.11/lib /project/pkgs",
    );
    repo.edit(PROD, "CMD [", "CMD [\"python\", \"-m\", ");
    repo
}

/// `pipenv requirements --hash > requirements.txt`, committed and installed in production.
pub fn committed() -> Fixture {
    let repo = pipenv();
    repo.write(
        PINS,
        "click==8.5.1 ; python_version >= '3.11' --hash=sha256:8bb5376d2006950386f8c6427613334a2acadc5f559cb80e638d00b4df957e37 --hash=sha256:9bbfada76703fd1d784b83eea012e3e8c6a001a876543ef104fa56aaaeb072b4\n\
         gunicorn==23.0.0 --hash=sha256:ec400d38950de4dfd418cff8328b2c8faed0edb0d517d3394e457c317908ca4d --hash=sha256:f014447a0101dc57e294f6c18ca6b40227a4c90e9bdb586042628030cba004ec\n\
         packaging==26.3 --hash=sha256:94edc256424af38762eb31306eed28beb9f0efc50a8837492c9d6fd6004aed79 --hash=sha256:d7193f7c8e4e93f444fde0262bf90af30e16fa0ad0ad44cb553c87339b23cd1c\n",
    );
    repo.edit(
        PROD,
        "RUN pip install --no-cache-dir --require-hashes -r tools.txt\n",
        "",
    );
    repo.edit(PROD, "COPY tools.txt ./\n", "");
    repo.edit(
        PROD,
        "COPY Pipfile Pipfile.lock ./\nRUN pipenv install --deploy",
        "COPY requirements.txt ./\nRUN python -m venv .venv && .venv/bin/pip install --require-hashes -r requirements.txt",
    );
    repo
}

/// A lib of the repository beside the service.
pub fn with_lib(repo: &Fixture) {
    repo.write(
        "libs/core/pyproject.toml",
        "[project]\nname = \"core\"\nversion = \"1.0.0\"\nrequires-python = \">=3.11\"\ndependencies = []\n\n\
         [build-system]\nrequires = [\"setuptools\"]\nbuild-backend = \"setuptools.build_meta\"\n",
    );
    repo.write("libs/core/src/core/__init__.py", "ANSWER = 42\n");
    repo.write(
        "src/web/main.py",
        "import core  # noqa: F401\n".to_owned() + &repo.read("src/web/main.py"),
    );
    for file in [PROD, DEV] {
        let copied = repo
            .read(file)
            .replace("COPY tools.txt ./", "COPY tools.txt ./\nCOPY libs ./libs");
        repo.write(file, copied);
    }
}
