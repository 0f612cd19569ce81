use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use xshell::cmd;

use super::{Credentials, Index};
use diagnostics::Problem;
use subprocess::{capture_within, shell};

/// Uploads one file at a time, so that it is known which ones are there when one fails.
pub struct Uploader<'a> {
    /// The uv of the pinned tools.
    pub uv: PathBuf,
    /// The index that receives the files.
    pub index: &'a Index,
    /// What the upload authenticates with.
    pub credentials: &'a Credentials,
    /// When all has to be done.
    pub deadline: Instant,
}

/// An index that takes longer for a wheel is not at work. uv's own limit is fifteen minutes.
const PATIENCE: &str = "120";

impl Uploader<'_> {
    /// Uploads one file. A problem holds what uv printed, without the credentials.
    pub fn upload(&self, file: &Path) -> Result<(), Problem> {
        let shell = shell()?;
        let (uv, url) = (&self.uv, &self.index.upload);
        let trusted = if self.credentials.is_trusted { "always" } else { "never" };
        // What a person has set for other projects must not lead this upload elsewhere.
        let mut program = cmd!(
            shell,
            "{uv} publish --no-config --no-progress --color never --trusted-publishing {trusted} --publish-url {url} {file}"
        )
        .quiet()
        .env_remove("UV_PUBLISH_URL")
        .env_remove("UV_PUBLISH_INDEX")
        .env_remove("UV_PUBLISH_CHECK_URL");
        if std::env::var_os("UV_UPLOAD_HTTP_TIMEOUT").is_none() {
            program = program.env("UV_UPLOAD_HTTP_TIMEOUT", PATIENCE);
        }
        let left = self.deadline.saturating_duration_since(Instant::now());
        let ended = capture_within(program, left)?;
        if ended.status.success() {
            return Ok(());
        }
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let problem = Problem::error(format!("`{name}` was not uploaded to {}", self.index.shown()))
            .note(self.credentials.redact(ended.output.trim()));
        Err(if ended.output.contains("Missing credentials") {
            problem.remedy("set `UV_PUBLISH_USERNAME` and `UV_PUBLISH_PASSWORD`, or `UV_PUBLISH_TOKEN`")
        } else {
            problem
        })
    }
}
