//! Secrets that stay in an image: in files, settings and the history.

use crate::{
    fixture::Fixture,
    suite::{DEV, Fault, PROD, Twin, by_hand, stay_quiet, suite},
};

fn say(repo: &Fixture, what: &str) {
    for file in [PROD, DEV] {
        repo.edit(file, "USER 10001", &format!("{what}\nUSER 10001"));
    }
}

pub const FAULTS: &[Fault] = &[
    ("secret-in-image", "a password that a command writes", |repo| {
        say(
            repo,
            "RUN echo 'machine pypi.example.org login ci password abcd' > /root/.netrc",
        )
    }),
    ("secret-in-image", "a file that a later step removes", |repo| {
        say(
            repo,
            "RUN echo https://ci:abcd@git.example.org > /root/.git-credentials\nRUN rm /root/.git-credentials",
        )
    }),
    ("secret-in-image", "a password that a build passes", |repo| {
        say(
            repo,
            "RUN printf 'machine a login ci password %s' \"$PASS\" > /root/.netrc",
        )
    }),
    ("secret-in-image", "the settings of an installer", |repo| {
        repo.write(
            "services/web/pip.conf",
            "[global]\nindex-url = https://ci:abcd@pypi.example.org/simple\n",
        );
        say(repo, "COPY services/web/pip.conf /etc/pip.conf")
    }),
    ("secret-in-image", "a folder with a key in it", |repo| {
        repo.write("services/web/certs/server.key", "-----BEGIN PRIVATE KEY-----\nabc\n");
        say(repo, "COPY services/web/certs /etc/web/certs")
    }),
    ("secret-in-image", "a heredoc", |repo| {
        say(repo, "COPY <<EOF /root/.npmrc\n//npm.example.org/:_authToken=abcd\nEOF")
    }),
    ("secret-in-image", "a variable", |repo| {
        say(repo, "ENV API_TOKEN=abcdef123456")
    }),
    ("secret-in-image", "a label", |repo| {
        say(repo, "LABEL source=https://ci:abcd@git.example.org/web")
    }),
    ("secret-in-image", "a build argument", |repo| {
        say(repo, "ARG GITHUB_TOKEN")
    }),
    ("secret-in-image", "a command in the history", |repo| {
        say(
            repo,
            "RUN git config --global url.https://ci:abcd@git.example.org/.insteadOf https://git.example.org/",
        )
    }),
];

#[test]
fn each_fault_is_reported() {
    suite(by_hand, FAULTS, &[]);
}

#[test]
fn what_looks_like_a_secret_is_silent() {
    let twins: &[Twin] = &[
        ("a file that the same step removes", |repo| {
            say(
                repo,
                "RUN echo 'machine a login ci password abcd' > /root/.netrc && rm /root/.netrc",
            )
        }),
        ("a password from a secret of the build", |repo| {
            say(
                repo,
                "RUN --mount=type=secret,id=token git config --get url.https://ci:$(cat /run/secrets/token)@git.example.org/",
            )
        }),
        ("a number, a switch and a path", |repo| {
            say(repo, "ENV MAX_TOKEN=4096 REQUIRE_TOKEN=true TOKEN=/run/secrets/token")
        }),
        ("a value that asks to be replaced", |repo| {
            say(repo, "ENV SECRET_KEY=changeme\nARG DJANGO_SECRET_KEY=dummy")
        }),
        ("a build argument of a stage that does not stay", |repo| {
            let stage = "FROM python:${PYTHON}-slim-trixie AS build\n";
            repo.edit(PROD, stage, &format!("{stage}ARG INDEX_TOKEN\n"))
        }),
        ("build arguments that only sound like secrets", |repo| {
            say(repo, "ARG TOKENIZER\nARG MAX_TOKENS\nARG TOKEN_URL\nARG API_TOKEN_FILE")
        }),
        ("an example", |repo| {
            repo.write("services/web/.env.example", "DB_PASSWORD=abcd\n");
            say(repo, "COPY services/web/.env.example /app/.env.example")
        }),
        ("an index without a password", |repo| {
            repo.write(
                "services/web/pip.conf",
                "[global]\nindex-url = https://pypi.example.org/simple\n",
            );
            say(repo, "COPY services/web/pip.conf /etc/pip.conf")
        }),
        ("a public key", |repo| {
            repo.write("services/web/ca.pem", "-----BEGIN CERTIFICATE-----\nabc\n");
            say(repo, "COPY services/web/ca.pem /app/ca.pem")
        }),
    ];
    stay_quiet(by_hand, twins.iter().copied());
}
