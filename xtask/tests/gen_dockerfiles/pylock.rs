//! A service whose lock is a `pylock.toml`, with packages of a private index.

use super::*;

/// An entry of a lock, as uv writes it.
fn entry(name: &str, version: &str, index: &str) -> String {
    let file = format!("{}-{version}-py3-none-any.whl", name.replace('-', "_"));
    let hash = format!("{:0>64}", version.replace('.', ""));
    format!(
        "[[packages]]\nname = \"{name}\"\nversion = \"{version}\"\nindex = \"https://{index}.example.org/simple\"\n\
         wheels = [{{ url = \"https://files.example.org/{file}\", hashes = {{ sha256 = \"{hash}\" }} }}]\n\n"
    )
}

fn lock(entries: &[String]) -> String {
    format!("lock-version = \"1.0\"\ncreated-by = \"uv\"\n\n{}", entries.concat())
}

fn locked() -> Fixture {
    let repo = Fixture::sound();
    fs::remove_file(repo.path("services/web/poetry.lock")).unwrap();
    let core =
        "[[packages]]\nname = \"core\"\ndirectory = { path = \"../../libs/core\", editable = true }\n\n".to_owned();
    let main = [
        core,
        entry("click", "8.5.1", "index"),
        entry("h11", "0.16.0", "index"),
        entry("idna", "3.20", "index"),
        entry("uvicorn", "0.54.0", "inner"),
    ];
    let dev = [
        entry("debugpy", "1.8.22", "index"),
        entry("watchfiles", "1.3.0", "index"),
    ];
    repo.write("services/web/pylock.toml", lock(&main));
    repo.write("services/web/pylock.dev.toml", lock(&dev));
    repo.write(
        "services/web/pylock.test.toml",
        lock(&[entry("iniconfig", "2.3.1", "index")]),
    );
    repo
}

#[test]
fn a_pylock_is_a_lock_like_any_other() {
    let repo = locked();
    let output = repo.run(&["gen-dockerfiles"]);
    assert_eq!(code(&output), 0, "{}", shown(&output));
    let names = |file: &str| -> Vec<String> {
        let text = repo.read(&format!("services/web/{file}"));
        let pins = text
            .lines()
            .filter_map(|line| Some(line.split_once("==")?.0.to_owned()));
        pins.collect()
    };
    assert_eq!(names("requirements.txt"), ["click", "h11", "idna", "uvicorn"]);
    assert_eq!(names("requirements-dev.txt"), ["debugpy", "watchfiles"]);
    assert_eq!(names("requirements-test.txt"), ["iniconfig"]);
    assert!(
        repo.read("services/web/requirements.txt")
            .contains("services/web/pylock.toml")
    );
    let checked = repo.run(&["verify-parity"]);
    assert_eq!(code(&checked), 0, "{}", shown(&checked));
    // A group that was not locked is named, with what locks it.
    fs::remove_file(repo.path("services/web/pylock.test.toml")).unwrap();
    let said = shown(&repo.run(&["gen-dockerfiles"]));
    assert!(said.contains("was not locked for the group `test`"), "{said}");
    assert!(said.contains("pylock.test.toml"), "{said}");
}

#[test]
fn builds_log_in_to_an_index_with_a_secret() {
    let repo = locked();
    repo.edit("Cargo.toml", "docs = \"docs\"", "docs = \"docs\"\ncompose = {}");
    let output = repo.run(&["gen-dockerfiles"]);
    assert_eq!(code(&output), 0, "{}", shown(&output));
    let requirements = repo.read("services/web/requirements.txt");
    assert!(
        requirements.contains("--extra-index-url https://inner.example.org/simple"),
        "{requirements}"
    );
    let mount = "--mount=type=secret,id=index,target=/root/.netrc";
    let production = repo.read("services/web/Dockerfile");
    // In the steps of the packages and of the tests.
    assert_eq!(production.matches(mount).count(), 2, "{production}");
    assert_eq!(repo.read("services/web/Dockerfile.dev").matches(mount).count(), 2);
    let bake: serde_json::Value = serde_json::from_str(&repo.read("docker-bake.json")).unwrap();
    for target in ["web", "web-development", "web-test"] {
        assert_eq!(bake["target"][target]["secret"][0], "id=index,env=BUILD_NETRC");
    }
    let compose = repo.read("compose.yaml");
    assert!(
        compose.contains("dockerfile: services/web/Dockerfile, secrets: [index] }"),
        "{compose}"
    );
    assert!(
        compose.ends_with("secrets:\n  index: { environment: BUILD_NETRC }\n"),
        "{compose}"
    );
    assert_eq!(code(&repo.run(&["verify-parity"])), 0);
}

#[test]
fn credentials_in_the_url_of_an_index_are_refused_and_not_repeated() {
    let repo = locked();
    let text = repo.read("services/web/pylock.toml");
    repo.write(
        "services/web/pylock.toml",
        text.replace("https://inner.", "https://reader:hunter2@inner."),
    );
    let output = repo.run(&["gen-dockerfiles"]);
    let said = shown(&output);
    assert_eq!(code(&output), 1, "{said}");
    assert!(
        said.contains("the URL of an index contains credentials") && said.contains("BUILD_NETRC"),
        "{said}"
    );
    assert!(!said.contains("hunter2"), "{said}");
}

#[test]
fn every_platform_of_the_settings_needs_an_archive() {
    let repo = locked();
    let text = repo.read("services/web/pylock.toml");
    let wheel = "click-8.5.1-py3-none-any.whl";
    repo.write(
        "services/web/pylock.toml",
        text.replace(wheel, "click-8.5.1-cp313-cp313-manylinux_2_17_x86_64.whl"),
    );
    assert_eq!(code(&repo.run(&["gen-dockerfiles"])), 0);
    for (platforms, missing) in [
        ("[\"linux/amd64\"]", None),
        ("[\"linux/amd64\", \"linux/arm64\"]", Some("on linux/arm64 with glibc")),
        ("[\"linux/s390x\"]", Some("`linux/s390x` is not a supported platform")),
    ] {
        let settings = repo.read("Cargo.toml");
        repo.edit(
            "Cargo.toml",
            "docs = \"docs\"",
            &format!("docs = \"docs\"\nplatforms = {platforms}"),
        );
        let said = shown(&repo.run(&["gen-dockerfiles"]));
        match missing {
            None => assert!(!said.contains("error"), "{said}"),
            Some(missing) => assert!(said.contains(missing), "{said}"),
        }
        repo.write("Cargo.toml", settings);
    }
}
