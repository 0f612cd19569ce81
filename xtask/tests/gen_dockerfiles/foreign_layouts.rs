//! Packages whose modules and versions are where their build backend looks for them, and not where this repository has its own.

use super::*;

const CORE: &str = "libs/core/pyproject.toml";
const BACKEND: &str = "requires = [\"poetry-core>=2.0,<3.0\"]\nbuild-backend = \"poetry.core.masonry.api\"";
const DOCKERFILE: &str = "services/web/Dockerfile";

/// The lib of the sound repository, built by setuptools, with these files instead of its module.
fn lib(build: &str, files: &[(&str, &str)]) -> Fixture {
    let repo = Fixture::sound();
    fs::remove_dir_all(repo.path("libs/core/src")).unwrap();
    let backend = "requires = [\"setuptools>=80\"]\nbuild-backend = \"setuptools.build_meta\"\n";
    repo.edit(CORE, BACKEND, &format!("{backend}\n{build}"));
    for (file, text) in files {
        repo.write(&format!("libs/core/{file}"), text);
    }
    // The lock that is part of the tool pins this backend too.
    fs::remove_dir_all(repo.path("xtask/tools")).unwrap();
    repo.edit(WEB, BACKEND, backend);
    repo
}

/// The stage that builds the wheel of the lib.
fn wheel_stage(text: &str) -> &str {
    let behind = text.split("AS wheel-core\n").nth(1).unwrap();
    behind.split("\nFROM").next().unwrap()
}

/// The lines of the wheel stage of the lib that copy, or why there are none.
fn copies(repo: &Fixture) -> Vec<String> {
    let output = repo.run(&["gen-dockerfiles"]);
    let said = shown(&output);
    assert!(code(&output) == 0, "{said}");
    let text = repo.read(DOCKERFILE);
    let stage = wheel_stage(&text);
    let copies = stage
        .lines()
        .filter(|line| line.starts_with("COPY libs/core/src") || line.starts_with("COPY libs/core/lib"));
    copies.map(|line| line.split(' ').nth(1).unwrap().to_owned()).collect()
}

#[test]
fn modules_are_found_where_the_backend_looks() {
    let found = lib("", &[("src/acme/core/__init__.py", "")]);
    assert_eq!(copies(&found), ["libs/core/src"]);
    let named = lib(
        "[tool.setuptools]\npackages = [\"acme.core\"]\npackage-dir = { \"\" = \"lib\" }\n",
        &[("lib/acme/core/__init__.py", ""), ("src/other/__init__.py", "")],
    );
    assert_eq!(copies(&named), ["libs/core/lib/acme"]);
    let dev = named.read("services/web/Dockerfile.dev");
    assert!(
        dev.contains("/app/services/web/src:/app/libs/core/lib:/opt/metadata\""),
        "{dev}"
    );
    let whole = lib(
        "[tool.setuptools.packages.find]\nwhere = [\"lib\"]\n",
        &[("lib/acme/core/__init__.py", "")],
    );
    assert_eq!(copies(&whole), ["libs/core/lib"]);
}

#[test]
fn a_version_that_is_a_literal_is_read() {
    for (build, files) in [
        (
            "[tool.setuptools.dynamic]\nversion = { attr = \"core.__version__\" }\n",
            [
                (
                    "src/core/__init__.py",
                    "\"\"\"Doc.\"\"\"\n__version__: str = \"1.2.0\"\n",
                ),
                ("X", ""),
            ],
        ),
        (
            "[tool.setuptools.dynamic]\nversion = { file = \"VERSION\" }\n",
            [("src/core/__init__.py", ""), ("VERSION", "1.2.0\n")],
        ),
    ] {
        let repo = lib(build, &files);
        repo.edit(CORE, "version = \"1.2.0\"", "dynamic = [\"version\"]");
        copies(&repo);
        let stage = repo.read(DOCKERFILE);
        assert_eq!(stage.contains("libs/core/VERSION"), files[1].0 == "VERSION", "{stage}");
    }
}

#[test]
fn a_version_of_git_is_refused_by_both_tasks() {
    for (requires, more) in [
        ("\"setuptools>=80\", \"setuptools_scm[toml]>=8\"", ""),
        ("\"setuptools>=80\", \"Versioneer\"", ""),
        ("\"setuptools>=80\"", "\n[tool.pdm.version]\nsource = \"scm\"\n"),
    ] {
        let repo = lib(more, &[("src/core/__init__.py", "")]);
        repo.edit(CORE, "version = \"1.2.0\"", "dynamic = [\"version\"]");
        repo.edit(CORE, "\"setuptools>=80\"", requires);
        for task in ["gen-dockerfiles", "build-wheels"] {
            let said = shown(&repo.run(&[task]));
            assert!(said.contains("the version of `core` comes from git"), "{task}: {said}");
        }
        // What the message asks for works.
        repo.edit(CORE, "dynamic = [\"version\"]", "version = \"1.2.0\"");
        repo.edit(CORE, requires, "\"setuptools>=80\"");
        copies(&repo);
    }
}

#[test]
fn a_service_that_another_needs_is_a_lib_too() {
    let repo = Fixture::sound();
    for file in ["README.md", "src/admin/__init__.py"] {
        repo.write(&format!("services/admin/{file}"), "");
    }
    let manifest = repo.read(WEB).replace("name = \"web\"", "name = \"admin\"");
    repo.write(
        "services/admin/pyproject.toml",
        manifest
            .replace("web.main", "admin")
            .replace("dependencies = [", "dependencies = [\"web>=0.3\", ")
            .replace(
                "[tool.xtask]",
                "web = { path = \"../web\", develop = true }\n\n[tool.xtask]",
            ),
    );
    let output = repo.run(&["gen-dockerfiles"]);
    // Only the lock of the new service is missing.
    let said = shown(&output);
    assert!(
        said.matches("error:").count() == 1 && said.contains("poetry.lock"),
        "{said}"
    );
}

#[test]
fn without_watchfiles_the_development_image_does_not_reload() {
    let repo = Fixture::sound();
    repo.edit(WEB, "port = 8080", "port = 8080\ndev-groups = [\"test\"]");
    repo.edit(WEB, "[\"uvicorn\", \"web.main:app\"", "[\"gunicorn\", \"web.main:app\"");
    assert_eq!(code(&repo.run(&["gen-dockerfiles"])), 0);
    let dev = repo.read("services/web/Dockerfile.dev");
    assert!(
        dev.contains("CMD [\"env\", \"--block-signal=TERM\", \"gunicorn\", \"web.main:app\""),
        "{dev}"
    );
}

/// `iniconfig` of the sound lock as a commit of git, as its manifest asks for it.
fn from_git(repo: &Fixture) {
    repo.edit(
        WEB,
        "test = [\"iniconfig>=2\"]",
        "test = [\"iniconfig @ git+https://git.example.org/iniconfig.git@main\"]",
    );
    let path = "services/web/poetry.lock";
    let lock = repo.read(path);
    let packages: Vec<String> = lock
        .split("[[package]]")
        .map(|package| {
            if !package.contains("\nname = \"iniconfig\"") {
                return package.to_owned();
            }
            format!(
                "{}\n[package.source]\ntype = \"git\"\nurl = \"https://git.example.org/iniconfig.git\"\nreference = \"main\"\nresolved_reference = \"{COMMIT}\"\n\n",
                package.trim_end()
            )
        })
        .collect();
    let lock = packages.join("[[package]]");
    // The hash that Poetry 2.5.1 writes for that manifest.
    let (rest, _) = lock.split_once("content-hash").unwrap();
    repo.write(path, format!("{rest}content-hash = \"{CONTENT_HASH}\"\n"));
}

const CONTENT_HASH: &str = "e855b5c719b70a48ecf6cd919d021a8b4f973507b51bb8833d22ed58c59d27b2";
const COMMIT: &str = "fd99c1a6ba4b9c90f1be14b12f7fdab6adcfb84e";

#[test]
fn a_commit_of_git_is_built_in_a_stage_of_its_own() {
    // The test stage, and with the group of production both images.
    for (settings, files) in [
        ("", vec![DOCKERFILE]),
        (
            "\ngroups = [\"main\", \"test\"]\ntest-groups = []",
            vec![DOCKERFILE, "services/web/Dockerfile.dev"],
        ),
    ] {
        let repo = Fixture::sound();
        from_git(&repo);
        repo.edit(WEB, "port = 8080", &format!("port = 8080{settings}"));
        let output = repo.run(&["gen-dockerfiles"]);
        assert_eq!(code(&output), 0, "{}", shown(&output));
        let parity = shown(&repo.run(&["verify-parity"]));
        assert!(parity.starts_with("      Parity"), "{parity}");
        for file in &files {
            let text = repo.read(file);
            let wheel = format!("'iniconfig @ git+https://git.example.org/iniconfig.git@{COMMIT}'");
            assert!(
                text.contains(&wheel) && text.contains("\nFROM git AS git-iniconfig\n"),
                "{text}"
            );
            assert!(text.contains("--find-links=/media 'iniconfig ; "), "{text}");
        }
        let dev = repo.read("services/web/Dockerfile.dev");
        assert_eq!(dev.contains("iniconfig"), files.len() == 2, "{dev}");
        for file in ["requirements.txt", "requirements-test.txt"] {
            let path = format!("services/web/{file}");
            assert!(
                !repo.path(&path).exists() || !repo.read(&path).contains("iniconfig"),
                "{file}"
            );
        }
    }
}

#[test]
fn both_images_get_the_wheel_of_a_lib_that_is_compiled() {
    for (build, script) in [
        (
            "[tool.setuptools]\next-modules = [{ name = \"core._fast\", sources = [\"src/core/_fast.c\"] }]\n",
            "",
        ),
        ("", "from setuptools import setup\nsetup(ext_modules=[])\n"),
    ] {
        let repo = lib(build, &[("src/core/__init__.py", ""), ("src/core/_fast.c", "")]);
        if !script.is_empty() {
            repo.write("libs/core/setup.py", script);
        }
        repo.edit(
            WEB,
            "port = 8080",
            "port = 8080\nsystem-packages = { build = [\"gcc\"] }",
        );
        copies(&repo);
        for file in [DOCKERFILE, "services/web/Dockerfile.dev"] {
            let text = repo.read(file);
            let stage = wheel_stage(&text);
            assert!(stage.contains("--no-install-recommends gcc "), "{file}: {stage}");
            assert!(text.contains("--find-links=/media "), "{file}: {text}");
        }
        let dev = repo.read("services/web/Dockerfile.dev");
        assert!(
            dev.contains("\nENV PYTHONPATH=\"/app/services/web/src:/opt/metadata\"\n"),
            "{dev}"
        );
        assert!(
            !repo.read(DOCKERFILE).contains("AS wheel-web\n# Debian"),
            "only what compiles needs a compiler"
        );
        let parity = shown(&repo.run(&["verify-parity"]));
        assert!(!parity.contains("lib-installed-in-development"), "{parity}");
    }
}
