//! What a wheel is predicted to hold, against what the build backend itself puts into it. It needs Python 3.11, and the package
//! index once, for the pinned backends.

mod cases;
mod interpreter;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use cases::*;
use image::{Checkout, Kind, contents};
use interpreter::python;

/// The files of one package.
struct Files(BTreeMap<String, String>);

impl Files {
    #[expect(clippy::disallowed_methods, reason = "a folder of the test's own")]
    fn of(root: &Path) -> Self {
        let mut found = BTreeMap::new();
        let mut folders = vec![root.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                    found.insert(name, fs::read_to_string(path).unwrap());
                }
            }
        }
        Self(found)
    }
}

impl Checkout for Files {
    fn kind(&self, path: &str) -> Option<Kind> {
        self.0.contains_key(path).then_some(Kind::File)
    }

    fn below(&self, _: &str) -> Vec<std::borrow::Cow<'_, str>> {
        self.0.keys().map(|path| path.as_str().into()).collect()
    }

    fn text(&self, path: &str) -> Option<String> {
        self.0.get(path).cloned()
    }
}

fn content(path: &str) -> &'static str {
    match path {
        ".gitignore" => "*.json\n/src/my_lib/sub/\n",
        "MANIFEST.in" => {
            "recursive-include src/my_lib *.json\nglobal-include *.html\nexclude src/my_lib/sub/template.html\n"
        }
        "Cargo.toml" => "[package]\nname = \"my-lib\"\nversion = \"1.0.0\"\nedition = \"2021\"\n\n[workspace]\n",
        "src/main.rs" => "fn main() {}\n",
        _ => "",
    }
}

#[test]
fn predictions_are_what_backends_do() {
    let python = python();
    let folder = scratch("built");
    let mut wrong = Vec::new();
    for (number, case) in CASES.iter().enumerate() {
        let root = folder.join(number.to_string());
        lay_out(&root, case);
        let predicted = predicted(&root);
        match built(&python, &root, case.backend) {
            Ok(built) if built == predicted => {}
            Ok(built) => wrong.push(format!(
                "{}: too much {:?}, missing {:?}",
                case.what,
                predicted.difference(&built).collect::<Vec<_>>(),
                built.difference(&predicted).collect::<Vec<_>>()
            )),
            Err(said) => wrong.push(format!("{}: {said}", case.what)),
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// A manifest that says more than can be told says so.
#[test]
fn what_cannot_be_predicted_is_said() {
    let folder = scratch("unknown");
    for (number, case) in [
        case(
            "a build script",
            POETRY,
            "[tool.poetry.build]\nscript = \"build.py\"\n",
            &[],
        ),
        case("a hook", HATCH, "[tool.hatch.build.hooks.custom]\n", &[]),
        case("a script of setuptools", SETUPTOOLS, "", &["setup.py"]),
        case("a hook of pdm", PDM, "", &["pdm_build.py"]),
        case("another backend", "scikit_build_core.build", "", &[]),
        case("a backend of its own", POETRY, "[build-system.more]\n", &[]),
    ]
    .iter()
    .enumerate()
    {
        let root = folder.join(number.to_string());
        lay_out(&root, case);
        if case.files.contains(&"setup.py") {
            write(
                &root.join("setup.py"),
                "from setuptools import setup\nsetup(packages=find())\n",
            );
        }
        if case.what.ends_with("its own") {
            let manifest = Files::of(&root).0["pyproject.toml"].clone();
            write(
                &root.join("pyproject.toml"),
                &manifest
                    .replace("[build-system.more]", "")
                    .replace("requires = []", "requires = []\nbackend-path = [\".\"]"),
            );
        }
        assert!(all(&root).unknown.is_some(), "{}", case.what);
    }
}

fn lay_out(root: &Path, case: &Case) {
    for file in USUAL.iter().chain(case.files) {
        write(&root.join(file), content(file));
    }
    let manifest = format!(
        "[project]\nname = \"my-lib\"\nversion = \"1.0.0\"\ndescription = \"A lib\"\n\n[build-system]\nrequires = []\nbuild-backend = \"{}\"\n\n{}",
        case.backend, case.settings
    );
    write(&root.join("pyproject.toml"), &manifest);
}

#[expect(clippy::disallowed_methods, reason = "a folder of the test's own")]
fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn all(root: &Path) -> image::Contents {
    let checkout = Files::of(root);
    let files: BTreeMap<&str, &str> = checkout.0.keys().map(|path| (path.as_str(), path.as_str())).collect();
    contents(&files, &checkout)
}

fn predicted(root: &Path) -> BTreeSet<String> {
    let contents = all(root);
    assert_eq!(contents.unknown, None, "{}", root.display());
    contents.members.into_keys().collect()
}

/// The members of the wheel that the backend makes, without its metadata and its programs.
fn built(python: &Path, root: &Path, backend: &str) -> Result<BTreeSet<String>, String> {
    let script = format!(
        "import os, sys, zipfile\nimport {backend} as backend\nos.makedirs('out')\nname = backend.build_wheel('out')\nfor member in zipfile.ZipFile('out/' + name).namelist(): print('>' + member)\n"
    );
    let mut command = Command::new(python);
    let path = format!(
        "{}:{}",
        python.parent().unwrap().display(),
        std::env::var("PATH").unwrap_or_default()
    );
    command
        .current_dir(root)
        .env("PATH", path)
        .env("GIT_DIR", "/dev/null")
        .args(["-c", &script]);
    let output = command.output().unwrap();
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let members = text.lines().filter_map(|line| line.strip_prefix('>'));
    let is_own = |member: &&str| {
        !member.contains(".dist-info/")
            && !member.contains("__pycache__")
            && !member.contains(".data/")
            && !member.ends_with('/')
    };
    Ok(members.filter(is_own).map(str::to_owned).collect())
}

#[expect(clippy::disallowed_methods, reason = "a folder of the test's own")]
fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("backends-{name}"));
    // What is left of a run before.
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder).unwrap();
    folder
}
