//! The check as a library, in one process: `cargo bench --profile dev`, which measures the build that `cargo xtask` runs.
//! `cargo xtask bench` measures whole processes beside the programs that they take the place of.

#![allow(
    clippy::disallowed_methods,
    reason = "folders of the tests, not the repository that is worked on"
)]

use std::{fs, path::Path};

use diagnostics::Source;
use divan::{Bencher, counter::BytesCount};
use formats::{dockerfile::Dockerfile, requirements::RequirementFile};
use repo::Root;
use repo::{Repo, Tree, lock::Lock};
use run::bench::monorepo;
use surfaces::tiltfile::Tiltfile;
use verify::{Options, verify};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

fn main() {
    divan::main();
}

/// Whether it finds anything is not measured; that it can be read is.
fn judge(root: &Path) {
    let report = verify(root, &Options::default(), || {}).expect("a repository");
    assert!(!report.services.is_empty());
}

#[divan::bench]
fn this_repository() {
    judge(Path::new(ROOT));
}

/// Copies of the services of this repository; the time is to grow with them.
#[divan::bench(args = [10, 100, 1000], sample_count = 5)]
fn services(bencher: Bencher<'_, '_>, number: usize) {
    let mut problems = Vec::new();
    let repo = Repo::read(&Root::new(ROOT), &mut problems).expect("this repository");
    let copy = tempfile::tempdir().expect("a folder");
    monorepo::make(&repo, copy.path(), number).expect("copies");
    bencher.bench_local(|| judge(copy.path()));
}

/// The largest file of that name in this repository.
fn largest(name: &str) -> Source {
    let tree = Tree::list(&Root::new(ROOT));
    let files = tree.files().iter().filter(|path| path.file_name() == name);
    let size = |path: &&repo::RepoPath| fs::metadata(path.under(Path::new(ROOT))).map_or(0, |file| file.len());
    let path = files.max_by_key(size).expect("a file");
    Root::new(ROOT).source(path).expect("text")
}

#[divan::bench]
fn read_poetry_lock(bencher: Bencher<'_, '_>) {
    let source = largest("poetry.lock");
    let counted = bencher.counter(BytesCount::of_str(source.text()));
    counted.bench_local(|| Lock::read(&source).expect("a lock"));
}

#[divan::bench]
fn read_requirements(bencher: Bencher<'_, '_>) {
    let source = largest("requirements.txt");
    let counted = bencher.counter(BytesCount::of_str(source.text()));
    counted.bench_local(|| RequirementFile::read(&source));
}

#[divan::bench]
fn read_dockerfile(bencher: Bencher<'_, '_>) {
    let source = largest("Dockerfile");
    let counted = bencher.counter(BytesCount::of_str(source.text()));
    counted.bench_local(|| Dockerfile::read(&source, &mut Vec::new()));
}

#[divan::bench]
fn evaluate_tiltfile(bencher: Bencher<'_, '_>) {
    bencher.bench_local(|| Tiltfile::read(&Root::new(ROOT), &mut Vec::new()));
}

#[divan::bench]
fn list_files(bencher: Bencher<'_, '_>) {
    bencher.bench_local(|| Tree::list(&Root::new(ROOT)));
}
