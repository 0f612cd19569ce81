//! Core metadata of a distribution (PEP 566, PEP 643): the part of it that is passed on or checked.

/// What `METADATA` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// `Name`, as it is written.
    pub name: String,
    /// `Version`.
    pub version: String,
    /// `Requires-Python`.
    pub requires_python: Option<String>,
    /// `Requires-Dist`, as written.
    pub requirements: Vec<String>,
    /// The values of `License-File`.
    pub license_files: Vec<String>,
    /// `License-Expression` (SPDX, PEP 639).
    pub license_expression: Option<String>,
    /// What older metadata says: `License` where it is a name and not a whole text, else the classifiers.
    pub license: Option<String>,
}

impl Metadata {
    /// Reads the headers; the description follows after an empty line.
    pub fn parse(text: &str) -> Self {
        let mut metadata = Self::default();
        let mut classifiers = Vec::new();
        for line in text.lines().take_while(|line| !line.is_empty()) {
            let Some((field, value)) = line.split_once(':') else {
                continue;
            };
            let value = value.trim().to_owned();
            match field.to_ascii_lowercase().as_str() {
                "name" => metadata.name = value,
                "version" => metadata.version = value,
                "requires-python" => metadata.requires_python = Some(value),
                "requires-dist" => metadata.requirements.push(value),
                "license-file" => metadata.license_files.push(value),
                "license-expression" => metadata.license_expression = Some(value),
                "license" => metadata.license = Some(value).filter(|value| is_name(value)),
                "classifier" => classifiers.extend(
                    value
                        .strip_prefix("License ::")
                        .and_then(|license| license.rsplit("::").next())
                        .map(|license| license.trim().to_owned())
                        .filter(|license| license != "OSI Approved"),
                ),
                // The rest is for indexes and their readers.
                _ => {}
            }
        }
        metadata.license = metadata
            .license
            .or_else(|| Some(classifiers.join(" and ")).filter(|license| !license.is_empty()));
        metadata
    }
}

/// Whether a `License` field names a license; some hold the first line of a whole text.
fn is_name(text: &str) -> bool {
    const LONGEST: usize = 80;
    !text.is_empty() && text.len() <= LONGEST && text != "UNKNOWN" && !text.starts_with("Copyright")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_end_where_the_description_begins() {
        let text = "Metadata-Version: 2.4\nName: core\nVersion: 1.2\nLicense-File: LICENSE\nRequires-Dist: a (>=1)\nrequires-dist: b; extra == 'x'\n\nRequires-Dist: not this\n";
        let metadata = Metadata::parse(text);
        assert_eq!((metadata.name.as_str(), metadata.version.as_str()), ("core", "1.2"));
        assert_eq!(metadata.requirements, ["a (>=1)", "b; extra == 'x'"]);
        assert_eq!(metadata.license_files, ["LICENSE"]);
        assert_eq!(Metadata::parse(""), Metadata::default());
    }

    #[test]
    fn a_license_is_an_expression_a_name_or_a_classifier() {
        let license = |text: &str| {
            let metadata = Metadata::parse(text);
            (
                metadata.license_expression.unwrap_or_default(),
                metadata.license.unwrap_or_default(),
            )
        };
        let of = |one: &str, other: &str| (one.to_owned(), other.to_owned());
        assert_eq!(
            license("License-Expression: MIT OR Apache-2.0\n"),
            of("MIT OR Apache-2.0", "")
        );
        assert_eq!(
            license("License: BSD-3-Clause\nClassifier: License :: OSI Approved :: X\n"),
            of("", "BSD-3-Clause")
        );
        assert_eq!(
            license("License: UNKNOWN\nClassifier: License :: OSI Approved :: MIT License\n"),
            of("", "MIT License")
        );
        assert_eq!(
            license("License: Copyright (c) 2020 Somebody\nClassifier: License :: OSI Approved\n"),
            of("", "")
        );
    }
}
