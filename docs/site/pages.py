"""A hook of MkDocs: pages from files outside of docs/, links into the repository, and graphs as pictures."""

import re
import sys
import tomllib
from pathlib import Path
from posixpath import dirname, join, normpath, relpath

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import ConfigurationError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

sys.path.insert(0, str(Path(__file__).parent))

from graph import of_mermaid, svg

ROOT = Path(__file__).parents[2]
_BRANCH = "main"
_LINK = re.compile(r"(\]\()(?!https?:|mailto:|#|<)([^)#\s]+)((?:#[^)\s]*)?\))")
_IMAGE = re.compile(r"(?<=src=\")(?!https?:|data:)([^\"]+)(?=\")")
_MERMAID = re.compile(r"```mermaid\n(.*?)```", re.DOTALL)
_TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
_CRATES = "<!-- crate-graph -->"
_GUIDES = {
    "Run the application": [
        "running-with-compose",
        "installing",
        "with-a-language-model",
        "operations",
    ],
    "Work on the code": [
        "development-and-production",
        "adding-a-dependency",
        "adding-a-service-or-lib",
        "debugging",
        "libs-from-an-index",
        "releasing",
    ],
    "Use the tool elsewhere": [
        "checking-hand-written-dockerfiles",
        "embedding-the-tool",
        "upgrading-the-tool",
    ],
}
"""The guides by what a reader wants to do, in the order of reading."""


def pages() -> dict[str, str]:
    """Return where each Markdown file of the repository is on the site."""
    own = {"README.md": "index.md", "ARCHITECTURE.md": "architecture.md", "evaluation/README.md": "evaluation.md"}
    own |= {name: name.lower() for name in ("CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "CODE_OF_CONDUCT.md")}
    own |= {"frontend/README.md": "packages/frontend.md", "infrastructure/rag/README.md": "packages/chart.md"}
    for readme in sorted([*ROOT.glob("libs/*/README.md"), *ROOT.glob("services/*/README.md")]):
        own[str(readme.relative_to(ROOT))] = f"packages/{readme.parent.name}.md"
    for page in sorted((ROOT / "docs").rglob("*.md")):
        own[str(page.relative_to(ROOT))] = str(page.relative_to(ROOT / "docs"))
    return own


def crates() -> dict[str, frozenset[str]]:
    """Return which crates of the tool each of them uses, besides in its tests."""
    graph: dict[str, frozenset[str]] = {}
    for manifest in sorted([ROOT / "xtask/Cargo.toml", *ROOT.glob("xtask/*/Cargo.toml")]):
        read = tomllib.loads(manifest.read_text())
        uses = [name for name, how in read.get("dependencies", {}).items() if isinstance(how, dict) and "path" in how]
        graph[read["package"]["name"]] = frozenset(uses)
    return graph


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that stand outside of docs/, and the pictures that they show."""
    for source, target in pages().items():
        if not source.startswith("docs/"):
            files.append(File.generated(config, target, content=(ROOT / source).read_text()))
    return files


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Order the pages."""
    known = pages()
    title = {name: _title(ROOT / source) for source, name in known.items()}

    def of(folder: str) -> list[dict[str, str]]:
        names = [name for name in known.values() if dirname(name) == folder]
        return [{title[name]: name} for name in sorted(names, key=title.__getitem__)]

    def guides() -> list[dict[str, list[dict[str, str]]]]:
        grouped = {part: [f"guides/{name}.md" for name in names] for part, names in _GUIDES.items()}
        listed = {name for names in grouped.values() for name in names}
        known_guides = {name for name in known.values() if dirname(name) == "guides"}
        if listed != known_guides:
            message = f"put each guide into one part of `_GUIDES` in {__file__}: {sorted(listed ^ known_guides)}"
            raise ConfigurationError(message)
        return [{part: [{title[name]: name} for name in names]} for part, names in grouped.items()]

    reference = ["commands.md", "settings.md", "rules.md", "services.md"]
    project = [
        "architecture.md",
        "contributing.md",
        "changelog.md",
        "security.md",
        "code_of_conduct.md",
        "evaluation.md",
    ]
    config.nav = [
        {"Overview": "index.md"},
        {"Guides": guides()},
        {"Reference": [{title[name]: name} for name in reference]},
        {"Packages": of("packages")},
        {"Project": [{title[name]: name} for name in project]},
    ]
    return config


def _title(page: Path) -> str:
    found = _TITLE.search(page.read_text())
    return found[1].replace("`", "") if found else page.stem


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, **_: object) -> str:
    """Lead links to the page of a file, or to the file in the repository; draw graphs."""
    known = pages()
    here = page.file.src_uri
    source = next(name for name, target in known.items() if target == here)

    def linked(path: str) -> str:
        target = normpath(join(dirname(source), path))
        if not (ROOT / target).exists():
            return path  # MkDocs reports it
        for file in (target, join(target, "README.md")):
            if file in known:
                return relpath(known[file], dirname(here) or ".")
        if target.startswith("docs/"):
            return relpath(target.removeprefix("docs/"), dirname(here) or ".")
        kind = "tree" if (ROOT / target).is_dir() else "blob"
        return f"{config.repo_url}/{kind}/{_BRANCH}/{target}"

    markdown = _LINK.sub(lambda found: found[1] + linked(found[2]) + found[3], markdown)
    markdown = _IMAGE.sub(lambda found: linked(found[1]), markdown)
    markdown = _MERMAID.sub(lambda found: svg(of_mermaid(found[1]), "What depends on what"), markdown)
    return markdown.replace(_CRATES, svg(crates(), "Which crate uses which"))
