//! Links in place of files and folders: those that stay inside are followed, those that leave are refused and named.

use std::{fs, os::unix::fs::symlink, path::Path};

use crate::{
    fixture::Fixture,
    repository::{CHART, FILES, found_from, run, whole},
};

const SECRET: &str = "hunter2 = [ {{ 'of-nobody-else";

/// Tasks that may be run on the repositories of strangers.
const TASKS: [&[&str]; 7] = [
    &["verify-parity"],
    &["verify-parity", "--fix"],
    &["verify-parity", "--format", "json"],
    &["gen-dockerfiles", "--adopt"],
    &["update-tilt"],
    &["docs"],
    &["affected", "--since", "HEAD"],
];

fn link(repo: &Fixture, path: &str, target: impl AsRef<Path>) {
    let place = repo.path(path);
    if place.is_dir() {
        fs::remove_dir_all(&place).unwrap();
    } else if place.symlink_metadata().is_ok() {
        fs::remove_file(&place).unwrap();
    }
    fs::create_dir_all(place.parent().unwrap()).unwrap();
    symlink(target, place).unwrap();
}

#[test]
fn a_file_outside_is_neither_read_nor_changed() {
    let outside = tempfile::tempdir().unwrap();
    let secret = outside.path().join("secret");
    fs::write(&secret, SECRET).unwrap();
    for file in FILES {
        let repo = whole();
        link(&repo, file, &secret);
        let found = run(&repo, &["verify-parity"]);
        assert_eq!(found.code(), Some(1), "{file}: {}", found.output);
        assert!(found.output.contains(file), "{file} is not named: {}", found.output);
        assert!(
            found.output.contains("outside the repository"),
            "{file}: {}",
            found.output
        );
        // Each task with some of them.
        for task in TASKS.into_iter().skip(file.len() % 3).step_by(3) {
            let found = run(&repo, task);
            assert!(!found.output.contains("hunter2"), "{file}, {task:?}: {}", found.output);
            assert_eq!(fs::read_to_string(&secret).unwrap(), SECRET, "{file}, {task:?}");
        }
    }
}

#[test]
fn a_link_to_the_environment_shows_nothing_of_it() {
    for target in [
        "/proc/self/environ",
        "/proc/self/cmdline",
        "/etc/passwd",
        "../../../../../../etc/passwd",
    ] {
        for file in [
            "Tiltfile",
            "services/web/Dockerfile",
            "services/web/pyproject.toml",
            "docker-bake.json",
        ] {
            let repo = whole();
            link(&repo, file, target);
            let found = run(&repo, &["verify-parity"]);
            assert_eq!(found.code(), Some(1), "{file}: {}", found.output);
            for text in ["PATH=", "verify-parity\0", "root:"] {
                assert!(!found.output.contains(text), "{file} to {target}: {}", found.output);
            }
        }
    }
}

/// Whoever finds the workspace opens its manifest first.
#[test]
fn a_manifest_that_leads_outside_is_refused_where_the_root_is_looked_for() {
    let outside = tempfile::tempdir().unwrap();
    let secret = outside.path().join("secret");
    fs::write(&secret, SECRET).unwrap();
    for target in [
        secret.as_path(),
        Path::new("/proc/self/environ"),
        Path::new("/dev/zero"),
    ] {
        let repo = whole();
        link(&repo, "Cargo.toml", target);
        for folder in ["", "services/web"] {
            let found = found_from(&repo, folder, &["verify-parity"]);
            assert_eq!(found.code(), Some(1), "{target:?}: {}", found.output);
            assert!(found.output.contains("outside the repository"), "{}", found.output);
            assert!(
                !found.output.contains("hunter2") && !found.output.contains("PATH="),
                "{}",
                found.output
            );
        }
    }
}

#[test]
fn a_folder_outside_is_not_entered() {
    let outside = tempfile::tempdir().unwrap();
    for folder in [
        "services",
        "services/web",
        "services/web/src",
        "libs/core",
        "infrastructure",
        CHART,
        ".github",
        "ci",
    ] {
        let repo = whole();
        let away = outside.path().join(folder.replace('/', "-"));
        fs::rename(repo.path(folder), &away).unwrap();
        link(&repo, folder, &away);
        let before = files(&away);
        let found = run(&repo, &["verify-parity"]);
        assert_eq!(found.code(), Some(1), "{folder}: {}", found.output);
        assert!(
            found.output.contains("outside the repository"),
            "{folder}: {}",
            found.output
        );
        for task in TASKS {
            run(&repo, task);
            assert!(files(&away) == before, "{folder}: {task:?} wrote outside");
        }
    }
}

#[test]
fn a_link_that_stays_inside_is_followed() {
    // What a wheel is built from would be copied into an image as a link.
    let is_moved = |file: &&str| {
        ![
            "Cargo.toml",
            "services/web/pyproject.toml",
            "services/web/src/web/main.py",
        ]
        .contains(file)
            && !file.starts_with("docker-bake")
    };
    for file in FILES.into_iter().filter(is_moved) {
        let repo = whole();
        let kept = format!("kept/{}", file.replace('/', "-"));
        fs::create_dir_all(repo.path("kept")).unwrap();
        fs::rename(repo.path(file), repo.path(&kept)).unwrap();
        // Absolute ones lead back into the repository, too.
        for target in [
            repo.path(&kept),
            Path::new(&"../".repeat(file.matches('/').count())).join(&kept),
        ] {
            link(&repo, file, target);
            let found = run(&repo, &["verify-parity"]);
            assert!(!found.output.contains("outside"), "{file}: {}", found.output);
            assert_ne!(found.code(), Some(1), "{file}: {}", found.output);
        }
    }
}

#[test]
fn a_chart_behind_links_is_checked_like_any_other() {
    for file in ["values.yaml", "templates/web.yaml", "Chart.yaml", "templates"] {
        let repo = whole();
        repo.edit(&format!("{CHART}/values.yaml"), "port: 8080", "port: 9999");
        let (place, kept) = (format!("{CHART}/{file}"), "kept/there");
        fs::create_dir_all(repo.path("kept")).unwrap();
        fs::rename(repo.path(&place), repo.path(kept)).unwrap();
        link(&repo, &place, repo.path(kept));
        let found = run(&repo, &["verify-parity"]);
        assert_eq!(found.code(), Some(5), "{file}: {}", found.output);
        assert!(found.output.contains("chart-port-differs"), "{file}: {}", found.output);
    }
}

#[test]
fn links_that_lead_nowhere_or_in_circles_are_named() {
    for file in FILES {
        for target in ["nothing/there", "b"] {
            let repo = whole();
            link(&repo, file, target);
            let name = Path::new(file).parent().unwrap().join("b");
            link(&repo, name.to_str().unwrap(), Path::new(file).file_name().unwrap());
            let found = run(&repo, &["verify-parity", "--verbose"]);
            assert_eq!(found.code(), Some(1), "{file} to {target}: {}", found.output);
            assert!(found.output.contains(file), "{file} to {target}: {}", found.output);
        }
    }
}

/// What is written first has another name, which nobody can foresee.
#[test]
fn a_link_in_the_place_of_a_new_file_leads_nowhere() {
    let outside = tempfile::tempdir().unwrap();
    let target = outside.path().join("target");
    for name in [
        "Dockerfile",
        "Dockerfile.dev",
        "requirements.txt",
        "Dockerfile.dockerignore",
    ] {
        for planted in [
            format!("services/web/.{name}.xtask-new"),
            format!("services/web/{name}"),
        ] {
            for task in [&["gen-dockerfiles", "--adopt"][..], &["verify-parity", "--fix"]] {
                fs::write(&target, "mine").unwrap();
                let repo = whole();
                fs::remove_file(repo.path(&format!("services/web/{name}"))).unwrap();
                link(&repo, &planted, &target);
                run(&repo, task);
                assert_eq!(fs::read_to_string(&target).unwrap(), "mine", "{planted}, {task:?}");
            }
        }
    }
}

#[test]
fn nothing_is_written_behind_a_linked_folder() {
    let outside = tempfile::tempdir().unwrap();
    for (folder, task) in [
        ("docs", "docs"),
        ("docs/reference", "docs"),
        ("services/web", "gen-dockerfiles"),
    ] {
        let repo = whole();
        let away = outside.path().join(folder.replace('/', "-"));
        if repo.path(folder).exists() {
            fs::rename(repo.path(folder), &away).unwrap()
        } else {
            fs::create_dir_all(&away).unwrap()
        }
        let before = files(&away);
        link(&repo, folder, &away);
        let found = run(&repo, &[task]);
        assert_eq!(found.code(), Some(1), "{folder}: {}", found.output);
        assert!(files(&away) == before, "{folder}: {}", found.output);
    }
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = walkdir::WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().is_file());
    let file = |entry: walkdir::DirEntry| (entry.path().display().to_string(), fs::read(entry.path()).unwrap());
    files.map(file).collect()
}
