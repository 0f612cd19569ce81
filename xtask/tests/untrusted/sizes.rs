//! Large files of a repository: four times as much takes about four times as long. Counted in processor time of the same run, so that
//! neither the machine nor its load decides.

use std::fmt::Write;

use crate::{growth::most_memory, repository::whole};

/// Linear would be 4, quadratic 16.
const MOST: f64 = 9.0;
/// Below this, a start of the program is most of what is measured.
const START: f64 = 0.1;

fn lines(number: usize, line: impl Fn(usize) -> String) -> String {
    (0..number).fold(String::new(), |mut text, at| {
        let _ = writeln!(text, "{}", line(at));
        text
    })
}

fn dockerfile(lines: &str) -> String {
    format!("FROM python:3.13-slim-trixie AS s\n{lines}")
}

fn poetry_lock(packages: usize) -> String {
    let package = |at: usize| {
        format!(
            "[[package]]\nname = \"p{at}\"\nversion = \"1.0.{}\"\ndescription = \"\"\noptional = false\npython-versions = \">=3.9\"\ngroups = [\"main\"]\nfiles = [\n    {{file = \"p{at}-1-py3-none-any.whl\", hash = \"sha256:{at:064x}\"}},\n]\n\n[package.dependencies]\np{} = \"*\"\n",
            at % 9,
            (at + 1) % packages
        )
    };
    let end = format!(
        "[metadata]\nlock-version = \"2.1\"\npython-versions = \">=3.13\"\ncontent-hash = \"{:064x}\"\n",
        0
    );
    lines(packages, package) + &end
}

fn uv_lock(packages: usize) -> String {
    let package = |at: usize| {
        format!(
            "[[package]]\nname = \"p{at}\"\nversion = \"1.0.{}\"\nsource = {{ registry = \"https://pypi.example.org/simple\" }}\ndependencies = [\n    {{ name = \"p{}\" }},\n]\nwheels = [\n    {{ url = \"https://files.example.org/p{at}-1-py3-none-any.whl\", hash = \"sha256:{at:064x}\", size = 9 }},\n]\n",
            at % 9,
            (at + 1) % packages
        )
    };
    format!(
        "version = 1\nrevision = 2\nrequires-python = \">=3.13\"\n\n{}",
        lines(packages, package)
    )
}

/// What grows: the file, how many, and its text for a number of them.
type Case = (&'static str, usize, fn(usize) -> String);

const CASES: [Case; 7] = [
    ("services/web/Dockerfile.dev", 500, |stages| {
        let stage =
            |at: usize| format!("FROM s AS s{at}\nRUN mkdir -p /a{at}\nCOPY services/web /app{at}\nENV A{at}=1");
        dockerfile(&lines(stages - 1, stage))
    }),
    ("services/web/Dockerfile.dev", 20_000, |steps| {
        dockerfile(&lines(steps, |at| {
            format!("RUN mkdir -p /a/b{at} && cp -r /a/b{at} /c{at}")
        }))
    }),
    ("services/web/Dockerfile.dev", 20_000, |steps| {
        dockerfile(&lines(steps, |at| {
            format!("RUN echo {at} > /etc/x{at} && chmod 644 /etc/x{at}")
        }))
    }),
    // One cause at as many places.
    ("services/web/Dockerfile", 80_000, |steps| {
        dockerfile(&lines(steps, |_| "RUN pip install a==1".into()))
    }),
    ("services/web/Dockerfile", 80_000, |steps| {
        dockerfile(&lines(steps, |_| "RUN apt-get install -y curl".into()))
    }),
    ("services/web/poetry.lock", 50_000, poetry_lock),
    ("services/web/uv.lock", 50_000, uv_lock),
];

#[test]
fn four_times_as_much_takes_about_four_times_as_long() {
    for (file, number, text) in CASES {
        let time = |number: usize| {
            let repo = whole();
            if file.ends_with("uv.lock") {
                std::fs::remove_file(repo.path("services/web/poetry.lock")).unwrap();
            }
            repo.write(file, text(number));
            let (found, memory, time) = most_memory(&["verify-parity"], &repo);
            assert!(found.code().is_some(), "{file}: {}", found.output);
            assert!(memory < 1024 * 1024, "{file} of {number} takes {memory} KiB");
            time
        };
        let (quarter, all) = (time(number / 4), time(number));
        assert!(
            all < MOST * quarter.max(START),
            "{file}: {quarter} s for {}, {all} s for {number}",
            number / 4
        );
    }
}
