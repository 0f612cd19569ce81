//! Repositories of which nothing can be generated.

use super::*;

/// Breaks a sound repository and compares the report with a snapshot; nothing may be written.
macro_rules! refused {
    ($($name:ident: $break:expr;)+) => {$(
        #[test]
        fn $name() {
            let repo = Fixture::sound();
            let break_it: fn(&Fixture) = $break;
            break_it(&repo);
            let before = repo.files();
            let output = repo.run(&["gen-dockerfiles"]);
            insta::assert_snapshot!(stringify!($name), shown(&output));
            assert_eq!(code(&output), 1);
            assert!(repo.files() == before, "a refused run changed files");
        }
    )+};
}

refused! {
    build_backend_is_not_pinned: |repo| repo.edit(WEB, "poetry-core>=2.0,<3.0", "hatchling>=1.27");
    build_backend_is_pinned_to_another_version: |repo| repo.edit(WEB, "poetry-core>=2.0,<3.0", "poetry-core<2");
    dev_groups_without_debugpy: |repo| {
        repo.edit(WEB, "port = 8080", "port = 8080\ndebug-port = 5678\ndev-groups = [\"test\"]");
    };
    a_package_without_an_archive_for_linux: |repo| {
        let lock = "services/web/poetry.lock";
        let text = repo.read(lock);
        let files = text.lines().filter(|line| !line.contains("{file = \"iniconfig-") || line.contains(".whl"));
        let files: Vec<String> = files.map(|line| line.replace("iniconfig-2.3.1-py3-none-any", "iniconfig-2.3.1-cp313-cp313-win_amd64")).collect();
        repo.write(lock, files.join("\n") + "\n");
    };
    version_of_git: |repo| {
        let manifest = "libs/core/pyproject.toml";
        repo.edit(manifest, "version = \"1.2.0\"", "dynamic = [\"version\"]");
        repo.edit(manifest, "requires = [\"poetry-core>=2.0,<3.0\"]", "requires = [\"poetry-core>=2.0,<3.0\", \"poetry-dynamic-versioning>=1\"]");
    };
    lib_of_a_dev_group_alone: |repo| {
        // Its lock is stale as well, which is reported too.
        repo.edit(WEB, "[tool.xtask]", "[tool.poetry.group.dev.dependencies]\nhelpers = { path = \"../../libs/helpers\" }\n\n[tool.xtask]");
    };
    lock_of_the_tools_is_missing: |repo| fs::remove_file(repo.path("xtask/tools/poetry.lock")).unwrap();
    build_input_has_a_blank: |repo| {
        repo.write("services/web/NOTICE of all", "");
    };
    base_image_is_no_reference: |repo| repo.edit("Cargo.toml", "slim-trixie\"", "slim trixie AS x\"");
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_sources_is_refused() {
    let repo = Fixture::sound();
    std::os::unix::fs::symlink("/etc/hostname", repo.path("libs/core/src/core/data")).unwrap();
    // One that stays inside is fine.
    std::os::unix::fs::symlink("__init__.py", repo.path("libs/core/src/core/alias.py")).unwrap();
    let output = repo.run(&["gen-dockerfiles"]);
    insta::assert_snapshot!("a_link_out_of_the_sources", shown(&output));
    assert!(!repo.path(FILES[0]).exists());
}
