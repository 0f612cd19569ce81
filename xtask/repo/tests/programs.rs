//! Which services are programs: run where they lie, because nothing is installed of them.

#![allow(clippy::disallowed_methods, reason = "the test works on a folder of its own")]

use std::fs;

use repo::{Repo, Root};

const SETTINGS: &str =
    "[workspace]\n[workspace.metadata.xtask]\nservices = [\"web\"]\nlibs = []\nbase-image = \"python:3.13-slim\"\n";
const PROJECT: &str = "[project]\nname = \"web\"\nversion = \"1\"\n[tool.xtask]\ncommand = [\"python\", \"main.py\"]\n";
const BUILT: &str = "[build-system]\nrequires = [\"uv_build\"]\nbuild-backend = \"uv_build\"\n";

/// Whether the service of this manifest is a program, and the folders it is imported from.
fn program(more: &str, files: &[&str]) -> Option<Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("Cargo.toml", SETTINGS);
    write("web/pyproject.toml", &format!("{PROJECT}{more}"));
    files.iter().for_each(|file| write(file, ""));
    let mut problems = Vec::new();
    let repo = Repo::read(&Root::new(folder.path()), &mut problems).unwrap();
    let package = &repo.services[0].package;
    if !package.is_program {
        return None;
    }
    assert!(problems.is_empty(), "{problems:?}");
    Some(package.run_roots.iter().map(ToString::to_string).collect())
}

#[test]
fn the_manifest_says_so_in_the_words_of_its_manager() {
    for more in [
        "[tool.poetry]\npackage-mode = false\n",
        "[tool.uv]\npackage = false\n",
        "[tool.pdm]\ndistribution = false\n",
    ] {
        for build in ["", BUILT] {
            assert_eq!(
                program(&format!("{more}{build}"), &["web/main.py"]).unwrap(),
                ["web"],
                "{more}"
            );
        }
    }
}

#[test]
fn uv_installs_nothing_without_a_build_system() {
    let files = ["web/main.py", "uv.lock"];
    assert_eq!(program("", &files).unwrap(), ["web"]);
    assert_eq!(program("[tool.uv]\npackage = true\n", &files), None);
    assert_eq!(program(BUILT, &files), None);
    // Poetry installs the project itself, whether it has the table or not.
    assert_eq!(program("", &["web/main.py", "web/poetry.lock"]), None);
}

#[test]
fn modules_are_looked_for_where_they_are() {
    let none = "[tool.uv]\npackage = false\n";
    assert_eq!(program(none, &["web/src/web/main.py"]).unwrap(), ["web/src"]);
    assert_eq!(
        program(none, &["web/src/web/main.py", "web/main.py"]).unwrap(),
        ["web", "web/src"]
    );
    assert_eq!(
        program(none, &["web/src/__init__.py", "web/src/main.py"]).unwrap(),
        ["web"]
    );
    assert_eq!(
        program(none, &["web/src/main.py", "web/noxfile.py"]).unwrap(),
        ["web/src"]
    );
    let said = "[tool.poetry]\npackage-mode = false\npackages = [{ include = \"app\", from = \"lib\" }]\n";
    assert_eq!(program(said, &["web/lib/app/main.py"]).unwrap(), ["web/lib"]);
}

/// A file that an image would hold, and that is generated after it, would leave that image out of date.
#[test]
fn what_builds_images_is_not_of_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        ("Cargo.toml", SETTINGS),
        ("web/pyproject.toml", &format!("{PROJECT}[tool.uv]\npackage = false\n")),
        ("web/main.py", ""),
        ("web/words.json", ""),
        ("web/docker-bake.json", ""),
        ("web/docker-bake.hcl", ""),
        ("web/docker-bake.override.json", ""),
        ("web/compose.dev.yaml", ""),
        ("web/renovate.json", ""),
    ];
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let repo = Repo::read(&Root::new(folder.path()), &mut Vec::new()).unwrap();
    let taken = repo.services[0].package.program_files(&repo);
    let taken: Vec<&str> = taken.iter().map(|path| path.file_name()).collect();
    assert_eq!(taken, ["main.py", "words.json"]);
}
