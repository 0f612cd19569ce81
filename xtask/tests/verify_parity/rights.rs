//! Who may do what: steps that their user may not take, and what the user of the image cannot read, enter or write.

use crate::{
    fixture::Fixture,
    suite::{DEV, Fault, PROD, Twin, by_hand, found, suite},
};

pub const TILTFILE: &str = "\
docker_build(
    'web',
    '.',
    dockerfile='services/web/Dockerfile.dev',
    live_update=[
        sync('services/web/src', '/app/services/web/src'),
        sync('libs/core/src', '/app/libs/core/src'),
    ],
)
";

pub const FAULTS: &[Fault] = &[
    ("step-not-permitted", "a folder of the system", |repo| {
        behind_user(repo, "RUN mkdir -p /var/lib/web")
    }),
    ("step-not-permitted", "a file of root", |repo| {
        behind_user(repo, "RUN echo ok > /etc/ready")
    }),
    ("step-not-permitted", "a user", |repo| {
        behind_user(repo, "RUN useradd other")
    }),
    ("step-not-permitted", "an owner", |repo| {
        behind_user(repo, "RUN chown 10001 /venv")
    }),
    ("user-missing", "made too late", |repo| {
        repo.edit(
            DEV,
            "COPY libs/core /app/libs/core",
            "COPY --chown=app libs/core /app/libs/core\nRUN useradd --uid 10002 app",
        )
    }),
    ("path-closed", "an environment of root alone", |repo| {
        before_user(repo, PROD, "RUN chmod -R go-rwx /venv")
    }),
    ("path-closed", "one module of the service", |repo| {
        repo.write("services/web/src/web/settings.py", "POOL = 1\n");
        before_user(
            repo,
            PROD,
            "RUN chmod 600 /venv/lib/python3.13/site-packages/web/settings.py",
        )
    }),
    (
        "folder-not-writable",
        "a state folder without a mode for writing",
        |repo| {
            before_user(repo, DEV, "RUN install -d -o 10001 /data");
            before_user(repo, PROD, "RUN install -d -o 10001 -m 0500 /data");
        },
    ),
    (
        "folder-not-writable",
        "a closed folder for files of the moment",
        |repo| before_user(repo, PROD, "RUN chmod 755 /tmp"),
    ),
    ("path-closed", "a folder above it", |repo| {
        before_user(repo, PROD, "RUN chmod 700 /venv/lib")
    }),
    ("path-closed", "a mask that closes what is installed", |repo| {
        repo.edit(
            PROD,
            "RUN pip install --no-deps --require",
            "RUN umask 077 && pip install --no-deps --require",
        )
    }),
    ("folder-not-writable", "a state folder of root", |repo| {
        before_user(repo, PROD, "RUN mkdir /state\nENV STATE=/state");
        before_user(repo, DEV, "RUN mkdir /state && chown 10001 /state\nENV STATE=/state");
    }),
    ("folder-not-writable", "a folder that one image lacks", |repo| {
        before_user(repo, DEV, "RUN install -d -o 10001 /var/lib/web")
    }),
    ("sources-not-replaceable", "sources of root", |repo| {
        repo.write("Tiltfile", TILTFILE)
    }),
    ("sources-not-replaceable", "sources of another user", |repo| {
        repo.write("Tiltfile", TILTFILE);
        give(repo, "10001", "1000");
    }),
    ("sources-not-replaceable", "sources of root through a stage", |repo| {
        repo.write("Tiltfile", TILTFILE);
        through_a_stage(repo, "");
    }),
    ("copied-file-unreadable", "closed by a later step", |repo| {
        repo.write("services/web/settings.yaml", "pool: 1\n");
        for file in [PROD, DEV] {
            before_user(repo, file, "COPY services/web/settings.yaml /etc/web/settings.yaml");
        }
        before_user(repo, PROD, "RUN chmod 600 /etc/web/settings.yaml");
    }),
];

fn behind_user(repo: &Fixture, line: &str) {
    repo.edit(PROD, "USER 10001\n", &format!("USER 10001\n{line}\n"));
}

fn before_user(repo: &Fixture, file: &str, line: &str) {
    repo.edit(file, "USER 10001\n", &format!("{line}\nUSER 10001\n"));
}

fn give(repo: &Fixture, core: &str, web: &str) {
    repo.edit(DEV, "COPY libs/core /", &format!("COPY --chown={core} libs/core /"));
    repo.edit(
        DEV,
        "COPY services/web /",
        &format!("COPY --chown={web} services/web /"),
    );
}

/// The sources come by way of a stage that lays them out.
fn through_a_stage(repo: &Fixture, chown: &str) {
    let text = repo.read(DEV);
    let is_copy = |line: &&str| line.starts_with("COPY libs/core ") || line.starts_with("COPY services/web ");
    let copies = text.lines().filter(is_copy);
    let copies: Vec<String> = copies
        .map(|line| {
            line.replace(" /app/", " /layer/app/")
                .replace("COPY ", &format!("COPY {chown}"))
        })
        .collect();
    let stage = format!("FROM python:3.13-slim-trixie AS sources\n{}\n\n", copies.join("\n"));
    let mut rest: Vec<&str> = text.lines().filter(|line| !is_copy(line)).collect();
    let last = rest.iter().rposition(|line| line.starts_with("USER ")).unwrap();
    rest.insert(last, "COPY --from=sources /layer /");
    repo.write(DEV, format!("{stage}{}\n", rest.join("\n")));
}

#[test]
fn faults_in_rights_are_found() {
    suite(by_hand, FAULTS, &[]);
}

/// What the user may do is not blamed, and neither is what nobody can tell.
#[test]
fn what_is_permitted_is_silent() {
    let twins: [Twin; 10] = [
        ("a folder for everybody", |repo| {
            behind_user(repo, "RUN mkdir /tmp/work && touch /tmp/work/a")
        }),
        ("a folder of the user", |repo| {
            before_user(repo, PROD, "RUN mkdir /state && chown -R 10001:10001 /state");
            before_user(repo, DEV, "RUN install -d -o 10001 /state");
            behind_user(repo, "RUN mkdir -p /state/inner && echo x > /state/inner/a");
        }),
        ("root again", |repo| {
            repo.edit(
                PROD,
                "USER 10001\n",
                "USER 10001\nUSER root\nRUN mkdir /var/lib/web\nUSER 10001\n",
            )
        }),
        ("a folder that is there", |repo| {
            behind_user(repo, "RUN mkdir -p /usr/local/bin /app")
        }),
        ("a user of the base", |repo| {
            repo.edit(
                DEV,
                "COPY libs/core /app/libs/core",
                "COPY --chown=www-data libs/core /app/libs/core",
            )
        }),
        ("a user that is made first", |repo| {
            repo.edit(
                DEV,
                "COPY libs/core /app/libs/core",
                "RUN adduser --disabled-password app\nCOPY --chown=app:app libs/core /app/libs/core",
            )
        }),
        ("opened again", |repo| {
            before_user(repo, PROD, "RUN chmod -R go-rwx /venv && chmod -R a+rX /venv")
        }),
        ("nobody can tell", |repo| {
            before_user(repo, PROD, "RUN find /venv -type d -exec chmod 700 {} +")
        }),
        ("sources of the user", |repo| {
            repo.write("Tiltfile", TILTFILE);
            give(repo, "10001:10001", "10001");
        }),
        ("sources of the user through a stage", |repo| {
            repo.write("Tiltfile", TILTFILE);
            through_a_stage(repo, "--chown=10001 ");
        }),
    ];
    for (what, apply) in twins {
        let repo = by_hand();
        apply(&repo);
        let (rules, problems) = found(&repo.run(&["verify-parity", "--format", "json"]));
        assert!(
            rules.is_empty() && problems.is_empty(),
            "{what}: {rules:?} {problems:?}"
        );
    }
}
