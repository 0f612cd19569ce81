//! Where settings stand, and what is said of those that do not hold.

use std::fs;

use super::foreign::*;

#[test]
fn settings_in_two_places_are_an_error_that_names_both() {
    let repo = Foreign::new(&libs(SETTINGS));
    for table in ["workspace.metadata.xtask", "workspace.metadata.twinfile"] {
        repo.write(
            "Cargo.toml",
            &format!("[workspace]\n\n[{table}]\nservices = [\"services/*\"]\n"),
        );
        for task in ["gen-dockerfiles", "verify-parity"] {
            let output = repo.run(&[task]);
            let text = said(&output);
            assert_eq!(output.status.code(), Some(1), "{text}");
            assert!(
                text.contains("`Cargo.toml` and `pyproject.toml` both hold settings"),
                "{text}"
            );
            assert!(
                text.contains("Cargo.toml:3:1") && text.contains("pyproject.toml:4:1"),
                "{text}"
            );
        }
    }
    // One of them alone is fine, wherever it is.
    repo.write("pyproject.toml", "[tool.ruff]\n");
    repo.write(
        "Cargo.toml",
        &libs(SETTINGS).replace("tool.twinfile", "workspace.metadata.twinfile"),
    );
    let output = repo.run(&["gen-dockerfiles"]);
    assert!(output.status.success(), "{}", said(&output));
}

#[test]
fn a_service_with_two_tables_is_an_error() {
    let repo = Foreign::new(&libs(SETTINGS));
    let manifest = repo.read("services/web/pyproject.toml");
    repo.write(
        "services/web/pyproject.toml",
        &format!("{manifest}\n[tool.xtask]\nport = 1\n"),
    );
    let output = repo.run(&["gen-dockerfiles"]);
    assert!(
        said(&output).contains("`services/web/pyproject.toml` has two tables with settings"),
        "{}",
        said(&output)
    );
}

#[test]
fn a_single_project_has_both_kinds_of_settings_in_one_table() {
    let repo = Foreign::new(SETTINGS);
    let service = repo.read("services/web/pyproject.toml");
    fs::remove_dir_all(repo.root.join("services")).unwrap();
    fs::remove_dir_all(repo.root.join("libs")).unwrap();
    let settings = "[tool.twinfile]\nservices = [\".\"]\nbase-image = \"python:3.13-slim-trixie\"\nport = 8080\ncommand = [\"python\", \"-m\", \"one\"]\n";
    assert!(service.contains("[project]"));
    repo.write(
        "pyproject.toml",
        &format!("[project]\nname = \"one\"\nversion = \"1.0.0\"\nrequires-python = \">=3.11\"\n\n{settings}"),
    );
    repo.write("requirements.txt", "");
    repo.write("src/one/__init__.py", "");
    repo.write(
        "Dockerfile",
        "FROM python:3.13-slim-trixie\nCMD [\"python\", \"-m\", \"one\"]\n",
    );
    let output = repo.run(&["verify-parity"]);
    assert!(!said(&output).contains("unknown setting"), "{}", said(&output));
    repo.write("pyproject.toml", &repo.read("pyproject.toml").replace("port", "prot"));
    let output = repo.run(&["verify-parity"]);
    assert!(said(&output).contains("unknown setting `prot`"), "{}", said(&output));
}

/// A service may start from another image and run as another user; the rules compare with what it says.
#[test]
fn a_service_may_have_its_own_base_image_and_user() {
    let repo = Foreign::new(&libs(SETTINGS));
    let manifest = repo.read("services/web/pyproject.toml");
    let with = |keys: &str| {
        let settings = format!("[tool.twinfile]\n{keys}");
        repo.write(
            "services/web/pyproject.toml",
            &manifest.replace("[tool.twinfile]\n", &settings),
        );
    };
    with("base-image = \"python:3.12-slim-trixie\"\nuser = { name = \"web\", uid = 1234 }\n");
    let output = repo.run(&["gen-dockerfiles"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    for file in ["Dockerfile", "Dockerfile.dev"] {
        let text = repo.read(&format!("services/web/{file}"));
        for part in [
            "FROM python:3.12-slim-trixie",
            "USER 1234:1234",
            "lib/python3.12/",
            "web",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        assert!(!text.contains("3.13"), "{text}");
    }
    let output = repo.run(&["verify-parity"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    with("base-image = \"python:3.9-slim-trixie\"\n");
    let text = said(&repo.run(&["gen-dockerfiles"]));
    assert!(
        text.contains("`web` does not allow the Python of the base image"),
        "{text}"
    );
    with("python = \"3.12\"\n");
    let text = said(&repo.run(&["gen-dockerfiles"]));
    assert!(
        text.contains("`python` is the version of a `base-image`, which is not set here"),
        "{text}"
    );
}

/// For one minor release a key that is gone is a warning that says what to write.
#[test]
fn a_former_key_works_and_is_warned_of_once() {
    let repo = Foreign::new(&libs(&format!("{SETTINGS}uv-version = \"0.13.8\"\n")));
    for arguments in [&["gen-dockerfiles"][..], &["verify-parity", "--format", "json"]] {
        let output = repo.run(arguments);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{text}");
        assert_eq!(
            text.matches("warning: `uv-version` is no longer a setting: the tools lock pins uv")
                .count(),
            1,
            "{text}"
        );
        for part in [
            "--> pyproject.toml:7:1",
            "from version 0.2.0 on, it is an error",
            "help: remove the line",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
    }
    let text = said(&repo.run(&["init", "--check"]));
    assert!(text.contains("`uv-version` is no longer a setting"), "{text}");
}
