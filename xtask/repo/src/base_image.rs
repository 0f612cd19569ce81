//! The setting that says what images stand on.

use diagnostics::Located;
use diagnostics::Problem;

/// The image that both images of every service start from.
#[derive(Clone, Debug)]
pub struct BaseImage {
    /// `NAME:TAG`, with or without `@sha256:…`.
    pub reference: Located<String>,
    /// The Python minor version inside, from the tag or from the `python` setting.
    pub python: (u64, u64),
}

impl BaseImage {
    /// Reads a reference such as `python:3.13-slim`; `python` is the version, for an image whose tag does not tell it.
    pub fn read(
        reference: Located<String>,
        python: Option<Located<String>>,
        problems: &mut Vec<Problem>,
    ) -> Option<Self> {
        let name = reference.value.split('@').next().unwrap_or_default();
        // A colon before the last slash belongs to the port of a registry.
        let last = name.rsplit('/').next().unwrap_or_default();
        let Some((repository, tag)) = last.split_once(':').filter(|(_, tag)| !tag.is_empty()) else {
            problems.push(
                Problem::error(format!("base image `{}` has no tag", reference.value))
                    .at(reference.place)
                    .note("without a tag it is `latest`, which can change between builds")
                    .remedy("name a tag, as in `python:3.13-slim-trixie`, ideally followed by a digest"),
            );
            return None;
        };
        let said = match &python {
            Some(python) => minor_version(&python.value),
            None if repository == "python" => minor_version(tag),
            None => None,
        };
        let Some(version) = said else {
            let place = python.map_or(reference.place, |python| python.place);
            problems.push(
                Problem::error("cannot determine which Python the base image contains")
                    .at(place)
                    .remedy("set `python = \"3.13\"` beside `base-image`"),
            );
            return None;
        };
        Some(Self {
            reference,
            python: version,
        })
    }
}

/// `3.13` out of `3.13`, `3.13.2` or `3.13-slim-trixie`.
fn minor_version(text: &str) -> Option<(u64, u64)> {
    let release = text.split(|c: char| !c.is_ascii_digit() && c != '.').next()?;
    let mut parts = release.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn python_is_read_from_the_tag() {
        assert_eq!(minor_version("3.13-slim-trixie"), Some((3, 13)));
        assert_eq!(minor_version("3.13.2"), Some((3, 13)));
        assert_eq!(minor_version("3-slim"), None);
        assert_eq!(minor_version("slim"), None);
    }
}
