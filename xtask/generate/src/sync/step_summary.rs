#![expect(
    clippy::disallowed_methods,
    reason = "the environment names the file; it is none of the repository"
)]

use std::{
    env,
    fs::OpenOptions,
    io::{self, Write},
    path::PathBuf,
};

use diagnostics::{Place, Problem};

/// GitHub Actions names the file in which a step sums up what it did.
const VARIABLE: &str = "GITHUB_STEP_SUMMARY";
/// A summary with more bytes is refused as a whole.
const LIMIT: usize = 1024 * 1024;

/// Adds to the summary of a workflow's step. The one file outside the repository that is written, and only where the
/// environment names it.
pub fn append_step_summary(text: &str) -> Result<(), Problem> {
    let Some(file) = env::var_os(VARIABLE).filter(|file| !file.is_empty()).map(PathBuf::from) else {
        return Ok(());
    };
    append(&file, fitting(text)).map_err(|error| {
        Problem::error(format!("cannot add to the summary of the step: {error}"))
            .at(Place::File(file.display().to_string()))
            .note(format!("`{VARIABLE}` names that file"))
    })
}

fn append(file: &PathBuf, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().append(true).create(true).open(file)?;
    file.write_all(text.as_bytes())
}

/// As many whole blocks of the text as fit.
fn fitting(text: &str) -> &str {
    if text.len() <= LIMIT {
        return text;
    }
    let end = (0..=LIMIT).rev().find(|end| text.is_char_boundary(*end));
    let start = &text[..end.unwrap_or(0)];
    start.rfind("\n<details>").map_or(start, |end| &start[..end])
}
