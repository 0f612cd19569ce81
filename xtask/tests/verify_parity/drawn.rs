//! Faults in repositories whose files the tool drew.

use crate::suite::{DEV, Fault, IGNORE, LOCK, PINS, PROD, WEB, drawn, drop_line, replace_all, suite};

/// In files of the tool, an edit by hand is a fault of its own, whatever else it is.
pub const FAULTS: &[Fault] = &[
    ("generated-file-stale", "a comment in the Dockerfile", |repo| {
        repo.edit(PROD, "# Production:", "# production:")
    }),
    ("generated-file-stale", "another Dockerfile in the bake file", |repo| {
        replace_all(repo, "docker-bake.json", "web/Dockerfile.dev", "web/Dockerfile")
    }),
    ("generated-file-stale", "a file that is gone", |repo| {
        std::fs::remove_file(repo.path(IGNORE)).unwrap()
    }),
    ("generated-file-stale", "a file that belongs to nothing", |repo| {
        let text = repo
            .read(PINS)
            .replace("services/web/requirements.txt", "services/old/requirements.txt");
        repo.write("services/old/requirements.txt", text);
    }),
    ("generated-file-stale", "a setting that was not drawn", |repo| {
        repo.edit(WEB, "port = 8080", "port = 8080\nenv = { A = \"1\" }")
    }),
    ("pin-not-in-lock", "a pin edited by hand", |repo| {
        repo.edit(PINS, "click==", "click==0.")
    }),
    ("base-image-differs", "another base in development", |repo| {
        replace_all(repo, DEV, "3.13-slim-trixie", "3.12-slim-trixie")
    }),
    ("pythonpath-in-production", "PYTHONPATH in production", |repo| {
        repo.edit(PROD, "EXPOSE 8080\n", "ENV PYTHONPATH=/app\nEXPOSE 8080\n")
    }),
    ("user-differs", "another user in development", |repo| {
        repo.edit(DEV, "USER 10001:10001", "USER 1000")
    }),
    ("port-differs", "another port in development", |repo| {
        repo.edit(DEV, "EXPOSE 8080", "EXPOSE 8081")
    }),
    ("lib-missing", "the lib not copied", |repo| {
        drop_line(repo, DEV, "COPY --chown=10001:10001 libs/core/src/core ")
    }),
    ("lib-missing", "the lib not on PYTHONPATH", |repo| {
        repo.edit(DEV, ":/app/libs/core/src:", ":")
    }),
    ("install-without-hashes", "no hashes asked for", |repo| {
        replace_all(repo, DEV, " --require-hashes", "");
        let pins = repo.read("services/web/requirements-dev.txt");
        let pins = pins
            .lines()
            .filter(|line| !line.contains("--hash"))
            .map(|line| line.trim_end_matches(" \\"));
        repo.write("services/web/requirements-dev.txt", pins.collect::<Vec<_>>().join("\n"));
    }),
    ("lock-missing", "no lock", |repo| {
        std::fs::remove_file(repo.path(LOCK)).unwrap()
    }),
    ("lock-stale", "a range edited, not locked", |repo| {
        repo.edit(WEB, "uvicorn>=0.30", "uvicorn>=0.31")
    }),
];

#[test]
fn faults_in_generated_repositories_are_found() {
    suite(drawn, FAULTS, &["generated-file-stale"]);
}
