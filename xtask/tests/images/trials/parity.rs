//! `verify-parity` on real images: silent on those of the repository, and each fault that is made in one is found.

use std::{
    collections::BTreeSet,
    fs::File,
    io::Write,
    path::Path,
    process::{Command, Output},
};

use repo::Service;
use serde_json::Value;
use tempfile::{NamedTempFile, TempDir};

use super::{Outcome, ensure};
use crate::{
    container::Container,
    docker,
    lab::{Build, Flavour, Lab},
    lock,
    probe::Look,
};

/// What makes a faulty production image out of `PRODUCTION`, and the rules that have to say so. `PACKAGE` is a
/// third-party package of the main group.
pub struct Fault {
    pub name: &'static str,
    rules: &'static [&'static str],
    dockerfile: &'static str,
}

const fn fault(name: &'static str, rules: &'static [&'static str], dockerfile: &'static str) -> Fault {
    Fault {
        name,
        rules,
        dockerfile,
    }
}

pub const FAULTS: [Fault; 11] = [
    fault(
        "patched_file",
        &["installed-files-changed"],
        r#"RUN ["python", "-c", "import importlib.metadata as m; d = m.distribution('PACKAGE'); f = [f for f in d.files if str(f).endswith('.py')][0]; open(f.locate(), 'a').write('# patched')"]"#,
    ),
    fault(
        "other_version",
        &["installed-files-changed", "installed-version-differs"],
        r#"RUN ["python", "-c", "import importlib.metadata as m; p = m.distribution('PACKAGE')._path / 'METADATA'; t = p.read_text(); p.write_text(t.replace('\\nVersion: ', '\\nVersion: 99.', 1))"]"#,
    ),
    fault(
        "removed_package",
        &["package-missing"],
        r#"RUN ["python", "-c", "import importlib.metadata as m, shutil; shutil.rmtree(m.distribution('PACKAGE')._path)"]"#,
    ),
    fault(
        "unlocked_package",
        &["package-not-in-lock"],
        r#"RUN ["python", "-c", "import importlib.metadata as m; p = m.distribution('PACKAGE')._path.parent / 'nobodys-1.dist-info'; p.mkdir(); (p / 'METADATA').write_text('Name: nobodys\\nVersion: 1\\n')"]"#,
    ),
    fault(
        "dangling_path_file",
        &["path-file-astray"],
        r#"RUN ["python", "-c", "import importlib.metadata as m; (m.distribution('PACKAGE')._path.parent / 'gone.pth').write_text('/build/gone\\n')"]"#,
    ),
    fault("root", &["user-is-root"], "USER 0"),
    fault("python_path", &["pythonpath-in-production"], "ENV PYTHONPATH=/opt/more"),
    fault("variable", &["environment-differs"], "ENV XTASK_FAULT=1"),
    fault(
        "command",
        &["command-differs"],
        r#"CMD ["python", "-m", "http.server"]"#,
    ),
    fault(
        "system_package",
        &["system-packages-differ"],
        r"RUN printf '\nPackage: nobodys\nStatus: install ok installed\nVersion: 1\n' >> /var/lib/dpkg/status",
    ),
    fault(
        "build_tool",
        &["build-tool-in-production"],
        "RUN touch /usr/local/bin/uv && chmod +x /usr/local/bin/uv",
    ),
];

pub fn is_silent(lab: &Lab, service: &Service) -> Outcome {
    let (dev, prod) = images(lab, service)?;
    let output = verify(
        &lab.repo.root,
        &[],
        &["--images", &dev, &prod, service.package.name.as_str()],
    )?;
    ensure(output.status.code() == Some(0), || said(&output))
}

/// Both images of all services, built by the task itself.
pub fn is_silent_of_what_it_builds(lab: &Lab) -> Outcome {
    let output = verify(&lab.clean()?, &[], &["--built"])?;
    ensure(output.status.code() == Some(0), || said(&output))
}

pub fn finds(lab: &Lab, service: &Service, fault: &Fault) -> Outcome {
    let (dev, prod) = images(lab, service)?;
    let user = docker::inspect(&prod)?["Config"]["User"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let package = third_party(lab, service, &prod)?;
    let dockerfile = match fault.dockerfile {
        step if step.starts_with("RUN") => format!("FROM {prod}\nUSER 0\n{step}\nUSER {user}\n"),
        step => format!("FROM {prod}\n{step}\n"),
    };
    let tag = derive(fault.name, &dockerfile.replace("PACKAGE", &package))?;
    let found = found(lab, service, &dev, &tag)?;
    let expected: BTreeSet<String> = fault.rules.iter().map(|rule| (*rule).to_owned()).collect();
    ensure(found == expected, || format!("expected {expected:?}, found {found:?}"))
}

/// An image of which nothing can be run on this machine.
pub fn reads_an_image_of_another_platform(lab: &Lab, service: &Service) -> Outcome {
    let (dev, _) = images(lab, service)?;
    let failed = |error: std::io::Error| format!("cannot make a build context: {error}");
    let context = TempDir::new().map_err(failed)?;
    let dockerfile = "FROM scratch\nCOPY python3.13 python /usr/bin/\n";
    for (name, text) in [
        ("Dockerfile", dockerfile),
        ("python3.13", "no program"),
        ("python", "no program"),
    ] {
        let mut file = File::create(context.path().join(name)).map_err(failed)?;
        file.write_all(text.as_bytes()).map_err(failed)?;
    }
    let folder = context.path().to_string_lossy();
    let tag = format!("xtask-images/fault-platform:{}", std::process::id());
    let label = docker::label();
    let options = [
        "--quiet",
        "--platform",
        "linux/s390x",
        "--label",
        &label,
        "--tag",
        &tag,
        &folder,
    ];
    docker::docker(&[&["build"], &options[..]].concat())?;
    let found = found(lab, service, &dev, &tag)?;
    let is_found = found.contains("platform-differs") && found.contains("package-missing");
    ensure(is_found, || format!("found {found:?}"))
}

/// The rules that find something in two images. The second is removed.
fn found(lab: &Lab, service: &Service, dev: &str, prod: &str) -> Result<BTreeSet<String>, String> {
    let name = service.package.name.as_str();
    let output = verify(&lab.repo.root, &[], &["--images", dev, prod, name, "--format", "json"]);
    let _ = docker::docker(&["rmi", "--force", prod]);
    let output = output?;
    let json: Value = serde_json::from_slice(&output.stdout).map_err(|error| format!("{error}\n{}", said(&output)))?;
    let findings = json["findings"].as_array().ok_or("no findings")?;
    // A warning does not break parity.
    let is_broken = findings.iter().any(|finding| finding["level"] == "error");
    let expected = if is_broken { 5 } else { 0 };
    ensure(output.status.code() == Some(expected), || said(&output))?;
    let rules = findings.iter().filter_map(|finding| finding["rule"].as_str());
    Ok(rules.map(String::from).collect())
}

pub fn refuses_an_image_without_python(lab: &Lab, service: &Service) -> Outcome {
    let (dev, _) = images(lab, service)?;
    let tag = derive("empty", "FROM scratch\nLABEL nothing=here\n")?;
    let output = verify(&lab.repo.root, &[], &["--images", &dev, &tag]);
    let _ = docker::docker(&["rmi", "--force", &tag]);
    refused(&output?, &format!("`{tag}` does not contain Python"))
}

pub fn refuses_an_image_that_is_not_there(lab: &Lab) -> Outcome {
    let output = verify(
        &lab.repo.root,
        &[],
        &["--images", "xtask-images/absent:1", "xtask-images/absent:2"],
    )?;
    refused(&output, "image `xtask-images/absent:2` does not exist")
}

pub fn refuses_without_an_engine(lab: &Lab) -> Outcome {
    let dead = [("DOCKER_HOST", "unix:///nonexistent/docker.sock")];
    refused(
        &verify(&lab.repo.root, &dead, &["--built"])?,
        "no Docker engine answers",
    )
}

fn refused(output: &Output, words: &str) -> Outcome {
    let err = String::from_utf8_lossy(&output.stderr);
    ensure(output.status.code() == Some(1) && err.contains(words), || said(output))
}

fn images(lab: &Lab, service: &Service) -> Result<(String, String), String> {
    Ok((
        lab.image(service, Build::Clean(Flavour::Development))?,
        lab.image(service, Build::Clean(Flavour::Production))?,
    ))
}

/// The first third-party package of the main group.
fn third_party(lab: &Lab, service: &Service, image: &str) -> Result<String, String> {
    let look = Look::into(&Container::start(image)?, &[], &[])?;
    let locked = lock::software(&lab.repo.root, service, &["main"], &look.marks())?;
    locked
        .into_keys()
        .next()
        .ok_or_else(|| "the lock has no main group".to_owned())
}

/// An image from a Dockerfile without a context.
fn derive(name: &str, dockerfile: &str) -> Result<String, String> {
    let failed = |error: std::io::Error| format!("cannot write a Dockerfile: {error}");
    let mut file = NamedTempFile::new().map_err(failed)?;
    file.write_all(dockerfile.as_bytes()).map_err(failed)?;
    let tag = format!("xtask-images/fault-{name}:{}", std::process::id());
    let label = docker::label();
    docker::docker_with_input(
        &["build", "--quiet", "--label", &label, "--tag", &tag, "-"],
        file.path(),
    )?;
    Ok(tag)
}

fn verify(root: &Path, environment: &[(&str, &str)], arguments: &[&str]) -> Result<Output, String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.arg("--root").arg(root).arg("verify-parity").args(arguments);
    let output = command.envs(environment.iter().copied()).output();
    output.map_err(|error| format!("cannot run the xtask: {error}"))
}

fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{}\n{}{}", output.status, text(&output.stdout), text(&output.stderr))
}
