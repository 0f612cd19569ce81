//! `cargo xtask build-wheels` on a small repository: four libs, three backends, real builds. It needs Python, and the package
//! index once, for the pinned tools.

#![allow(
    clippy::disallowed_methods,
    reason = "folders of the tests, not the repository that is worked on"
)]

#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "../fixture/mod.rs"]
mod fixture;

mod bad_input;
mod install;
mod killed;
mod output;
mod reproducible;
mod workshop;

use std::process::Output;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Fails with what the run printed unless it ended so.
#[track_caller]
fn ended(output: &Output, code: i32) -> String {
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{said}");
    said
}
