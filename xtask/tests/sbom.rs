//! `cargo xtask sbom`, through the binary: what a lock and manifests say, without licenses, for which packages are installed.

#![allow(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    reason = "a test prints, and works on folders of its own"
)]

#[expect(dead_code, reason = "other tests use the rest of it")]
mod fixture;

use fixture::{Fixture, shown};
use serde_json::Value;

fn sbom(repo: &Fixture, arguments: &[&str]) -> std::process::Output {
    assert_cmd::Command::cargo_bin("xtask")
        .unwrap()
        .arg("--root")
        .arg(repo.path(""))
        .arg("sbom")
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn a_service_has_its_pins_and_its_libs() {
    let repo = Fixture::sound();
    let output = sbom(&repo, &["web", "--without-licenses", "--tag", "v9.0.0"]);
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found["metadata"]["component"]["purl"], "pkg:generic/web@9.0.0");
    let components = found["components"].as_array().unwrap();
    let purls: Vec<&str> = components
        .iter()
        .filter_map(|component| component["purl"].as_str())
        .collect();
    assert!(purls.contains(&"pkg:pypi/core@1.2.0"), "{purls:?}");
    assert!(
        purls.iter().any(|purl| purl.starts_with("pkg:pypi/uvicorn@")),
        "{purls:?}"
    );
    let third_party = components.iter().filter(|component| component["name"] != "core");
    for component in third_party {
        assert_eq!(component["hashes"][0]["alg"], "SHA-256", "{component}");
    }
    let root = &found["dependencies"][1];
    assert_eq!(root["ref"], "pkg:generic/web@9.0.0");
    assert!(
        root["dependsOn"]
            .as_array()
            .unwrap()
            .iter()
            .any(|purl| purl == "pkg:pypi/core@1.2.0"),
        "{root}"
    );
    let again = sbom(&repo, &["web", "--without-licenses", "--tag", "v9.0.0"]);
    assert_eq!(output.stdout, again.stdout, "the same input makes the same bytes");
}

#[test]
fn a_service_that_does_not_exist_is_refused() {
    let output = sbom(&Fixture::sound(), &["nobody"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        shown(&output).contains("service `nobody` does not exist"),
        "{}",
        shown(&output)
    );
}
