//! Locks of uv, read and exported.

use diagnostics::Source;
use repo::{
    lock::{Lock, stale, uv::read},
    manifest::Manifest,
};
use requirements::Selection;

const MANIFEST: &str = r#"
[project]
name = "web"
version = "1.0"
dependencies = ["fastapi[standard]>=0.1,<1", "core", "colour ; sys_platform == 'win32'"]
[project.optional-dependencies]
fast = ["speed>=2"]
[dependency-groups]
dev = ["pytest"]
[tool.uv.sources]
core = { workspace = true }
"#;

const LOCK: &str = r#"
version = 1
revision = 2
requires-python = ">=3.11"

[manifest]
members = ["core", "web"]

[[package]]
name = "anyio"
version = "4.0"
source = { registry = "https://packages.example.org/simple" }
dependencies = [{ name = "colour", marker = "python_full_version < '3.12'" }]
sdist = { url = "https://packages.example.org/a/anyio-4.0.tar.gz", hash = "sha256:aa", size = 1 }
wheels = [{ url = "https://packages.example.org/a/anyio-4.0-py3-none-any.whl", hash = "sha256:ab", size = 1 }]

[[package]]
name = "colour"
version = "1.0"
source = { registry = "https://packages.example.org/simple" }

[[package]]
name = "core"
version = "1.0"
source = { editable = "libs/core" }
dependencies = [{ name = "anyio" }]

[[package]]
name = "fastapi"
version = "0.5"
source = { registry = "https://packages.example.org/simple" }
dependencies = [{ name = "anyio" }]

[package.optional-dependencies]
standard = [{ name = "server" }]
all = [{ name = "never" }]

[[package]]
name = "never"
version = "1.0"
source = { registry = "https://packages.example.org/simple" }

[[package]]
name = "pytest"
version = "8.0"
source = { registry = "https://packages.example.org/simple" }
dependencies = [{ name = "colour" }]

[[package]]
name = "server"
version = "1.0"
source = { registry = "https://packages.example.org/simple" }

[[package]]
name = "speed"
version = "2.0"
source = { registry = "https://packages.example.org/simple" }

[[package]]
name = "web"
version = "1.0"
source = { editable = "services/web" }
dependencies = [
    { name = "colour", marker = "sys_platform == 'win32'" },
    { name = "core" },
    { name = "fastapi", extra = ["standard"] },
]

[package.optional-dependencies]
fast = [{ name = "speed" }]

[package.dev-dependencies]
dev = [{ name = "pytest" }]

[package.metadata]
requires-dist = [
    { name = "colour", marker = "sys_platform == 'win32'" },
    { name = "core", editable = "libs/core" },
    { name = "fastapi", extras = ["standard"], specifier = ">=0.1,<1" },
    { name = "speed", marker = "extra == 'fast'", specifier = ">=2" },
]
provides-extras = ["fast"]

[package.metadata.requires-dev]
dev = [{ name = "pytest" }]
"#;

fn manifest(text: &str) -> Manifest {
    let mut problems = Vec::new();
    let manifest = Manifest::read(&Source::new("services/web/pyproject.toml", text), &mut problems).unwrap();
    assert_eq!(problems, []);
    manifest
}

fn lock(manifest: &Manifest) -> Lock {
    read(&Source::new("uv.lock", LOCK), manifest).unwrap()
}

fn exported(selection: &Selection) -> Vec<String> {
    let manifest = manifest(MANIFEST);
    let export = requirements::export(&manifest, &lock(&manifest), selection).unwrap();
    let pins = export
        .pins
        .iter()
        .map(|pin| format!("{}=={} ; {}", pin.name, pin.version, pin.marker));
    pins.collect()
}

#[test]
fn the_main_group_is_walked_with_its_extras_and_markers() {
    assert_eq!(
        exported(&Selection::main()),
        [
            "anyio==4.0 ; python_version >= \"3.11\"",
            "colour==1.0 ; python_version == \"3.11\" or python_version >= \"3.11\" and sys_platform == \"win32\"",
            "fastapi==0.5 ; python_version >= \"3.11\"",
            "server==1.0 ; python_version >= \"3.11\"",
        ]
    );
}

#[test]
fn groups_are_apart() {
    let names: Vec<String> = exported(&Selection::of_groups(["dev"]));
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(names.iter().any(|pin| pin.starts_with("pytest==8.0")), "{names:?}");
}

#[test]
fn hashes_are_those_of_all_archives() {
    let manifest = manifest(MANIFEST);
    let export = requirements::export(&manifest, &lock(&manifest), &Selection::main()).unwrap();
    assert_eq!(*export.pins[0].hashes, ["sha256:aa", "sha256:ab"].map(String::from));
    assert_eq!(export.local[0].path, "libs/core");
}

#[test]
fn what_was_declared_since_is_told() {
    let fresh = manifest(MANIFEST);
    assert_eq!(stale(&fresh, &lock(&fresh)), None);
    // uv writes no range of what a folder, and no index, is the source of.
    let ranged = manifest(&MANIFEST.replace("\"core\"", "\"core>=1,<2\""));
    assert_eq!(stale(&ranged, &lock(&ranged)), None);
    for (from, to, note) in [
        ("speed>=2", "speed>=3", "the lock does not have `speed>=3`"),
        ("\"core\", ", "", "the lock still has `core from editable libs/core`"),
        (
            "[\"pytest\"]",
            "[\"pytest\", \"ruff\"]",
            "the lock does not have `ruff` of group `dev`",
        ),
    ] {
        let changed = manifest(&MANIFEST.replace(from, to));
        let problem = stale(&changed, &lock(&changed)).unwrap();
        assert_eq!(problem.notes, [note]);
    }
}

#[test]
fn a_lock_of_another_package_is_refused() {
    let other = manifest("[project]\nname = \"other\"\n");
    assert!(read(&Source::new("uv.lock", LOCK), &other).is_err());
    assert!(read(&Source::new("uv.lock", "version = 9\n"), &other).is_err());
}
