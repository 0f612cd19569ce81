use std::{
    path::{Path, PathBuf},
    time::Duration,
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
}

/// An index that takes longer for a wheel is not at work. uv's own limit is fifteen minutes.
const PATIENCE: &str = "120";

/// How long one upload may take as a whole: an index that sends a byte a second never lets a limit for one answer pass.
const DEADLINE: Duration = Duration::from_secs(20 * 60);
/// Sets another limit, in seconds, for files that are large or lines that are slow.
const VARIABLE: &str = "XTASK_PUBLISH_DEADLINE";

/// How long one request to an index may take as a whole.
pub fn deadline() -> Duration {
    let said = std::env::var(VARIABLE).ok().and_then(|said| said.parse().ok());
    said.map_or(DEADLINE, Duration::from_secs)
}

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
        let ended = capture_within(program, Some(deadline()))?;
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
