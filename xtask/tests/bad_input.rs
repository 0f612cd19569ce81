//! Every bad input gives one clear report with places and remedies, exit code 1, and an untouched tree.

#![allow(
    clippy::disallowed_methods,
    reason = "folders of the tests, not the repository that is worked on"
)]

mod fixture;

use fixture::{Fixture, shown};

/// Breaks a sound repository, runs `gen-dockerfiles` on it, and compares what it prints with `snapshots/bad_input__NAME.snap`.
macro_rules! bad_input {
    ($($name:ident: $break:expr;)+) => {$(
        #[test]
        fn $name() {
            let fixture = Fixture::sound();
            let break_it: fn(&Fixture) = $break;
            break_it(&fixture);
            let before = fixture.files();
            let output = fixture.run(&["gen-dockerfiles"]);
            insta::assert_snapshot!(stringify!($name), shown(&output));
            assert_eq!(output.status.code(), Some(1));
            assert!(fixture.files() == before, "a failed run changed files");
        }
    )+};
}

const WEB: &str = "services/web/pyproject.toml";
const LOCK: &str = "services/web/poetry.lock";
const CORE: &str = "libs/core/pyproject.toml";

bad_input! {
    settings_missing: |repo| repo.write("Cargo.toml", "[workspace]\n");
    settings_malformed: |repo| repo.edit("Cargo.toml", "libs = [\"libs/*\"]", "libs = [\"libs/*\"");
    setting_unknown: |repo| repo.edit("Cargo.toml", "base-image", "base-imgae");
    service_setting_unknown: |repo| repo.edit(WEB, "port = 8080", "port = 8080\ndebug-prot = 5678");
    base_image_without_tag: |repo| repo.edit("Cargo.toml", ":3.13-slim-trixie", "");
    base_image_of_unknown_python: |repo| repo.edit("Cargo.toml", "python:3.13-slim-trixie", "registry.example.org/base:12");
    base_image_with_a_python_that_is_not_allowed: |repo| repo.edit("Cargo.toml", ":3.13", ":3.14");
    lib_and_service_require_disjoint_pythons: |repo| repo.edit(WEB, "\">=3.11,<3.14\"", "\">=3.14\"");
    python_range_unreadable: |repo| repo.edit(CORE, "\">=3.11,<3.14\"", "\"^3.11\"");
    user_is_root: |repo| repo.edit("Cargo.toml", "10001", "0");
    glob_matches_nothing: |repo| repo.edit("Cargo.toml", "\"libs/*\"", "\"libs/*\", \"packages/*\"");
    glob_leads_outside: |repo| repo.edit("Cargo.toml", "\"libs/*\"", "\"../*\"");
    manifest_malformed: |repo| repo.edit(CORE, "name = \"core\"", "name = core");
    manifest_not_utf8: |repo| repo.write(CORE, b"[project]\nname = \"core\"\ndescription = \"\xff\"\n");
    service_without_command: |repo| {
        repo.edit(WEB, "command = [\"uvicorn\", \"web.main:app\", \"--host\", \"0.0.0.0\", \"--port\", \"8080\"]\n", "");
    };
    service_without_settings: |repo| repo.edit(WEB, "[tool.xtask]", "[tool.other]");
    port_out_of_range: |repo| repo.edit(WEB, "port = 8080", "port = 80800");
    system_package_with_shell_text: |repo| {
        repo.edit(WEB, "port = 8080", "port = 8080\nsystem-packages = { runtime = [\"curl; rm -rf /\"] }");
    };
    placeholder_unknown: |repo| {
        repo.edit(WEB, "port = 8080", "port = 8080\nup = { env = { A = \"x {state}/{prot}\", B = \"{\" }, helth = \"/\", open = \"docs\" }");
    };
    placeholder_of_an_unknown_service: |repo| repo.edit(WEB, "port = 8080", "port = 8080\nup = { env = { A = \"{url:wbe}\" } }");
    application_test_of_nothing: |repo| {
        let test = "application-test = { script = \"flow.py\", python-of = \"wbe\", env = { A = \"{url:core}\" } }";
        repo.edit("Cargo.toml", "base-image", &format!("{test}\nbase-image"));
    };
    path_dependency_leads_nowhere: |repo| repo.edit(WEB, "../../libs/core", "../../libs/cores");
    path_dependency_leads_outside: |repo| repo.edit(WEB, "../../libs/core", "../../../core");
    path_dependency_names_another: |repo| repo.edit(CORE, "name = \"core\"", "name = \"kernel\"");
    path_dependencies_in_a_circle: |repo| {
        repo.write("libs/base/pyproject.toml", repo.read(CORE).replace("\"core\"", "\"base\"") + "[tool.poetry.dependencies]\ncore = { path = \"../core\" }\n");
        repo.write("libs/base/README.md", "# base\n");
        repo.write("libs/base/LICENSE", "Apache-2.0\n");
        repo.write("libs/base/src/base/__init__.py", "");
        repo.edit(CORE, "[build-system]", "[tool.poetry.dependencies]\nbase = { path = \"../base\" }\n\n[build-system]");
    };
    two_packages_of_one_name: |repo| {
        repo.write("libs/other/pyproject.toml", repo.read(CORE).replace("\"core\"", "\"Core\""));
        repo.write("libs/other/README.md", "# other\n");
        repo.write("libs/other/LICENSE", "Apache-2.0\n");
        repo.write("libs/other/src/core/__init__.py", "");
    };
    readme_missing: |repo| std::fs::remove_file(repo.path("libs/core/README.md")).unwrap();
    module_missing: |repo| std::fs::remove_dir_all(repo.path("libs/core/src")).unwrap();
    lock_missing: |repo| std::fs::remove_file(repo.path("services/web/poetry.lock")).unwrap();
    lock_stale: |repo| repo.edit(WEB, "\"uvicorn>=0.30\"", "\"uvicorn>=0.31\"");
    lock_of_another_tool: |repo| repo.write(LOCK, "version = 1\nrequires-python = \">=3.11\"\n\n[[package]]\nname = \"idna\"\n");
    lock_of_a_later_format: |repo| repo.edit(LOCK, "lock-version = \"2.1\"", "lock-version = \"3.0\"");
    lock_malformed: |repo| repo.edit(LOCK, "lock-version = \"2.1\"", "lock-version = \"2.1");
    lock_with_conflict_markers: |repo| repo.edit(LOCK, "[metadata]", "<<<<<<< HEAD\n[metadata]");
    package_without_hashes: |repo| {
        let text = repo.read(LOCK);
        let at = text.find("name = \"h11\"").unwrap();
        let from = at + text[at..].find("files = [").unwrap();
        let to = from + text[from..].find("\n]").unwrap() + 2;
        repo.write(LOCK, format!("{}files = []{}", &text[..from], &text[to..]));
    };
    tools_missing: |repo| std::fs::remove_file(repo.path("xtask/tools/pyproject.toml")).unwrap();
    several_at_once: |repo| {
        repo.edit("Cargo.toml", "lib-source = \"wheelhouse\"", "lib-source = \"warehouse\"");
        repo.edit(WEB, "port = 8080", "port = 0");
        repo.edit(CORE, "readme = \"README.md\"", "readme = \"READ.me\"");
    };
}

#[cfg(unix)]
#[test]
fn folder_is_a_link_out_of_the_repository() {
    let fixture = Fixture::sound();
    std::os::unix::fs::symlink("/usr/share", fixture.path("libs/linked")).unwrap();
    let output = fixture.run(&["gen-dockerfiles"]);
    insta::assert_snapshot!("folder_is_a_link_out_of_the_repository", shown(&output));
}

#[test]
fn root_is_no_folder() {
    let fixture = Fixture::sound();
    let output = fixture.run(&["gen-dockerfiles", "--root", "nowhere"]);
    insta::assert_snapshot!("root_is_no_folder", shown(&output));
}
