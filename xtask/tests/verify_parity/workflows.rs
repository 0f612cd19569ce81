//! Faults in workflows: those that people wrote, in three styles, and those of this repository.

use crate::{
    fixture::Fixture,
    suite::{Fault, by_hand, drawn, found, replace_all, suite},
};

pub const SCRIPTS: &str = ".github/workflows/scripts.yml";
const ACTIONS: &str = ".github/workflows/actions.yml";
pub const BAKE: &str = ".github/workflows/bake.yml";

fn with_scripts() -> Fixture {
    let repo = by_hand();
    repo.write(SCRIPTS, include_str!("workflows/scripts.yml"));
    repo
}

fn with_actions() -> Fixture {
    let repo = by_hand();
    repo.write(ACTIONS, include_str!("workflows/actions.yml"));
    repo
}

fn with_bake() -> Fixture {
    let repo = drawn();
    repo.write(BAKE, include_str!("workflows/bake.yml"));
    repo
}

pub const FAULTS: &[Fault] = &[
    ("ci-builds-one-flavour", "development left out of the matrix", |repo| {
        repo.edit(SCRIPTS, "[Dockerfile, Dockerfile.dev]", "[Dockerfile]");
        repo.edit(
            SCRIPTS,
            "      - run: docker buildx build -f web/Dockerfile.dev -t $REGISTRY/web-dev:1 --push ..\n",
            "",
        );
    }),
    ("ci-builds-one-flavour", "production built by nobody", |repo| {
        repo.edit(SCRIPTS, "[Dockerfile, Dockerfile.dev]", "[Dockerfile.dev]");
        repo.edit(
            SCRIPTS,
            "docker build -f web/Dockerfile -t \"$REGISTRY/web:1\" ..",
            "true",
        );
    }),
    (
        "ci-builds-one-flavour",
        "the build of this tool replaced by a push of production",
        |repo| {
            repo.write(
                SCRIPTS,
                "on: push\njobs: { a: { steps: [{ run: 'cargo xtask build-images --push web' }] } }\n",
            );
        },
    ),
    ("ci-filter-incomplete", "a lib that no path names", |repo| {
        repo.edit(SCRIPTS, "\"libs/**\", ", "");
    }),
    ("ci-filter-incomplete", "another lib named", |repo| {
        replace_all(repo, SCRIPTS, "\"libs/**\"", "\"libs/other/**\"");
    }),
    ("ci-filter-incomplete", "the lock left out again", |repo| {
        repo.edit(SCRIPTS, "\"!libs/**/*.md\"", "\"!**/poetry.lock\"");
    }),
    ("ci-filter-incomplete", "manifests ignored", |repo| {
        repo.edit(SCRIPTS, "\"**.md\"", "\"**/*.toml\"");
    }),
    (
        "ci-filter-incomplete",
        "a folder, where what lies in it was meant",
        |repo| {
            repo.edit(SCRIPTS, "services/web/**", "services/web/*");
        },
    ),
    (
        "ci-pushes-development",
        "the development Dockerfile pushed as production",
        |repo| {
            repo.edit(SCRIPTS, "-f web/Dockerfile -t", "-f web/Dockerfile.dev -t");
        },
    ),
    ("ci-pushes-development", "a stage for development pushed", |repo| {
        repo.edit(
            SCRIPTS,
            "-f web/Dockerfile -t",
            "-f web/Dockerfile --target=development -t",
        );
    }),
    ("ci-pushes-development", "an argument for development", |repo| {
        repo.edit(
            SCRIPTS,
            "-f web/Dockerfile -t",
            "-f web/Dockerfile --build-arg INSTALL_DEV=true -t",
        );
    }),
];

const IN_ACTIONS: &[Fault] = &[
    ("ci-builds-one-flavour", "one entry of the matrix gone", |repo| {
        crate::suite::drop_line(repo, ACTIONS, "Dockerfile.dev");
    }),
    ("ci-filter-incomplete", "the shared filter forgotten", |repo| {
        repo.edit(ACTIONS, "              - *shared\n", "");
        repo.edit(ACTIONS, "'libs/core/**'", "'frontend/**'");
    }),
    (
        "ci-pushes-development",
        "the name of production for development",
        |repo| {
            repo.edit(ACTIONS, "image: web-dev", "image: web");
        },
    ),
    (
        "ci-pushes-development",
        "the mode of development for production",
        |repo| {
            repo.edit(ACTIONS, "mode: production", "mode: dev");
        },
    ),
];

/// Workflows that test a service and build nothing, and whether their filter misses the lib.
#[test]
fn filters_of_tests_have_to_see_the_libs_too() {
    for (paths, is_missing) in [
        ("[services/web/**]", true),
        ("[services/web/src/**, services/web/*, libs/core/**]", false),
        ("[services/web/**, libs/core/src/**]", true),
        ("[services/web/README.md]", false),
        ("['**/*.py']", false),
        ("['services/**', '!services/web/**']", false),
    ] {
        let repo = by_hand();
        let run = "{ run: pytest, working-directory: services/web }";
        repo.write(
            SCRIPTS,
            format!("on: {{ push: {{ paths: {paths} }} }}\njobs: {{ a: {{ steps: [{run}] }} }}\n"),
        );
        let (rules, _) = found(&repo.run(&["verify-parity", "--format", "json"]));
        assert_eq!(rules.contains("ci-filter-incomplete"), is_missing, "{paths}");
    }
}

/// What docker/build-push-action is given, and whether one image alone is built by that.
#[test]
fn contexts_of_the_build_action_are_understood() {
    for (with, is_one) in [
        ("{ context: services/web }", true),
        (
            "{ context: '{{defaultContext}}:services/web', file: Dockerfile.dev }",
            true,
        ),
        ("{ file: ./services/web/Dockerfile }", true),
        ("{ file: 'services/${{ matrix.s }}/Dockerfile' }", true),
        ("{ file: '${{ inputs.dockerfile }}' }", false),
        ("{ context: elsewhere }", false),
    ] {
        let repo = by_hand();
        let steps = format!("[{{ uses: docker/build-push-action@v6, with: {with} }}]");
        repo.write(ACTIONS, format!("on: push\njobs: {{ a: {{ steps: {steps} }} }}\n"));
        let (rules, _) = found(&repo.run(&["verify-parity", "--format", "json"]));
        assert_eq!(rules.contains("ci-builds-one-flavour"), is_one, "{with}");
    }
}

const IN_BAKE: &[Fault] = &[
    ("ci-builds-one-flavour", "the default group alone", |repo| {
        repo.edit(BAKE, "default development", "");
    }),
    ("ci-builds-one-flavour", "one target", |repo| {
        repo.edit(
            BAKE,
            "default development",
            "--file docker-bake.json --load web-development",
        );
    }),
    ("ci-filter-incomplete", "the settings that all images share", |repo| {
        repo.edit(BAKE, "[\"**\"]", "[\"services/**\", \"libs/**\", \"xtask/**\"]");
    }),
    ("ci-filter-incomplete", "the locked tools", |repo| {
        repo.edit(BAKE, "[\"**\"]", "[\"services/**\", \"libs/**\", \"Cargo.toml\"]");
    }),
    (
        "ci-pushes-development",
        "a push of the development target under another name",
        |repo| {
            repo.edit("docker-bake.json", "team/web-dev:", "team/web-next:");
            repo.edit(BAKE, "default development", "--push default development");
        },
    ),
];

#[test]
fn faults_in_scripts_are_found() {
    suite(with_scripts, FAULTS, &[]);
}

#[test]
fn faults_in_uses_of_actions_are_found() {
    suite(with_actions, IN_ACTIONS, &[]);
}

#[test]
fn faults_in_calls_of_bake_are_found() {
    suite(with_bake, IN_BAKE, &["generated-file-stale"]);
}

#[test]
fn workflows_without_a_fault_are_silent() {
    for repo in [with_scripts(), with_actions(), with_bake()] {
        let output = repo.run(&["verify-parity", "--format", "json"]);
        assert_eq!((output.status.code(), found(&output)), (Some(0), Default::default()));
    }
}

/// What a workflow says, in ways in which it may say it, and whether both images of `web` are built by it.
#[test]
fn builds_are_understood_in_many_ways() {
    let both = [
        "for f in Dockerfile Dockerfile.dev; do docker build -f services/web/$f .; done",
        "docker build -f services/$SERVICE/Dockerfile . && docker build --file=services/$SERVICE/Dockerfile.dev .",
        "cd services/web; podman build . ; podman build -f Dockerfile.dev .",
        "sudo docker image build -t a --progress plain -f services/web/Dockerfile . || exit 1\nbuildah bud -f services/web/Dockerfile.dev",
        "cargo xtask build-images",
        "cargo xtask build-images web --test",
        "cargo xtask build-images \"$SERVICE\"",
        "cargo xtask ci",
        "cargo xtask ci images --service web",
        "cargo xtask test",
        "docker buildx bake -f deploy.hcl",
        "make images",
        "echo docker build -f services/web/Dockerfile .",
    ];
    let one = [
        "docker build -f services/web/Dockerfile .",
        "docker buildx build -f services/web/Dockerfile.dev .",
        "cd services/web && docker build .",
        "docker build services/web",
        "cargo xtask build-images --push --tag v1",
        "D=services/web; docker build -f $D/Dockerfile .",
    ];
    let mut wrong = Vec::new();
    let commands = both
        .iter()
        .map(|command| (command, false))
        .chain(one.iter().map(|command| (command, true)));
    for (command, is_one) in commands {
        let repo = by_hand();
        let indented = command.replace('\n', "\n          ");
        repo.write(
            SCRIPTS,
            format!("on: push\njobs:\n  a:\n    steps:\n      - run: |\n          {indented}\n"),
        );
        let output = repo.run(&["verify-parity", "--format", "json"]);
        let (mut rules, _) = found(&output);
        // The Dockerfiles copy from the root, so it does not work to build them in the folder of the service.
        let in_folder = ["cd services/web", "docker build services/web"];
        let is_in_folder = in_folder.iter().any(|start| command.starts_with(start)) && !command.contains("../..");
        let is_wrong = rules.remove("ci-context-differs") != is_in_folder;
        if rules.contains("ci-builds-one-flavour") != is_one || rules.len() != usize::from(is_one) || is_wrong {
            wrong.push(format!("{command}: {rules:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

const COMPOSE: &str = "services:
  web: { build: { context: ., dockerfile: services/web/Dockerfile }, image: team/web }
  web-dev: { build: { context: services/web, dockerfile: Dockerfile.dev, args: [MODE=dev] } }
  redis: { image: redis }
";

#[test]
fn compose_files_say_what_is_built() {
    let one = |command: &str| {
        let repo = by_hand();
        repo.write("compose.yaml", COMPOSE);
        repo.write("deploy/other.yml", COMPOSE.replace("  web-dev", "  x-dev"));
        repo.write(
            SCRIPTS,
            format!("on: push\njobs: {{ a: {{ steps: [{{ run: '{command}' }}] }} }}\n"),
        );
        let (rules, problems) = found(&repo.run(&["verify-parity", "--format", "json"]));
        assert!(problems.is_empty(), "{problems:?}");
        rules.contains("ci-builds-one-flavour")
    };
    for (command, is_one) in [
        ("docker compose build", false),
        ("docker compose up --build --detach", false),
        ("docker compose up --detach", false),
        ("docker compose build web", true),
        ("docker-compose --file compose.yaml build web-dev redis", true),
        (
            "docker compose -f deploy/other.yml --project-directory . build web",
            true,
        ),
    ] {
        assert_eq!(one(command), is_one, "{command}");
    }
}

#[test]
fn actions_of_the_repository_are_followed() {
    let repo = by_hand();
    let action = "
inputs: { file: { default: services/web/Dockerfile } }
runs: { using: composite, steps: [{ run: 'docker build -f ${{ inputs.file }} .', shell: bash }] }
";
    repo.write(".github/actions/build/action.yml", action);
    let workflow =
        |with: &str| format!("on: push\njobs: {{ a: {{ steps: [{{ uses: ./.github/actions/build }}{with}] }} }}\n");
    let rules = |repo: &Fixture| found(&repo.run(&["verify-parity", "--format", "json"])).0;
    repo.write(SCRIPTS, workflow(""));
    assert!(rules(&repo).contains("ci-builds-one-flavour"));
    repo.write(
        SCRIPTS,
        workflow(", { uses: ./.github/actions/build, with: { file: services/web/Dockerfile.dev } }"),
    );
    assert!(rules(&repo).is_empty());
    // One that uses itself ends.
    repo.write(
        ".github/actions/build/action.yml",
        "runs: { steps: [{ uses: ./.github/actions/build }] }\n",
    );
    assert!(rules(&repo).is_empty());
}

#[test]
fn a_workflow_that_is_no_yaml_is_no_pass() {
    let repo = with_scripts();
    repo.edit(SCRIPTS, "jobs:\n", "jobs: [\n");
    let output = repo.run(&["verify-parity"]);
    insta::assert_snapshot!("workflow_no_yaml", crate::fixture::shown(&output));
    for text in [
        "",
        "[]",
        "jobs: 1\n",
        "on: { push: { paths: { a: [1, { b: c }] } } }\njobs: { a: { steps: [1, { run: [] }] } }\n",
        "# nothing\n",
    ] {
        repo.write(SCRIPTS, text);
        assert_eq!(repo.run(&["verify-parity"]).status.code(), Some(0), "{text}");
    }
}

#[test]
fn faults_of_workflows_are_shown_where_they_are() {
    let repo = with_scripts();
    for (_, _, apply) in [&FAULTS[0], &FAULTS[3], &FAULTS[10]] {
        apply(&repo);
    }
    let output = repo.run(&["verify-parity"]);
    let out = String::from_utf8_lossy(&output.stdout);
    insta::assert_snapshot!("workflows", format!("{out}{}", crate::fixture::shown(&output)));
}

const CI: &str = ".github/workflows/ci.yml";
const IMAGES: &str = ".github/workflows/images.yml";

#[test]
fn faults_in_the_workflows_of_this_repository_are_found() {
    let faults: &[Fault] = &[
        ("ci-builds-one-flavour", "only the release left", |repo| {
            std::fs::remove_file(repo.path(CI)).unwrap();
        }),
        ("ci-filter-incomplete", "a filter of services alone", |repo| {
            repo.edit(
                CI,
                "  pull_request:\n",
                "  pull_request:\n    paths: [\"services/**\"]\n",
            );
        }),
        ("ci-filter-incomplete", "libs as they were once", |repo| {
            repo.edit(
                CI,
                "  pull_request:\n",
                "  pull_request:\n    paths-ignore: [\"libs/rag-core-lib/**\"]\n",
            );
        }),
        ("ci-pushes-development", "development in place of production", |repo| {
            let build = "docker buildx build --push -f services/mcp-server/Dockerfile.dev -t example/mcp-server:1 .";
            repo.edit(
                IMAGES,
                "      - run: cargo xtask sbom \"$SERVICE\" --tag \"$GITHUB_REF_NAME\" > sbom.json\n",
                &format!("      - run: {build}\n"),
            );
        }),
    ];
    suite(Fixture::of_this_repository, faults, &[]);
}
