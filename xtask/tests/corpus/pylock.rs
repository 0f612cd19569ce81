//! `pylock.toml`, as uv writes it and as we do, read as a lock: it comes to the same requirements as the lock that it was made of.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use super::{
    compare::{Comparer, export, folder, in_parallel, save, table},
    uv::{arguments, manifest},
};

struct Case {
    title: String,
    /// The folder of the manifest.
    folder: PathBuf,
    python: String,
    /// What asks us for the same.
    arguments: Vec<String>,
    /// What uv writes.
    pylock: PathBuf,
    /// The requirements that uv exports from the same lock.
    expected: PathBuf,
}

#[test]
fn locks_of_uv_and_of_ours_are_read_alike() {
    let Some(corpus) = folder("XTASK_CORPUS_UV", "corpus-uv") else {
        return;
    };
    let cases = cases(&corpus);
    assert!(cases.len() > 10, "{} has only {} cases", corpus.display(), cases.len());
    let Some(comparer) = folder("XTASK_CORPUS", "corpus") else {
        return;
    };
    in_parallel(&comparer, &cases, check);
}

fn check(case: &Case, actual: &Path, comparer: &mut Comparer) -> Result<(), String> {
    let of_uv = fs::read_to_string(&case.pylock).unwrap();
    let written = export(
        &case.folder,
        &[&case.arguments[..], &["--format=pylock.toml".to_owned()]].concat(),
    );
    let of_ours = String::from_utf8(written.stdout).unwrap();
    for (by, text) in [("uv", of_uv), ("us", of_ours)] {
        let alone = tempfile::tempdir().unwrap();
        fs::copy(case.folder.join("pyproject.toml"), alone.path().join("pyproject.toml")).unwrap();
        save(&alone.path().join("pylock.toml"), text.as_bytes());
        let output = export(alone.path(), &["--frozen"]);
        if !output.status.success() {
            let stderr = String::from_utf8_lossy(&output.stderr);
            return Err(format!("{} by {by}: {}\n{stderr}", case.title, output.status));
        }
        save(actual, &output.stdout);
        let differences = comparer.differences(&case.expected, actual, &case.python);
        let differences: Vec<String> = differences
            .into_iter()
            .filter(|difference| !difference.starts_with("index option only in one"))
            .collect();
        if !differences.is_empty() {
            return Err(format!("{} by {by}:\n  {}", case.title, differences.join("\n  ")));
        }
    }
    Ok(())
}

fn cases(corpus: &Path) -> Vec<Case> {
    let sources = table(&corpus.join("SOURCES.tsv"));
    let python: BTreeMap<String, String> = sources.iter().map(|row| (row[0].clone(), row[5].clone())).collect();
    let root: BTreeMap<String, String> = sources.iter().map(|row| (row[0].clone(), row[3].clone())).collect();
    let rows = table(&corpus.join("CASES.tsv"));
    let file_of = |row: &Vec<String>, case: &str| {
        let same = rows
            .iter()
            .find(|other| other[..3] == row[..3] && other[3] == case && other[5] == "0")?;
        Some(corpus.join("locks").join(&row[0]).join(&same[6]))
    };
    let cases = rows.iter().filter(|row| row[3] == "pylock").filter_map(|row| {
        let folder = corpus.join("locks").join(&row[0]).join(&row[2]);
        let lock = Path::new(&root[&row[0]]).parent()?;
        let root = corpus.join("locks").join(&row[0]).join(lock);
        Some(Case {
            title: format!("{} {}", row[0], row[1]),
            arguments: arguments(&row[4], &manifest(&folder), &root),
            folder,
            python: python[&row[0]].clone(),
            pylock: file_of(row, "pylock")?,
            expected: file_of(row, "main")?,
        })
    });
    cases.collect()
}
