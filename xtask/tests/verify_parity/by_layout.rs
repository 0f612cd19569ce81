//! What a service or a lib is, in repositories that no settings speak of, and what none is.

use serde_json::Value;

use crate::fixture::Fixture;

const IMAGE: &str = "FROM python:3.12.8-slim-bookworm\nWORKDIR /app\nCOPY . .\nRUN pip install --no-deps -r requirements.txt\nCMD [\"python\", \"main.py\"]\n";

/// Names of services; rules and messages.
fn judged(repo: &Fixture) -> (Vec<String>, Vec<(String, String)>) {
    let output = repo.run(&["verify-parity", "--format", "json"]);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let list = |name: &str| json[name].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let services = list("services").iter().map(|service| text(&service["path"])).collect();
    let said = list("findings").into_iter().chain(list("problems"));
    (
        services,
        said.map(|said| (text(&said["rule"]), text(&said["message"]))).collect(),
    )
}

fn package(repo: &Fixture, name: &str) {
    repo.write(
        "pyproject.toml",
        format!(
            "[project]\nname = \"{name}\"\nversion = \"1\"\nrequires-python = \">=3.12\"\n\n\
             [build-system]\nrequires = [\"hatchling\"]\nbuild-backend = \"hatchling.build\"\n"
        ),
    );
    repo.write(&format!("src/{name}/__init__.py"), "");
}

#[test]
fn an_image_of_tests_is_not_released() {
    let with = |file: &str| {
        let repo = Fixture::empty();
        package(&repo, "shop");
        repo.write(
            file,
            "FROM python:3.12.8-slim-bookworm\nCOPY . /app\nRUN pip install /app[dev]\nCMD [\"pytest\"]\n",
        );
        judged(&repo)
    };
    for file in [
        "Dockerfile.test",
        "docker/Dockerfile.ci",
        "test.Dockerfile",
        "docker/e2e/Dockerfile",
    ] {
        assert_eq!(with(file).0, [] as [&str; 0], "{file}");
    }
    for file in ["Dockerfile", "docker/Dockerfile.api"] {
        assert_eq!(with(file).0, [""], "{file}");
    }
}

#[test]
fn requirement_files_make_no_lib_and_have_no_lock_of_others() {
    let repo = Fixture::empty();
    package(&repo, "shop");
    repo.write("uv.lock", "version = 1\nrequires-python = \">=3.12\"\n\n[[package]]\nname = \"shop\"\nversion = \"1\"\nsource = { editable = \".\" }\n");
    repo.write("Dockerfile", "FROM python:3.12.8-slim-bookworm\nCOPY . /app\nRUN pip install --no-deps /app\nCMD [\"python\", \"-m\", \"shop\"]\n");
    repo.write("requirements/requirements.txt", "six==1.17.0\n");
    repo.write("demo/requirements.txt", "six==1.17.0\n");
    repo.write("demo/main.py", "import six\n");
    repo.write("jobs/nightly/requirements.txt", "six==1.17.0\n");
    repo.write("jobs/nightly/main.py", "import six\n");
    repo.write("jobs/nightly/Dockerfile", IMAGE);
    let (services, said) = judged(&repo);
    assert_eq!(services, ["jobs/nightly", ""]);
    let wrong =
        |said: &&(String, String)| said.0 == "lib-not-needed" || said.1.contains("does not contain the package");
    assert_eq!(said.iter().find(wrong), None);
    // A lib has a manifest.
    repo.write("demo/pyproject.toml", "[project]\nname = \"demo\"\nversion = \"1\"\n");
    repo.write("demo/demo.py", "");
    let (_, said) = judged(&repo);
    assert!(said.iter().any(|said| said.0 == "lib-not-needed"), "{said:?}");
}

#[test]
fn a_chart_of_one_among_many_lacks_none() {
    let of = |services: &[&str], deployed: &[&str]| {
        let repo = Fixture::empty();
        for name in services {
            repo.write(&format!("{name}/requirements.txt"), "six==1.17.0\n");
            repo.write(&format!("{name}/main.py"), "import six\n");
            repo.write(&format!("{name}/Dockerfile"), IMAGE);
        }
        repo.write("charts/all/Chart.yaml", "apiVersion: v2\nname: all\nversion: 1.0.0\n");
        repo.write("charts/all/values.yaml", "{}\n");
        for name in deployed {
            repo.write(
                &format!("charts/all/templates/{name}.yaml"),
                format!(
                    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\nspec:\n  selector:\n    matchLabels: {{app: {name}}}\n  template:\n    metadata:\n      labels: {{app: {name}}}\n    spec:\n      containers:\n        - name: {name}\n          image: registry.example.org/{name}:1.0.0\n"
                ),
            );
        }
        let (_, said) = judged(&repo);
        said.into_iter()
            .filter(|said| said.0 == "chart-service-missing")
            .count()
    };
    let all = ["bill", "cart", "mail", "shop"];
    assert_eq!(of(&all, &["bill", "cart", "mail"]), 1);
    assert_eq!(of(&all[..2], &["bill"]), 1);
    assert_eq!(of(&all, &["bill"]), 0);
}
