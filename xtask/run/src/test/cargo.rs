//! The tests that cargo runs. They are counted by the lines with which each test program ends.

use cargo_metadata::{Metadata, MetadataCommand, Target};
use repo::{RepoPath, Root};
use xshell::{Cmd, cmd};

use super::{
    step::{IMAGES, Outcome},
    summary::{Counts, Verdict},
};
use diagnostics::Problem;
use subprocess::{self as process, shell};

/// All tests of the workspace that `cargo test` runs by itself. Targets that take long declare `test = false`.
pub fn workspace(root: &Root) -> Result<Outcome, Problem> {
    let shell = shell()?;
    shell.change_dir(root);
    let cargo = cargo();
    let (outcome, _) = run(cmd!(shell, "{cargo} test --workspace --no-fail-fast --color always"))?;
    Ok(outcome)
}

/// Test targets by their names.
pub fn targets(root: &Root, names: &[String]) -> Result<Outcome, Problem> {
    let shell = shell()?;
    shell.change_dir(root);
    let cargo = cargo();
    let selected = names.iter().flat_map(|name| ["--test", name]);
    let (outcome, _) = run(cmd!(shell, "{cargo} test {selected...} --no-fail-fast --color always"))?;
    Ok(outcome)
}

/// The test targets of the workspace that require this feature, each with the package that has it.
pub fn feature(root: &Root, feature: &str) -> Result<Outcome, Problem> {
    let metadata = metadata(root)?;
    let metadata = metadata.iter();
    let mut selected = Vec::new();
    for package in metadata.flat_map(Metadata::workspace_packages) {
        let requires = |target: &&Target| target.required_features.iter().any(|required| required == feature);
        let mut targets = package
            .targets
            .iter()
            .filter(|target| target.is_test())
            .filter(requires)
            .peekable();
        if targets.peek().is_none() {
            continue;
        }
        selected.extend(["--package".to_owned(), package.name.to_string()]);
        selected.extend(["--features".to_owned(), format!("{}/{feature}", package.name)]);
        selected.extend(targets.flat_map(|target| ["--test".to_owned(), target.name.clone()]));
    }
    let shell = shell()?;
    shell.change_dir(root);
    let cargo = cargo();
    let (outcome, _) = run(cmd!(shell, "{cargo} test {selected...} --no-fail-fast --color always"))?;
    Ok(outcome)
}

/// What cargo knows of the workspace, without a network.
///
/// `None` where the repository holds no Rust: then no cargo is needed.
pub fn metadata(root: &Root) -> Result<Option<Metadata>, Problem> {
    if !root.is_file(&RepoPath::root().child("Cargo.toml")) {
        return Ok(None);
    }
    MetadataCommand::new()
        .current_dir(root)
        .no_deps()
        .other_options([String::from("--offline")])
        .exec()
        .map(Some)
        .map_err(|error| Problem::error(format!("cargo cannot read the workspace: {}", error.to_string().trim())))
}

/// The tests of images. Where no Docker answers they are all ignored, which is not a pass, and in CI a failure.
pub fn images(root: &Root, in_ci: bool) -> Result<Outcome, Problem> {
    let shell = shell()?;
    shell.change_dir(root);
    let cargo = cargo();
    let (mut outcome, succeeded) = run(cmd!(shell, "{cargo} test --test {IMAGES} --color always"))?;
    let nothing_ran = outcome.counts.passed + outcome.counts.failed == 0 && outcome.counts.skipped > 0;
    if succeeded && nothing_ran {
        outcome.verdict = if in_ci {
            Verdict::Failed
        } else {
            let reason = "no Docker engine answers (`docker version`)".to_owned();
            Verdict::Skipped { reason }
        };
    }
    Ok(outcome)
}

fn run(program: Cmd<'_>) -> Result<(Outcome, bool), Problem> {
    let ended = process::capture(program)?;
    let counts = count(&ended.output);
    let succeeded = ended.status.success();
    let verdict = if !succeeded || counts.failed > 0 {
        Verdict::Failed
    } else if counts == Counts::default() {
        Verdict::NoTests {
            reason: "cargo ran no test".into(),
        }
    } else {
        Verdict::Passed
    };
    let outcome = Outcome {
        verdict,
        counts,
        output: ended.output,
    };
    Ok((outcome, succeeded))
}

/// The cargo that runs the xtask, so that both use one toolchain.
fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".into())
}

/// The sum of lines such as `test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; …`.
fn count(output: &str) -> Counts {
    let results = output.lines().filter_map(|line| line.strip_prefix("test result: "));
    results.fold(Counts::default(), |sum, line| {
        let number = |word: &str| {
            let before = line.split(word).next().unwrap_or_default().trim_end();
            let digits = before.rsplit(|c: char| !c.is_ascii_digit()).next();
            digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
        };
        sum + Counts {
            passed: number("passed"),
            failed: number("failed"),
            skipped: number("ignored"),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_are_summed() {
        let output = "\
running 2 tests
test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.02s
test a::test_result ... ok
test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 3 filtered out; finished in 0.02s
";
        let expected = Counts {
            passed: 13,
            failed: 2,
            skipped: 1,
        };
        assert_eq!(count(output), expected);
        assert_eq!(count("error: could not compile"), Counts::default());
        assert_eq!(count("test result: nonsense"), Counts::default());
    }
}
