use std::{collections::BTreeMap, path::Path, time::Instant};

use pep440_rs::Version;
use xshell::cmd;

use super::{Credentials, Index};
use diagnostics::Problem;
use formats::PackageName;
use repo::published::is_sha256;
use subprocess::{capture_within, shell};

/// What an index holds of some projects: file name to SHA-256, in hex.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing(BTreeMap<PackageName, BTreeMap<String, String>>);

const SCRIPT: &str = include_str!("ask.py");

impl Listing {
    /// Asks the index, by the Python of the pinned tools: the xtask brings no HTTP client of its own.
    pub fn ask(
        python: &Path,
        index: &Index,
        credentials: &Credentials,
        names: &[PackageName],
        deadline: Instant,
    ) -> Result<Self, Problem> {
        let failed = |why: &str| {
            let remedy = if why.contains("it answers 401") || why.contains("it answers 403") {
                let name = index.name.as_deref().unwrap_or("NAME").to_uppercase().replace('-', "_");
                format!("set `UV_INDEX_{name}_USERNAME` and `UV_INDEX_{name}_PASSWORD`, or those of uploads")
            } else {
                String::from(
                    "check that the URL is that of its simple API (PEP 503), and that this machine can reach it",
                )
            };
            Problem::error(format!(
                "cannot ask the index `{}` what it contains: {why}",
                index.simple
            ))
            .remedy(remedy)
        };
        let shell = shell()?;
        let projects = names.iter().map(PackageName::as_str);
        let simple = &index.simple;
        let mut program = cmd!(shell, "{python} -I -c {SCRIPT} {simple} {projects...}").quiet();
        if let Some((username, password)) = &credentials.reader {
            program = program
                .env("XTASK_INDEX_USERNAME", username)
                .env("XTASK_INDEX_PASSWORD", password);
        }
        let left = deadline.saturating_duration_since(Instant::now());
        let ended = capture_within(program, left).map_err(|problem| {
            failed(if problem.message.contains("before the deadline") {
                "it did not answer before the deadline of `--deadline`"
            } else {
                "the pinned Python does not start"
            })
        })?;
        let said = credentials.redact(ended.output.trim());
        if !ended.status.success() {
            return Err(failed(said.lines().last().unwrap_or_default()));
        }
        let answer: BTreeMap<String, BTreeMap<String, String>> =
            serde_json::from_str(&said).map_err(|_| failed("its answer is not understood"))?;
        let mut listing = Self::default();
        for (name, files) in answer {
            if files.values().any(|sha256| !is_sha256(sha256)) {
                return Err(failed("its answer contains an invalid hash"));
            }
            let Some(name) = PackageName::parse(&name) else {
                continue;
            };
            listing.0.insert(name, files);
        }
        Ok(listing)
    }

    /// The digest of a file, where the index holds it.
    pub fn sha256(&self, name: &PackageName, file: &str) -> Option<&str> {
        self.0.get(name)?.get(file).map(String::as_str)
    }

    /// The versions that have a wheel (PEP 427: `NAME-VERSION-…whl`).
    pub fn versions(&self, name: &PackageName) -> impl Iterator<Item = Version> {
        let files = self.0.get(name).into_iter().flat_map(BTreeMap::keys);
        files
            .filter(|file| file.ends_with(".whl"))
            .filter_map(|file| file.split('-').nth(1)?.parse().ok())
    }
}
