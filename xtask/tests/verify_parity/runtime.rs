//! Faults in what Docker does with a container: health checks, volumes, signals.

use crate::{
    fixture::Fixture,
    suite::{DEV, Fault, LOCK, PROD, Twin, by_hand, found, suite},
};

/// Puts instructions before the end of a Dockerfile.
fn say(repo: &Fixture, file: &str, what: &str) {
    repo.edit(file, "USER 10001", &format!("{what}\nUSER 10001"));
}

fn say_in_both(repo: &Fixture, what: &str) {
    say(repo, PROD, what);
    say(repo, DEV, what);
}

/// A check that works in an image without curl.
const PYTHON: &str = "HEALTHCHECK --interval=5s CMD python -c \\\n    \"import urllib.request; urllib.request.urlopen('http://localhost:8080/health')\"";

pub const FAULTS: &[Fault] = &[
    ("health-check-fails", "curl in a slim image", |repo| {
        say(repo, PROD, "HEALTHCHECK CMD curl -f http://localhost:8080/ || exit 1")
    }),
    ("health-check-fails", "curl in the builder alone", |repo| {
        repo.edit(
            PROD,
            "WORKDIR /build",
            "RUN apt-get update && apt-get install -y curl\nWORKDIR /build",
        );
        say(
            repo,
            PROD,
            "HEALTHCHECK CMD [\"curl\", \"-f\", \"http://localhost:8080/\"]",
        );
    }),
    ("health-check-fails", "wget, in development", |repo| {
        say(repo, DEV, "HEALTHCHECK CMD wget -q http://127.0.0.1:8080/ || exit 1")
    }),
    ("health-check-fails", "another port", |repo| {
        say(repo, PROD, &PYTHON.replace("8080", "8000"))
    }),
    ("health-check-fails", "no port at all", |repo| {
        say(repo, PROD, &PYTHON.replace(":8080", ""))
    }),
    ("health-check-fails", "a port by a variable", |repo| {
        repo.edit(PROD, "PYTHONUNBUFFERED=1", "PYTHONUNBUFFERED=1 HOME=/app");
        repo.edit(DEV, "PYTHONUNBUFFERED=1", "PYTHONUNBUFFERED=1 HOME=/app");
        say(repo, PROD, &PYTHON.replace("8080", "${WEB_PORT:-9000}"));
    }),
    (
        "health-check-fails",
        "a package that production does not have",
        |repo| {
            say(
                repo,
                PROD,
                "HEALTHCHECK CMD [\"python\", \"-c\", \"import requests; requests.get('http://localhost:8080')\"]",
            )
        },
    ),
    ("health-check-fails", "a package of development", |repo| {
        say_in_both(repo, "HEALTHCHECK CMD python -c 'import anyio'")
    }),
    ("health-check-differs", "another path", |repo| {
        say(repo, PROD, PYTHON);
        say(repo, DEV, &PYTHON.replace("/health", "/ready"));
    }),
    ("health-check-differs", "switched off in production", |repo| {
        say(repo, PROD, "HEALTHCHECK NONE");
        say(repo, DEV, PYTHON);
    }),
    ("stop-signal-differs", "a signal in production alone", |repo| {
        say(repo, PROD, "STOPSIGNAL SIGKILL")
    }),
    ("stop-signal-differs", "another signal", |repo| {
        say(repo, PROD, "STOPSIGNAL INT");
        say(repo, DEV, "STOPSIGNAL SIGQUIT");
    }),
    ("volume-differs", "a volume in production alone", |repo| {
        say(repo, PROD, "VOLUME /data /cache")
    }),
    ("volume-differs", "another folder", |repo| {
        say(repo, PROD, "VOLUME [\"/data\"]");
        say(repo, DEV, "VOLUME /var/data");
    }),
    ("volume-over-packages", "the environment", |repo| {
        say_in_both(repo, "VOLUME /venv")
    }),
    ("volume-over-packages", "the packages alone", |repo| {
        say_in_both(repo, "VOLUME [\"/venv/\"]")
    }),
];

#[test]
fn faults_of_containers_are_found() {
    suite(by_hand, FAULTS, &[]);
}

/// Sources of development lie in the folder, and packages of production do not.
#[test]
fn a_volume_over_the_sources_is_found() {
    let repo = by_hand();
    say_in_both(&repo, "VOLUME /app");
    let output = repo.run(&["verify-parity", "--format", "json"]);
    let (rules, problems) = found(&output);
    assert_eq!(rules.into_iter().collect::<Vec<_>>(), ["volume-over-packages"]);
    assert!(problems.is_empty());
    repo.edit(PROD, "VOLUME /app\n", "VOLUME /app/data\n");
    repo.edit(DEV, "VOLUME /app\n", "VOLUME /app/data/\n");
    silent(&repo, "a folder beside the sources");
}

fn silent(repo: &Fixture, what: &str) {
    let output = repo.run(&["verify-parity", "--format", "json"]);
    let (rules, problems) = found(&output);
    assert!(
        rules.is_empty() && problems.is_empty(),
        "{what}: {rules:?} {problems:?}"
    );
}

#[test]
fn what_works_is_left_alone() {
    let curl = "HEALTHCHECK CMD curl -f http://localhost:8080/ || exit 1";
    let cases: [Twin; 16] = [
        ("a check in production alone", |repo| say(repo, PROD, PYTHON)),
        ("a check in development alone", |repo| say(repo, DEV, PYTHON)),
        ("how often it is asked", |repo| {
            say(repo, PROD, PYTHON);
            say(repo, DEV, &PYTHON.replace("5s", "30s"));
        }),
        ("no check", |repo| {
            say(repo, PROD, &format!("{PYTHON}\nHEALTHCHECK NONE"))
        }),
        ("switched off in both", |repo| say_in_both(repo, "HEALTHCHECK NONE")),
        ("switched off in development alone", |repo| {
            say(repo, PROD, PYTHON);
            say(repo, DEV, "HEALTHCHECK NONE");
        }),
        ("another program", |repo| {
            say(repo, PROD, "HEALTHCHECK CMD test -e /tmp/ready")
        }),
        ("a port of the environment", |repo| {
            say_in_both(repo, "ENV METRICS_PORT=9000");
            say(repo, PROD, &PYTHON.replace("8080", "9000"));
        }),
        ("another host", |repo| {
            say(repo, PROD, &PYTHON.replace("localhost", "queue"))
        }),
        ("the port by a variable that nobody knows", |repo| {
            say(repo, PROD, &PYTHON.replace("8080", "${PORT}"))
        }),
        ("curl that is fetched", |repo| {
            say(
                repo,
                PROD,
                "COPY --from=curlimages/curl:8.17.0 /usr/bin/curl /usr/bin/curl\nHEALTHCHECK CMD curl http://localhost:8080/",
            )
        }),
        ("netcat by its other name", |repo| {
            say_in_both(repo, "RUN apt-get update && apt-get install -y netcat-openbsd");
            say(repo, PROD, "HEALTHCHECK CMD nc -z localhost 8080");
        }),
        ("a package that is locked", |repo| {
            say(repo, PROD, "HEALTHCHECK CMD python -c 'import click, json'")
        }),
        ("the same signal", |repo| {
            say(repo, PROD, "STOPSIGNAL SIGTERM");
            say(repo, DEV, "STOPSIGNAL 15");
        }),
        ("a signal that is the usual one", |repo| {
            say(repo, PROD, "STOPSIGNAL SIGTERM")
        }),
        ("the same volume", |repo| {
            say(repo, PROD, "ARG DATA=/data\nVOLUME $DATA");
            say(repo, DEV, "VOLUME [\"/data\"]");
        }),
    ];
    for (what, apply) in cases {
        let repo = by_hand();
        assert!(repo.read(LOCK).contains("click"));
        apply(&repo);
        silent(&repo, what);
    }
    // Whole images of Python have it; what else an image holds is not known.
    for base in ["python:3.13-trixie", "registry.example.org/base/web:3.13"] {
        let repo = by_hand();
        for file in [PROD, DEV] {
            let text = repo.read(file);
            let text = text.replace("python:${PYTHON}-slim-trixie", base);
            repo.write(file, text.replace("python:3.13-slim-trixie", base));
            say(&repo, file, curl);
        }
        let output = repo.run(&["verify-parity", "--format", "json"]);
        let (rules, _) = found(&output);
        assert!(!rules.contains("health-check-fails"), "{base}");
    }
}

#[test]
fn a_check_that_is_none_is_a_problem() {
    let repo = by_hand();
    say(&repo, PROD, "HEALTHCHECK --interval=5s curl localhost");
    let output = repo.run(&["verify-parity"]);
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(
        err.contains("a health check is `NONE` or `CMD` with a command"),
        "{err}"
    );
    assert_eq!(output.status.code(), Some(1));
}
