//! `--format intoto`: what a statement binds the result to.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    image_folders::{DEV_IMAGE, Images, PROD_IMAGE},
    suite::{DEV, LOCK, PROD},
};

const OF_ENGINE: &str = "1111111111111111111111111111111111111111111111111111111111111111";
const OF_REGISTRY: &str = "2222222222222222222222222222222222222222222222222222222222222222";

/// Images with digests: production is in a registry, development only on this machine.
fn images() -> Images {
    let images = Images::new();
    for image in [DEV_IMAGE, PROD_IMAGE] {
        let mut config: Value = serde_json::from_str(&images.config(image)).unwrap();
        config["Id"] = json!(format!("sha256:{OF_ENGINE}"));
        config["RepoDigests"] = if image == PROD_IMAGE {
            json!([
                "example.org/mirror@sha256:33",
                format!("docker.io/xtask-parity/web@sha256:{OF_REGISTRY}")
            ])
        } else {
            json!([])
        };
        images.write(image, "../config.json", &config.to_string());
    }
    images
}

fn statement(images: &Images, arguments: &[&str]) -> Value {
    let output = images.run(&[arguments, &["--format", "intoto"]].concat());
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

#[test]
fn a_pass_is_bound_to_both_images_and_the_lock() {
    let images = images();
    for arguments in [&["--built"][..], &["--images", DEV_IMAGE, PROD_IMAGE, "web"]] {
        let statement = statement(&images, arguments);
        assert_eq!(statement["_type"], "https://in-toto.io/Statement/v1");
        assert_eq!(
            statement["predicateType"],
            "https://in-toto.io/attestation/test-result/v0.1"
        );
        let subjects = statement["subject"].as_array().unwrap();
        let digests: Vec<(&str, &str, &str)> = subjects
            .iter()
            .map(|subject| {
                (
                    subject["name"].as_str().unwrap(),
                    subject["annotations"]["image"].as_str().unwrap(),
                    subject["digest"]["sha256"].as_str().unwrap(),
                )
            })
            .collect();
        assert_eq!(
            digests,
            [
                ("xtask-parity/web", "development", OF_ENGINE),
                ("xtask-parity/web", "production", OF_REGISTRY)
            ]
        );
        let predicate = &statement["predicate"];
        assert_eq!(predicate["result"], "PASSED", "{predicate}");
        assert_eq!(predicate["failedTests"], json!([]));
        let lock: String = Sha256::digest(images.0.read(LOCK))
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let configuration = predicate["configuration"].as_array().unwrap();
        assert!(
            configuration.contains(&json!({"name": LOCK, "digest": {"sha256": lock}})),
            "{configuration:?}"
        );
        // Each descriptor says where or what its thing is, as the format asks for.
        for descriptor in subjects.iter().chain(configuration) {
            assert!(
                descriptor["digest"].is_object() || descriptor["uri"].is_string(),
                "{descriptor}"
            );
        }
    }
}

#[test]
fn a_failure_names_its_rules_and_an_exception_its_reason() {
    let images = images();
    images.set(DEV_IMAGE, "User", json!("1000"));
    let found = statement(&images, &["--built"]);
    assert_eq!(found["predicate"]["result"], "FAILED");
    assert_eq!(found["predicate"]["failedTests"], json!(["user-differs"]));
    let allow = "\n[[workspace.metadata.xtask.allow]]\nrule = \"user-differs\"\nservice = \"web\"\nreason = \"the base says so\"\nimages = true\n";
    images.0.write("Cargo.toml", images.0.read("Cargo.toml") + allow);
    let allowed = statement(&images, &["--built"]);
    assert_eq!(allowed["predicate"]["result"], "PASSED");
    let reasons = &allowed["predicate"]["configuration"][0]["annotations"]["allowed"];
    assert_eq!(reasons[0]["reason"], "the base says so");
}

#[test]
fn without_images_there_is_no_statement() {
    let images = images();
    for arguments in [&[][..], &["--images", "absent:1", PROD_IMAGE]] {
        let output = images.run(&[arguments, &["--format", "intoto"]].concat());
        assert_eq!(output.status.code(), Some(1));
        assert!(output.stdout.is_empty());
        assert!(!output.stderr.is_empty());
    }
}

/// A release: production alone is built, of a commit that is checked out.
fn released() -> (Images, String) {
    let images = images();
    images.0.write(".gitignore", "/images/\n/bin/\n");
    for arguments in [
        &["init", "--quiet"][..],
        &["add", "."],
        &["commit", "--quiet", "--message=Release"],
    ] {
        images.0.git(arguments);
    }
    let head = std::process::Command::new("git")
        .args(["rev-parse", "HEAD"])
        .current_dir(images.0.path("."))
        .output()
        .unwrap();
    let head = String::from_utf8(head.stdout).unwrap().trim().to_owned();
    images.set(PROD_IMAGE, "Labels", labels("web", &head));
    (images, head)
}

fn labels(title: &str, revision: &str) -> Value {
    json!({"org.opencontainers.image.title": title, "org.opencontainers.image.revision": revision})
}

const OF_RELEASE: [&str; 3] = ["web", "--production", PROD_IMAGE];

#[test]
fn a_release_binds_the_files_to_its_production_image() {
    let (images, head) = released();
    let statement = statement(&images, &OF_RELEASE);
    let subjects = statement["subject"].as_array().unwrap();
    assert_eq!(subjects.len(), 1, "{subjects:?}");
    assert_eq!(subjects[0]["digest"]["sha256"], OF_REGISTRY);
    assert_eq!(subjects[0]["annotations"]["image"], "production");
    assert_eq!(subjects[0]["annotations"]["commit"], head);
    assert_eq!(statement["predicate"]["result"], "PASSED", "{statement:#}");
    // The development side is what its Dockerfile says.
    let configuration = statement["predicate"]["configuration"].as_array().unwrap();
    let dockerfile = |image: &str| {
        let mut all = configuration.iter();
        all.find(|entry| entry["annotations"]["image"] == image && entry["annotations"]["compared-as"] == "Dockerfile")
            .unwrap_or_else(|| panic!("{image}: {configuration:?}"))
    };
    assert_eq!(dockerfile("development")["name"], DEV);
    let text: String = Sha256::digest(images.0.read(PROD))
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(dockerfile("production")["digest"]["sha256"], text);
    assert!(configuration.iter().any(|entry| entry["name"] == LOCK));
    let output = images.run(&[&OF_RELEASE[..], &["--format", "intoto-predicate"]].concat());
    let predicate: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(predicate, statement["predicate"]);
}

#[test]
fn files_are_bound_to_no_image_that_is_not_of_them() {
    let refused = |what: &str, images: &Images, arguments: &[&str], expected: &str| {
        let output = images.run(&[arguments, &["--format", "intoto"]].concat());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{what}: {said}");
        assert!(output.stdout.is_empty(), "{what}");
        assert!(said.contains(expected), "{what}: {said}");
    };
    let (images, head) = released();
    images.set(PROD_IMAGE, "Labels", labels("admin", &head));
    refused(
        "another service",
        &images,
        &OF_RELEASE,
        "is an image of `admin`, not of `web`",
    );
    images.set(PROD_IMAGE, "Labels", labels("web", "0123"));
    refused("another commit", &images, &OF_RELEASE, "was built from `0123`, but");
    images.set(PROD_IMAGE, "Labels", labels("web", &format!("{head}-dirty")));
    refused("changed before the build", &images, &OF_RELEASE, "-dirty`, but");
    images.set(PROD_IMAGE, "Labels", json!({}));
    refused(
        "no commit",
        &images,
        &OF_RELEASE,
        "does not name the commit that it was built from",
    );
    images.set(PROD_IMAGE, "Labels", labels("web", &head));
    images.0.write("README.md", "changed\n");
    images.0.git(&["add", "README.md"]);
    refused("changed since", &images, &OF_RELEASE, "its files have changed since");
    refused(
        "no service",
        &images,
        &OF_RELEASE[1..],
        "checks the image of one service",
    );
    refused(
        "no image",
        &images,
        &["web", "--production", "absent:1"],
        "does not exist",
    );
}
