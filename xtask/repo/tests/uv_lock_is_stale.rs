//! `uv.lock` against the manifests of its workspace: what `uv lock --check` (0.13.9) says of each change is beside it.

#![allow(clippy::disallowed_methods, reason = "the test works on a folder of its own")]

use std::fs;

use repo::{
    Package, RepoPath, Root,
    lock::{LockCache, find, stale},
};

const FILES: [(&str, &str); 4] = [
    (
        "pyproject.toml",
        r#"[project]
name = "shop"
version = "0"
requires-python = ">=3.11,<3.14"

[tool.uv]
package = false
constraint-dependencies = ["idna<9"]

[tool.uv.workspace]
members = ["apps/*", "libs/*"]
exclude = ["libs/draft"]

[tool.uv.sources]
core = { workspace = true }

[dependency-groups]
dev = ["ruff"]
"#,
    ),
    (
        "apps/web/pyproject.toml",
        r#"[project]
name = "Web"
version = "1.0"
requires-python = ">=3.11"
dependencies = ["core>=1,<2", "Idna >= 3.0", "torch>=2", "typing_extensions ; python_version < '3.12'"]

[project.optional-dependencies]
fast = ["uvloop>=0.20 ; platform_system == 'Linux'"]
all = ["web[fast]"]

[dependency-groups]
dev = ["ruff", { include-group = "test" }]
test = ["pytest>=8"]

[tool.uv.sources]
torch = [
    { index = "cpu", marker = "sys_platform == 'linux'" },
]

[[tool.uv.index]]
name = "cpu"
url = "https://index.example.org/cpu/"
explicit = true

[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
"#,
    ),
    (
        "libs/core/pyproject.toml",
        "[project]\nname = \"core\"\nversion = \"1.2.0\"\nrequires-python = \">=3.10\"\ndependencies = [\"extern\"]\n\n[tool.uv.sources]\nextern = { path = \"../../extern\", editable = true }\n",
    ),
    (
        "extern/pyproject.toml",
        "[project]\nname = \"extern\"\nversion = \"5\"\ndependencies = []\n",
    ),
];

const LOCK: &str = r#"version = 1
revision = 3
requires-python = ">=3.11, <3.14"

[manifest]
members = [
    "core",
    "shop",
    "web",
]
constraints = [{ name = "idna", specifier = "<9" }]

[[package]]
name = "core"
version = "1.2.0"
source = { editable = "libs/core" }
dependencies = [
    { name = "extern" },
]

[package.metadata]
requires-dist = [{ name = "extern", editable = "extern" }]

[[package]]
name = "extern"
version = "5"
source = { editable = "extern" }

[[package]]
name = "idna"
version = "3.20"
source = { registry = "https://index.example.org/simple" }

[[package]]
name = "shop"
version = "0"
source = { virtual = "." }

[package.dev-dependencies]
dev = [
    { name = "ruff" },
]

[package.metadata]

[package.metadata.requires-dev]
dev = [{ name = "ruff" }]

[[package]]
name = "web"
version = "1.0"
source = { editable = "apps/web" }
dependencies = [
    { name = "core" },
    { name = "idna" },
]

[package.metadata]
requires-dist = [
    { name = "core", editable = "libs/core" },
    { name = "idna", specifier = ">=3.0" },
    { name = "torch", marker = "sys_platform == 'linux'", specifier = ">=2", index = "https://index.example.org/cpu/" },
    { name = "torch", marker = "sys_platform != 'linux'", specifier = ">=2" },
    { name = "typing-extensions", marker = "python_full_version < '3.12'" },
    { name = "uvloop", marker = "sys_platform == 'linux' and extra == 'fast'", specifier = ">=0.20" },
    { name = "web", extras = ["fast"], marker = "extra == 'all'" },
]
provides-extras = ["fast", "all"]

[package.metadata.requires-dev]
dev = [
    { name = "pytest", specifier = ">=8" },
    { name = "ruff" },
]
test = [{ name = "pytest", specifier = ">=8" }]
"#;

const WEB: &str = "apps/web/pyproject.toml";
const CORE: &str = "libs/core/pyproject.toml";
const ROOT: &str = "pyproject.toml";
const LOCKED: &str = "uv.lock";

/// File, text, what is put in its place. Nothing that the lock depends on changes.
const FRESH: [(&str, &str, &str); 12] = [
    (WEB, "core>=1,<2", "core>=1.1"),
    (WEB, "Idna >= 3.0", "idna>=3"),
    (WEB, "python_version < '3.12'", "python_full_version < '3.12.0'"),
    (WEB, "platform_system == 'Linux'", "sys_platform == 'linux'"),
    (WEB, "name = \"Web\"", "name = \"web\""),
    (WEB, "https://index.example.org/cpu/", "https://index.example.org/cpu"),
    (WEB, "{ include-group = \"test\" }", "\"pytest >=8\""),
    (WEB, "requires = [\"hatchling\"]", "requires = [\"hatchling>=1\"]"),
    (CORE, "requires-python = \">=3.10\"", "requires-python = \">=3.9\""),
    (
        ROOT,
        "constraint-dependencies = [\"idna<9\"]",
        "constraint-dependencies = [\"idna<9\", \"unknown<1\"]",
    ),
    (
        ROOT,
        "[dependency-groups]",
        "[tool.ruff]\nline-length = 100\n\n[dependency-groups]",
    ),
    (
        LOCKED,
        "{ editable = \"extern\" }\n\n",
        "{ editable = \"extern\" }\ndependencies = []\n\n",
    ),
];

/// The same, and what is said of it.
const STALE: [(&str, &str, &str, &str); 27] = [
    (WEB, "\"torch>=2\", ", "", "the lock still has `torch>=2"),
    (
        WEB,
        "\"torch>=2\", ",
        "\"torch>=2\", \"attrs\", ",
        "the lock does not have `attrs`",
    ),
    (WEB, "Idna >= 3.0", "idna>=3.1", "the lock does not have `idna>=3.1`"),
    (
        WEB,
        "Idna >= 3.0",
        "idna[all]>=3",
        "the lock does not have `idna[all]>=3`",
    ),
    (
        WEB,
        "python_version < '3.12'",
        "python_version < '3.13'",
        "the lock does not have `typing-extensions`",
    ),
    (WEB, "uvloop>=0.20", "uvloop", "the lock does not have `uvloop`"),
    (WEB, "all = [\"web[fast]\"]\n", "", "the lock still has `web[fast]`"),
    (
        WEB,
        "all = [\"web[fast]\"]\n",
        "all = [\"web[fast]\"]\nnone = []\n",
        "the lock has different extras of `web`: `none`",
    ),
    (
        WEB,
        "{ include-group = \"test\" }",
        "",
        "the lock still has `pytest>=8` of group `dev`",
    ),
    (
        WEB,
        "test = [",
        "lint = []\ntest = [",
        "the lock has different groups of `web`: `lint`",
    ),
    (
        WEB,
        "sys_platform == 'linux'\" },",
        "sys_platform == 'darwin'\" },",
        "the lock does not have `torch>=2",
    ),
    (
        WEB,
        "index.example.org/cpu/",
        "index.example.org/cu128/",
        "the lock does not have `torch>=2 from index",
    ),
    (
        WEB,
        "version = \"1.0\"",
        "version = \"1.1\"",
        "the lock has version 1.0 of `web`",
    ),
    (
        WEB,
        "version = \"1.0\"",
        "dynamic = [\"version\"]",
        "a different source for the version of `web`",
    ),
    (
        WEB,
        "requires-python = \">=3.11\"",
        "requires-python = \">=3.12\"",
        "the lock is for Python `>=3.11, <3.14`",
    ),
    (
        WEB,
        "name = \"Web\"",
        "name = \"website\"",
        "does not contain the package",
    ),
    (
        CORE,
        "version = \"1.2.0\"",
        "version = \"2.0.0\"",
        "the lock has version 1.2.0 of `core`",
    ),
    (
        CORE,
        "[\"extern\"]",
        "[\"extern\", \"httpx\"]",
        "the lock does not have `httpx`",
    ),
    (
        CORE,
        "editable = true",
        "editable = false",
        "the lock does not have `extern from directory extern`",
    ),
    (
        ROOT,
        "core = { workspace = true }",
        "core = { workspace = true, editable = false }",
        "from directory libs/core`",
    ),
    (
        ROOT,
        "package = false",
        "package = true",
        "the lock has `shop` as `virtual`, but it is now `editable`",
    ),
    (
        ROOT,
        "idna<9",
        "idna<8",
        "`constraint-dependencies`: the lock does not have `idna<8`",
    ),
    (
        ROOT,
        "package = false",
        "package = false\nprerelease = \"allow\"",
        "with a different `prerelease`",
    ),
    (
        ROOT,
        "package = false",
        "package = false\nenvironments = [\"sys_platform == 'linux'\"]",
        "with a different `environments`",
    ),
    (
        ROOT,
        "\"libs/*\"]",
        "\"libs/core\", \"extern\"]",
        "the lock does not have `extern`, which is a member of the workspace",
    ),
    (
        ROOT,
        "[\"ruff\"]",
        "[\"ruff\", \"mypy\"]",
        "the lock does not have `mypy` of group `dev`",
    ),
    (
        LOCKED,
        "    \"shop\",\n",
        "    \"shop\",\n    \"tools\",\n",
        "the lock has `tools`, which is no longer a member of the workspace",
    ),
];

/// What is said of the lock from the member `apps/web`.
fn said(file: &str, from: &str, to: &str) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let mut is_changed = false;
    for (path, text) in FILES.into_iter().chain([(LOCKED, LOCK)]) {
        let mut text = text.to_owned();
        if path == file {
            is_changed = text.contains(from);
            text = text.replacen(from, to, 1);
        }
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    assert!(is_changed, "{file} does not have {from:?}");
    let root = Root::new(folder.path());
    let mut problems = Vec::new();
    let package = Package::read(&root, &RepoPath::parse("apps/web").unwrap(), &mut problems).unwrap();
    match find(&LockCache::default(), &root, &package) {
        Ok(lock) => stale(&package.manifest, &lock.unwrap()).map(|problem| problem.notes.join("; ")),
        Err(problems) => Some(problems[0].message.clone()),
    }
}

#[test]
fn what_changes_nothing_is_fresh() {
    for (file, from, to) in FRESH {
        assert_eq!(said(file, from, to), None, "{file}: {from:?} to {to:?}");
    }
}

#[test]
fn what_uv_would_lock_anew_is_told() {
    for (file, from, to, note) in STALE {
        let said = said(file, from, to).unwrap_or_else(|| panic!("{file}: {from:?} to {to:?}: fresh"));
        assert!(said.contains(note), "{file}: {from:?} to {to:?}: {said}");
    }
}
