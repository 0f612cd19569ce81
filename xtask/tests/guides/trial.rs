//! The runner can fail: guides that promise what is not so.

use libtest_mimic::Trial;

use crate::{block, runner};

pub fn of_the_runner() -> Vec<Trial> {
    let trial = |(name, guide, expected): (&'static str, &'static str, &'static str)| {
        let name = format!("runner::{name}");
        Trial::test(name, move || {
            let result = block::read(guide).and_then(|blocks| runner::run(&blocks, None));
            let said = result.err().unwrap_or_else(|| "nothing".into());
            if said.contains(expected) {
                Ok(())
            } else {
                Err(format!("it says: {said}\nnot: {expected}").into())
            }
        })
    };
    GUIDES.into_iter().map(trial).collect()
}

/// What they are about, the guide, and what the runner says of it.
const GUIDES: [(&str, &str, &str); 15] = [
    (
        "all_is_as_promised",
        "```toml\n# a/b.toml\nx = 1\n```\n```toml\n# a/b.toml\ny = 2\n```\n```console\n$ cd a\n$ cat b.toml\nx = …\ny = 2\n$ false\n$ echo $?\n1\n$ cargo xtask --help\n…\nUsage: cargo xtask …\n…\n```",
        "nothing",
    ),
    (
        "another_kind",
        "```sh\nls\n```",
        "line 1: a block of the kind `sh` is not run by anything",
    ),
    (
        "no_kind",
        "text\n```\nls\n```",
        "line 2: a block of the kind `` is not run by anything",
    ),
    ("no_command", "```console\nls\n```", "a console begins with a command"),
    (
        "another_output",
        "```console\n$ echo a\nb\n```",
        "`echo a` ends with 0 and prints",
    ),
    (
        "less_output",
        "```console\n$ printf 'a\\nb'\na\n```",
        "ends with 0 and prints",
    ),
    ("a_failure", "```console\n$ false\n```", "the last command ends with 1"),
    (
        "a_failure_that_is_not_told",
        "```console\n$ ls nope\n…\n$ ls\n```",
        "ends with 2, and the guide does not say so",
    ),
    (
        "no_file",
        "```toml\nx = 1\n```",
        "the first line does not name the file",
    ),
    (
        "ctrl_c",
        "```console\n$ echo up && sleep 100\nup\n^C\n$ echo $?\n130\n```",
        "nothing",
    ),
    (
        "an_end_before_ctrl_c",
        "```console\n$ echo down\nup\n^C\n```",
        "it ends before that, with 0",
    ),
    (
        "a_flag_that_the_tiltfile_does_not_define",
        "```console\n$ tilt up -- --verbose\n```",
        "the Tiltfile defines no flag `--verbose`",
    ),
    (
        "a_tiltfile_that_does_not_run",
        "```console\n$ echo 'nope()' > Tiltfile\n$ tilt up\n```",
        "Variable `nope` not found",
    ),
    (
        "a_debug_port_that_is_not_forwarded",
        "```json\n// .vscode/launch.json\n{\"configurations\": [{\"name\": \"a\", \"type\": \"debugpy\", \"request\": \"attach\", \"connect\": {\"port\": 1}}]}\n```",
        "not 1",
    ),
    (
        "a_folder_that_is_elsewhere_in_the_image",
        "```json\n// .vscode/launch.json\n{\"configurations\": [{\"name\": \"a\", \"type\": \"debugpy\", \"request\": \"attach\", \"connect\": {\"port\": 5680}, \"pathMappings\": [{\"localRoot\": \"${workspaceFolder}/libs\", \"remoteRoot\": \"/srv/libs\"}]}]}\n```",
        "no development image has `libs` under `/srv/libs`",
    ),
];
