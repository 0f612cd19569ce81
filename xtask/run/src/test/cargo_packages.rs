//! What cargo says of the workspace: its packages, and the programs of tests in each.

use repo::{RepoPath, Root};
use serde_json::Value;
use xshell::cmd;

use super::cargo::cargo;
use diagnostics::Problem;
use subprocess::shell;

/// A package of the workspace.
#[derive(Debug, PartialEq, Eq)]
pub struct Package {
    pub name: String,
    /// What of it `cargo test --test` takes.
    pub tests: Vec<Target>,
}

/// A program of tests.
#[derive(Debug, PartialEq, Eq)]
pub struct Target {
    pub name: String,
    /// Whether `cargo test` runs it without being told its name.
    pub is_tested: bool,
    pub required_features: Vec<String>,
}

/// The packages of the workspace, without a network.
///
/// `None` where the repository holds no Rust: then no cargo is needed.
pub fn packages(root: &Root) -> Result<Option<Vec<Package>>, Problem> {
    if !root.is_file(&RepoPath::root().child("Cargo.toml")) {
        return Ok(None);
    }
    let failed = |why: &str| Problem::error(format!("cargo cannot read the workspace: {}", why.trim()));
    let shell = shell()?;
    shell.change_dir(root);
    let cargo = cargo();
    let ended = cmd!(shell, "{cargo} metadata --format-version 1 --no-deps --offline")
        .quiet()
        .ignore_status()
        .output()
        .map_err(|error| failed(&error.to_string()))?;
    if !ended.status.success() {
        return Err(failed(&String::from_utf8_lossy(&ended.stderr)));
    }
    let read: Value = serde_json::from_slice(&ended.stdout).map_err(|error| failed(&error.to_string()))?;
    of_metadata(&read)
        .map(Some)
        .ok_or_else(|| failed("`cargo metadata` lists no packages with their targets"))
}

/// Without what it depends on, all packages are of the workspace. `None` where something is not as cargo documents it.
fn of_metadata(read: &Value) -> Option<Vec<Package>> {
    let packages = read.get("packages")?.as_array()?.iter();
    packages.map(package).collect()
}

fn package(read: &Value) -> Option<Package> {
    let targets = read.get("targets")?.as_array()?;
    let is_test = |target: &&Value| {
        let kinds = target.get("kind").and_then(Value::as_array);
        kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind == "test"))
    };
    Some(Package {
        name: text(read, "name")?,
        tests: targets.iter().filter(is_test).map(target).collect::<Option<_>>()?,
    })
}

fn target(read: &Value) -> Option<Target> {
    let required = match read.get("required-features") {
        Some(features) => features.as_array()?.as_slice(),
        None => &[],
    };
    let features = required.iter().map(|feature| feature.as_str().map(str::to_owned));
    Some(Target {
        name: text(read, "name")?,
        is_tested: read.get("test")?.as_bool()?,
        required_features: features.collect::<Option<_>>()?,
    })
}

fn text(read: &Value, key: &str) -> Option<String> {
    Some(read.get(key)?.as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_programs_of_tests_are_kept() {
        let read = json!({"packages": [{"name": "a", "targets": [
            {"kind": ["lib"], "name": "a", "test": true},
            {"kind": ["test"], "name": "slow", "test": false, "required-features": ["tilt"]},
            {"kind": ["test"], "name": "quick", "test": true},
        ]}]});
        let target = |name: &str, is_tested, features: &[&str]| Target {
            name: name.into(),
            is_tested,
            required_features: features.iter().map(|&feature| feature.into()).collect(),
        };
        let tests = vec![target("slow", false, &["tilt"]), target("quick", true, &[])];
        let name = "a".into();
        assert_eq!(of_metadata(&read), Some(vec![Package { name, tests }]));
    }

    #[test]
    fn what_is_not_understood_is_not_a_workspace_without_tests() {
        let targets = [
            json!({"kind": ["test"], "test": true}),
            json!({"kind": ["test"], "name": "a"}),
            json!({"kind": ["test"], "name": "a", "test": true, "required-features": "tilt"}),
        ];
        for target in targets {
            let read = json!({"packages": [{"name": "a", "targets": [target]}]});
            assert_eq!(of_metadata(&read), None, "{read}");
        }
        assert_eq!(of_metadata(&json!({"packages": [{"name": "a"}]})), None);
        assert_eq!(of_metadata(&json!({})), None);
    }
}
