//! The export against uv's own: `shared/corpus-uv` beside the repository, or the folder that `XTASK_CORPUS_UV` names.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use super::compare::{Comparer, export, folder, in_parallel, save, table};
use toml_edit::{Document, Item};

/// What uv refused, and what we say.
const REFUSED_BY_UV: [(&str, &str); 4] = [
    ("u04-plerion allextras", "cannot be installed together"),
    ("u19-conflict allextras", "cannot be installed together"),
    ("u90-madegroups allgroups", "cannot be installed together"),
    ("u90-madegroups allextras", "cannot be installed together"),
];

struct Case {
    /// Of the lock, and what was asked for.
    title: String,
    folder: PathBuf,
    arguments: Vec<String>,
    /// The versions of Python that the project is for.
    python: String,
    /// Absent where uv refused.
    expected: Option<PathBuf>,
}

#[test]
fn exports_agree_with_uvs() {
    let Some(corpus) = folder("XTASK_CORPUS_UV", "corpus-uv") else {
        return;
    };
    let cases = cases(&corpus);
    assert!(cases.len() > 230, "{} has only {} cases", corpus.display(), cases.len());
    // The program that compares lies with the other corpus.
    let Some(comparer) = folder("XTASK_CORPUS", "corpus") else {
        return;
    };
    in_parallel(&comparer, &cases, check);
    println!("{} cases agree", cases.len());
}

fn check(case: &Case, actual: &Path, comparer: &mut Comparer) -> Result<(), String> {
    let title = format!("{} {}", case.title, case.arguments.join(" "));
    let output = export(&case.folder, &case.arguments);
    let stderr = String::from_utf8_lossy(&output.stderr);
    let Some(expected) = &case.expected else {
        let known = REFUSED_BY_UV.iter().find(|(refused, _)| *refused == case.title);
        return match known {
            Some((_, why)) if output.status.code() == Some(1) && stderr.contains(why) => Ok(()),
            Some(_) | None => Err(format!("{title}: uv refused it; {}\n{stderr}", output.status)),
        };
    };
    if !output.status.success() {
        return Err(format!("{title}: {}\n{stderr}", output.status));
    }
    save(actual, &output.stdout);
    let differences = comparer.differences(expected, actual, &case.python);
    // uv leaves out where packages come from, unless it is asked.
    let differences: Vec<String> = differences
        .into_iter()
        .filter(|difference| !difference.starts_with("index option only in one"))
        .collect();
    if differences.is_empty() {
        Ok(())
    } else {
        Err(format!("{title}:\n  {}", differences.join("\n  ")))
    }
}

fn cases(corpus: &Path) -> Vec<Case> {
    let sources = table(&corpus.join("SOURCES.tsv"));
    let sources: BTreeMap<String, Vec<String>> = sources.into_iter().map(|row| (row[0].clone(), row)).collect();
    let cases = table(&corpus.join("CASES.tsv")).into_iter().filter_map(|row| {
        let [id, _, folder, case, said, code, expected, ..] = row.as_slice() else {
            panic!("{row:?}")
        };
        let source = &sources[id];
        let lock = Path::new(&source[3]).parent().unwrap();
        let root = corpus.join("locks").join(id).join(lock);
        let folder = corpus.join("locks").join(id).join(folder);
        let manifest = manifest(&folder);
        let has_name = manifest.get("project").is_some();
        match case.as_str() {
            // Another form of the same.
            "pylock" => return None,
            // What has a name is a package of its own here, and all members together are asked for by the root alone.
            "allpackages" if has_name => return None,
            // The folder is not there.
            "main" if code == "2" => return None,
            _ => {}
        }
        let title = format!("{} {case}", id);
        Some(Case {
            title,
            arguments: arguments(said, &manifest, &root),
            folder,
            python: source[5].clone(),
            expected: (code == "0").then(|| corpus.join("locks").join(id).join(expected)),
        })
    });
    cases.collect()
}

/// The manifest of a folder, empty where there is none.
pub fn manifest(folder: &Path) -> Document<String> {
    let text = fs::read_to_string(folder.join("pyproject.toml")).unwrap_or_default();
    Document::parse(text).unwrap()
}

/// What asks for the same: the default groups have to be named.
pub fn arguments(said: &str, manifest: &Document<String>, root: &Path) -> Vec<String> {
    let uv = manifest.get("tool").and_then(|tool| tool.get("uv"));
    let defaults = match uv.and_then(|uv| uv.get("default-groups")) {
        Some(all) if all.as_str() == Some("all") => groups(manifest),
        Some(Item::Value(some)) => {
            let some = some.as_array().unwrap().iter();
            some.map(|name| name.as_str().unwrap().to_owned()).collect()
        }
        Some(_) | None => {
            let has_dev = groups(manifest).iter().any(|group| group == "dev")
                || uv.and_then(|uv| uv.get("dev-dependencies")).is_some();
            let beside = fs::read_to_string(root.join("pyproject.toml")).unwrap();
            let beside: Document<String> = Document::parse(beside).unwrap();
            let is_of_root = beside.get("project").is_none() && groups(&beside).iter().any(|group| group == "dev");
            if has_dev || is_of_root {
                vec!["dev".to_owned()]
            } else {
                Vec::new()
            }
        }
    };
    let words: Vec<&str> = said.split(' ').collect();
    let value = |option: &'static str| {
        let pairs = words.iter().zip(words.iter().skip(1));
        pairs.filter(move |(word, _)| **word == option).map(|(_, value)| *value)
    };
    let mut arguments = vec!["--frozen".to_owned()];
    for extra in value("--extra") {
        arguments.push(format!("--extra={extra}"));
    }
    if words.contains(&"--all-extras") {
        arguments.push("--all-extras".into());
    }
    if words.contains(&"--all-groups") {
        arguments.push("--all-groups".into());
        return arguments;
    }
    let only: Vec<&str> = value("--only-group").collect();
    if !only.is_empty() {
        arguments.extend(only.into_iter().map(|group| format!("--only-group={group}")));
        return arguments;
    }
    arguments.extend(value("--group").map(|group| format!("--group={group}")));
    if !words.contains(&"--no-default-groups") {
        let asked = defaults.iter();
        let asked = asked.filter(|group| *group != "dev" || !words.contains(&"--no-dev"));
        arguments.extend(asked.map(|group| format!("--group={group}")));
    }
    arguments
}

fn groups(manifest: &Document<String>) -> Vec<String> {
    let groups = manifest
        .get("dependency-groups")
        .and_then(|groups| groups.as_table_like());
    let groups = groups.into_iter().flat_map(|groups| groups.iter());
    groups.map(|(name, _)| name.to_owned()).collect()
}
