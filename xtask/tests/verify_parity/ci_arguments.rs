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

#[test]
fn actions_and_workflows_of_others_may_build_all() {
    let repo = by_hand();
    let step = |uses: &str| format!("      - run: docker build -f services/web/Dockerfile .\n      - uses: {uses}\n");
    for (uses, is_open) in [
        ("someone/docker-build-push@v1", true),
        ("redhat-actions/buildah-build@v2", true),
        ("docker/setup-buildx-action@v3", false),
        ("docker/login-action@v3", false),
        ("hadolint/hadolint-action@v3", false),
        ("aquasecurity/trivy-action@0.28", false),
        ("actions/checkout@v4", false),
    ] {
        let expected: &[&str] = if is_open { &[] } else { &["ci-builds-one-flavour"] };
        assert_eq!(rules(&repo, &job(&step(uses))), expected, "{uses}");
    }
    let called = "  other:\n    uses: team/shared/.github/workflows/docker-build.yml@main\n";
    let one = run("docker build -f services/web/Dockerfile .");
    assert_eq!(rules(&repo, &(one.clone() + called)), [""; 0]);
    assert_eq!(
        rules(&repo, &(one + &called.replace("docker-build", "lint"))),
        ["ci-builds-one-flavour"]
    );
    let depot = "      - uses: depot/build-push-action@v1\n        with: { file: services/web/Dockerfile }\n";
    assert_eq!(rules(&repo, &job(depot)), ["ci-builds-one-flavour"]);
}

#[test]
fn programs_that_are_not_followed_may_build_all() {
    let repo = by_hand();
    let one = "docker build -f services/web/Dockerfile .";
    for other in [
        "tilt ci",
        "skaffold build",
        "python ci/build_images.py",
        "npm run docker:dev",
        "poetry run inv images",
    ] {
        assert_eq!(rules(&repo, &run(&format!("{one} && {other}"))), [""; 0], "{other}");
    }
    for other in [
        "python -m pytest",
        "npm ci",
        "uv pip install docker",
        "poetry run pytest",
        "python ci/lint.py",
    ] {
        assert_eq!(
            rules(&repo, &run(&format!("{one} && {other}"))),
            ["ci-builds-one-flavour"],
            "{other}"
        );
    }
}

#[test]
fn a_filter_of_what_may_be_anything_is_for_nobody() {
    let repo = by_hand();
    let on = "on: { push: { paths: ['frontend/**'] } }\n";
    for command in [
        "npm run docker:build",
        "make images",
        "docker buildx bake -f frontend/bake.hcl",
        "cd $X && docker build .",
    ] {
        repo.write("frontend/bake.hcl", "target \"default\" { context = pages(\"x\") }\n");
        repo.write(CI, format!("{on}jobs:\n{}", run(command)));
        let (rules, problems) = found(&repo.run(&["verify-parity", "--format", "json"]));
        assert_eq!(
            (rules.len(), problems.len()),
            (0, 0),
            "{command}: {rules:?} {problems:?}"
        );
    }
}

#[test]
fn a_variable_names_the_compose_files() {
    let repo = by_hand();
    let service =
        |name: &str| format!("services: {{ web: {{ build: {{ context: services/web, dockerfile: {name} }} }} }}\n");
    repo.write(
        "one.yml",
        service("Dockerfile").replace("context: services", "context: ./services"),
    );
    repo.write("two.yml", service("Dockerfile.dev"));
    let run = |files: &str| {
        run(&format!(
            "COMPOSE_FILE={files} docker compose build && docker compose -f one.yml build"
        ))
    };
    // The Dockerfiles copy from the root, so none of these builds works.
    let context = "ci-context-differs";
    assert_eq!(rules(&repo, &run("one.yml")), ["ci-builds-one-flavour", context]);
    assert_eq!(rules(&repo, &run("one.yml:two.yml")), [context]);
}

#[test]
fn a_push_by_compose_is_one() {
    let repo = by_hand();
    let services = "services:
  web: { build: { context: ., dockerfile: services/web/Dockerfile }, image: team/web }
  next: { build: { context: ., dockerfile: services/web/Dockerfile.dev }, image: team/web-next }
";
    repo.write("ci/images.yaml", services);
    let compose = "docker compose --project-directory . -f ci/images.yaml";
    assert_eq!(rules(&repo, &run(&format!("{compose} build"))), [""; 0]);
    assert_eq!(
        rules(&repo, &run(&format!("{compose} build && {compose} push web"))),
        [""; 0]
    );
    assert_eq!(
        rules(&repo, &run(&format!("{compose} build && {compose} push"))),
        ["ci-pushes-development"]
    );
}

#[test]
fn a_registry_called_dev_is_no_image_for_development() {
    let repo = by_hand();
    let push = |tag: &str| {
        let build = "docker build -f services/web/Dockerfile";
        run(&format!("{build} . && {build}.dev --push -t {tag} ."))
    };
    for tag in [
        "europe-docker.pkg.dev/team/web:1",
        "registry.example.dev:5000/web:1",
        "team/web:1",
    ] {
        assert_eq!(rules(&repo, &push(tag)), ["ci-pushes-development"], "{tag}");
    }
    for tag in ["europe-docker.pkg.dev/team/web-dev:1", "team/web:dev", "dev/web:1"] {
        assert_eq!(rules(&repo, &push(tag)), [""; 0], "{tag}");
    }
}

#[test]
fn what_is_pushed_with_an_argument_is_named_by_it() {
    let repo = style("dev_argument");
    repo.edit(
        "services/web/pyproject.toml",
        "build-args = { INSTALL_DEV = \"true\" }",
        "build-args = { INSTALL_DEV = \"true\", EXTRAS = \"all\" }",
    );
    let args = "--build-arg INSTALL_DEV=$A --build-arg EXTRAS=all";
    let file = "services/web/Dockerfile";
    let both = format!("docker build -f {file} . && docker build -f {file} {args} --push -t team/web:1 .");
    assert_eq!(rules(&repo, &run(&both)), [""; 0]);
    assert_eq!(
        rules(&repo, &run(&both.replace("$A", "true"))),
        ["ci-pushes-development"]
    );
}
