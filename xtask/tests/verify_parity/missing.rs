//! Programs that an image starts and does not have, and files of packages that a later step takes out.

use crate::{
    fixture::Fixture,
    suite::{DEV, Fault, PROD, Twin, by_hand, found, suite},
};

pub const FAULTS: &[Fault] = &[
    ("program-missing", "a server of no lock", |repo| {
        repo.edit(
            PROD,
            "CMD [\"uvicorn\", ",
            "CMD [\"gunicorn\", \"-k\", \"uvicorn.workers.UvicornWorker\", ",
        );
        repo.edit(DEV, "CMD uvicorn ", "CMD gunicorn -k uvicorn.workers.UvicornWorker ");
    }),
    ("program-missing", "a launcher that nothing installs", |repo| {
        for file in [PROD, DEV] {
            before_user(repo, file, "ENTRYPOINT [\"tini\", \"--\"]");
        }
    }),
    ("program-missing", "a shell that the base lacks", |repo| {
        repo.write("services/web/start.sh", "#!/usr/bin/env zsh\nexec \"$@\"\n");
        for file in [PROD, DEV] {
            before_user(
                repo,
                file,
                "COPY --chmod=755 services/web/start.sh /start.sh\nENTRYPOINT [\"/start.sh\"]",
            );
        }
    }),
    ("program-missing", "the programs of the environment removed", |repo| {
        before_user(repo, PROD, "RUN rm -rf /venv/bin")
    }),
    (
        "program-differs",
        "of the service, whose sources development copies",
        |repo| {
            with_program(repo);
            let main = repo.read("services/web/src/web/main.py");
            let call = "import subprocess\n\n\ndef later():\n    subprocess.run([\"web-jobs\"], check=True)\n";
            repo.write("services/web/src/web/main.py", format!("{main}\n{call}"));
        },
    ),
    ("program-differs", "of a lib, which nothing runs", |repo| {
        let manifest = "libs/core/pyproject.toml";
        let text = repo.read(manifest);
        repo.write(
            manifest,
            format!("{text}\n[project.scripts]\ncore-check = \"core.check:main\"\n"),
        );
        repo.write("libs/core/src/core/check.py", "def main():\n    pass\n");
    }),
    ("environment-not-on-path", "PATH set over", |repo| {
        before_user(repo, PROD, "ENV PATH=/usr/local/bin:/usr/bin:/bin")
    }),
    ("installed-files-removed", "metadata", |repo| {
        before_user(
            repo,
            PROD,
            "RUN find /venv -name '*.dist-info' -prune -exec rm -rf {} +",
        )
    }),
    ("installed-files-removed", "sources", |repo| {
        before_user(repo, PROD, "RUN find /venv -name '*.py' -delete")
    }),
    ("installed-files-removed", "a package by its folder", |repo| {
        before_user(repo, PROD, "RUN rm -rf /venv/lib/python3.13/site-packages/uvicorn")
    }),
    ("installed-files-removed", "the standard library", |repo| {
        before_user(repo, PROD, "RUN rm -rf /usr/local/lib/python3.13")
    }),
    ("health-check-fails", "a client that nothing installs", |repo| {
        before_user(repo, PROD, "HEALTHCHECK CMD curl -f http://localhost:8080/");
        before_user(repo, DEV, "HEALTHCHECK CMD curl -f http://localhost:8080/");
    }),
];

/// The service has a program besides its server.
pub fn with_program(repo: &Fixture) {
    let manifest = repo.read("services/web/pyproject.toml");
    let program = "[project.scripts]\nweb-jobs = \"web.jobs:main\"\n\n[tool.xtask]";
    repo.write("services/web/pyproject.toml", manifest.replace("[tool.xtask]", program));
    repo.write("services/web/src/web/jobs.py", "def main():\n    pass\n");
}

fn before_user(repo: &Fixture, file: &str, line: &str) {
    repo.edit(file, "USER 10001\n", &format!("{line}\nUSER 10001\n"));
}

#[test]
fn faults_in_what_is_missing_are_found() {
    suite(by_hand, FAULTS, &["environment-differs", "health-check-differs"]);
}

/// What is there, or may be there, is not missed.
#[test]
fn what_may_be_there_is_not_missed() {
    let twins: [Twin; 7] = [
        ("a launcher of the distribution", |repo| {
            for file in [PROD, DEV] {
                before_user(
                    repo,
                    file,
                    "RUN apt-get update && apt-get install -y tini\nENTRYPOINT [\"tini\", \"--\"]",
                );
            }
        }),
        ("a launcher out of another image", |repo| {
            for file in [PROD, DEV] {
                before_user(
                    repo,
                    file,
                    "COPY --from=krallin/ubuntu-tini:0.19 /usr/bin/tini /usr/bin/tini\nENTRYPOINT [\"tini\", \"--\"]",
                );
            }
        }),
        ("a launcher out of a stage", |repo| {
            repo.edit(
                PROD,
                "WORKDIR /build",
                "RUN apt-get update && apt-get install -y tini\nWORKDIR /build",
            );
            before_user(
                repo,
                PROD,
                "COPY --from=build /usr/bin/tini /usr/bin/tini\nENTRYPOINT [\"tini\", \"--\"]",
            );
        }),
        ("caches", |repo| {
            before_user(
                repo,
                PROD,
                "RUN find /venv -name '__pycache__' -exec rm -rf {} + && find /venv -name '*.pyc' -delete",
            )
        }),
        ("tests", |repo| {
            before_user(repo, PROD, "RUN find /venv -type d -name tests -exec rm -rf {} +")
        }),
        ("pip", |repo| {
            before_user(repo, PROD, "RUN rm -rf /venv/lib/python3.13/site-packages/pip")
        }),
        ("the program by its path", |repo| {
            repo.edit(PROD, "CMD [\"uvicorn\"", "CMD [\"/venv/bin/uvicorn\"")
        }),
    ];
    for (what, apply) in twins {
        let repo = by_hand();
        apply(&repo);
        let (mut rules, problems) = found(&repo.run(&["verify-parity", "--format", "json"]));
        // What is in one image alone differs.
        for other in [
            "base-image-differs",
            "base-image-floats",
            "command-differs",
            "system-packages-differ",
        ] {
            rules.remove(other);
        }
        assert!(
            rules.is_empty() && problems.is_empty(),
            "{what}: {rules:?} {problems:?}"
        );
    }
}

pub const OF_CHECKOUTS: &[Fault] = &[
    ("source-not-in-git", "a package that is ignored", |repo| {
        repo.write(".gitignore", "state/\n");
        repo.write("services/web/src/web/state/__init__.py", "SIZE = 1\n");
        commit(repo);
    }),
    ("source-not-in-git", "a file that is copied by itself", |repo| {
        repo.write(".gitignore", "*.local.json\n");
        repo.write("services/web/log.local.json", "{}\n");
        for file in [PROD, DEV] {
            before_user(repo, file, "COPY services/web/log.local.json /etc/log.json");
        }
        commit(repo);
    }),
    ("lock-leads-elsewhere", "a folder of one machine", |repo| {
        repo.edit(
            "services/web/poetry.lock",
            "url = \"../../libs/core\"",
            "url = \"/home/me/libs/core\"",
        )
    }),
    ("python-home-set", "an environment as the home of Python", |repo| {
        for file in [PROD, DEV] {
            before_user(repo, file, "ENV PYTHONHOME=/venv");
        }
    }),
];

fn commit(repo: &Fixture) {
    let git = |arguments: &[&str]| {
        let status = std::process::Command::new("git")
            .current_dir(repo.path(""))
            .args(["-c", "user.name=a", "-c", "user.email=a@example.org"])
            .args(arguments)
            .status();
        assert!(status.unwrap().success(), "{arguments:?}");
    };
    git(&["init", "--quiet"]);
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "--message", "all"]);
}

#[test]
fn faults_of_checkouts_are_found() {
    suite(by_hand, OF_CHECKOUTS, &[]);
}

/// What a build makes is ignored for that, and what git has is no less there for a line that would ignore it.
#[test]
fn what_git_has_is_silent() {
    let repo = by_hand();
    repo.write("services/web/src/web/state/__init__.py", "SIZE = 1\n");
    commit(&repo);
    repo.write(".gitignore", "state/\n_version.py\n.venv/\n");
    repo.write("services/web/src/web/_version.py", "VERSION = '1'\n");
    repo.write("services/web/.venv/lib/x.py", "\n");
    let (rules, _) = found(&repo.run(&["verify-parity", "--format", "json"]));
    assert!(!rules.contains("source-not-in-git"), "{rules:?}");
}
