//! What the code of the repository asks of itself and of Python: names that a module has to define, modules of the standard library, and
//! files that it opens by paths that are written out.

use crate::{
    fixture::Fixture,
    suite::{DEV, Fault, PROD, Twin, WEB, by_hand, silent, suite},
};

const MAIN: &str = "services/web/src/web/main.py";
const CORE: &str = "libs/core/src/core/__init__.py";
const TEXTS: &str = "libs/core/src/core/texts.py";

fn imports(repo: &Fixture, line: &str) {
    repo.edit(MAIN, "import core\n", &format!("import core\n{line}\n"));
}

fn in_core(repo: &Fixture, first: &str) {
    repo.edit(CORE, "import idna\n", &format!("import idna\n{first}\n"));
}

fn with_program(repo: &Fixture, target: &str) {
    repo.edit(
        WEB,
        "[dependency-groups]",
        &format!("[project.scripts]\nserve = \"{target}\"\n\n[dependency-groups]"),
    );
}

/// In both images.
fn with_variable(repo: &Fixture, setting: &str) {
    for file in [DEV, PROD] {
        repo.edit(file, "\nUSER 10001", &format!("\nENV {setting}\nUSER 10001"));
    }
}

fn with_setuptools(repo: &Fixture, settings: &str) {
    let lib = "libs/core/pyproject.toml";
    repo.edit(
        lib,
        "requires = [\"poetry-core>=2.0,<3.0\"]",
        "requires = [\"setuptools>=80\"]",
    );
    repo.edit(lib, "poetry.core.masonry.api", "setuptools.build_meta");
    repo.write(lib, repo.read(lib) + settings);
}

pub const FAULTS: &[Fault] = &[
    (
        "module-missing",
        "a function of a module of the lib under its former name",
        |repo| {
            repo.write(TEXTS, "def shown(text: str) -> str:\n    return text\n");
            imports(repo, "from core.texts import show");
        },
    ),
    (
        "module-missing",
        "a class that exists for type checkers alone",
        |repo| {
            repo.write(
                TEXTS,
                "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from core import Text\n\nlimit = 3\n",
            );
            imports(repo, "from core.texts import Text");
        },
    ),
    ("module-missing", "a name of a module of the service itself", |repo| {
        repo.write("services/web/src/web/routes.py", "router = None\n");
        imports(repo, "from .routes import routes");
    }),
    (
        "module-missing",
        "a program that leads to a function that is gone",
        |repo| {
            repo.write("services/web/src/web/serve.py", "def run() -> None: ...\n");
            with_program(repo, "web.serve:main");
        },
    ),
    (
        "module-missing",
        "a program that leads to a module that is gone",
        |repo| {
            with_program(repo, "web.serve:main [all]");
        },
    ),
    (
        "source-unmerged",
        "both sides of a merge in a module of the lib",
        |repo| {
            repo.write(
                TEXTS,
                "<<<<<<< HEAD\nlimit = 1\n=======\nlimit = 2\n>>>>>>> raise-limit\n",
            );
        },
    ),
    ("standard-module-missing", "a module that left Python", |repo| {
        imports(repo, "import cgi")
    }),
    ("standard-module-missing", "a part of one, in the lib", |repo| {
        in_core(repo, "from distutils.version import LooseVersion")
    }),
    ("standard-module-missing", "a module of a later Python", |repo| {
        imports(repo, "import annotationlib")
    }),
    ("wheel-without-modules", "setuptools looks in another folder", |repo| {
        with_setuptools(repo, "\n[tool.setuptools.packages.find]\nwhere = [\"source\"]\n")
    }),
    (
        "wheel-without-modules",
        "setuptools includes packages of another name",
        |repo| {
            with_setuptools(
                repo,
                "\n[tool.setuptools.packages.find]\nwhere = [\"src\"]\ninclude = [\"kernel*\"]\n",
            )
        },
    ),
    ("package-data-missing", "a file that nobody has", |repo| {
        in_core(
            repo,
            "from pathlib import Path\n\nTEXT = (Path(__file__).parent / \"texts\" / \"welcome.txt\").read_text()",
        )
    }),
    (
        "package-data-missing",
        "a file beside the folder of the modules",
        |repo| {
            repo.write("libs/core/data/limits.json", "{}");
            in_core(
                repo,
                "import json\nimport os\n\nLIMITS = json.load(open(os.path.join(os.path.dirname(__file__), \"data\", \"limits.json\")))",
            )
        },
    ),
    ("module-missing", "settings of Django under another name", |repo| {
        with_variable(repo, "DJANGO_SETTINGS_MODULE=web.settings.prod")
    }),
    (
        "module-missing",
        "an application of Flask in a module that was renamed",
        |repo| with_variable(repo, "FLASK_APP=web.application:create_app"),
    ),
    (
        "module-missing",
        "an application of Celery in a lib that lacks it",
        |repo| with_variable(repo, "CELERY_APP=core.tasks"),
    ),
    ("package-data-missing", "a resource under its former name", |repo| {
        repo.write("libs/core/src/core/limits.json", "{}");
        in_core(
            repo,
            "from importlib.resources import files\n\nNAME = \"limits-v2.json\"\n\n\ndef limits() -> str:\n    return files(\"core\").joinpath(NAME).read_text()\n",
        )
    }),
];

#[test]
fn every_fault_is_found() {
    suite(by_hand, FAULTS, &[]);
}

const TWINS: &[Twin] = &[
    ("a name of a module that makes names itself", |repo| {
        repo.write(TEXTS, "globals().update(show=print)\n");
        imports(repo, "from core.texts import show");
    }),
    ("names that are bound in every way there is", |repo| {
        repo.write(
            TEXTS,
            "import os.path as at\nfrom os import (\n    getcwd as here,\n)\n\nfor count in range(3):\n    pass\nwith open(os.devnull) as null:\n    pass\ntry:\n    import zlib\nexcept ImportError as why:\n    zlib = None\na, (b, *c) = 1, (2, 3)\nd: int = 4\nif (e := d):\n    f = g = e\n\n\ndef later():\n    global h\n    h = 1\n\n\ntype Alias = int\n",
        );
        imports(
            repo,
            "from core.texts import at, here, count, null, zlib, a, b, c, d, e, f, g, h, later, __name__, Alias",
        );
    }),
    ("a name that is only asked for in a test of its presence", |repo| {
        repo.write(TEXTS, "");
        imports(
            repo,
            "try:\n    from core.texts import show\nexcept ImportError:\n    show = print",
        );
    }),
    (
        "variables that name modules that are there, paths, and what others bring",
        |repo| {
            repo.write("services/web/src/web/settings/__init__.py", "");
            repo.write("services/web/src/web/settings/prod.py", "DEBUG = False\n");
            with_variable(repo, "DJANGO_SETTINGS_MODULE=web.settings.prod");
            with_variable(repo, "FLASK_APP=web/application.py");
            with_variable(repo, "CELERY_APP=idna.codec");
        },
    ),
    ("a program that leads into a package of others", |repo| {
        with_program(repo, "uvicorn:main")
    }),
    ("a program that leads to what is imported", |repo| {
        repo.write("services/web/src/web/serve.py", "from uvicorn import main\n");
        with_program(repo, "web.serve:main");
    }),
    ("a module that left Python, where another stands in", |repo| {
        imports(repo, "try:\n    import cgi\nexcept ImportError:\n    cgi = None");
    }),
    ("a module that left Python, of the service itself", |repo| {
        repo.write("services/web/src/web/cgi.py", "");
        imports(repo, "from web import cgi");
    }),
    ("setuptools finds the modules by itself", |repo| {
        with_setuptools(repo, "")
    }),
    ("setuptools knows the folder of the modules", |repo| {
        with_setuptools(repo, "\n[tool.setuptools.packages.find]\nwhere = [\"src\"]\n")
    }),
    ("a text about merges", |repo| {
        repo.write(
            TEXTS,
            "MARKERS = \"<<<<<<< ours\"\nLINE = \"=======\"  # <<<<<<< theirs\n",
        );
    }),
    ("a file that the code makes itself", |repo| {
        in_core(
            repo,
            "from pathlib import Path\n\nSTATE = Path(__file__).parent / \"state.json\"\nSTATE.write_text(\"{}\")\nTEXT = STATE.read_text()",
        )
    }),
    ("a file that may be missing", |repo| {
        in_core(
            repo,
            "from pathlib import Path\n\ntry:\n    TEXT = (Path(__file__).parent / \"local.txt\").read_text()\nexcept FileNotFoundError:\n    TEXT = \"\"",
        )
    }),
    ("a file that is there", |repo| {
        repo.write("libs/core/src/core/texts/welcome.txt", "");
        in_core(
            repo,
            "from pathlib import Path\n\nTEXT = (Path(__file__).parent / \"texts/welcome.txt\").read_text()",
        )
    }),
    ("a file that a step writes", |repo| {
        repo.edit(
            PROD,
            "USER 10001",
            "RUN python -c 'import core' > /tmp/x && date > $(python -c 'import core; print(core.__path__[0])')/built.txt\nUSER 10001",
        );
        in_core(repo, "import os");
    }),
];

#[test]
fn what_is_harmless_is_silent() {
    silent(
        by_hand,
        TWINS,
        &[
            "module-missing",
            "package-data-missing",
            "source-unmerged",
            "standard-module-missing",
            "wheel-without-modules",
        ],
    );
}
