//! Names and texts that would speak to a terminal, or to the runner of a workflow.

use crate::{
    fixture::Fixture,
    repository::{run, whole},
};

const NAMES: [&str; 9] = [
    "n\n::add-mask::a.py",
    "n\n  ::error::a.py",
    "n\r::stop-commands::x.py",
    "n\u{1b}[2J\u{1b}[1;1H.py",
    "n\u{9b}31m.py",
    "n\u{202e}yp.a.py",
    "n\u{200b}\u{2066}a.py",
    "##[add-mask]a.py",
    // The style is taken away where no terminal is.
    "n\n:\u{1b}[0m:add-mask::a.py",
];

const FORMATS: [&[&str]; 6] = [
    &["verify-parity"],
    &["verify-parity", "--format", "json"],
    &["verify-parity", "--format", "sarif"],
    &["verify-parity", "--format", "github"],
    &["gen-dockerfiles", "--check"],
    &["affected"],
];

/// A module of that name imports what is nowhere declared.
fn named(name: &str) -> Fixture {
    let repo = whole();
    repo.write(&format!("services/web/src/web/{name}"), "import undeclared_thing\n");
    repo.write("Tiltfile", format!("docker_build('{name}', '.'\n").replace('\n', "\\n"));
    repo
}

#[test]
fn a_name_with_line_ends_writes_no_line_of_ours() {
    let repo = named("n\n\n      Parity 4 services\nerror: nothing [none]\n.py");
    for format in [&["verify-parity"][..], &["gen-dockerfiles", "--check"], &["affected"]] {
        let found = run(&repo, format);
        let is_ours = |line: &str| line.starts_with("      Parity 4") || line.starts_with("error: nothing");
        assert!(!found.output.lines().any(is_ours), "{format:?}: {}", found.output);
    }
}

#[test]
fn no_name_speaks_for_this_program() {
    for name in NAMES {
        let repo = named(name);
        for format in FORMATS {
            let found = run(&repo, format);
            let is_of_github = format.contains(&"github");
            for line in found.output.split(['\n', '\r']) {
                let is_command = line
                    .trim_start()
                    .strip_prefix("::")
                    .is_some_and(|rest| rest.contains("::"))
                    || line.contains("##[");
                let is_ours = is_of_github
                    && ["::error ", "::warning ", "::notice "]
                        .iter()
                        .any(|command| line.starts_with(command));
                assert!(!is_command || is_ours, "{name:?}, {format:?}: {line:?}");
            }
            let is_hidden = |c: char| c.is_control() && c != '\n' || "\u{202e}\u{200b}\u{2066}".contains(c);
            assert!(
                !found.output.contains(is_hidden),
                "{name:?}, {format:?}: {:?}",
                found.output
            );
        }
    }
}
