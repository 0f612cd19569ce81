//! What is said about the syntax of the standard library, compared with Python itself.

#![allow(clippy::disallowed_methods, reason = "files of Python, not of the repository that is worked on")]

use std::process::Command;

/// Prints its version, and for each file whether it compiles: as it is, and without one of its lines.
const COMPILED: &str = r#"
import os, random, sys, sysconfig, warnings
warnings.simplefilter("ignore")
random.seed(1)
folder = sysconfig.get_paths()["stdlib"]
print(sys.version_info[1])
def compiles(lines):
    try:
        compile(b"\n".join(lines), "x", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True
for path, folders, files in os.walk(folder):
    folders[:] = sorted(set(folders) - {"test", "tests", "site-packages", "dist-packages", "idle_test"})
    for file in sorted(os.path.join(path, file) for file in files if file.endswith(".py")):
        if os.path.getsize(file) < 40_000:
            with open(file, "rb") as source:
                lines = source.read().split(b"\n")
            lost = random.randrange(len(lines))
            print(file, -1, compiles(lines), sep="\t")
            print(file, lost, compiles(lines[:lost] + lines[lost + 1:]), sep="\t")
"#;

#[test]
fn agrees_with_python() {
    let run = Command::new("python3").args(["-c", COMPILED]).output();
    let run = run.expect("python3 is needed to build this repository");
    let said = String::from_utf8(run.stdout).expect("paths of the standard library are UTF-8");
    let mut lines = said.lines();
    let minor: u64 = lines.next().and_then(|line| line.parse().ok()).expect("a version");
    let (mut read, mut refused, mut missed) = (0, 0, 0);
    for line in lines {
        let [path, lost, compiles]: [&str; 3] = line.split('\t').collect::<Vec<_>>().try_into().expect("three parts");
        let lost: i64 = lost.parse().expect("a number");
        let Ok(text) = std::fs::read_to_string(path) else {
            continue;
        };
        let kept = text
            .split('\n')
            .enumerate()
            .filter(|(at, _)| i64::try_from(*at) != Ok(lost));
        let text = kept.map(|(_, line)| line).collect::<Vec<_>>().join("\n");
        let found = python_imports::syntax(&text);
        let is_refused = found.fault.is_some() || found.needs.is_some_and(|needs| needs.minor > minor);
        match (compiles, is_refused) {
            ("True", false) => read += 1,
            ("True", true) => panic!("Python reads {path} without line {lost}: {:?}", found.fault),
            (_, true) => refused += 1,
            (_, false) => missed += 1,
        }
    }
    assert!(read > 400 && refused > 50, "{read} read, {refused} refused");
    // Python sees more than syntax: a `from __future__` that is not the first, an unknown encoding.
    assert!(missed * 20 < refused, "{missed} missed of {refused}");
}
