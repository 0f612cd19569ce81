//! Faults that are fixed by what one message says, and messages that named something else before.

use crate::{
    fixture::Fixture,
    suite::{DEV, Fault, LOCK, PINS, PROD, WEB, by_hand, drawn, drop_line, found, pair, replace_all, said, suite},
};

const CORE: &str = "libs/core/pyproject.toml";
const MAIN: &str = "services/web/src/web/main.py";

pub const FAULTS: &[Fault] = &[
    ("base-image-floats", "a stage that is not there", |repo| {
        repo.edit(
            PROD,
            "COPY --from=build /venv /venv",
            "COPY --from=build /venv /venv\nCOPY --from=builder /etc/x /etc/x",
        )
    }),
    ("build-tool-in-production", "uv copied out of a stage", |repo| {
        repo.edit(
            PROD,
            "WORKDIR /app",
            "COPY --from=build /usr/local/bin/uv /usr/local/bin/\nWORKDIR /app",
        )
    }),
    ("command-differs", "the reloader in production", |repo| {
        repo.edit(PROD, "\"8080\"]", "\"8080\", \"--reload\"]")
    }),
    ("command-differs", "the debugger in production", |repo| {
        repo.edit(
            PROD,
            "CMD [",
            "CMD [\"python\", \"-m\", \"debugpy\", \"--listen\", \"5678\", ",
        )
    }),
    (
        "import-not-declared",
        "a module that is called otherwise than its package",
        |repo| repo.write(MAIN, "import yaml\n".to_owned() + &repo.read(MAIN)),
    ),
    ("install-resolves", "a branch in a requirement file", |repo| {
        repo.write(PINS, repo.read(PINS) + "git+https://example.org/httpx@master\n")
    }),
    ("install-without-hashes", "a line without its hashes", |repo| {
        let text = repo.read(PINS);
        let start = text.find("\nh11==").unwrap() + 1;
        let end = start + text[start..].find(" \\").unwrap();
        let rest = &text[end..];
        let next = rest
            .match_indices('\n')
            .find(|(at, _)| !rest[at + 1..].starts_with(' '))
            .unwrap()
            .0;
        repo.write(PINS, format!("{}{}", &text[..end], &rest[next..]));
    }),
    ("lib-missing", "the lib copied and not installed", |repo| {
        repo.edit(PROD, "./libs/core ./services/web", "./services/web")
    }),
    ("lib-version-stale", "a lib released beyond the range", |repo| {
        repo.edit(CORE, "version = \"1.2.0\"", "version = \"2.0.0\"")
    }),
    ("lock-stale", "a package lost in a merge", |repo| {
        without_package(repo, "click")
    }),
    ("lock-stale", "what the manifest asks for lost in a merge", |repo| {
        without_package(repo, "uvicorn")
    }),
    ("lock-stale", "a package that a merge left twice", |repo| {
        let text = repo.read(LOCK);
        let entry = entry(&text, "idna");
        repo.write(
            LOCK,
            text.replacen(entry, &format!("{entry}{}", entry.replace("3.", "2.")), 1),
        );
    }),
    (
        "lock-stale",
        "the version of one side, the archives of the other",
        |repo| {
            let text = repo.read(LOCK);
            let version = text
                .split("name = \"click\"\nversion = \"")
                .nth(1)
                .unwrap()
                .split('"')
                .next()
                .unwrap();
            let head = format!("name = \"click\"\nversion = \"{version}\"");
            repo.write(LOCK, text.replace(&head, "name = \"click\"\nversion = \"7.0\""));
        },
    ),
    (
        "lock-stale",
        "a package in a group that does not need it alone",
        |repo| {
            let text = repo.read(LOCK);
            let entry = entry(&text, "click");
            repo.write(
                LOCK,
                text.replace(entry, &entry.replace("groups = [\"main\"]", "groups = [\"test\"]")),
            );
        },
    ),
    ("service-missing", "the service not copied", |repo| {
        drop_line(repo, PROD, "COPY services/web services/web")
    }),
    ("service-missing", "the service not installed", |repo| {
        repo.edit(PROD, "./libs/core ./services/web", "./libs/core")
    }),
    ("service-missing", "the service not on PYTHONPATH", |repo| {
        replace_all(repo, DEV, "PYTHONPATH=/app/services/web/src:", "PYTHONPATH=")
    }),
];

/// The text of one package.
fn entry<'a>(lock: &'a str, package: &str) -> &'a str {
    let start = lock.find(&format!("[[package]]\nname = \"{package}\"\n")).unwrap();
    let rest = &lock[start + 2..];
    let end = rest.find("[[package]]").or_else(|| rest.find("[metadata]")).unwrap();
    &lock[start..start + 2 + end]
}

fn without_package(repo: &Fixture, package: &str) {
    let text = repo.read(LOCK);
    repo.write(LOCK, text.replace(entry(&text, package), ""));
}

#[test]
fn they_are_found() {
    suite(by_hand, FAULTS, &[]);
}

/// Where the tool's own files were edited, only drawing them again fixes anything.
#[test]
fn a_generated_file_is_drawn_and_not_edited() {
    let repo = drawn();
    repo.edit(PINS, "click==", "click==0.");
    repo.edit(DEV, "EXPOSE 8080", "EXPOSE 8081");
    let said = said(&repo);
    for path in [PINS, DEV] {
        let help = format!("run `cargo xtask gen-dockerfiles`: `{path}` is generated, but does not match its sources");
        assert!(said.contains(&help), "{said}");
    }
    assert!(
        !said.contains("export the lock") && !said.contains("expose the same port"),
        "{said}"
    );
    assert!(repo.run(&["gen-dockerfiles"]).status.success());
    assert_eq!(repo.run(&["verify-parity"]).status.code(), Some(0));
}

#[test]
fn a_file_that_took_the_place_of_a_generated_one_is_told() {
    type Replaced = (fn(&Fixture), &'static str);
    let faults: [Replaced; 3] = [
        (
            |repo| {
                let text = repo.read(PROD);
                repo.write(PROD, text.split_inclusive('\n').skip(4).collect::<String>());
            },
            "`services/web/Dockerfile` is not the file that is generated there",
        ),
        (
            |repo| {
                let (one, other) = (repo.read(PINS), repo.read("services/web/requirements-dev.txt"));
                repo.write(PINS, other);
                repo.write("services/web/requirements-dev.txt", one);
            },
            "`services/web/requirements.txt` is a copy of `services/web/requirements-dev.txt`",
        ),
        (
            |repo| repo.write(PINS, ""),
            "`services/web/requirements.txt` is not the file that is generated there",
        ),
    ];
    for (apply, message) in faults {
        let repo = drawn();
        apply(&repo);
        let text = said(&repo);
        assert!(
            text.contains(message) && text.contains("`cargo xtask gen-dockerfiles --adopt`"),
            "{text}"
        );
        // What somebody put there is not overwritten unasked.
        let before = repo.read(PINS);
        repo.run(&["verify-parity", "--fix"]);
        assert_eq!(repo.read(PINS), before);
        assert!(repo.run(&["gen-dockerfiles", "--adopt"]).status.success());
        assert_eq!(repo.run(&["verify-parity"]).status.code(), Some(0), "{message}");
    }
}

/// What could not be drawn would look like what belongs to nothing, and `--fix` would remove it.
#[test]
fn nothing_is_drawn_from_what_is_wrong() {
    let wrong: [fn(&Fixture); 3] = [
        |repo| repo.write(LOCK, repo.read(LOCK).replace('\n', "\r\n")),
        |repo| std::fs::remove_file(repo.path("xtask/tools/poetry.lock")).unwrap(),
        |repo| repo.edit(WEB, "port = 8080", "port = 8080\ndev-groups = [\"develop\"]"),
    ];
    for apply in wrong {
        let repo = drawn();
        apply(&repo);
        let before = repo.files();
        let output = repo.run(&["verify-parity", "--format", "json"]);
        let (rules, problems) = found(&output);
        assert!(
            !rules.contains("generated-file-stale") && !problems.is_empty(),
            "{rules:?} {problems:?}"
        );
        repo.run(&["verify-parity", "--fix"]);
        assert!(repo.files() == before, "it wrote something");
    }
}

#[test]
fn an_unfinished_merge_is_called_so() {
    let merge = "<<<<<<< HEAD\n=======\n>>>>>>> main\n";
    for path in [
        LOCK,
        WEB,
        PROD,
        "libs/core/poetry.lock",
        "Tiltfile",
        ".github/workflows/ci.yml",
    ] {
        let repo = by_hand();
        let text = std::fs::read_to_string(repo.path(path)).unwrap_or("on: push\njobs: {}\n".into());
        repo.write(path, format!("{text}{merge}"));
        let output = repo.run(&["verify-parity", "--format", "json"]);
        let (_, problems) = found(&output);
        let messages: Vec<&str> = problems
            .iter()
            .filter_map(|problem| problem["message"].as_str())
            .collect();
        assert_eq!(messages, [format!("`{path}` contains both sides of a merge")]);
        assert_eq!(output.status.code(), Some(1));
    }
}

#[test]
fn a_lock_that_poetry_cannot_read_is_written_anew() {
    for text in ["", "[[package]]\nname = \"a\"\n", "[[package]]\nname = \"a"] {
        let repo = by_hand();
        repo.write(LOCK, text);
        let said = said(&repo);
        assert!(said.contains("`poetry lock --regenerate` in `services/web`"), "{said}");
    }
}

/// No index has a lib that was locked from its folder.
#[test]
fn a_path_that_was_dropped_is_asked_for() {
    let repo = by_hand();
    drop_line(&repo, WEB, "core = { path");
    let said = said(&repo);
    let help = "add `core = { path = \"../../libs/core\", develop = true }` to `[tool.poetry.dependencies]`";
    assert!(said.contains(help), "{said}");
}

#[test]
fn what_both_images_install_is_missing_once() {
    let repo = by_hand();
    let text = repo.read(PINS);
    let kept = text
        .split_inclusive('\n')
        .filter(|line| !line.starts_with("h11=="))
        .collect::<String>();
    let (before, after) = kept.split_at(text.find("h11==").unwrap());
    let after: String = after
        .split_inclusive('\n')
        .skip_while(|line| line.starts_with(' '))
        .collect();
    repo.write(PINS, format!("{before}{after}"));
    let output = repo.run(&["verify-parity", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = json["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(findings[0]["places"][0]["path"], PINS, "{findings:?}");
    let export = repo.run(&["export-requirements", "services/web"]);
    repo.write(PINS, export.stdout);
    assert_eq!(repo.run(&["verify-parity"]).status.code(), Some(0));
}

#[test]
fn another_service_is_no_package() {
    let repo = pair();
    repo.write(MAIN, "import admin\n".to_owned() + &repo.read(MAIN));
    let (rules, _) = found(&repo.run(&["verify-parity", "--format", "json"]));
    assert!(rules.iter().eq(["import-not-declared"]), "{rules:?}");
}

/// A service that cannot be read makes those that name it look wrong no more than it is.
#[test]
fn a_broken_manifest_is_all_that_is_said() {
    let repo = pair();
    let up = "\n[tool.xtask.up]\nenv = { WEB = \"{url:web}\" }\n";
    repo.write(
        "services/admin/pyproject.toml",
        repo.read("services/admin/pyproject.toml") + up,
    );
    repo.write(WEB, "[project\n");
    let (_, problems) = found(&repo.run(&["verify-parity", "--format", "json"]));
    assert_eq!(problems.len(), 1, "{problems:?}");
}

#[test]
fn a_context_that_lacks_the_libs_is_found() {
    let repo = drawn();
    let build = "docker_build('web', 'services/web', dockerfile='services/web/Dockerfile.dev', live_update=[\n\
                 sync('services/web/src/web', '/app/services/web/src/web'),\n\
                 sync('libs/core/src/core', '/app/libs/core/src/core'),\n])\n";
    repo.write("Tiltfile", build);
    let (rules, _) = found(&repo.run(&["verify-parity", "--format", "json"]));
    assert!(rules.iter().eq(["tilt-builds-other-dockerfile"]), "{rules:?}");
    repo.edit("Tiltfile", "'web', 'services/web'", "'web', '.'");
    assert_eq!(repo.run(&["verify-parity"]).status.code(), Some(0));
}

#[test]
fn an_environment_that_is_left_behind_is_asked_for() {
    let repo = by_hand();
    drop_line(&repo, PROD, "COPY --from=build /venv");
    let said = said(&repo);
    assert!(said.contains("copy the environment that another stage fills"), "{said}");
}
