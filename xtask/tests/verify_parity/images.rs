//! Faults in built images, each made in a folder that a stand-in for `docker` hands out as an image. Real images are
//! tried by `cargo xtask test images`.

mod faults;

use std::{collections::BTreeSet, fs, process::Output, thread, time::Duration};

use serde_json::{Value, json};

use crate::{
    fixture::shown,
    image_folders::{DEV_IMAGE, Images, PROD_IMAGE, SITE},
    suite::{DEV, PROD, WEB, expected_exit, found},
};
pub use faults::FAULTS;
use image::end_on_sigterm;

#[test]
fn images_without_a_fault_are_silent() {
    let images = Images::new();
    for image in [DEV_IMAGE, PROD_IMAGE] {
        let path = format!("{SITE}/{}", end_on_sigterm::FILE);
        images.write(image, &path, &format!("{}\n", end_on_sigterm::LINE));
    }
    for arguments in [
        &["--built"][..],
        &["--images", DEV_IMAGE, PROD_IMAGE],
        &["--images", DEV_IMAGE, PROD_IMAGE, "web"],
    ] {
        let output = images.run(&[arguments, &["--format", "json"]].concat());
        let (rules, problems) = found(&output);
        assert!(
            rules.is_empty() && problems.is_empty(),
            "{}",
            String::from_utf8_lossy(&output.stdout)
        );
        assert_eq!(output.status.code(), Some(0));
    }
    let removed = images.0.read("images/removed");
    assert_eq!(removed.lines().count(), 6, "a container was left: {removed}");
}

/// Each fault by the images alone, and by images of the Dockerfiles.
#[test]
fn faults_of_images_are_found() {
    let mut wrong = Vec::new();
    for (rule, what, apply) in FAULTS {
        let images = Images::new();
        apply(&images);
        for arguments in [&["--images", DEV_IMAGE, PROD_IMAGE, "web"][..], &["--built"]] {
            let output = images.run(&[arguments, &["--format", "json"]].concat());
            let (rules, problems) = found(&output);
            let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
            let expected = expected_exit(&output, rule);
            if rules != [*rule] || output.status.code() != Some(expected) || !problems.is_empty() {
                wrong.push(format!(
                    "{what}: `{rule}`, found {rules:?} {problems:?} by {}",
                    arguments[0]
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn without_a_service_images_are_compared_with_each_other() {
    let images = Images::new();
    images.uninstall(DEV_IMAGE, "h11", "0.16.0");
    images.set(DEV_IMAGE, "User", json!("1000"));
    let output = images.run(&["--images", DEV_IMAGE, PROD_IMAGE]);
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    // Both are read at once, in any order.
    let shown = shown(&output);
    let told: Vec<&str> = shown.lines().filter(|line| !line.contains(" Read")).collect();
    insta::assert_snapshot!("two_images", format!("{out}{}", told.join("\n")));
    // The same, once an image says what it is of.
    let title = json!({"org.opencontainers.image.title": "web"});
    images.set(PROD_IMAGE, "Labels", title);
    let output = images.run(&["--images", DEV_IMAGE, PROD_IMAGE, "--format", "json"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("\"service\":\"web\""));
}

#[test]
fn what_the_files_show_is_shown_there() {
    let images = Images::new();
    images.0.edit(DEV, "USER 10001", "USER 1000");
    images.set(DEV_IMAGE, "User", json!("1000"));
    let output = images.run(&["--built", "--format", "json"]);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = json["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(findings[0]["places"][0]["path"], DEV);
}

const ALLOW: &str = "\n[[workspace.metadata.xtask.allow]]\nrule = \"environment-differs\"\nservice = \"web\"\nreason = \"the base says so\"\nimages = true\n";

#[test]
fn exceptions_for_images_are_not_missed_without_them() {
    let images = Images::new();
    images.0.write("Cargo.toml", images.0.read("Cargo.toml") + ALLOW);
    assert_eq!(images.run(&[]).status.code(), Some(0));
    let unused = images.run(&["--built", "--format", "json"]);
    assert!(String::from_utf8_lossy(&unused.stdout).contains("\"exception-unused\""));
    images.env(PROD_IMAGE, "LOG_LEVEL=info");
    assert_eq!(images.run(&["--built"]).status.code(), Some(0));
}

/// Each in its own words, with what to do.
#[test]
fn images_that_cannot_be_read_are_no_pass() {
    let told = |output: &Output| {
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let images = Images::new();
    let absent = told(&images.run(&["--images", "nope:1", PROD_IMAGE]));
    assert!(
        absent.contains("image `nope:1` does not exist, locally or in the registry"),
        "{absent}"
    );
    assert!(!images.0.path("images/nope:1").exists());
    let no_program = told(&images.run_with(&[("PATH", "/nonexistent")], &["--built"]));
    assert_eq!(no_program.matches("cannot run `docker`").count(), 1, "{no_program}");
    images.0.edit(
        "bin/docker",
        "version) echo 20.10",
        "version) echo 'no daemon' >&2; exit 1",
    );
    let host = [("DOCKER_HOST", "unix:///dead.sock")];
    let no_engine = told(&images.run_with(&host, &["--images", DEV_IMAGE, PROD_IMAGE]));
    assert!(
        no_engine.contains("no Docker engine answers at `DOCKER_HOST=unix:///dead.sock`"),
        "{no_engine}"
    );
    let images = Images::new();
    images.0.edit(
        "bin/docker",
        "build) shift;",
        "build) echo 'step 3 failed' >&2; exit 1;",
    );
    let no_build = told(&images.run(&["--built"]));
    assert!(no_build.contains(&format!("`{PROD}` does not build")) && no_build.contains("step 3 failed"));
    let images = Images::new();
    images.0.edit("bin/docker", "/files\" .", "/files\" . | head -c 3000");
    let cut = told(&images.run(&["--images", DEV_IMAGE, PROD_IMAGE]));
    assert!(cut.contains("it ends in the middle"), "{cut}");
    let images = Images::new();
    images.remove(PROD_IMAGE, "venv/bin/python");
    let no_python = told(&images.run(&["--images", DEV_IMAGE, PROD_IMAGE]));
    assert!(
        no_python.contains(&format!("`{PROD_IMAGE}` does not contain Python")),
        "{no_python}"
    );
}

/// Under names that no other run has.
#[test]
fn what_a_run_makes_is_removed() {
    let made = |images: &Images| {
        let text = images.0.read("images/untagged");
        let lines: BTreeSet<String> = text.lines().map(str::to_owned).collect();
        fs::remove_file(images.0.path("images/untagged")).unwrap();
        lines
    };
    let images = Images::new();
    assert_eq!(images.run(&["--built"]).status.code(), Some(0));
    let first = made(&images);
    assert_eq!(first.len(), 2, "{first:?}");
    for image in [DEV_IMAGE, PROD_IMAGE] {
        assert!(
            first.iter().any(|name| name.starts_with(&format!("{image}-"))),
            "{first:?}"
        );
    }
    images.run(&["--built"]);
    assert!(made(&images).is_disjoint(&first));
    // An image that was built is removed although the run fails.
    images.0.edit("bin/docker", "export) ", "export) exit 1; ");
    assert_eq!(images.run(&["--built"]).status.code(), Some(1));
    assert_eq!(made(&images).len(), 2);
}

#[test]
fn what_a_killed_run_makes_is_removed() {
    let images = Images::new();
    images.0.edit(
        "bin/docker",
        "export) ",
        "export) echo > \"$images/reading\"; sleep 30; ",
    );
    let mut run = images.command(&["--built"]).spawn().unwrap();
    let wait_for = |what: &dyn Fn() -> bool| {
        for _ in 0..600 {
            if what() {
                return true;
            }
            thread::sleep(Duration::from_millis(50));
        }
        false
    };
    assert!(
        wait_for(&|| images.0.path("images/reading").exists()),
        "nothing was read"
    );
    run.kill().unwrap();
    run.wait().unwrap();
    let names = || fs::read_to_string(images.0.path("images/untagged")).unwrap_or_default();
    let is_removed = || [DEV_IMAGE, PROD_IMAGE].iter().any(|image| names().contains(*image));
    assert!(wait_for(&is_removed), "an image was left");
    let is_container_removed = || images.0.path("images/removed").exists();
    assert!(wait_for(&is_container_removed), "a container was left");
}

/// Where one file makes both images, what tells them apart is what the build is called with.
#[test]
fn images_are_built_as_their_files_are_read() {
    let built = |images: &Images| {
        let output = images.run(&["--built"]);
        assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
        let text = images.0.read("images/built");
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    let images = Images::new();
    let (dev, prod) = (images.0.read(DEV), images.0.read(PROD));
    let (argument, prod) = prod.split_once('\n').unwrap();
    let dev = dev.replace("slim-trixie\n", "slim-trixie AS development\n");
    images.0.write(PROD, format!("{argument}\n{dev}\n{prod}"));
    fs::remove_file(images.0.path(DEV)).unwrap();
    assert_eq!(
        built(&images),
        [
            format!("--progress=plain --tag {DEV_IMAGE} --file {PROD} --target development ."),
            format!("--progress=plain --tag {PROD_IMAGE} --file {PROD} ."),
        ]
    );
    let images = Images::new();
    let settings = "\n[tool.xtask.dockerfiles]\n\
                    dev = { build-args = { PYTHON = \"3.13\", INSTALL_DEV = \"true\" }, context = \"../..\" }\n";
    images.0.write(WEB, images.0.read(WEB) + settings);
    assert_eq!(
        built(&images)[0],
        format!(
            "--progress=plain --tag {DEV_IMAGE} --file {DEV} --build-arg INSTALL_DEV=true --build-arg PYTHON=3.13 ."
        )
    );
    images.0.edit(
        "bin/docker",
        "build) shift;",
        "build) echo 'step 3 failed' >&2; exit 1;",
    );
    let output = shown(&images.run(&["--built"]));
    let command = format!("docker build --file {DEV} --build-arg INSTALL_DEV=true --build-arg PYTHON=3.13 .");
    assert!(output.contains(&command), "{output}");
}
