//! What one image alone changes of its system, and what labels and downloads differ in.

use crate::{
    fixture::Fixture,
    suite::{DEV, Fault, PROD, Twin, by_hand, stay_quiet, suite},
};

fn say(repo: &Fixture, file: &str, what: &str) {
    repo.edit(file, "USER 10001", &format!("{what}\nUSER 10001"));
}

fn labels(repo: &Fixture, file: &str, title: &str) {
    say(
        repo,
        file,
        &format!("LABEL org.opencontainers.image.title=\"{title}\" org.opencontainers.image.licenses=MIT"),
    );
}

pub const FAULTS: &[Fault] = &[
    ("system-files-differ", "a certificate in development alone", |repo| {
        repo.write("services/web/ca.crt", "-----BEGIN CERTIFICATE-----\nabc\n");
        say(
            repo,
            DEV,
            "COPY services/web/ca.crt /usr/local/share/ca-certificates/ca.crt\nRUN update-ca-certificates",
        )
    }),
    ("system-files-differ", "a time zone in production alone", |repo| {
        say(
            repo,
            PROD,
            "RUN ln -sf /usr/share/zoneinfo/Europe/Berlin /etc/localtime",
        )
    }),
    ("system-files-differ", "two time zones", |repo| {
        say(repo, PROD, "RUN echo Etc/UTC > /etc/timezone");
        say(repo, DEV, "RUN echo Europe/Berlin > /etc/timezone");
    }),
    ("system-files-differ", "a locale", |repo| {
        say(repo, PROD, "RUN localedef -i de_DE -f UTF-8 de_DE.UTF-8")
    }),
    ("system-files-differ", "the protocols of TLS", |repo| {
        say(repo, DEV, "RUN sed -i s/SECLEVEL=2/SECLEVEL=1/ /etc/ssl/openssl.cnf")
    }),
    ("system-files-differ", "a folder with a setting in it", |repo| {
        repo.write("services/web/rootfs/etc/nsswitch.conf", "hosts: files dns\n");
        say(repo, PROD, "COPY services/web/rootfs /")
    }),
    ("system-files-differ", "a capability of Python", |repo| {
        say(
            repo,
            PROD,
            "RUN setcap cap_net_bind_service=+ep /usr/local/bin/python3.13",
        )
    }),
    ("label-differs", "the title", |repo| {
        labels(repo, DEV, "shop");
        labels(repo, PROD, "web");
    }),
    ("fetched-data-differs", "a file, by ADD", |repo| {
        say(
            repo,
            DEV,
            "ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.org/m.bin /opt/m.bin",
        )
    }),
    ("fetched-data-differs", "a file with another checksum", |repo| {
        let add = |digit: char| {
            let digest = String::from(digit).repeat(64);
            format!("ADD --checksum=sha256:{digest} https://example.org/m.bin /opt/m.bin")
        };
        say(repo, DEV, &add('1'));
        say(repo, PROD, &add('2'));
    }),
    ("download-unverified", "a file, by Python", |repo| {
        for file in [DEV, PROD] {
            say(
                repo,
                file,
                "RUN python -c \"import urllib.request as r; r.urlretrieve('https://example.org/m.bin', '/opt/m.bin')\"",
            );
        }
    }),
    ("download-unverified", "a file, by a heredoc of Python", |repo| {
        for file in [DEV, PROD] {
            say(
                repo,
                file,
                "RUN python3 - <<EOF\nimport urllib.request\nurllib.request.urlretrieve('https://example.org/m.bin', '/opt/m.bin')\nEOF",
            );
        }
    }),
    ("user-differs", "a number of another account", |repo| {
        say(repo, DEV, "RUN useradd --uid 10001 app");
        say(repo, PROD, "RUN useradd --uid 10002 app");
    }),
    ("user-differs", "another home", |repo| {
        say(repo, DEV, "RUN useradd --uid 10001 --home-dir /app app");
        say(repo, PROD, "RUN useradd --uid 10001 --home-dir /nonexistent app");
    }),
    ("system-packages-differ", "another release", |repo| {
        say(repo, DEV, "RUN apt-get update && apt-get install -y libpq5");
        say(
            repo,
            PROD,
            "RUN apt-get update && apt-get install -y -t trixie-backports libpq5",
        );
    }),
];

#[test]
fn each_fault_is_reported() {
    suite(by_hand, FAULTS, &[]);
}

#[test]
fn what_does_not_differ_is_silent() {
    let twins: &[Twin] = &[
        ("the same certificates in both", |repo| {
            repo.write("services/web/ca.crt", "-----BEGIN CERTIFICATE-----\nabc\n");
            for (file, command) in [
                (DEV, "update-ca-certificates"),
                (PROD, "update-ca-certificates --fresh"),
            ] {
                say(
                    repo,
                    file,
                    &format!("COPY services/web/ca.crt /usr/local/share/ca-certificates/\nRUN {command}"),
                );
            }
        }),
        ("a shell for people", |repo| {
            say(
                repo,
                DEV,
                "RUN echo 'alias ll=\"ls -l\"' >> /etc/bash.bashrc && echo 'PS1=dev' > /etc/profile.d/dev.sh",
            )
        }),
        ("a tool of development", |repo| {
            say(
                repo,
                DEV,
                "ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.org/tool /usr/local/bin/tool",
            )
        }),
        ("a title that says development", |repo| {
            labels(repo, DEV, "web, development");
            labels(repo, PROD, "web");
        }),
        ("labels in production alone", |repo| labels(repo, PROD, "web")),
        ("a folder that keeps its group", |repo| {
            for file in [DEV, PROD] {
                say(repo, file, "RUN install -d -o 10001 /data");
            }
            say(repo, DEV, "RUN chmod g+s /data");
        }),
        ("Python that asks its own image", |repo| {
            for file in [DEV, PROD] {
                say(
                    repo,
                    file,
                    "RUN python -c \"import urllib.request as r; print(r.urlopen('http://localhost:8080').read())\" || true",
                );
            }
        }),
        ("the same account in another way", |repo| {
            say(repo, DEV, "RUN useradd --uid 10001 --home-dir /app app");
            say(repo, PROD, "RUN useradd -u 10001 -d /app app");
        }),
    ];
    stay_quiet(by_hand, twins.iter().copied());
}
