//! Repositories that have no settings, and such as no image could be generated of: what a change can affect is known all the same.

use super::{Value, affected, commit, committed, fixture::Fixture, names, run};

/// The sound repository with Dockerfiles that somebody wrote, and no word about this tool.
fn foreign() -> Fixture {
    let repo = committed();
    std::fs::remove_file(repo.path("Cargo.toml")).unwrap();
    for file in ["Dockerfile", "Dockerfile.dev"] {
        let text = format!("FROM python:3.13\nCOPY assets /srv/{file}\nCOPY services/web /app\n");
        repo.write(&format!("services/web/{file}"), text);
        std::fs::remove_file(repo.path(&format!("services/web/{file}.dockerignore"))).unwrap();
    }
    let manifest = repo.read("services/web/pyproject.toml");
    let (project, rest) = manifest.split_once("[tool.xtask]").unwrap();
    let build = rest.split_once("[build-system]").unwrap().1;
    repo.write("services/web/pyproject.toml", format!("{project}[build-system]{build}"));
    repo.write("assets/logo.svg", "");
    commit(&repo);
    repo
}

#[test]
fn services_and_libs_are_found_as_for_the_check() {
    for (file, services, libs) in [
        ("libs/core/src/core/__init__.py", &["web"][..], &["core"][..]),
        ("services/web/src/web/main.py", &["web"], &[]),
        ("assets/logo.svg", &["web"], &[]),
        ("docs/guide.md", &[], &[]),
    ] {
        let repo = foreign();
        repo.write(file, "X = 2\n");
        assert_eq!(affected(&repo, "HEAD"), names(services, libs), "{file}");
    }
}

#[test]
fn what_no_image_needs_is_not_asked_for() {
    let changes: [fn(&Fixture); 3] = [
        |repo| std::fs::remove_file(repo.path("libs/core/LICENSE")).unwrap(),
        |repo| {
            let manifest = "libs/core/pyproject.toml";
            repo.write(manifest, repo.read(manifest).replace('\n', "\r\n"));
        },
        |repo| {
            let lock = "services/web/poetry.lock";
            repo.write(lock, repo.read(lock).replace('\n', "\r\n"));
        },
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let repo = foreign();
        change(&repo);
        commit(&repo);
        repo.write("libs/core/src/core/__init__.py", "X = 2\n");
        assert_eq!(affected(&repo, "HEAD"), names(&["web"], &["core"]), "{number}");
    }
}

#[test]
fn a_dockerfile_that_settings_name_counts_and_is_named() {
    let repo = foreign();
    let manifest = "services/web/pyproject.toml";
    let said = "\n[tool.xtask.dockerfiles]\ndev = { file = \"../../deploy/web.dev\", target = \"dev\" }\nprod = { file = \"../../deploy/web\" }\n";
    repo.write(manifest, repo.read(manifest) + said);
    for file in ["Dockerfile", "Dockerfile.dev"] {
        std::fs::remove_file(repo.path(&format!("services/web/{file}"))).unwrap();
    }
    repo.write("deploy/web", "FROM python:3.13\nCOPY assets /srv\n");
    repo.write("deploy/web.dev", "FROM python:3.13 AS dev\n");
    commit(&repo);
    repo.write("assets/logo.svg", "changed");
    let output = run(&repo, &["affected", "--base", "HEAD", "--format", "github-matrix"]);
    let matrix = String::from_utf8(output.stdout).unwrap();
    let matrix: Value = serde_json::from_str(matrix.lines().next().unwrap().split_once('=').unwrap().1).unwrap();
    let service = &matrix["include"][0];
    let file = |image: &str| service[image]["dockerfile"].as_str().unwrap().to_owned();
    assert_eq!(file("development"), "deploy/web.dev");
    assert_eq!(file("production"), "deploy/web");
}
