//! A few lines that put a variable into itself twice, in everything that expands variables: it takes neither time nor
//! memory, and what is not followed is said.

use std::fmt::Write;

use crate::repository::{WORKFLOW, whole};

const LINES: usize = 64;

/// The kernel's count of the most memory that a child of this process had, in KiB.
pub fn most_memory(arguments: &[&str], repo: &crate::fixture::Fixture) -> (crate::repository::Run, u64, f64) {
    let script = "import resource, subprocess, sys\n\
        ended = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)\n\
        sys.stdout.buffer.write(ended.stdout)\n\
        used = resource.getrusage(resource.RUSAGE_CHILDREN)\n\
        print('\\nMEASURED', used.ru_maxrss, used.ru_utime + used.ru_stime)\n\
        sys.exit(ended.returncode)\n";
    let mut command = std::process::Command::new("python3");
    command
        .args(["-c", script, env!("CARGO_BIN_EXE_xtask"), "--root"])
        .arg(repo.path(""))
        .args(arguments);
    let run = crate::repository::ends(&mut command);
    let measured = run
        .output
        .lines()
        .find_map(|line| line.strip_prefix("MEASURED "))
        .unwrap();
    let (memory, time) = measured.split_once(' ').unwrap();
    let (memory, time) = (memory.parse().unwrap(), time.parse().unwrap());
    (run, memory, time)
}

fn doublings(first: &str, line: &str) -> String {
    let mut text = format!("{first}\n");
    for _ in 0..LINES {
        let _ = writeln!(text, "{line}");
    }
    text
}

/// Each file, as what makes it grow, and whether the text is for its end.
fn cases() -> Vec<(&'static str, String)> {
    let dockerfile = |lines: String, end: &str| format!("FROM python:3.13-slim-trixie\n{lines}{end}\n");
    let mut hcl = String::from("variable \"V0\" { default = \"aa\" }\n");
    let mut json = serde_json::json!({"variable": {"V0": {"default": "aa"}}});
    for number in 1..=LINES {
        let below = number - 1;
        let _ = writeln!(
            hcl,
            "variable \"V{number}\" {{ default = \"${{V{below}}}${{V{below}}}\" }}"
        );
        json["variable"][format!("V{number}")] = serde_json::json!({"default": format!("${{V{below}}}${{V{below}}}")});
    }
    let _ = writeln!(hcl, "target \"default\" {{ dockerfile = \"${{V{LINES}}}\" }}");
    json["target"] = serde_json::json!({"default": {"dockerfile": format!("${{V{LINES}}}")}});
    let script = doublings("A=aa", "A=$A$A") + "pip install \"$A\"\ndocker build -f $A .\n";
    let dev = "services/web/Dockerfile.dev";
    let global = doublings("ARG A=aa", "ARG A=$A$A");
    vec![
        (dev, dockerfile(doublings("ARG A=aa", "ARG A=$A$A"), "COPY $A /x/")),
        (dev, dockerfile(doublings("ENV A=aa", "ENV A=$A$A"), "COPY $A /x/")),
        (
            dev,
            dockerfile(doublings("ENV A=aa", "ENV A=${A//a/aa}"), "COPY $A /x/"),
        ),
        (dev, dockerfile(doublings("ENV A=aa", "ENV A=${N:-$A$A}"), "USER $A")),
        (dev, format!("{global}FROM $A\n")),
        (
            dev,
            dockerfile(
                String::new(),
                &format!("RUN {}", doublings("A=aa; \\", "A=$A$A; \\") + "pip install $A"),
            ),
        ),
        (dev, dockerfile(String::new(), "COPY ci/build.sh /b.sh\nRUN sh /b.sh")),
        ("ci/build.sh", script),
        ("ci/more.hcl", hcl.clone()),
        ("docker-bake.hcl", hcl),
        ("docker-bake.json", json.to_string()),
        (
            "Makefile",
            doublings("A := aa", "A := $(A)$(A)") + "images:\n\tdocker build -f $(A) .\n",
        ),
        (
            "Tiltfile",
            doublings("a = 'aa'", "a = a + a") + "docker_build('team/web', '.', dockerfile=a)\n",
        ),
        (
            "infrastructure/chart/templates/web.yaml",
            doublings("{{- $a := \"aa\" }}", "{{- $a = printf \"%s%s\" $a $a }}") + "image: {{ $a }}\n",
        ),
        (
            "infrastructure/chart/templates/web.yaml",
            doublings("{{- $a := \"aa\" }}", "{{- $a = replace \"a\" \"aa\" $a }}") + "image: {{ $a }}\n",
        ),
        (
            "infrastructure/chart/templates/web.yaml",
            doublings("{{- $a := \"\\\"\" }}", "{{- $a = quote $a }}") + "image: {{ $a }}\n",
        ),
        (
            "compose.yaml",
            format!(
                "services:\n  web:\n    image: {}x{}\n",
                "${A:-".repeat(LINES),
                "}".repeat(LINES)
            ),
        ),
        (
            WORKFLOW,
            format!(
                "on: push\nenv:\n  A: aa\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n{}          docker build -f $A .\n",
                "          A=$A$A\n".repeat(LINES)
            ),
        ),
    ]
}

#[test]
fn doublings_cost_nothing() {
    for (file, text) in cases() {
        let repo = whole();
        // What a script of the Dockerfile does.
        repo.write("ci/build.sh", doublings("A=aa", "A=$A$A") + "pip install \"$A\"\n");
        repo.write(file, &text);
        let (found, memory, time) = most_memory(&["verify-parity"], &repo);
        assert_ne!(found.code(), Some(0), "{file} passes:\n{text}\n{}", found.output);
        assert!(memory < 100 * 1024, "{file} takes {memory} KiB:\n{text}");
        // Not compiled for speed, on a machine that is busy.
        assert!(time < 2.0, "{file} takes {time} s:\n{text}");
    }
}

/// A file of many lines that each come to as much as is allowed.
#[test]
fn many_long_texts_are_bounded_together() {
    let long = "x".repeat(60_000);
    let copies = "COPY $A$N /x/\n".repeat(20_000);
    let envs: String = (0..20_000).fold(String::new(), |mut text, number| {
        let _ = writeln!(text, "ENV B{number}=$A");
        text
    });
    for lines in [copies, envs] {
        let repo = whole();
        repo.write(
            "services/web/Dockerfile.dev",
            format!("FROM python:3.13-slim-trixie\nARG A={long}\n{lines}"),
        );
        let (found, memory, _) = most_memory(&["verify-parity"], &repo);
        assert_eq!(found.code(), Some(1), "{}", found.output);
        assert!(memory < 400 * 1024, "{memory} KiB");
    }
}
