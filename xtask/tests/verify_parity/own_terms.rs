//! Fixes name the programs and options of the repository that they are for.

use std::path::Path;

use crate::{
    fixture::Fixture,
    suite::{DEV, said, with_poetry},
};

/// Two applications and a lib in a workspace of uv.
fn with_uv() -> Fixture {
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/uv/repository");
    Fixture::copy_of(&suite)
}

#[test]
fn a_step_without_the_main_group_is_mended_by_its_own_options() {
    let repo = with_poetry();
    repo.edit(DEV, "--without test", "--only dev");
    assert!(said(&repo).contains("help: name the main group too: `poetry install --only main,dev`"));

    let repo = with_uv();
    repo.edit("apps/portal/Dockerfile.dev", "uv sync ", "uv sync --only-group dev ");
    assert!(said(&repo).contains("help: use `--group`, which adds a group"));
}

/// A stale lock tells nothing else, but it still tells who wrote it.
#[test]
fn a_stale_lock_is_locked_again_by_the_program_that_wrote_it() {
    let repo = with_uv();
    repo.edit("packages/kit/pyproject.toml", "version = \"1", "version = \"2");
    let said = said(&repo);
    assert!(
        said.contains("to allow 2.2.0, then run `uv lock` in `apps/mailer`"),
        "{said}"
    );
    assert!(!said.contains("poetry"), "{said}");
}
