//! Steps that change installed packages, environments that a command sets, and folders that one image makes.

use crate::{
    fixture::Fixture,
    suite::{DEV, Fault, PROD, Twin, by_hand, stay_quiet, suite},
};

const SITE: &str = "/venv/lib/python3.13/site-packages";
const DEV_COMMAND: &str = "CMD uvicorn web.main:app --host 0.0.0.0 --port 8080 --reload";
const PROD_COMMAND: &str = "CMD [\"uvicorn\", ";

/// Puts an instruction before the user of a Dockerfile; `SITE` is the folder of packages.
fn say(repo: &Fixture, file: &str, what: &str) {
    let what = what.replace("SITE", SITE);
    repo.edit(file, "USER 10001", &format!("{what}\nUSER 10001"));
}

/// The same in the stage that fills the environment.
fn say_in_build(repo: &Fixture, what: &str) {
    let what = what.replace("SITE", SITE);
    repo.edit(PROD, "\n\nFROM python", &format!("\n{what}\n\nFROM python"));
}

pub const FAULTS: &[Fault] = &[
    ("installed-files-differ", "a patched module", |repo| {
        say(repo, PROD, "RUN sed -i 's/verify=True/verify=False/' SITE/idna/core.py")
    }),
    ("installed-files-differ", "a patched module, from its folder", |repo| {
        say(repo, DEV, "RUN cd SITE/idna && sed -i -e 's/a/b/' core.py")
    }),
    ("installed-files-differ", "a patch", |repo| {
        say(
            repo,
            PROD,
            "COPY fix.patch /tmp/\nRUN patch -p1 -d SITE < /tmp/fix.patch",
        );
        repo.write("fix.patch", "");
    }),
    ("installed-files-differ", "a line at the end", |repo| {
        say(repo, PROD, "RUN echo 'X = 1' >> SITE/idna/__init__.py")
    }),
    (
        "installed-files-differ",
        "a module that is copied over another",
        |repo| {
            repo.write("services/web/core.py", "");
            say(repo, PROD, "COPY services/web/core.py SITE/idna/core.py")
        },
    ),
    ("installed-files-differ", "compiled parts that are removed", |repo| {
        say_in_build(repo, "RUN find /venv -name '*.so' -delete")
    }),
    (
        "installed-files-differ",
        "a file of a package, in the stage that builds",
        |repo| say_in_build(repo, "RUN rm SITE/idna/uts46data.py"),
    ),
    (
        "installed-files-differ",
        "by names that another program removes",
        |repo| say(repo, PROD, "RUN find /venv -name uts46data.py | xargs rm -f"),
    ),
    ("installed-files-differ", "by Python", |repo| {
        say(
            repo,
            PROD,
            "RUN python -c \"import shutil; shutil.rmtree('SITE/idna/codec')\"",
        )
    }),
    ("installed-files-differ", "a file that is emptied", |repo| {
        say(repo, PROD, "RUN truncate -s 0 SITE/idna/core.py")
    }),
    ("environment-differs", "a variable that the command sets", |repo| {
        repo.edit(PROD, PROD_COMMAND, "CMD [\"env\", \"PYTHONOPTIMIZE=1\", \"uvicorn\", ")
    }),
    (
        "environment-differs",
        "a variable that the command takes away",
        |repo| {
            repo.edit(DEV, DEV_COMMAND, "CMD [\"env\", \"-u\", \"PYTHONUNBUFFERED\", \"uvicorn\", \"web.main:app\", \"--host\", \"0.0.0.0\", \"--port\", \"8080\"]")
        },
    ),
    (
        "system-packages-differ",
        "an upgrade of the base in one image",
        |repo| say(repo, PROD, "RUN apt-get update && apt-get upgrade --yes"),
    ),
    (
        "system-packages-differ",
        "a package of the base that one image removes",
        |repo| say(repo, DEV, "RUN apt-get purge --yes --auto-remove libexpat1"),
    ),
    (
        "folder-not-writable",
        "a folder at the top that one image makes",
        |repo| say(repo, DEV, "RUN install -d -o 10001 /data"),
    ),
];

const TWINS: &[Twin] = &[
    ("the same patch in both", |repo| {
        for file in [PROD, DEV] {
            say(repo, file, "RUN sed -i 's/a/b/' SITE/idna/core.py");
        }
    }),
    ("bytecode, tests and stubs that are removed", |repo| {
        say(
            repo,
            PROD,
            "RUN find /venv -name __pycache__ -exec rm -rf {} + && find /venv -name '*.py[co]' -delete \\\n    && find /venv -name tests -prune -exec rm -rf {} + && rm -rf SITE/idna/tests SITE/idna/*.pyi",
        )
    }),
    ("pip, which the program does not use", |repo| {
        say(repo, PROD, "RUN rm -rf SITE/pip SITE/pip-*.dist-info SITE/setuptools")
    }),
    ("symbols that are stripped", |repo| {
        say_in_build(repo, "RUN find /venv -name '*.so' -exec strip {} +")
    }),
    ("the package of the repository, copied to where it belongs", |repo| {
        say(repo, PROD, "COPY services/web/src/web SITE/web")
    }),
    ("a variable that both set in their own way", |repo| {
        repo.edit(PROD, PROD_COMMAND, "CMD [\"env\", \"MODE=1\", \"uvicorn\", ");
        say(repo, DEV, "ENV MODE=1");
    }),
    ("an upgrade of the base in both", |repo| {
        for file in [PROD, DEV] {
            say(
                repo,
                file,
                "RUN apt-get update && apt-get -y dist-upgrade && rm -rf /var/lib/apt/lists/*",
            );
        }
    }),
    (
        "a package that was only needed for a step, and a compiler of the base",
        |repo| {
            say(
                repo,
                PROD,
                "RUN apt-get update && apt-get install -y curl && curl --version && apt-get purge -y curl gcc",
            )
        },
    ),
    ("a folder that both make", |repo| {
        for file in [PROD, DEV] {
            say(repo, file, "RUN install -d -o 10001 /data");
        }
    }),
];

#[test]
fn changes_of_installed_files_are_found() {
    suite(by_hand, FAULTS, &[]);
}

#[test]
fn changes_without_consequences_stay_quiet() {
    stay_quiet(by_hand, TWINS.iter().copied());
}
