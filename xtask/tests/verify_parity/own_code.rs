//! The code of the repository itself: what the images start, import and read of it, and do not have.

use crate::{
    fixture::Fixture,
    suite::{DEV, Fault, PROD, Twin, WEB, by_hand, drawn, found, silent, suite},
};

const MAIN: &str = "services/web/src/web/main.py";
const CORE: &str = "libs/core/src/core/__init__.py";
const LIB: &str = "libs/core/pyproject.toml";

/// The lib reads a file that lies beside its modules.
fn with_prompts(repo: &Fixture) {
    repo.write("libs/core/src/core/prompts/default.json", "{}");
    let code =
        "\n\ndef prompt() -> str:\n    return (Path(__file__).parent / \"prompts\" / \"default.json\").read_text()\n";
    repo.edit(CORE, "import idna\n", "import idna\nfrom pathlib import Path\n");
    repo.write(CORE, repo.read(CORE) + code);
}

fn with_setuptools(repo: &Fixture) {
    repo.edit(
        LIB,
        "requires = [\"poetry-core>=2.0,<3.0\"]",
        "requires = [\"setuptools>=80\"]",
    );
    repo.edit(LIB, "poetry.core.masonry.api", "setuptools.build_meta");
}

fn with_backend(repo: &Fixture, module: &str, requires: &str, settings: &str) {
    repo.edit(
        LIB,
        "requires = [\"poetry-core>=2.0,<3.0\"]",
        &format!("requires = [\"{requires}\"]"),
    );
    repo.edit(LIB, "poetry.core.masonry.api", module);
    repo.write(LIB, repo.read(LIB) + settings);
}

pub const FAULTS: &[Fault] = &[
    ("module-missing", "a class that the lib renamed", |repo| {
        repo.write("libs/core/src/core/settings.py", "class RetryPolicy:\n    pass\n");
        repo.write(
            MAIN,
            format!("from core.settings import RetrySettings\n{}", repo.read(MAIN)),
        );
    }),
    ("module-missing", "a program of a function that is gone", |repo| {
        let manifest = "services/web/pyproject.toml";
        let scripts = "\n[project.scripts]\nserve = \"web.serve:main\"\n";
        repo.write(manifest, repo.read(manifest) + scripts);
        repo.write("services/web/src/web/serve.py", "def run() -> None:\n    pass\n");
    }),
    ("module-missing", "an empty package that hides the module", |repo| {
        repo.write("services/web/src/web/main/__init__.py", "\"\"\"To come.\"\"\"\n");
    }),
    ("own-code-differs", "a module that production replaces", |repo| {
        repo.write("libs/core/src/core/limits.py", "TOP = 5\n");
        repo.write("services/web/patches/limits.py", "TOP = 9\n");
        repo.edit(
            PROD,
            "USER 10001",
            "COPY services/web/patches/limits.py /venv/lib/python3.13/site-packages/core/limits.py\nUSER 10001",
        );
    }),
    ("standard-module-missing", "a module that left Python", |repo| {
        repo.write(MAIN, format!("import cgi\n{}", repo.read(MAIN)));
    }),
    ("lib-missing", "a cleanup removes the lib in development", |repo| {
        repo.edit(DEV, "USER 10001", "RUN rm -rf /app/libs/core\nUSER 10001")
    }),
    (
        "service-missing",
        "development copies the service one folder too deep",
        |repo| {
            repo.edit(
                DEV,
                "COPY services/web /app/services/web\n",
                "COPY services/web/src /app/services/web/src/src\n",
            )
        },
    ),
    ("service-missing", "only the lib is installed", |repo| {
        repo.edit(PROD, "./libs/core ./services/web", "./libs/core")
    }),
    (
        "service-missing",
        "wheels of both, and only that of the lib installed by its name",
        |repo| {
            repo.edit(
            PROD,
            "pip install --no-deps --no-index ./libs/core ./services/web",
            "pip wheel --no-deps --wheel-dir /wheels ./libs/core ./services/web && pip install --no-deps --no-index --find-links=/wheels core",
        )
        },
    ),
    (
        "lib-missing",
        "wheels of both, and only that of the service installed by its name",
        |repo| {
            repo.edit(
            PROD,
            "pip install --no-deps --no-index ./libs/core ./services/web",
            "pip wheel --no-deps --wheel-dir /wheels ./libs/core ./services/web && pip install --no-deps --no-index --find-links=/wheels web",
        )
        },
    ),
    (
        "lib-missing",
        "a wheel that is built and not among those that are copied",
        |repo| {
            repo.edit(
            PROD,
            "pip install --no-deps --no-index ./libs/core ./services/web",
            "pip wheel --no-deps --wheel-dir /wheels ./libs/core ./services/web && rm /wheels/core-*.whl && pip install --no-deps --no-index /wheels/*.whl",
        )
        },
    ),
    ("module-missing", "the module that is started was renamed", |repo| {
        repo.write("services/web/src/web/app.py", repo.read(MAIN));
        std::fs::remove_file(repo.path(MAIN)).unwrap();
    }),
    (
        "module-missing",
        "a module that the program imports was removed",
        |repo| repo.edit(MAIN, "import core\n", "import core\nfrom web.tasks import run\n"),
    ),
    ("module-missing", "a relative import of a module that is gone", |repo| {
        repo.edit(MAIN, "import core\n", "import core\nfrom .tasks import run\n")
    }),
    ("module-missing", "a module of the lib removed", |repo| {
        repo.edit(MAIN, "import core\n", "import core\nfrom core import retry\n")
    }),
    (
        "module-missing",
        "an ignore file that keeps a module out of production",
        |repo| {
            repo.write("services/web/src/web/tasks.py", "");
            repo.edit(MAIN, "import core\n", "import core\nimport web.tasks\n");
            repo.write("services/web/Dockerfile.dockerignore", "**/tasks.py\n");
        },
    ),
    (
        "module-missing",
        "a part of the package that the manifest leaves out",
        |repo| {
            repo.write("libs/core/src/core/extra.py", "");
            repo.edit(MAIN, "import core\n", "import core\nimport core.extra\n");
            repo.write(
                LIB,
                repo.read(LIB) + "\n[tool.poetry]\nexclude = [\"src/core/extra.py\"]\n",
            );
        },
    ),
    (
        "module-missing",
        "a second package beside the one that is named",
        |repo| {
            repo.write("services/web/src/jobs/__init__.py", "");
            repo.edit(MAIN, "import core\n", "import core\nimport jobs\n");
        },
    ),
    ("module-missing", "a module that the build removes", |repo| {
        repo.write("services/web/src/web/tasks.py", "");
        repo.edit(MAIN, "import core\n", "import core\nimport web.tasks\n");
        repo.edit(
            DEV,
            "ENV PYTHONPATH",
            "RUN rm /app/services/web/src/web/tasks.py\nENV PYTHONPATH",
        );
    }),
    (
        "module-missing",
        "a module that is compiled, and that development has no wheel of",
        |repo| {
            with_setuptools(repo);
            repo.write("libs/core/src/core/_fast.c", "");
            repo.edit(CORE, "import idna\n", "import idna\nfrom core._fast import add\n");
            let extension =
                "\n[tool.setuptools]\next-modules = [{ name = \"core._fast\", sources = [\"src/core/_fast.c\"] }]\n";
            repo.write(LIB, repo.read(LIB) + extension);
        },
    ),
    (
        "package-data-missing",
        "a lib of setuptools that does not declare its data",
        |repo| {
            with_prompts(repo);
            with_setuptools(repo);
        },
    ),
    (
        "package-data-missing",
        "data that Poetry is told to leave out",
        |repo| {
            with_prompts(repo);
            repo.write(LIB, repo.read(LIB) + "\n[tool.poetry]\nexclude = [\"**/*.json\"]\n");
        },
    ),
    ("package-data-missing", "data that hatch is told to leave out", |repo| {
        with_prompts(repo);
        let settings = "\n[tool.hatch.build.targets.wheel]\npackages = [\"src/core\"]\nexclude = [\"*.json\"]\n";
        with_backend(repo, "hatchling.build", "hatchling", settings);
    }),
    (
        "package-data-missing",
        "data that an ignore file keeps out of development",
        |repo| {
            with_prompts(repo);
            repo.write("services/web/Dockerfile.dev.dockerignore", "**/prompts\n");
        },
    ),
    (
        "metadata-missing",
        "the version of a lib that runs from its sources",
        |repo| {
            repo.edit(
                CORE,
                "import idna\n",
                "import idna\nfrom importlib.metadata import version\n\n__version__ = version(\"core\")\n",
            )
        },
    ),
    (
        "metadata-missing",
        "plugins of a lib that runs from its sources",
        |repo| {
            repo.edit(
            MAIN,
            "import core\n",
            "import core\nfrom importlib.metadata import entry_points\n\nplugins = entry_points(group=\"web.plugins\")\n",
        );
            repo.write(
                LIB,
                repo.read(LIB) + "\n[project.entry-points.\"web.plugins\"]\nhello = \"core:hello\"\n",
            );
        },
    ),
    (
        "metadata-missing",
        "the version of the service by its own name",
        |repo| {
            repo.edit(
                MAIN,
                "import core\n",
                "import core\nimport importlib.metadata\n\n__version__ = importlib.metadata.version(__package__)\n",
            )
        },
    ),
];

#[test]
fn faults_in_own_code_are_found() {
    suite(by_hand, FAULTS, &["exception-unused"]);
}

const TWINS: &[Twin] = &[
    ("a module that may be absent", |repo| {
        repo.edit(
            MAIN,
            "import core\n",
            "import core\n\ntry:\n    from web import local\nexcept ImportError:\n    local = None\n",
        )
    }),
    ("a module behind a switch, and one for type checkers", |repo| {
        repo.edit(
            MAIN,
            "import core\n",
            "import core\nfrom typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from web.types import A\nif core.DEBUG:\n    import web.debugging\n",
        );
        repo.write(CORE, repo.read(CORE) + "\nDEBUG = False\n");
    }),
    ("a name that a package makes itself", |repo| {
        repo.edit(MAIN, "import core\n", "import core\nfrom core import lazy\n");
        repo.write(
            CORE,
            repo.read(CORE) + "\n\ndef __getattr__(name: str) -> object: ...\n",
        );
    }),
    ("a file that nobody reads", |repo| {
        with_setuptools(repo);
        repo.write("libs/core/src/core/NOTES.md", "");
    }),
    ("data that setuptools is told of", |repo| {
        with_prompts(repo);
        with_setuptools(repo);
        repo.write(
            LIB,
            repo.read(LIB) + "\n[tool.setuptools.package-data]\ncore = [\"prompts/*.json\"]\n",
        );
    }),
    ("data that hatch takes along", |repo| {
        with_prompts(repo);
        with_backend(repo, "hatchling.build", "hatchling", "");
    }),
    ("a version that need not be there", |repo| {
        repo.edit(
            CORE,
            "import idna\n",
            "import idna\nfrom importlib.metadata import PackageNotFoundError, version\n\ntry:\n    __version__ = version(\"core\")\nexcept PackageNotFoundError:\n    __version__ = \"0\"\n",
        )
    }),
    ("wheels by their names, each", |repo| {
        repo.edit(
            PROD,
            "pip install --no-deps --no-index ./libs/core ./services/web",
            "pip wheel --no-deps --wheel-dir /wheels ./libs/core ./services/web && pip install --no-deps --no-index --find-links=/wheels web core==1.0.0",
        )
    }),
    ("wheels by a pattern", |repo| {
        repo.edit(
            PROD,
            "pip install --no-deps --no-index ./libs/core ./services/web",
            "pip wheel --no-deps --wheel-dir /wheels ./libs/core ./services/web && pip install --no-deps --no-index /wheels/*.whl && rm -rf /wheels",
        )
    }),
    ("sources that are moved to where they are imported from", |repo| {
        repo.edit(
            DEV,
            "COPY libs/core /app/libs/core\n",
            "COPY libs/core /tmp/core\nRUN mkdir -p /app/libs && mv /tmp/core /app/libs/core\n",
        )
    }),
    ("a command with the module of a server", |repo| {
        for file in [PROD, DEV] {
            repo.edit(file, "web.main:app", "web.main:app --app-dir /app");
        }
    }),
];

#[test]
fn what_is_harmless_is_silent() {
    silent(
        by_hand,
        TWINS,
        &[
            "lib-missing",
            "metadata-missing",
            "module-missing",
            "package-data-missing",
            "service-missing",
        ],
    );
}

/// In files that the tool wrote, each stage and each mount stands between a source and its wheel.
#[test]
fn a_wheel_left_out_of_a_drawn_file_is_found() {
    for (name, rule) in [(" web core", "service-missing"), (" core web", "lib-missing")] {
        let repo = drawn();
        let text = repo.read(PROD);
        let line = text.lines().find(|line| line.contains("--find-links=/media")).unwrap();
        let (first, rest) = line.split_once("--find-links=/media").unwrap();
        let names: Vec<&str> = rest.trim_end_matches('\\').split_whitespace().collect();
        assert_eq!(names.len(), 2, "{rest}");
        let kept = name.split_whitespace().last().unwrap();
        repo.write(
            PROD,
            text.replace(line, &format!("{first}--find-links=/media {kept} \\")),
        );
        let (rules, _) = found(&repo.run(&["verify-parity", "--format", "json"]));
        assert!(rules.contains(rule), "{rules:?}");
    }
}

/// A program of a manifest leads to a module, too.
#[test]
fn programs_of_the_service_are_followed() {
    let repo = by_hand();
    repo.edit(
        WEB,
        "[dependency-groups]",
        "[project.scripts]\nserve = \"web.serve:main\"\n\n[dependency-groups]",
    );
    for file in [PROD, DEV] {
        let text = repo.read(file);
        let line = text.lines().find(|line| line.starts_with("CMD")).unwrap();
        repo.write(file, text.replace(line, "CMD [\"serve\"]"));
    }
    let (rules, _) = found(&repo.run(&["verify-parity", "--format", "json"]));
    assert!(rules.contains("module-missing"), "{rules:?}");
    repo.write("services/web/src/web/serve.py", "");
    let (rules, _) = found(&repo.run(&["verify-parity", "--format", "json"]));
    assert!(!rules.contains("module-missing"), "{rules:?}");
}
