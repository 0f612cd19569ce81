//! Rules that look at files and at built images alike: for each half, what looks like its fault and is none. That each half finds
//! its fault is shown by the suites of files and by `images`.

mod in_images;

use std::collections::BTreeSet;

use crate::{
    faults_in_files,
    image_folders::{DEV_IMAGE, Images, PROD_IMAGE},
    images,
    missing::with_program,
    suite::{DEV, PROD, Twin, by_hand, found},
};
use in_images::IN_IMAGES;
use rules::{Check, RULES};

type TwinOf = (&'static str, Twin);

const CHECK: &str = "python -c \"from urllib.request import urlopen; urlopen('http://localhost:8080/')\"";

const IN_FILES: &[TwinOf] = &[
    (
        "environment-sees-system",
        ("both do", |repo| {
            for file in [PROD, DEV] {
                repo.edit(file, "python -m venv", "python -m venv --system-site-packages");
            }
        }),
    ),
    (
        "environment-of-another-python",
        ("the larger variant of the same image", |repo| {
            let stage = "${PYTHON}-slim-trixie AS build";
            repo.edit(PROD, stage, "${PYTHON}-trixie AS build")
        }),
    ),
    (
        "folder-not-writable",
        ("a folder that the user owns", |repo| {
            for file in [PROD, DEV] {
                before_user(repo, file, "RUN install -d -o 10001 /var/lib/web");
                before_user(repo, file, "ENV STATE=/var/lib/web");
            }
        }),
    ),
    (
        "label-differs",
        ("a title that says development", |repo| {
            for (file, title) in [(DEV, "web (development)"), (PROD, "web")] {
                before_user(repo, file, &format!("LABEL org.opencontainers.image.title=\"{title}\""));
            }
        }),
    ),
    (
        "own-code-differs",
        ("a copy with the same text", |repo| {
            for file in ["libs/core/src/core/limits.py", "services/web/patches/limits.py"] {
                repo.write(file, "TOP = 5\n");
            }
            before_user(
                repo,
                PROD,
                "COPY services/web/patches/limits.py /venv/lib/python3.13/site-packages/core/limits.py",
            )
        }),
    ),
    (
        "secret-in-image",
        ("an example", |repo| {
            repo.write("services/web/.env.example", "DB_PASSWORD=abcd\n");
            before_user(repo, PROD, "COPY services/web/.env.example /app/.env.example")
        }),
    ),
    (
        "system-files-differ",
        ("a shell for people", |repo| {
            before_user(repo, DEV, "RUN echo 'alias ll=\"ls -l\"' >> /etc/bash.bashrc")
        }),
    ),
    (
        "path-closed",
        ("data that Python does not load", |repo| {
            before_user(repo, PROD, "RUN mkdir -m 700 /srv/data")
        }),
    ),
    (
        "program-differs",
        ("development installs the service for edits", |repo| {
            with_program(repo);
            before_user(repo, DEV, "RUN pip install --no-deps --no-index -e /app/services/web");
        }),
    ),
    (
        "program-differs",
        ("development runs the module that it starts", |repo| {
            with_program(repo);
            repo.edit(DEV, "CMD uvicorn web.main:app", "CMD python -m web.jobs");
            repo.edit(DEV, " --reload", "");
            repo.edit(
                PROD,
                "CMD [\"uvicorn\", \"web.main:app\"",
                "CMD [\"python\", \"-m\", \"web.jobs\"",
            );
        }),
    ),
    (
        "program-differs",
        ("production copies sources too", |repo| {
            with_program(repo);
            repo.edit(PROD, "--no-index ./libs/core ./services/web", "--no-index ./libs/core");
            before_user(repo, PROD, "COPY services/web/src /app");
        }),
    ),
    (
        "program-missing",
        ("by its path", |repo| {
            repo.edit(PROD, "CMD [\"uvicorn\"", "CMD [\"/venv/bin/uvicorn\"");
            repo.edit(DEV, "CMD uvicorn", "CMD /venv/bin/uvicorn");
        }),
    ),
    (
        "service-missing",
        ("its modules alone, elsewhere", |repo| {
            repo.edit(
                DEV,
                "COPY services/web /app/services/web",
                "COPY services/web/src /opt/web",
            );
            repo.edit(DEV, "/app/services/web/src", "/opt/web");
        }),
    ),
    (
        "sources-not-replaceable",
        ("no Tiltfile syncs them", |repo| repo.write("docs/Tiltfile.md", "")),
    ),
    (
        "startup-differs",
        ("the same line in both", |repo| {
            for file in [PROD, DEV] {
                let line = "RUN echo 'import _virtualenv' > /venv/lib/python3.13/site-packages/_virtualenv.pth";
                before_user(repo, file, line);
            }
        }),
    ),
    (
        "user-missing",
        ("made in front of it", |repo| {
            for file in [PROD, DEV] {
                before_user(
                    repo,
                    file,
                    "RUN useradd --uid 10001 app\nRUN install -d -o app /srv/app",
                );
            }
        }),
    ),
    (
        "build-tool-in-production",
        ("a compiler in the stage that builds", |repo| {
            repo.edit(
                PROD,
                "RUN python -m venv",
                "RUN apt-get update && apt-get install -y gcc\nRUN python -m venv",
            )
        }),
    ),
    (
        "command-differs",
        ("a program by its module", |repo| {
            repo.edit(DEV, "CMD uvicorn", "CMD exec python -m uvicorn")
        }),
    ),
    (
        "development-package-in-production",
        ("an environment that stays in the stage that builds", |repo| {
            let install = "RUN python -m venv /tools && /tools/bin/pip install --require-hashes debugpy==1.8.22\n";
            repo.edit(PROD, "RUN python -m venv", &format!("{install}RUN python -m venv"))
        }),
    ),
    (
        "environment-differs",
        ("a setting of an installer", |repo| {
            repo.edit(DEV, "PYTHONUNBUFFERED=1", "PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1")
        }),
    ),
    (
        "health-check-differs",
        ("any failure is its failure", |repo| {
            before_user(repo, PROD, &format!("HEALTHCHECK CMD {CHECK} || exit 1"));
            before_user(repo, DEV, &format!("HEALTHCHECK CMD {CHECK}"));
        }),
    ),
    (
        "health-check-fails",
        ("the port is said by the command alone", |repo| {
            repo.edit(PROD, "EXPOSE 8080\n", "");
            repo.edit(DEV, "EXPOSE 8080 5678\n", "");
            before_user(repo, PROD, &format!("HEALTHCHECK CMD {CHECK}"));
        }),
    ),
    (
        "installed-files-differ",
        ("bytecode, which is made again", |repo| {
            before_user(repo, PROD, "RUN find /venv -name '*.pyc' -delete")
        }),
    ),
    (
        "lib-missing",
        ("its modules alone, elsewhere", |repo| {
            repo.edit(DEV, "COPY libs/core /app/libs/core", "COPY libs/core/src /opt/core");
            repo.edit(DEV, ":/app/libs/core/src", ":/opt/core");
        }),
    ),
    (
        "package-missing",
        ("the pins under another name", |repo| {
            repo.edit(PROD, "requirements.txt ./", "requirements.txt /tmp/pins.txt");
            repo.edit(PROD, "-r requirements.txt", "-r /tmp/pins.txt");
        }),
    ),
    (
        "platform-differs",
        ("one file names that of the build", |repo| {
            repo.edit(DEV, "FROM python", "FROM --platform=$TARGETPLATFORM python")
        }),
    ),
    (
        "port-differs",
        ("a port with its protocol", |repo| {
            repo.edit(DEV, "EXPOSE 8080", "EXPOSE 8080/tcp")
        }),
    ),
    (
        "python-outside-range",
        ("one release of a Python that is allowed", |repo| {
            repo.edit(PROD, "ARG PYTHON=3.13", "ARG PYTHON=3.13.5");
            repo.edit(DEV, "FROM python:3.13-", "FROM python:3.13.5-");
            repo.edit("Cargo.toml", "python:3.13-", "python:3.13.5-");
        }),
    ),
    (
        "pythonpath-in-production",
        ("in the stage that builds", |repo| {
            repo.edit(PROD, "ENV VIRTUAL_ENV", "ENV PYTHONPATH=/build VIRTUAL_ENV")
        }),
    ),
    (
        "stop-signal-differs",
        ("one file says what is so anyway", |repo| {
            before_user(repo, PROD, "STOPSIGNAL 15")
        }),
    ),
    (
        "system-packages-differ",
        ("the same in another order", |repo| {
            before_user(repo, PROD, "RUN apt-get update && apt-get install -y libgomp1 libpq5");
            before_user(repo, DEV, "RUN apt-get update && apt-get install -y libpq5");
            before_user(repo, DEV, "RUN apt-get install --yes libgomp1");
        }),
    ),
    (
        "user-differs",
        ("a name of the same number", |repo| {
            before_user(repo, DEV, "RUN useradd --uid 10001 app");
            repo.edit(DEV, "USER 10001", "USER app");
        }),
    ),
    (
        "user-is-root",
        ("root until the last step", |repo| {
            before_user(repo, PROD, "USER root\nRUN mkdir -p /srv/web")
        }),
    ),
    (
        "volume-differs",
        ("one of them as a list", |repo| {
            before_user(repo, PROD, "VOLUME /data");
            before_user(repo, DEV, "VOLUME [\"/data\"]");
        }),
    ),
    (
        "volume-over-packages",
        ("a folder whose name begins alike", |repo| {
            before_user(repo, PROD, "VOLUME /venv-data");
            before_user(repo, DEV, "VOLUME /venv-data");
        }),
    ),
    (
        "workdir-differs",
        ("in two steps", |repo| {
            repo.edit(DEV, "WORKDIR /app", "WORKDIR /\nWORKDIR app")
        }),
    ),
];

/// One more instruction of the last stage.
fn before_user(repo: &crate::fixture::Fixture, file: &str, line: &str) {
    repo.edit(file, "USER 10001", &format!("{line}\nUSER 10001"));
}

#[test]
fn each_half_of_a_rule_has_a_fault_and_a_twin() {
    let is_both = |rule: &&'static rules::Rule| matches!(rule.check, Check::Both(_));
    let rules: BTreeSet<&str> = RULES
        .iter()
        .copied()
        .filter(|rule| is_both(rule))
        .map(|rule| rule.id)
        .collect();
    let lacking = |of: &BTreeSet<&'static str>| rules.difference(of).copied().collect::<Vec<_>>();
    let faults_in_images = images::FAULTS.iter().map(|(rule, _, _)| *rule).collect();
    let twins_in_files: BTreeSet<&str> = IN_FILES.iter().map(|(rule, _)| *rule).collect();
    let twins_in_images: BTreeSet<&str> = IN_IMAGES.iter().map(|(rule, _, _)| *rule).collect();
    for (what, of) in [
        ("fault in files", &faults_in_files()),
        ("fault in images", &faults_in_images),
        ("twin in files", &twins_in_files),
        ("twin in images", &twins_in_images),
    ] {
        assert!(lacking(of).is_empty(), "without a {what}: {:?}", lacking(of));
    }
    for twins in [twins_in_files, twins_in_images] {
        let astray: Vec<&&str> = twins.difference(&rules).collect();
        assert!(astray.is_empty(), "twins of no rule with two halves: {astray:?}");
    }
}

#[test]
fn what_only_looks_like_a_fault_in_files_is_none() {
    let mut wrong = Vec::new();
    for (rule, (what, apply)) in IN_FILES {
        let repo = by_hand();
        apply(&repo);
        let output = repo.run(&["verify-parity", "--format", "json"]);
        let (rules, problems) = found(&output);
        if !rules.is_empty() || !problems.is_empty() || output.status.code() != Some(0) {
            wrong.push(format!("{what}, for `{rule}`: {rules:?} {problems:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn what_only_looks_like_a_fault_in_images_is_none() {
    let mut wrong = Vec::new();
    for (rule, what, apply) in IN_IMAGES {
        let images = Images::new();
        apply(&images);
        for arguments in [&["--images", DEV_IMAGE, PROD_IMAGE, "web"][..], &["--built"]] {
            let output = images.run(&[arguments, &["--format", "json"]].concat());
            let (rules, problems) = found(&output);
            if !rules.is_empty() || !problems.is_empty() || output.status.code() != Some(0) {
                wrong.push(format!(
                    "{what}, for `{rule}`: {rules:?} {problems:?} by {}",
                    arguments[0]
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
