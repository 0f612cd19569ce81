//! Faults in a copy of this repository, in every service.

use crate::{
    fixture::Fixture,
    suite::{change_line, found, replace_all},
};

/// Faults in the Dockerfiles and requirement files of a service that the tool drew, whatever the service.
type ServiceFault = (&'static str, fn(&Fixture, &str));

const OF_A_SERVICE: &[ServiceFault] = &[
    ("base-image-differs", |repo, dir| {
        replace_all(
            repo,
            &format!("{dir}/Dockerfile.dev"),
            "FROM python:3.13",
            "FROM python:3.12",
        )
    }),
    ("base-image-differs", |repo, dir| {
        replace_all(
            repo,
            &format!("{dir}/Dockerfile"),
            "-slim-trixie AS base",
            "-slim-bookworm AS base",
        )
    }),
    ("base-image-floats", |repo, dir| {
        replace_all(
            repo,
            &format!("{dir}/Dockerfile"),
            "python:3.13-slim-trixie AS tools",
            "python:slim AS tools",
        )
    }),
    ("build-tool-in-production", |repo, dir| {
        change_line(repo, &format!("{dir}/Dockerfile"), "EXPOSE", |line| {
            format!("RUN apt-get install -y build-essential=12\n{line}\n")
        })
    }),
    ("command-differs", |repo, dir| {
        change_line(repo, &format!("{dir}/Dockerfile"), "CMD", |_| {
            "CMD [\"sleep\", \"1\"]\n".into()
        })
    }),
    ("environment-differs", |repo, dir| {
        change_line(repo, &format!("{dir}/Dockerfile.dev"), "EXPOSE", |line| {
            format!("ENV DEBUG=1\n{line}\n")
        })
    }),
    ("generated-file-stale", |repo, dir| {
        change_line(repo, &format!("{dir}/requirements.txt"), "# File", |line| {
            format!("{line}\n\n")
        })
    }),
    ("generated-file-stale", |repo, dir| {
        std::fs::remove_file(repo.path(&format!("{dir}/Dockerfile.dev.dockerignore"))).unwrap()
    }),
    ("install-resolves", |repo, dir| {
        change_line(repo, &format!("{dir}/Dockerfile.dev"), "EXPOSE", |line| {
            format!("RUN poetry lock\n{line}\n")
        })
    }),
    ("install-without-hashes", |repo, dir| {
        change_line(repo, &format!("{dir}/Dockerfile.dev"), "EXPOSE", |line| {
            format!("RUN pip install ipdb==0.13.13\n{line}\n")
        })
    }),
    ("lock-missing", |repo, dir| {
        std::fs::remove_file(repo.path(&format!("{dir}/poetry.lock"))).unwrap()
    }),
    ("pin-not-in-lock", |repo, dir| {
        replace_all(repo, &format!("{dir}/requirements.txt"), "\nfastapi==", "\nfastapi==9")
    }),
    ("port-differs", |repo, dir| {
        change_line(repo, &format!("{dir}/Dockerfile"), "EXPOSE", |_| "EXPOSE 1234\n".into())
    }),
    ("pythonpath-in-production", |repo, dir| {
        change_line(repo, &format!("{dir}/Dockerfile"), "EXPOSE", |line| {
            format!("ENV PYTHONPATH=/app\n{line}\n")
        })
    }),
    ("system-packages-differ", |repo, dir| {
        change_line(repo, &format!("{dir}/Dockerfile.dev"), "EXPOSE", |line| {
            format!("RUN apt-get install -y libmagic1\n{line}\n")
        })
    }),
    ("user-differs", |repo, dir| {
        replace_all(
            repo,
            &format!("{dir}/Dockerfile.dev"),
            "USER 10001:10001",
            "USER 10002:10002",
        )
    }),
    ("user-is-root", |repo, dir| {
        replace_all(repo, &format!("{dir}/Dockerfile"), "USER 10001:10001", "USER root")
    }),
    ("workdir-differs", |repo, dir| {
        change_line(repo, &format!("{dir}/Dockerfile.dev"), "EXPOSE", |line| {
            format!("WORKDIR /srv\n{line}\n")
        })
    }),
];

#[test]
fn faults_in_this_repository_are_found() {
    let repo = Fixture::of_this_repository();
    let output = repo.run(&["verify-parity", "--format", "json"]);
    assert_eq!((output.status.code(), found(&output)), (Some(0), Default::default()));
    let mut dirs: Vec<String> = std::fs::read_dir(repo.path("services"))
        .unwrap()
        .map(|entry| format!("services/{}", entry.unwrap().file_name().into_string().unwrap()))
        .collect();
    dirs.sort();
    let mut wrong = Vec::new();
    let mut applied = 0;
    for dir in &dirs {
        for (rule, apply) in OF_A_SERVICE {
            let has_fastapi = repo.read(&format!("{dir}/requirements.txt")).contains("\nfastapi==");
            if *rule == "pin-not-in-lock" && !has_fastapi {
                continue;
            }
            let files = [
                "Dockerfile",
                "Dockerfile.dev",
                "Dockerfile.dev.dockerignore",
                "requirements.txt",
                "poetry.lock",
            ];
            let before: Vec<(String, String)> = files
                .iter()
                .map(|file| format!("{dir}/{file}"))
                .map(|file| (repo.read(&file), file))
                .collect();
            apply(&repo, dir);
            let output = repo.run(&["verify-parity", "--format", "json"]);
            let (mut rules, problems) = found(&output);
            let is_found = rules.remove(*rule);
            rules.remove("generated-file-stale");
            // A user of one flavour is root, and so another user than in the other; what is added to one image differs.
            // The chart names the port that production had.
            let besides: &[&str] = match *rule {
                "port-differs" => &["chart-port-differs"],
                "user-is-root" => &["user-differs"],
                "build-tool-in-production" => &["system-packages-differ"],
                "base-image-differs" => &["interpreter-missing"],
                "lock-missing" => &["exception-unused"],
                _ => &[],
            };
            rules.retain(|rule| !besides.contains(&rule.as_str()));
            if !is_found || !rules.is_empty() || !problems.is_empty() || output.status.code() != Some(5) {
                wrong.push(format!(
                    "{dir}: `{rule}` found: {is_found}, besides: {rules:?}, {problems:?}"
                ));
            }
            applied += 1;
            for (text, file) in before {
                repo.write(&file, text);
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(applied > 60, "{applied} faults");
}
