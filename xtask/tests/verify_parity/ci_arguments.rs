//! Workflows that build both images from one Dockerfile, told apart by a build argument; and workflows that call workflows.

use crate::{
    fixture::Fixture,
    styles::style,
    suite::{by_hand, found},
};

const CI: &str = ".github/workflows/ci.yml";
const CALLED: &str = ".github/workflows/image.yml";

/// The rules that find something in a workflow with these jobs.
fn rules(repo: &Fixture, jobs: &str) -> Vec<String> {
    repo.write(CI, format!("on: push\njobs:\n{jobs}"));
    let (rules, problems) = found(&repo.run(&["verify-parity", "--format", "json"]));
    assert!(problems.is_empty(), "{problems:?}");
    rules.into_iter().collect()
}

fn job(steps: &str) -> String {
    format!("  image:\n    steps:\n{steps}")
}

fn run(command: &str) -> String {
    job(&format!("      - run: {command}\n"))
}

#[test]
fn an_argument_makes_another_image() {
    let repo = style("dev_argument");
    let file = "-f services/web/Dockerfile";
    let one = ["ci-builds-one-flavour"];
    assert_eq!(rules(&repo, &run(&format!("docker build {file} ."))), one);
    assert_eq!(
        rules(
            &repo,
            &run(&format!("docker build {file} --build-arg INSTALL_DEV=true ."))
        ),
        one
    );
    assert_eq!(
        rules(
            &repo,
            &run(&format!("docker build {file} --build-arg=INSTALL_DEV=false ."))
        ),
        one
    );
    let both = format!("docker build {file} . && docker build --build-arg INSTALL_DEV=true {file} .");
    assert_eq!(rules(&repo, &run(&both)), [""; 0]);
    let each = format!("for dev in true false; do docker build --build-arg INSTALL_DEV=$dev {file} .; done");
    assert_eq!(rules(&repo, &run(&each)), [""; 0]);
    let unknown = format!("docker build --build-arg INSTALL_DEV=$DEV {file} .");
    assert_eq!(rules(&repo, &run(&unknown)), [""; 0]);
}

const ACTION: &str = "      - uses: docker/build-push-action@v6
        with:
          file: services/web/Dockerfile
          build-args: |
            REVISION=${{ github.sha }}
            INSTALL_DEV=${{ matrix.dev }}
          push: ${{ matrix.push }}
          tags: team/web:${{ github.sha }}
";

#[test]
fn a_matrix_tells_arguments() {
    let repo = style("dev_argument");
    let matrix = |include: &str| {
        format!("  image:\n    strategy: {{ matrix: {{ include: [{include}] }} }}\n    steps:\n{ACTION}")
    };
    let (dev, prod) = ("{ dev: true, push: false }", "{ dev: false, push: true }");
    assert_eq!(rules(&repo, &matrix(&format!("{dev}, {prod}"))), [""; 0]);
    assert_eq!(rules(&repo, &matrix(prod)), ["ci-builds-one-flavour"]);
    assert_eq!(rules(&repo, &matrix(dev)), ["ci-builds-one-flavour"]);
    let pushed = dev.replace("push: false", "push: true");
    assert_eq!(
        rules(&repo, &matrix(&format!("{pushed}, {prod}"))),
        ["ci-pushes-development"]
    );
}

#[test]
fn compose_and_bake_files_tell_arguments() {
    let repo = style("dev_argument");
    let compose = "services:
  web: { build: { context: ., dockerfile: services/web/Dockerfile } }
  web-dev: { build: { context: ., dockerfile: services/web/Dockerfile, args: { INSTALL_DEV: 'true' } } }
";
    repo.write("compose.yaml", compose);
    assert_eq!(rules(&repo, &run("docker compose build")), [""; 0]);
    assert_eq!(
        rules(&repo, &run("docker compose build web")),
        ["ci-builds-one-flavour"]
    );
    assert_eq!(
        rules(&repo, &run("docker compose build web-dev")),
        ["ci-builds-one-flavour"]
    );
    let bake = r#"{ "target": {
        "web": { "dockerfile": "services/web/Dockerfile" },
        "web-dev": { "inherits": ["web"], "args": { "INSTALL_DEV": "true" } } } }"#;
    repo.write("docker-bake.json", bake);
    assert_eq!(rules(&repo, &run("docker buildx bake web web-dev")), [""; 0]);
    assert_eq!(
        rules(&repo, &run("docker buildx bake web-dev")),
        ["ci-builds-one-flavour"]
    );
}

const REUSABLE: &str = "on:
  workflow_call:
    inputs:
      file: { type: string, default: Dockerfile }
      push: { type: boolean }
jobs:
  build:
    steps:
      - uses: docker/build-push-action@v6
        with: { file: 'services/web/${{ inputs.file }}', push: '${{ inputs.push }}', tags: 'team/web:1' }
";

#[test]
fn workflows_that_are_called_are_followed() {
    let repo = by_hand();
    repo.write(CALLED, REUSABLE);
    let call = |name: &str, with: &str| format!("  {name}:\n    uses: ./{CALLED}\n    with: {{ {with} }}\n");
    assert_eq!(rules(&repo, &call("prod", "push: true")), ["ci-builds-one-flavour"]);
    let both = call("prod", "push: true") + &call("dev", "file: Dockerfile.dev");
    assert_eq!(rules(&repo, &both), [""; 0]);
    let pushed = call("prod", "push: true") + &call("dev", "file: Dockerfile.dev, push: true");
    assert_eq!(rules(&repo, &pushed), ["ci-pushes-development"]);
    let matrix = call("both", "file: '${{ matrix.file }}'")
        + "    strategy: { matrix: { file: [Dockerfile, Dockerfile.dev] } }\n";
    assert_eq!(rules(&repo, &matrix), [""; 0]);
    // What nobody of this repository calls may be called with anything.
    assert_eq!(rules(&repo, &run("'true'")), [""; 0]);
    // One that calls itself ends.
    repo.write(
        CALLED,
        REUSABLE.replace("  build:\n", &format!("  again: {{ uses: ./{CALLED} }}\n  build:\n")),
    );
    assert_eq!(rules(&repo, &call("prod", "")), ["ci-builds-one-flavour"]);
}
