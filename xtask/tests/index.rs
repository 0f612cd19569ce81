//! `lib-source = "index"`: production images install published libs by hash.

#![allow(
    clippy::disallowed_methods,
    reason = "folders of the tests, not the repository that is worked on"
)]

mod fixture;

use fixture::{Fixture, shown};

const RECORD: &str = "libs/core/published.toml";

fn hash(digit: char) -> String {
    digit.to_string().repeat(64)
}

/// The sound repository, whose libs come from an index, and whose lib has been published twice.
fn published() -> Fixture {
    let repo = Fixture::sound();
    repo.edit(
        "Cargo.toml",
        "lib-source = \"wheelhouse\"",
        "lib-source = \"index\"\nlib-index = { name = \"team\", url = \"https://example.org/simple/\" }",
    );
    let (old, wheel, archive) = (hash('a'), hash('b'), hash('c'));
    repo.write(
        RECORD,
        format!(
            "[\"1.1.0\"]\n\"core-1.1.0-py3-none-any.whl\" = \"sha256:{old}\"\n\n[\"1.2.0\"]\n\
             \"core-1.2.0-py3-none-any.whl\" = \"sha256:{wheel}\"\n\"core-1.2.0.tar.gz\" = \"sha256:{archive}\"\n"
        ),
    );
    repo
}

#[test]
fn production_installs_libs_by_hash_and_development_does_not() {
    let repo = published();
    let output = repo.run(&["gen-dockerfiles"]);
    assert!(output.status.success(), "{}", shown(&output));
    for file in ["Dockerfile", "Dockerfile.dockerignore", "requirements-libs.txt"] {
        insta::assert_snapshot!(file, repo.read(&format!("services/web/{file}")));
    }
    let wheelhouse = Fixture::sound();
    assert!(wheelhouse.run(&["gen-dockerfiles"]).status.success());
    for file in ["Dockerfile.dev", "Dockerfile.dev.dockerignore", "requirements.txt"] {
        let path = format!("services/web/{file}");
        assert_eq!(repo.read(&path), wheelhouse.read(&path), "{file}");
    }
}

#[test]
fn the_judge_finds_published_libs_and_misses_one_that_is_not_installed() {
    let repo = published();
    assert!(repo.run(&["gen-dockerfiles"]).status.success());
    let judged = repo.run(&["verify-parity"]);
    assert_eq!(judged.status.code(), Some(0), "{}", shown(&judged));
    repo.edit(
        "services/web/Dockerfile",
        "--find-links=/media web core",
        "--find-links=/media web",
    );
    let judged = repo.run(&["verify-parity"]);
    assert_eq!(judged.status.code(), Some(5));
    assert!(
        shown(&judged).contains("contains nothing of the lib `core` [lib-missing]"),
        "{}",
        shown(&judged)
    );
}

#[test]
fn the_way_back_leaves_nothing_behind() {
    let repo = Fixture::sound();
    assert!(repo.run(&["gen-dockerfiles"]).status.success());
    let before = repo.files();
    let settings = repo.read("Cargo.toml");
    let there = published();
    repo.write("Cargo.toml", there.read("Cargo.toml"));
    repo.write(RECORD, there.read(RECORD));
    assert!(repo.run(&["gen-dockerfiles"]).status.success());
    assert!(repo.path("services/web/requirements-libs.txt").exists());
    repo.write("Cargo.toml", settings);
    std::fs::remove_file(repo.path(RECORD)).unwrap();
    assert!(repo.run(&["gen-dockerfiles"]).status.success());
    assert!(repo.files() == before);
}

/// Breaks the repository, and compares what `gen-dockerfiles` prints with `snapshots/index__NAME.snap`.
macro_rules! refused {
    ($($name:ident: $break:expr;)+) => {$(
        #[test]
        fn $name() {
            let repo = published();
            let break_it: fn(&Fixture) = $break;
            break_it(&repo);
            let before = repo.files();
            let output = repo.run(&["gen-dockerfiles"]);
            let text = shown(&output);
            assert!(!text.contains("secret"), "{text}");
            insta::assert_snapshot!(stringify!($name), text);
            assert_eq!(output.status.code(), Some(1));
            assert!(repo.files() == before, "a failed run changed files");
        }
    )+};
}

refused! {
    version_not_published: |repo| repo.edit("libs/core/pyproject.toml", "1.2.0", "1.2.1");
    never_published: |repo| std::fs::remove_file(repo.path(RECORD)).unwrap();
    only_a_source_archive: |repo| repo.edit(RECORD, "1.2.0-py3-none-any.whl", "1.2.0.zip");
    no_index: |repo| {
        repo.edit("Cargo.toml", "lib-index = { name = \"team\", url = \"https://example.org/simple/\" }\n", "");
    };
    index_with_credentials: |repo| repo.edit("Cargo.toml", "https://", "https://me:secret@");
    publish_url_with_credentials: |repo| {
        repo.edit("Cargo.toml", "/simple/\"", "/simple/\", publish-url = \"https://secret@example.org/\"");
    };
    index_without_url: |repo| repo.edit("Cargo.toml", ", url = \"https://example.org/simple/\"", "");
    index_with_an_odd_name: |repo| repo.edit("Cargo.toml", "\"team\"", "\"The Team\"");
    index_with_an_unknown_key: |repo| repo.edit("Cargo.toml", "/simple/\"", "/simple/\", publish = \"\"");
    record_malformed: |repo| repo.write(RECORD, "[\"1.2.0\"\n");
    record_with_a_weak_hash: |repo| repo.edit(RECORD, &format!("sha256:{}", hash('b')), "md5:abc");
}
