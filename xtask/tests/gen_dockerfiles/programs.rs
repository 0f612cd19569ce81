//! Services that are not packages: no wheel is made of them, and both images run the files beside the manifest.

use super::*;

const DOCKERFILE: &str = "services/web/Dockerfile";
const DEV: &str = "services/web/Dockerfile.dev";
const COMMAND: &str = "[\"uvicorn\", \"web.main:app\", \"--host\", \"0.0.0.0\", \"--port\", \"8080\"]";
const BUILD_SYSTEM: &str =
    "[build-system]\nrequires = [\"poetry-core>=2.0,<3.0\"]\nbuild-backend = \"poetry.core.masonry.api\"\n";

/// The service of the sound repository with its modules beside the manifest.
fn flat() -> Fixture {
    let repo = Fixture::sound();
    fs::remove_dir_all(repo.path("services/web/src")).unwrap();
    repo.edit(WEB, BUILD_SYSTEM, "[tool.poetry]\npackage-mode = false\n");
    repo.edit(WEB, COMMAND, "[\"uvicorn\", \"main:app\", \"--port\", \"8080\"]");
    repo.write(
        "services/web/main.py",
        "import core\nimport shouting\nfrom parts import page\n",
    );
    repo.write("services/web/shouting.py", "");
    repo.write("services/web/parts/page.py", "");
    repo.write("services/web/templates/page.html", "");
    repo.write("services/web/logging.yaml", "");
    repo
}

fn generated(repo: &Fixture) {
    let output = repo.run(&["gen-dockerfiles"]);
    assert_eq!(code(&output), 0, "{}", shown(&output));
    let parity = repo.run(&["verify-parity"]);
    assert_eq!(code(&parity), 0, "{}", shown(&parity));
}

fn copied(repo: &Fixture, file: &str) -> Vec<String> {
    let text = repo.read(file);
    let copies = text.lines().filter(|line| line.starts_with("COPY"));
    let sources = copies.filter_map(|line| line.split(' ').find(|word| word.starts_with("services/web/")));
    let own = sources.filter(|source| !source.contains("tests") && !source.ends_with("pyproject.toml"));
    own.map(|source| source["services/web/".len()..].to_owned()).collect()
}

#[test]
fn both_images_run_the_files_beside_the_manifest() {
    let repo = flat();
    generated(&repo);
    let files = ["logging.yaml", "main.py", "parts", "shouting.py", "templates"];
    for file in [DOCKERFILE, DEV] {
        assert_eq!(copied(&repo, file), files, "{file}");
        let text = repo.read(file);
        assert!(text.contains("\nWORKDIR /app/services/web\n"), "{text}");
        let ignored = repo.read(&format!("{file}.dockerignore"));
        assert!(ignored.contains("\n!services/web/main.py\n"), "{ignored}");
    }
    let production = repo.read(DOCKERFILE);
    assert!(
        !production.contains("wheel-web") && !production.contains("ENV PYTHONPATH"),
        "{production}"
    );
    assert!(production.contains("--find-links=/media core "), "{production}");
    assert!(
        repo.read(DEV)
            .contains("\nENV PYTHONPATH=\"/app/libs/core/src:/opt/metadata\"\n")
    );
}

#[test]
fn a_file_that_one_image_lacks_is_found() {
    for file in [DOCKERFILE, DEV] {
        for gone in ["shouting.py", "parts"] {
            let repo = flat();
            generated(&repo);
            let text = repo.read(file);
            let is_of_it = |line: &&str| line.starts_with("COPY") && line.contains(&format!("web/{gone} "));
            let kept: Vec<&str> = text.lines().filter(|line| !is_of_it(line)).collect();
            assert_eq!(kept.len() + 1, text.lines().count());
            repo.write(file, kept.join("\n"));
            // By hand from here on, so that nothing but the missing file is wrong.
            for name in FILES {
                let text = repo.read(name);
                let own: Vec<&str> = text.lines().skip_while(|line| line.starts_with("# ")).collect();
                repo.write(name, own.join("\n") + "\n");
            }
            let parity = shown(&repo.run(&["verify-parity"]));
            assert!(parity.contains("[module-missing]"), "{file} without {gone}: {parity}");
        }
    }
}

#[test]
fn modules_below_src_are_found_by_both_images() {
    let repo = Fixture::sound();
    repo.edit(WEB, BUILD_SYSTEM, "[tool.poetry]\npackage-mode = false\n");
    generated(&repo);
    assert_eq!(copied(&repo, DOCKERFILE), ["src"]);
    assert!(
        repo.read(DOCKERFILE)
            .contains("\nENV PYTHONPATH=\"/app/services/web/src\"\n")
    );
    let dev = repo.read(DEV);
    assert!(
        dev.contains("\nENV PYTHONPATH=\"/app/services/web/src:/app/libs/core/src:/opt/metadata\"\n"),
        "{dev}"
    );
}

#[test]
fn a_program_without_libs_installs_no_wheel() {
    let repo = flat();
    let lock = repo.read("services/web/poetry.lock");
    let mut packages = lock.split("[[package]]");
    let core = packages.find(|text| text.contains("name = \"core\"")).unwrap();
    let lock = lock.replace(&format!("[[package]]{core}"), "");
    // As Poetry computes it for the manifest without the lib.
    let (old, new) = (
        "c241248017b46282db27702c31b9c8e233f2364544e7b1e519ea2f57cb258c9b",
        "292575edfb05a124fb271074e1ad5cd35361f110ad2d5b33b49602fe5c717505",
    );
    repo.write("services/web/poetry.lock", lock.replace(old, new));
    repo.edit(WEB, "\"core>=1.2,<2\", ", "");
    repo.edit(
        WEB,
        "[tool.poetry.dependencies]\ncore = { path = \"../../libs/core\", develop = true }\n",
        "",
    );
    repo.write("services/web/main.py", "import shouting\n");
    generated(&repo);
    let production = repo.read(DOCKERFILE);
    assert!(
        !production.contains("AS wheels") && !production.contains("--find-links"),
        "{production}"
    );
}

#[test]
fn what_git_ignores_and_what_is_of_its_own_stays_out() {
    let repo = flat();
    repo.write(".gitignore", "secrets.json\ncache/\n");
    repo.git(&["init", "--quiet"]);
    for file in [
        "secrets.json",
        "cache/x",
        "notebook/pyproject.toml",
        "docs/x.md",
        "conftest.py",
        ".env",
        "README.md",
    ] {
        repo.write(&format!("services/web/{file}"), "");
    }
    generated(&repo);
    let files = ["logging.yaml", "main.py", "parts", "shouting.py", "templates"];
    assert_eq!(copied(&repo, DOCKERFILE), files);
}

#[test]
fn a_lib_that_is_not_a_package_is_refused() {
    let repo = Fixture::sound();
    let manifest = "libs/core/pyproject.toml";
    repo.write(
        manifest,
        repo.read(manifest) + "\n[tool.poetry]\npackage-mode = false\n",
    );
    let output = repo.run(&["gen-dockerfiles"]);
    assert_eq!(code(&output), 1);
    insta::assert_snapshot!("lib_that_is_not_a_package", err(&output));
}
