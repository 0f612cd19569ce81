//! Workspaces of uv: groups of the root, conflicts, environments, indexes.

use diagnostics::Source;
use repo::{
    lock::{Lock, uv::Workspace},
    manifest::Manifest,
};
use requirements::{Export, Selection, frozen};

/// Without `[project]`: it has groups of its own, and the indexes that all members use.
const ROOT: &str = r#"
[dependency-groups]
ops = ["deploy"]
dev = ["tracer"]
[tool.uv.workspace]
members = ["web", "job"]
[[tool.uv.index]]
name = "cpu"
url = "https://cpu.example.org/simple/"
explicit = true
"#;

const WEB: &str = r#"
[project]
name = "web"
version = "1.0"
dependencies = ["job"]
[project.optional-dependencies]
cpu = ["torch"]
gpu = ["torch"]
[dependency-groups]
dev = ["pytest"]
fast = ["web[gpu]"]
[tool.uv]
conflicts = [[{ extra = "cpu" }, { extra = "gpu" }]]
[tool.uv.dependency-groups]
dev = { requires-python = ">=3.12" }
"#;

const LOCK: &str = r#"
version = 1
revision = 5
requires-python = ">=3.11"
supported-markers = ["sys_platform == 'linux'", "sys_platform == 'darwin'"]
conflicts = [[
    { package = "web", extra = "cpu" },
    { package = "web", extra = "gpu" },
]]

[manifest]
members = ["job", "web"]

[manifest.dependency-groups]
dev = [{ name = "tracer" }]
ops = [{ name = "deploy" }]

[[package]]
name = "deploy"
version = "1"
source = { registry = "https://packages.example.org/simple" }

[[package]]
name = "job"
version = "1.0"
source = { editable = "job" }
dependencies = [
    { name = "numpy", version = "2", source = { registry = "https://packages.example.org/simple" }, marker = "sys_platform == 'linux'" },
    { name = "numpy", version = "2", source = { registry = "https://cpu.example.org/simple" }, marker = "sys_platform == 'darwin'" },
]

[package.dev-dependencies]
dev = [{ name = "tracer" }]

[[package]]
name = "numpy"
version = "2"
source = { registry = "https://cpu.example.org/simple" }

[[package]]
name = "numpy"
version = "2"
source = { registry = "https://packages.example.org/simple" }

[[package]]
name = "pytest"
version = "8"
source = { registry = "https://packages.example.org/simple" }

[[package]]
name = "torch"
version = "2+cpu"
source = { registry = "https://cpu.example.org/simple" }

[[package]]
name = "torch"
version = "2+gpu"
source = { registry = "https://packages.example.org/simple" }

[[package]]
name = "tracer"
version = "3"
source = { registry = "https://packages.example.org/simple" }

[[package]]
name = "web"
version = "1.0"
source = { editable = "web" }
dependencies = [{ name = "job" }]

[package.optional-dependencies]
cpu = [{ name = "torch", version = "2+cpu", source = { registry = "https://cpu.example.org/simple" } }]
gpu = [{ name = "torch", version = "2+gpu", marker = "extra == 'extra-3-web-gpu'" }]

[package.dev-dependencies]
dev = [{ name = "pytest" }]
fast = [{ name = "web", extra = ["gpu"], marker = "extra == 'extra-3-web-gpu'" }]
"#;

fn manifest(path: &str, text: &str) -> Manifest {
    let mut problems = Vec::new();
    let manifest = Manifest::read(&Source::new(path, text), &mut problems).unwrap();
    assert_eq!(problems, []);
    manifest
}

fn project(text: &str) -> (Manifest, Lock) {
    let workspace = Workspace::read(&Source::new("uv.lock", LOCK), Some(&manifest("pyproject.toml", ROOT))).unwrap();
    let manifest = manifest("web/pyproject.toml", text);
    let lock = workspace.member(&manifest).unwrap();
    (manifest, lock)
}

fn exported(text: &str, selection: &Selection) -> Export {
    let (manifest, lock) = project(text);
    frozen(&manifest, &lock, selection).unwrap()
}

fn pins(export: &Export) -> Vec<String> {
    export
        .pins
        .iter()
        .map(|pin| format!("{}=={}", pin.name, pin.version))
        .collect()
}

#[test]
fn a_member_has_the_groups_of_the_root_that_it_has_none_of_its_own_for() {
    let groups = |names: &[&str]| pins(&exported(WEB, &Selection::of_groups(names.iter().copied())));
    assert_eq!(groups(&["ops"]), ["deploy==1"]);
    assert_eq!(groups(&["dev"]), ["pytest==8"]);
    let (manifest, lock) = project(WEB);
    let problems = frozen(&manifest, &lock, &Selection::of_groups(["docs"])).unwrap_err();
    assert_eq!(problems[0].message, "`web/pyproject.toml` has no group `docs`");
}

#[test]
fn a_root_without_a_name_is_all_members_together() {
    let all = exported(ROOT, &Selection::of_groups(["main", "dev"]));
    assert_eq!(pins(&all), ["numpy==2", "numpy==2", "pytest==8", "tracer==3"]);
    let local: Vec<&str> = all.local.iter().map(|local| local.path.as_str()).collect();
    assert_eq!(local, ["job", "web"]);
}

#[test]
fn packages_of_one_version_from_two_indexes_are_told_apart() {
    let export = exported(WEB, &Selection::main());
    let places: Vec<(Option<&str>, String)> = export
        .pins
        .iter()
        .map(|pin| (pin.index().map(String::as_str), pin.marker.to_string()))
        .collect();
    let python = "python_version >= \"3.11\" and";
    assert_eq!(
        places,
        [
            (None, format!("{python} sys_platform == \"linux\"")),
            (
                Some("https://cpu.example.org/simple"),
                format!("{python} sys_platform == \"darwin\"")
            ),
        ]
    );
    assert!(
        export
            .render()
            .starts_with("--extra-index-url https://cpu.example.org/simple\n")
    );
}

#[test]
fn an_environment_that_is_not_supported_has_nothing() {
    let export = exported(WEB, &Selection::of_groups(["dev"]));
    let marker = export.pins[0].marker.to_string();
    assert_eq!(
        marker,
        "python_version >= \"3.12\" and (sys_platform == \"darwin\" or sys_platform == \"linux\")"
    );
}

#[test]
fn a_conflict_is_decided_by_what_is_asked_for() {
    let torch = |extra: &str| {
        let export = exported(WEB, &Selection::main().with_extras([extra]));
        pins(&export)
            .into_iter()
            .filter(|pin| pin.starts_with("torch"))
            .collect::<Vec<_>>()
    };
    assert_eq!(torch("cpu"), ["torch==2+cpu"]);
    assert_eq!(torch("gpu"), ["torch==2+gpu"]);
    // A group that asks for an extra of its own package.
    assert_eq!(
        pins(&exported(WEB, &Selection::of_groups(["fast"])))[2..],
        ["torch==2+gpu"]
    );
}

#[test]
fn both_sides_of_a_conflict_are_refused() {
    let (manifest, lock) = project(WEB);
    let both = Selection::main().with_extras(["cpu", "gpu"]);
    let problems = frozen(&manifest, &lock, &both).unwrap_err();
    assert_eq!(
        problems[0].message,
        "extra `cpu` and extra `gpu` cannot be installed together"
    );
    assert_eq!(problems[0].places[0].position().0, "uv.lock");
}
