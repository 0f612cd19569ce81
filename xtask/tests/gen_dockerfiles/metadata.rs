//! What `importlib.metadata` finds of the packages that run from sources in the development image.

use super::*;

const CORE: &str = "libs/core/pyproject.toml";
const DEV: &str = "services/web/Dockerfile.dev";

/// A lib that asks for its own version.
fn asking() -> Fixture {
    let repo = Fixture::sound();
    let question = "from importlib.metadata import version\n\n__version__ = version(\"core\")\n";
    let path = "libs/core/src/core/__init__.py";
    repo.write(path, &(repo.read(path) + question));
    let output = repo.run(&["gen-dockerfiles"]);
    assert_eq!(code(&output), 0, "{}", shown(&output));
    repo
}

#[test]
fn a_lib_finds_its_version_in_both_images() {
    let repo = asking();
    let parity = repo.run(&["verify-parity"]);
    assert_eq!(code(&parity), 0, "{}", shown(&parity));
    // An edit of its code builds nothing again.
    let dev = repo.read(DEV);
    let stage = dev.split("AS metadata-core\n").nth(1).unwrap();
    let stage = stage.split("\nFROM").next().unwrap();
    assert!(stage.contains("touch /src/libs/core/src/core/__init__.py"), "{stage}");
    assert!(!stage.contains("COPY libs/core/src"), "{stage}");
}

#[test]
fn metadata_that_python_does_not_find_is_missing() {
    for (from, to) in [
        (":/opt/metadata\"", "\""),
        ("COPY --from=metadata /layer /\n", ""),
        ("COPY --from=metadata-core /wheels /wheels\n", ""),
        ("\"/layer/opt/metadata\"", "\"/layer/opt/other\""),
    ] {
        let repo = asking();
        repo.edit(DEV, from, to);
        let found = shown(&repo.run(&["verify-parity", "--verbose"]));
        let is_found =
            found.contains("`core` reads the metadata of `core`, but the development image has only its sources");
        assert!(is_found, "{from}: {found}");
    }
}

#[test]
fn a_version_in_the_code_takes_the_code() {
    let repo = Fixture::sound();
    let backend = "requires = [\"poetry-core>=2.0,<3.0\"]\nbuild-backend = \"poetry.core.masonry.api\"";
    repo.edit(CORE, backend, "requires = [\"hatchling>=1.27\"]\nbuild-backend = \"hatchling.build\"\n\n[tool.hatch.version]\npath = \"src/core/__init__.py\"");
    let version = repo.read(CORE);
    let version = version
        .lines()
        .find(|line| line.starts_with("version = "))
        .unwrap()
        .to_owned();
    repo.edit(CORE, &version, "dynamic = [\"version\"]");
    let path = "libs/core/src/core/__init__.py";
    repo.write(
        path,
        &(repo.read(path) + &version.replace("version", "__version__") + "\n"),
    );
    // The lock that is part of the tool pins this backend too.
    fs::remove_dir_all(repo.path("xtask/tools")).unwrap();
    let output = repo.run(&["gen-dockerfiles"]);
    assert_eq!(code(&output), 0, "{}", shown(&output));
    let dev = repo.read(DEV);
    assert!(dev.contains("COPY --from=wheel-core /wheels /wheels\n"), "{dev}");
    assert!(dev.contains("COPY --from=metadata-web /wheels /wheels\n"), "{dev}");
    let parity = repo.run(&["verify-parity"]);
    assert_eq!(code(&parity), 0, "{}", shown(&parity));
}
