//! The metadata that a package's outline makes, against that of its wheel. It needs Python 3.11, and the package index once, for
//! the pinned backends.

#![allow(clippy::disallowed_methods, reason = "folders of the test's own")]

#[path = "../../../image/tests/backends/cases.rs"]
mod cases;
#[path = "../../../image/tests/backends/interpreter.rs"]
mod interpreter;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use cases::{CASES, Case, FLIT, HATCH, PDM, POETRY, SETUPTOOLS, USUAL, UV, case};
use generate::image::{Input, Outline};
use interpreter::python;
use repo::{Package, RepoPath, Root};

/// What has more in its metadata than a name and a version.
const MORE: &str = r#"
readme = "README.md"
license = "MIT"
license-files = ["LICENSE"]
dependencies = ["idna>=3"]
requires-python = ">=3.11"

[project.optional-dependencies]
color = ["colorama"]

[project.scripts]
greet = "my_lib.main:run"

[project.entry-points."my_lib.plugins"]
hello = "my_lib.main:greet"
"#;

#[test]
fn the_outline_makes_the_metadata_of_the_wheel() {
    let python = python();
    let folder = scratch("metadata");
    let plain = [POETRY, HATCH, FLIT, PDM, UV].map(|backend| case("plain", backend, "", &["LICENSE"]));
    let mut outlined = 0;
    let mut wrong = Vec::new();
    for (number, case) in plain.iter().chain(CASES).enumerate() {
        let home = folder.join(number.to_string());
        lay_out(&home.join("lib"), case);
        let (package, outline) = outline(&home);
        if case.what == "plain" {
            assert_eq!(outline.packages.len(), 1, "{}", case.backend);
        }
        if outline.packages.is_empty() {
            continue;
        }
        outlined += 1;
        let bare = home.join("bare");
        copy(&home, &bare, &outline);
        let is_same = metadata(&python, &home.join("lib"), case.backend)
            .and_then(|whole| Ok((whole, metadata(&python, &bare.join("lib"), case.backend)?)));
        match is_same {
            Ok((whole, bare)) if whole == bare => assert!(whole.contains_key("METADATA"), "{}", package.name),
            Ok((whole, bare)) => wrong.push(format!("{}: {whole:#?} is not {bare:#?}", case.what)),
            Err(said) => wrong.push(format!("{}: {said}", case.what)),
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(outlined > plain.len(), "only {outlined} outlines");
}

/// What a backend may read inside of a package is not left out.
#[test]
fn what_needs_the_sources_gets_them() {
    let folder = scratch("sources");
    for (number, case) in [
        case(
            "a version in the code",
            HATCH,
            "[tool.hatch.version]\npath = \"src/my_lib/__init__.py\"\n",
            &[],
        ),
        case(
            "a hook",
            HATCH,
            "[tool.hatch.build.hooks.custom]\n",
            &["hatch_build.py"],
        ),
        case(
            "a file that is put elsewhere",
            HATCH,
            "[tool.hatch.build.targets.wheel.force-include]\n\"src/my_lib/data\" = \"data\"\n",
            &[],
        ),
        case(
            "a script",
            POETRY,
            "[tool.poetry.build]\nscript = \"build.py\"\n",
            &["build.py"],
        ),
        case(
            "a part",
            POETRY,
            "[tool.poetry]\npackages = [{ include = \"my_lib/sub\", from = \"src\" }]\n",
            &[],
        ),
        case("what it finds", SETUPTOOLS, "", &[]),
        case(
            "a hook of pdm",
            PDM,
            "[tool.pdm.build]\ncustom-hook = \"hook.py\"\n",
            &["hook.py"],
        ),
    ]
    .iter()
    .enumerate()
    {
        let home = folder.join(number.to_string());
        lay_out(&home.join("lib"), case);
        if case.what.ends_with("in the code") {
            let path = home.join("lib/pyproject.toml");
            let text = fs::read_to_string(&path).unwrap();
            write(
                &path,
                &text.replace("version = \"1.0.0\"\n", "dynamic = [\"version\"]\n"),
            );
        }
        assert_eq!(outline(&home).1.packages, [], "{}", case.what);
    }
}

fn outline(home: &Path) -> (Package, Outline) {
    let root = Root::new(home.to_owned());
    let mut problems = Vec::new();
    let package = Package::read(&root, &RepoPath::parse("lib").unwrap(), &mut problems).unwrap();
    let inputs = package.build_inputs.iter();
    let inputs: Vec<Input> = inputs
        .filter_map(|path| Input::read(&root, path, &mut problems))
        .collect();
    assert!(problems.is_empty(), "{problems:?}");
    let outline = Outline::of(&root, &package, &inputs);
    (package, outline)
}

fn lay_out(root: &Path, case: &Case) {
    for file in USUAL.iter().chain(case.files) {
        let is_init = file.ends_with("/__init__.py");
        write(&root.join(file), if is_init { "\"\"\"A module.\"\"\"\n" } else { "" });
    }
    let more = if case.what == "plain" { MORE } else { "" };
    let manifest = format!(
        "[project]\nname = \"my-lib\"\nversion = \"1.0.0\"\ndescription = \"A lib\"\n{more}\n[build-system]\nrequires = []\nbuild-backend = \"{}\"\n\n{}",
        case.backend, case.settings
    );
    write(&root.join("pyproject.toml"), &manifest);
}

/// As the stage does.
fn copy(home: &Path, bare: &Path, outline: &Outline) {
    for file in &outline.files {
        assert!(!file.is_folder, "{}", file.path);
        let text = fs::read_to_string(home.join(file.path.as_str())).unwrap();
        write(&bare.join(file.path.as_str()), &text);
    }
    for folder in &outline.packages {
        write(&bare.join(folder.as_str()).join("__init__.py"), "");
    }
}

/// The files of the metadata that a backend makes, without the list of files.
fn metadata(python: &Path, root: &Path, backend: &str) -> Result<BTreeMap<String, String>, String> {
    let out = root.join("out");
    let script = format!(
        "import os, zipfile\nimport {backend} as backend\nos.makedirs('out')\nwheel = zipfile.ZipFile('out/' + backend.build_wheel('out'))\nfor name in wheel.namelist():\n    if '.dist-info/' in name and not name.endswith('/RECORD'): wheel.extract(name, 'out')\n"
    );
    let path = format!(
        "{}:{}",
        python.parent().unwrap().display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let mut command = Command::new(python);
    command
        .current_dir(root)
        .env("PATH", path)
        .env("GIT_DIR", "/dev/null")
        .args(["-c", &script]);
    let output = command.output().unwrap();
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let mut found = BTreeMap::new();
    let mut folders: Vec<PathBuf> = entries(&out).into_iter().filter(|path| path.is_dir()).collect();
    let top = folders[0].clone();
    while let Some(folder) = folders.pop() {
        for path in entries(&folder) {
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(&top).unwrap().to_str().unwrap().to_owned();
                found.insert(name, fs::read_to_string(path).unwrap());
            }
        }
    }
    Ok(found)
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("outline-{name}"));
    // What is left of a run before.
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder).unwrap();
    folder
}
