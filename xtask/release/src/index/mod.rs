//! The index that libs are published to: which one, what it contains, and uploads.

mod credentials;
mod listing;
mod upload;

pub use credentials::Credentials;
pub use listing::Listing;
pub use upload::Uploader;

use diagnostics::{Place, Problem};
use repo::{Settings, lib_index::check_url};

/// Where libs are published, and where they are then found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// The simple API (PEP 503, PEP 691).
    pub simple: String,
    /// The address that takes uploads.
    pub upload: String,
    /// The name that the settings give it; `None` where it is not the index of the settings.
    pub name: Option<String>,
}

impl Index {
    /// The index that `--publish` names: the one of the settings by its name, or any by the URL of uploads.
    pub fn named(said: &str, simple: Option<&str>, settings: &Settings) -> Result<Self, Problem> {
        for url in [Some(said).filter(|said| said.contains("://")), simple]
            .into_iter()
            .flatten()
        {
            check_url(url).map_err(|why| Problem::error(why).remedy(CREDENTIALS))?;
        }
        let known = settings.lib_index.as_ref();
        if !said.contains("://") {
            let Some(index) = known.filter(|index| index.name.value == said) else {
                return Err(unknown(said, settings));
            };
            let Some(upload) = &index.publish_url else {
                return Err(
                    Problem::error(format!("the settings do not say where to upload to `{said}`"))
                        .at(index.name.place.clone())
                        .remedy("add `publish-url = \"https://…\"` to `lib-index`"),
                );
            };
            return Ok(Self {
                simple: simple.unwrap_or(&index.url.value).to_owned(),
                upload: upload.value.clone(),
                name: Some(said.to_owned()),
            });
        }
        let same = |a: &str, b: &str| a.trim_end_matches('/') == b.trim_end_matches('/');
        let known = known.filter(|index| index.publish_url.as_ref().is_some_and(|url| same(&url.value, said)));
        let simple = simple.or(known.map(|index| index.url.value.as_str())).ok_or_else(|| {
            Problem::error(format!("it is not known where `{said}` lists its packages"))
                .note("files with the same bytes are not uploaded again, and files with different bytes are refused")
                .remedy("name its simple API too (PEP 503): `--index-url URL`")
        })?;
        Ok(Self {
            simple: simple.to_owned(),
            upload: said.to_owned(),
            name: known.map(|index| index.name.value.clone()),
        })
    }

    /// What people call it.
    pub fn shown(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.upload)
    }
}

const CREDENTIALS: &str = "put them into `UV_PUBLISH_USERNAME` and `UV_PUBLISH_PASSWORD`, or `UV_PUBLISH_TOKEN`";

fn unknown(said: &str, settings: &Settings) -> Problem {
    let problem = Problem::error(format!("index `{said}` does not exist"));
    match &settings.lib_index {
        Some(index) => problem.remedy(format!(
            "the settings define `{}`; name a different index by its URL",
            index.name.value
        )),
        None => problem.at(Place::File(settings.home.file().to_string())).remedy(
            "add `lib-index = { name = \"…\", url = \"…\", publish-url = \"…\" }`, or name the index by its URL",
        ),
    }
}
