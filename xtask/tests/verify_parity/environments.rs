//! Virtual environments that a container does not start from: moved away from where they were made, or not on PATH.

use crate::{
    fixture::Fixture,
    suite::{DEV, Fault, LOCK, PROD, Twin, by_hand, found, replace_all, suite, with_poetry},
};

const MAIN: &str = "services/web/src/web/main.py";
const MADE: &str = "RUN python -m venv /venv";
const COPY: &str = "COPY --from=build /venv /venv";

pub const FAULTS: &[Fault] = &[
    (
        "environment-moved",
        "an environment copied to another path",
        make_elsewhere,
    ),
    ("environment-moved", "a folder with an environment in it", |repo| {
        make_elsewhere(repo);
        replace_all(repo, PROD, "/build/.venv", "/build/inner/venv");
        repo.edit(
            PROD,
            "COPY --from=build /build/inner/venv /venv",
            "COPY --from=build /build/inner /",
        );
    }),
    ("environment-moved", "a script started by its path", |repo| {
        make_elsewhere(repo);
        repo.edit(PROD, "\"uvicorn\"", "\"/venv/bin/uvicorn\"");
    }),
    ("environment-not-on-path", "a PATH without the environment", |repo| {
        repo.edit(
            PROD,
            "ENV PATH=\"/venv/bin:$PATH\" \\\n    PYTHONUNBUFFERED=1",
            "ENV PYTHONUNBUFFERED=1",
        );
        repo.edit(
            DEV,
            "ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1",
            "ENV PYTHONUNBUFFERED=1",
        );
    }),
    ("environment-not-on-path", "the Python of the base", |repo| {
        repo.edit(
            PROD,
            "ENV PATH=\"/venv/bin:$PATH\" \\\n    PYTHONUNBUFFERED=1",
            "ENV PYTHONUNBUFFERED=1",
        );
        repo.edit(
            DEV,
            "ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1",
            "ENV PYTHONUNBUFFERED=1",
        );
        repo.edit(PROD, "\"uvicorn\"", "\"python\", \"-m\", \"uvicorn\"");
    }),
];

/// Made at `/build/.venv`, and copied to `/venv`.
fn make_elsewhere(repo: &Fixture) {
    repo.edit(
        PROD,
        "ENV VIRTUAL_ENV=/venv PATH=/venv/bin:$PATH",
        "ENV VIRTUAL_ENV=/build/.venv PATH=/build/.venv/bin:$PATH",
    );
    repo.edit(PROD, MADE, "RUN python -m venv /build/.venv");
    repo.edit(PROD, COPY, "COPY --from=build /build/.venv /venv");
}

#[test]
fn faults_in_where_environments_stand_are_found() {
    suite(by_hand, FAULTS, &["environment-differs"]);
}

/// A Python finds its own environment, wherever that was made; and scripts may be fixed, or the path may be there.
#[test]
fn an_environment_may_be_moved() {
    let twins: [Twin; 4] = [
        ("started by its Python", |repo| {
            repo.edit(PROD, "\"uvicorn\"", "\"python\", \"-m\", \"uvicorn\"")
        }),
        ("relocatable", |repo| {
            repo.edit(
                PROD,
                "python -m venv /build/.venv",
                "uv venv --relocatable /build/.venv",
            )
        }),
        ("a link at the old path", |repo| {
            let copy = "COPY --from=build /build/.venv /venv";
            repo.edit(
                PROD,
                copy,
                &format!("{copy}\nRUN mkdir /build && ln -s /venv /build/.venv"),
            )
        }),
        ("there and back", |repo| {
            let copy = "COPY --from=build /build/.venv /venv";
            repo.edit(PROD, copy, "COPY --from=build /build/.venv /build/.venv");
            repo.edit(PROD, "PATH=\"/venv/bin:$PATH\"", "PATH=\"/build/.venv/bin:$PATH\"");
        }),
    ];
    for (what, apply) in twins {
        let repo = by_hand();
        make_elsewhere(&repo);
        apply(&repo);
        let (rules, problems) = found(&repo.run(&["verify-parity", "--format", "json"]));
        assert!(
            !rules.contains("environment-moved") && problems.is_empty(),
            "{what}: {rules:?} {problems:?}"
        );
    }
}

/// Whoever starts it by its path needs no PATH.
#[test]
fn an_environment_may_be_named() {
    let repo = by_hand();
    repo.edit(
        PROD,
        "ENV PATH=\"/venv/bin:$PATH\" \\\n    PYTHONUNBUFFERED=1",
        "ENV PYTHONUNBUFFERED=1",
    );
    repo.edit(PROD, "\"uvicorn\"", "\"/venv/bin/uvicorn\"");
    let (rules, _) = found(&repo.run(&["verify-parity", "--format", "json"]));
    assert!(!rules.contains("environment-not-on-path"), "{rules:?}");
}

/// A named pipe with the name of a file that is read: nobody writes into it.
#[cfg(unix)]
#[test]
fn a_named_pipe_is_not_waited_for() {
    for file in ["docker-compose.yml", "Tiltfile"] {
        let repo = by_hand();
        let path = repo.path(file);
        let _ = std::fs::remove_file(&path);
        assert!(
            std::process::Command::new("mkfifo")
                .arg(&path)
                .status()
                .unwrap()
                .success()
        );
        let output = repo.run(&["verify-parity"]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(text.contains("is not a regular file"), "{text}");
        assert_eq!(output.status.code(), Some(1));
    }
}

/// Locked for an older Python than the image has: nothing installs it there.
pub const OF_MARKERS: &[Fault] = &[("import-excluded", "a marker of an older Python", |repo| {
    exclude(repo, "3.12");
    import(repo, "import h11\n");
})];

/// `h11`, which uvicorn needs, only below a version of Python.
fn exclude(repo: &Fixture, version: &str) {
    let below = format!("python_version < \\\"{version}\\\"");
    let asked = format!("h11 = {{version = \">=0.8\", markers = \"{below}\"}}");
    repo.edit(LOCK, "h11 = \">=0.8\"", &asked);
    let python = "python-versions = \">=3.8\"\ngroups = [\"main\"]\nfiles = [\n    {file = \"h11-";
    let with_marker = python.replace("[\"main\"]\n", &format!("[\"main\"]\nmarkers = \"{below}\"\n"));
    repo.edit(LOCK, python, &with_marker);
}

fn import(repo: &Fixture, text: &str) {
    repo.write(
        MAIN,
        repo.read(MAIN)
            .replace("import core\n", &format!("import core\n{text}")),
    );
}

#[test]
fn packages_that_a_marker_keeps_out_are_found() {
    suite(with_poetry, OF_MARKERS, &["import-transitive"]);
}

#[test]
fn packages_that_a_marker_lets_in_are_not() {
    let twins = [
        ("3.14", "import h11\n"),
        ("3.12", "try:\n    import h11\nexcept ImportError:\n    h11 = None\n"),
        ("3.12", "import sys\nif sys.version_info < (3, 12):\n    import h11\n"),
    ];
    for (version, text) in twins {
        let repo = with_poetry();
        exclude(&repo, version);
        import(&repo, text);
        let (rules, problems) = found(&repo.run(&["verify-parity", "--format", "json"]));
        assert!(
            !rules.contains("import-excluded") && problems.is_empty(),
            "{text}: {rules:?} {problems:?}"
        );
    }
}
