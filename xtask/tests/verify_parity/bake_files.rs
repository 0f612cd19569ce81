//! Bake files that workflows build by, in HCL and in JSON.

use crate::{
    suite::{by_hand, drawn, found},
    workflows::BAKE,
};

const HCL: &str = r#"
variable "TAG" { default = "dev" }
group "default" { targets = ["web", "web-dev"] }
target "web" {
  dockerfile = "services/web/Dockerfile"
  tags = ["team/web:${TAG}"]
}
target "web-dev" {
  inherits = ["web"]
  dockerfile = "services/web/Dockerfile.dev"
  tags = ["team/web-dev:${TAG}"]
}
"#;

#[test]
fn bake_files_in_hcl_are_read() {
    let rules = |hcl: &str, command: &str| {
        let repo = by_hand();
        repo.write("docker-bake.hcl", hcl);
        let step = format!("{{ run: {command} }}");
        repo.write(BAKE, format!("on: push\njobs: {{ a: {{ steps: [{step}] }} }}\n"));
        let (rules, problems) = found(&repo.run(&["verify-parity", "--format", "json"]));
        assert!(problems.is_empty(), "{problems:?}");
        rules.into_iter().collect::<Vec<_>>()
    };
    assert_eq!(rules(HCL, "docker buildx bake"), [""; 0]);
    assert_eq!(rules(HCL, "docker buildx bake web"), ["ci-builds-one-flavour"]);
    let pushed = HCL.replace("team/web-dev", "team/web-next");
    assert_eq!(
        rules(&pushed, "TAG=1 docker buildx bake --push"),
        ["ci-pushes-development"]
    );
    let matrix = HCL.replace(
        "  inherits",
        "  name = \"w-${f}\"\n  matrix = { f = [\"dev\"] }\n  inherits",
    );
    assert_eq!(
        rules(
            &matrix.replace("Dockerfile.dev", "Dockerfile.${f}"),
            "docker buildx bake"
        ),
        [""; 0]
    );
    assert_eq!(
        rules(
            &matrix.replace("Dockerfile.dev", "Dockerfile.${g}"),
            "docker buildx bake"
        ),
        [""; 0]
    );
    assert_eq!(
        rules(
            &matrix.replace("Dockerfile.dev", "Dockerfile.x${f}"),
            "docker buildx bake"
        ),
        ["ci-builds-one-flavour", "ci-dockerfile-missing"]
    );
}

#[test]
fn broken_bake_files_are_no_pass() {
    for (file, text, line) in [
        ("docker-bake.hcl", "target \"web\" {\n  context = [\n", 2),
        ("docker-bake.json", "{\n  \"target\": {\n<<<<<<< HEAD\n", 3),
        ("docker-bake.json", "", 1),
        ("docker-bake.override.json", "{ \"group\": }", 1),
    ] {
        for workflow in [false, true] {
            let repo = by_hand();
            repo.write(file, text);
            if workflow {
                repo.write(
                    BAKE,
                    "on: push\njobs: { a: { steps: [{ run: docker buildx bake }] } }\n",
                );
            }
            let output = repo.run(&["verify-parity", "--format", "json"]);
            let (rules, problems) = found(&output);
            assert_eq!(
                (output.status.code(), rules.len(), problems.len()),
                (Some(1), 0, 1),
                "{file}: {problems:?}"
            );
            assert_eq!(problems[0]["places"][0]["path"], file);
            assert_eq!(problems[0]["places"][0]["line"], line, "{file} {text}");
        }
    }
    // One of this tool that a merge broke.
    let repo = drawn();
    repo.write("docker-bake.json", repo.read("docker-bake.json").replace("\n}", "\n"));
    let output = repo.run(&["verify-parity"]);
    insta::assert_snapshot!("bake_no_json", crate::fixture::shown(&output));
}

#[test]
fn a_bake_file_that_is_not_understood_is_said() {
    let repo = by_hand();
    repo.write(
        BAKE,
        "on: push\njobs: { a: { steps: [{ run: docker buildx bake -f deploy.hcl }] } }\n",
    );
    let (rules, problems) = found(&repo.run(&["verify-parity", "--format", "json"]));
    assert_eq!((rules.len(), problems.len()), (0, 1), "{problems:?}");
    assert_eq!(problems[0]["places"][0]["line"], 2);
}

#[test]
fn a_stage_before_production_is_not_pushed_as_production() {
    let rules = |target: &str, tag: &str| {
        let repo = by_hand();
        let file = format!(
            "target \"web\" {{\n  context = \".\"\n  dockerfile = \"services/web/Dockerfile\"\n  {target}\n  tags = [\"{tag}\"]\n}}\n"
        );
        repo.write("docker-bake.hcl", file);
        let (mut rules, problems) = found(&repo.run(&["verify-parity", "--format", "json"]));
        assert!(problems.is_empty(), "{problems:?}");
        // Without a workflow, and without a target for development, other rules find something too.
        rules.retain(|rule| rule == "ci-pushes-development");
        rules.len()
    };
    assert_eq!(rules("target = \"build\"", "registry.example.org/team/web:1"), 1);
    assert_eq!(rules("", "registry.example.org/team/web:1"), 0);
    // A name of its own says what it is.
    assert_eq!(rules("target = \"build\"", "registry.example.org/team/web-build:1"), 0);
}
