"""Turns a copy of this repository into a uv workspace, as a team would that moves from Poetry to uv.

    convert.py FOLDER

Every lib and service becomes a member, siblings come from the workspace, and each package has another build backend in
turn. The folder of the pinned tools becomes a project of its own. Locks, and all that is generated, are removed.
"""

import re
import sys
import tomllib
from pathlib import Path

# `requires` and `build-backend`, and what else the backend has to be told.
BACKENDS = [
    ("hatchling>=1.27,<2", "hatchling.build", '[tool.hatch.build.targets.wheel]\npackages = ["src/{module}"]\n'),
    ("uv_build>=0.9,<0.14", "uv_build", ""),
    (
        "setuptools>=80",
        "setuptools.build_meta",
        '[tool.setuptools.packages.find]\nwhere = ["src"]\n[tool.setuptools.package-data]\n"*" = ["*"]\n',
    ),
    ("flit_core>=3.11,<5", "flit_core.buildapi", ""),
    ("pdm-backend>=2.4,<3", "pdm.backend", ""),
    ("poetry-core>=2.0,<3.0", "poetry.core.masonry.api", ""),
]
GENERATED = [
    "poetry.lock",
    "requirements.txt",
    "requirements-dev.txt",
    "requirements-test.txt",
    "requirements-libs.txt",
    "Dockerfile",
    "Dockerfile.dev",
    "Dockerfile.dockerignore",
    "Dockerfile.dev.dockerignore",
]


def without_table(text: str, name: str) -> str:
    """The text without a table and the comment above it."""
    return re.sub(rf"(^#[^\n]*\n)*^\[{re.escape(name)}\]\n(?:(?!^\[)[^\n]*\n)*", "", text, flags=re.M)


def member(folder: Path, backend: tuple[str, str, str], libs: set[str]) -> None:
    """Rewrites the manifest of a lib or a service."""
    path = folder / "pyproject.toml"
    text = path.read_text()
    project = tomllib.loads(text)["project"]
    text = without_table(without_table(text, "tool.poetry.dependencies"), "build-system").rstrip()
    names = {re.split(r"[^\w.-]", requirement)[0] for requirement in project["dependencies"]}
    siblings = sorted(names & libs)
    if siblings:
        text += "\n\n[tool.uv.sources]\n" + "".join(f"{name} = {{ workspace = true }}\n" for name in siblings)
    requires, module, settings = backend
    text = text.rstrip() + f'\n\n[build-system]\nrequires = ["{requires}"]\nbuild-backend = "{module}"\n'
    if settings:
        text += "\n" + settings.format(module=project["name"].replace("-", "_"))
    path.write_text(text)


def tools(folder: Path) -> None:
    """The pinned tools stay a project of their own; their group `backends` has the backends."""
    path = folder / "pyproject.toml"
    text = without_table(path.read_text(), "tool.poetry").rstrip()
    path.write_text(text + "\n\n[tool.uv]\npackage = false\n")


def main(root: Path) -> None:
    folders = sorted(path.parent for part in ("libs", "services") for path in root.glob(f"{part}/*/pyproject.toml"))
    manifests = [root / folder / "pyproject.toml" for folder in folders if folder.parent.name == "libs"]
    libs = {tomllib.loads(manifest.read_text())["project"]["name"] for manifest in manifests}
    for folder in [*folders, root / "xtask/tools"]:
        for name in GENERATED:
            (folder / name).unlink(missing_ok=True)
    for number, folder in enumerate(folders):
        member(folder, BACKENDS[number % len(BACKENDS)], libs)
    tools(root / "xtask/tools")
    (root / "pyproject.toml").write_text('[tool.uv.workspace]\nmembers = ["libs/*", "services/*"]\n')


if __name__ == "__main__":
    main(Path(sys.argv[1]))
