//! Workflows that build by Makefiles and by scripts of the repository.

use crate::{
    fixture::Fixture,
    suite::{by_hand, found},
    workflows::SCRIPTS,
};

const MAKEFILE: &str = "
SERVICE ?= web
FILE = services/$(SERVICE)/Dockerfile
.PHONY: docker-dev docker-prod images
images: docker-dev docker-prod
docker-dev:
\t@docker build -f $(FILE).dev -t team/$(SERVICE)-dev .
docker-prod:
\t@docker build -f $(FILE) -t team/$(SERVICE):$${GITHUB_SHA} . \\
\t  --progress plain
release: FLAGS = --push
release:
\tdocker build -f $(FILE) $(FLAGS) -t team/$(SERVICE):1 .
";

const SCRIPT: &str = "#!/usr/bin/env bash
set -euo pipefail
cd \"$(dirname \"${BASH_SOURCE[0]}\")/..\"
suffix=\"\"
if [ \"${1:-prod}\" = dev ]; then suffix=.dev; fi
build() { docker build -f \"services/web/Dockerfile$1\" -t \"team/web:latest\" .; }
build \"$suffix\"
";

/// A repository whose images are built by Makefiles and scripts, with a workflow that runs these commands.
fn with_commands(commands: &str) -> Fixture {
    let repo = by_hand();
    repo.write("Makefile", MAKEFILE);
    repo.write("ci/build.sh", SCRIPT);
    let indented = commands.replace('\n', "\n          ");
    let head = "on: push\njobs:\n  a:\n    steps:\n      - run: |\n          ";
    repo.write(SCRIPTS, format!("{head}{indented}\n"));
    repo
}

#[test]
fn makefiles_and_scripts_are_followed() {
    let both = [
        "make images",
        "make docker-dev\nmake docker-prod SERVICE=web",
        "cd services && make -C .. images",
        "make",
        "./ci/build.sh && ./ci/build.sh dev",
        "bash -eu ci/build.sh dev; cd services/web; ../../ci/build.sh prod",
        "sh -c 'ci/build.sh; ci/build.sh dev'",
        "task image; docker build -f services/web/Dockerfile .",
        "just image; docker build -f services/web/Dockerfile .",
        "make -f elsewhere.mk images; docker build -f services/web/Dockerfile .",
        "make unknown-image; docker build -f services/web/Dockerfile .",
        "./scripts/docker-build.sh; docker build -f services/web/Dockerfile .",
        "cd $FOLDER && make images; docker build -f services/web/Dockerfile .",
    ];
    let one = [
        ("make docker-prod", "Makefile"),
        ("make docker-dev", "Makefile"),
        ("bash ci/build.sh", "ci/build.sh"),
        ("$GITHUB_WORKSPACE/ci/build.sh dev", "ci/build.sh"),
        ("make lint; docker build -f services/web/Dockerfile .", SCRIPTS),
        ("./scripts/lint.sh; docker build -f services/web/Dockerfile .", SCRIPTS),
    ];
    let mut wrong = Vec::new();
    let commands = both.iter().map(|command| (*command, None));
    for (command, file) in commands.chain(one.iter().map(|(command, file)| (*command, Some(*file)))) {
        let output = with_commands(command).run(&["verify-parity", "--format", "json"]);
        let (rules, problems) = found(&output);
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let path = json["findings"][0]["places"][0]["path"].as_str();
        let is_one = rules.contains("ci-builds-one-flavour");
        if is_one != file.is_some() || rules.len() != usize::from(is_one) || path != file || !problems.is_empty() {
            wrong.push(format!("{command}: {rules:?} {path:?} {problems:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn what_makefiles_and_scripts_push_is_judged() {
    for (file, from, to, is_found) in [
        ("Makefile", "$(FILE) $(FLAGS)", "$(FILE).dev --push", true),
        ("Makefile", "$(FILE) $(FLAGS)", "$(FILE) --target dev --push", true),
        ("Makefile", "$(FILE) $(FLAGS)", "$(FILE) --push", false),
        ("ci/build.sh", "latest\" .;", "latest\" --push .;", true),
        // Nobody knows whether this workflow comes there.
        (
            "ci/build.sh",
            "build \"$suffix\"",
            "if [ -n \"$WHO\" ]; then build .dev; docker push team/web:latest; fi",
            false,
        ),
    ] {
        let repo = with_commands("make images release\nci/build.sh dev\nci/build.sh");
        repo.edit(file, from, to);
        let (rules, problems) = found(&repo.run(&["verify-parity", "--format", "json"]));
        assert_eq!(
            (rules.contains("ci-pushes-development"), problems.len()),
            (is_found, 0),
            "{to}: {rules:?}"
        );
    }
}

#[test]
fn hostile_makefiles_and_scripts_end() {
    for (file, text) in [
        (
            "Makefile",
            "a: a\n\t$(MAKE) a\nX = $(X)$(X)\nimages: a b\n\techo $(X)\nb: a\n\tmake images\n",
        ),
        ("Makefile", "include Makefile\n$(\n\t\n:\n"),
        ("ci/build.sh", "ci/build.sh; ci/build.sh; ci/build.sh; . ci/build.sh\n"),
        ("ci/build.sh", "while; do done <<< ))\n"),
        (
            "ci/build.sh",
            "l='1 2 3 4 5 6 7 8 9'\nfor a in $l; do for b in $l; do for c in $l; do for d in $l; do docker build $a$b$c$d; done; done; done; done\n",
        ),
        ("ci/build.sh", "\u{0}\u{1}é$(\"$(dirname \"$0\")\n"),
    ] {
        let repo = with_commands("make images\nci/build.sh");
        repo.write(file, text);
        let code = repo.run(&["verify-parity"]).status.code();
        assert!(matches!(code, Some(0 | 5)), "{file} {text}: {code:?}");
    }
}
