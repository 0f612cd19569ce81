//! What says the same as before in other words, and is none of a fault.

use crate::{
    fixture::Fixture,
    suite::{DEV, PINS, PROD, by_hand, change_line, found, replace_all},
};

#[test]
fn the_same_in_other_words_is_silent() {
    let same: [fn(&Fixture); 8] = [
        |repo| replace_all(repo, DEV, "FROM python:", "FROM docker.io/library/python:"),
        |repo| {
            repo.edit(
                PROD,
                "COPY libs/core libs/core\nCOPY services/web services/web\n",
                "COPY . .\n",
            );
            repo.write("services/web/Dockerfile.dockerignore", "*\n!libs/core\n!services/web\n");
        },
        |repo| {
            replace_all(
                repo,
                DEV,
                "ENV PYTHONPATH=/app/services/web/src:/app/libs/core/src",
                "ENV PYTHONPATH=/app/libs/core/src\nWORKDIR /app/services/web/src",
            )
        },
        |repo| {
            replace_all(
                repo,
                DEV,
                "ENV PYTHONPATH=/app/services/web/src:",
                "ENV PYTHONPATH=services/web/src:",
            );
        },
        |repo| {
            replace_all(repo, DEV, "PYTHONPATH=/app/services/web/src:", "PYTHONPATH=");
            replace_all(
                repo,
                DEV,
                "CMD uvicorn web.main:app",
                "CMD uvicorn --app-dir=services/web/src web.main:app",
            );
            replace_all(
                repo,
                PROD,
                "\"web.main:app\"",
                "\"--app-dir=services/web/src\", \"web.main:app\"",
            );
        },
        |repo| {
            replace_all(repo, DEV, "PYTHONPATH=/app/services/web/src:", "PYTHONPATH=");
            repo.write(
                "compose.yaml",
                "services: { web: { environment: { PYTHONPATH: /app/services/web/src } } }\n",
            );
        },
        |repo| {
            replace_all(repo, DEV, "PYTHONPATH=/app/services/web/src:", "PYTHONPATH=");
            replace_all(
                repo,
                DEV,
                "CMD uvicorn web.main:app --host 0.0.0.0 --port 8080 --reload",
                "CMD [\"./start.sh\"]",
            );
            change_line(repo, PROD, "CMD", |_| "CMD [\"./start.sh\"]\n".into());
        },
        |repo| change_line(repo, PINS, "h11==", |line| line.replace("h11==", "H11==") + "\n"),
    ];
    for (number, apply) in same.into_iter().enumerate() {
        let repo = by_hand();
        apply(&repo);
        let (mut rules, problems) = found(&repo.run(&["verify-parity", "--format", "json"]));
        rules.remove("workdir-differs");
        assert!(
            rules.is_empty() && problems.is_empty(),
            "{number}: {rules:?} {problems:?}"
        );
    }
}
