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
}

impl Metadata {
    /// Reads the headers; the description follows after an empty line.
    pub fn parse(text: &str) -> Self {
        let mut metadata = Self::default();
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
                // The rest is for indexes and their readers.
                _ => {}
            }
        }
        metadata
    }
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
}
