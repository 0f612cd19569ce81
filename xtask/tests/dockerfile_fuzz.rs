//! Damaged Dockerfiles: whatever a file holds, reading it ends, soon, and without a panic.

#![allow(
    clippy::disallowed_methods,
    reason = "folders of the tests, not the repository that is worked on"
)]

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use diagnostics::Source;
use evidence::image::Image;
use formats::dockerfile::Dockerfile;
use proptest::prelude::*;
use repo::RepoPath;
use repo::Root;

/// Reads and follows a file, and looks at every place that came out.
fn follow(text: &str) {
    let root = Root::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dockerfiles"));
    let path = RepoPath::parse("Dockerfile").unwrap();
    let mut problems = Vec::new();
    let dockerfile = Dockerfile::read(&Source::new("Dockerfile", text), &mut problems);
    Image::read(&root, &path, &dockerfile, &mut problems);
    assert!(problems.iter().all(|problem| !problem.message.is_empty()));
}

/// Every Dockerfile of the fixtures.
fn corpus() -> Vec<String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let files = walkdir::WalkDir::new(here).sort_by_file_name().into_iter();
    let files = files.map(|entry| entry.unwrap().into_path());
    let is_dockerfile = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap();
        path.is_file() && name.contains("Dockerfile") && !name.ends_with("ignore") && !name.ends_with(".snap")
    };
    let corpus: Vec<String> = files
        .filter(is_dockerfile)
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    assert!(corpus.len() > 20, "{} files", corpus.len());
    corpus
}

#[derive(Clone, Debug)]
enum Damage {
    Insert(&'static str),
    Remove,
    Double,
    Swap,
}

fn damage() -> impl Strategy<Value = Damage> {
    let pieces = vec![
        "\\",
        "\n",
        "\r\n",
        "\"",
        "'",
        "`",
        "$",
        "${",
        "}",
        "$(",
        "(",
        ")",
        "<<E",
        "&&",
        "||",
        ";",
        "|",
        "[",
        "]",
        "{",
        "#",
        "=",
        "--from=",
        "--mount=type=bind,",
        "if ",
        "fi",
        "case ",
        "for i in ",
        "*",
        "\0",
        "ä",
        "\u{feff}",
        "# escape=`\n",
        "FROM ",
        "ONBUILD ",
        "COPY ",
        "ARG A\n",
        "RUN ",
        "../../..",
        "/",
    ];
    prop_oneof![
        3 => prop::sample::select(pieces).prop_map(Damage::Insert),
        2 => Just(Damage::Remove),
        1 => Just(Damage::Double),
        1 => Just(Damage::Swap),
    ]
}

/// Damages a part of the text: a character, or a line.
fn apply(text: &str, damage: &Damage, at: prop::sample::Index, by_line: bool) -> String {
    let mut parts: Vec<&str> = if by_line {
        text.split_inclusive('\n').collect()
    } else {
        text.split_inclusive(|_: char| true).collect()
    };
    if parts.is_empty() {
        return text.to_owned();
    }
    let at = at.index(parts.len());
    match damage {
        Damage::Insert(piece) => parts.insert(at, piece),
        Damage::Remove => drop(parts.remove(at)),
        Damage::Double => parts.insert(at, parts[at]),
        Damage::Swap => {
            let other = parts.len() - 1 - at;
            parts.swap(at, other);
        }
    }
    parts.concat()
}

#[test]
fn damaged_files_are_read_without_a_panic() {
    let corpus = corpus();
    let damages = prop::collection::vec((damage(), any::<prop::sample::Index>(), any::<bool>()), 1..12);
    let cases = (0..corpus.len(), damages);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 1500,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let result = runner.run(&cases, |(file, damages)| {
        let mut text = corpus[file].clone();
        for (damage, at, by_line) in &damages {
            text = apply(&text, damage, *at, *by_line);
        }
        follow(&text);
        Ok(())
    });
    result.unwrap();
}

/// Four times the text must not take sixteen times as long. A factor of ten leaves room for a busy machine, and what is over at
/// once needs no comparison.
#[test]
fn time_grows_with_the_size() {
    type Grow = fn(usize) -> String;
    let shapes: [(&str, Grow); 14] = [
        ("continuations", |n| format!("FROM a\nRUN b{}\n", " \\\n c".repeat(n))),
        ("comments between", |n| {
            format!("FROM a\nRUN b{}\n c", " \\\n# d".repeat(n))
        }),
        ("commands", |n| {
            format!("FROM a\nRUN b{}\n", " && pip install c==1".repeat(n / 4))
        }),
        ("variables", |n| {
            let lines = (0..n / 4).map(|i| format!("ENV A{i}=$A{} B={i}\n", i / 2));
            format!("FROM a\n{}", lines.collect::<String>())
        }),
        ("open braces", |n| {
            format!("FROM a\nENV A={}\nRUN b {}\n", "${".repeat(n), "${A:-".repeat(n))
        }),
        ("open parentheses", |n| {
            format!("FROM a\nRUN {}\nRUN {}", "(".repeat(n), "$(".repeat(n))
        }),
        ("backslashes", |n| format!("FROM a\nRUN {}\n", "\\".repeat(n * 4))),
        ("quotes", |n| {
            format!("FROM a\nRUN {}\nENV A={}", "\"'".repeat(n), "\"'".repeat(n))
        }),
        ("runs with an environment", |n| {
            let env: String = (0..n / 20).map(|i| format!("ENV A{i}=1\n")).collect();
            format!("FROM a\n{env}{}", "RUN sh -c 'echo b'\n".repeat(n / 20))
        }),
        ("stages", |n| {
            let stages = (0..n / 200).map(|i| {
                format!(
                    "FROM a AS s{i}\nCOPY --from={} /a /b\nRUN pip install a\n",
                    i.max(1) - 1
                )
            });
            stages.collect()
        }),
        ("heredocs", |n| {
            format!("FROM a\nRUN <<E\n{}E\n", "pip install a==1\n".repeat(n / 4))
        }),
        ("a heredoc that does not end", |n| {
            format!("FROM a\nRUN <<E\n{}", "b\n".repeat(n))
        }),
        ("assignments", |n| format!("FROM a\nRUN {}", "A=1; ".repeat(n))),
        ("json", |n| format!("FROM a\nRUN [{}\"b\"]", "\"pip\",".repeat(n))),
    ];
    let timed = |text: String| {
        let start = Instant::now();
        follow(&text);
        start.elapsed()
    };
    let mut wrong = Vec::new();
    for (name, grow) in shapes {
        let small = timed(grow(25_000));
        let large = timed(grow(100_000));
        if large > Duration::from_millis(400) && large > small * 10 {
            wrong.push(format!("{name}: {small:?}, and {large:?} for four times as much"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
