//! How large images are: noted for each service where the environment names a folder in `IMAGE_SIZES`, beside what was noted
//! there before.

#![expect(
    clippy::disallowed_methods,
    reason = "in a folder that CI names, and that this module fills"
)]

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use diagnostics::Problem;
use repo::Root;
use serde_json::{Value, json};

use super::chosen::Image;
use crate::environments::write;

/// The images of one service, by flavour.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sizes(pub BTreeMap<String, Size>);

/// In bytes, uncompressed, as `docker images` has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// The size of the image.
    pub bytes: u64,
    /// The size at the base, where it is known.
    pub before: Option<u64>,
}

impl Sizes {
    /// Reads the sizes that another run noted. The error says what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let said: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let images = said.as_object().ok_or("it is not an object")?;
        let size = |(image, size): (&String, &Value)| {
            let bytes = size["bytes"]
                .as_u64()
                .ok_or_else(|| format!("`{image}` has no `bytes`"))?;
            Ok((
                image.clone(),
                Size {
                    bytes,
                    before: size["before"].as_u64(),
                },
            ))
        };
        images.iter().map(size).collect::<Result<_, String>>().map(Self)
    }

    fn render(&self) -> String {
        let size =
            |(image, size): (&String, &Size)| (image.clone(), json!({ "bytes": size.bytes, "before": size.before }));
        let images: serde_json::Map<String, Value> = self.0.iter().map(size).collect();
        format!("{:#}\n", Value::Object(images))
    }
}

/// The folder where sizes are noted, if there is one.
pub(super) fn folder(root: &Root) -> Option<PathBuf> {
    let dir = env::var_os("IMAGE_SIZES").filter(|dir| !dir.is_empty())?;
    Some(root.join(dir))
}

/// Notes the sizes of images, in a file for each service.
pub(super) fn note(dir: &Path, images: &[Image]) -> Result<(), Problem> {
    fs::create_dir_all(dir).map_err(|error| Problem::error(format!("cannot make `{}`: {error}", dir.display())))?;
    let mut services: BTreeMap<&str, Sizes> = BTreeMap::new();
    for image in images {
        let before = fs::read_to_string(file(dir, &image.service)).ok();
        let before = before.and_then(|text| Sizes::parse(&text).ok()).unwrap_or_default();
        let flavour = image.flavour.name();
        let size = Size {
            bytes: size(&image.tagged())?,
            before: before.0.get(flavour).map(|size| size.bytes),
        };
        services
            .entry(&image.service)
            .or_default()
            .0
            .insert(flavour.to_owned(), size);
    }
    services
        .iter()
        .try_for_each(|(service, sizes)| write(&file(dir, service), &sizes.render()))
}

fn file(dir: &Path, service: &str) -> PathBuf {
    dir.join(format!("{service}.json"))
}

fn size(image: &str) -> Result<u64, Problem> {
    let mut command = Command::new("docker");
    command.args(["image", "inspect", "--format", "{{.Size}}", image]);
    let output = command
        .output()
        .map_err(|error| Problem::error(format!("cannot run `docker`: {error}")))?;
    let said = String::from_utf8_lossy(&output.stdout);
    said.trim().parse().map_err(|_| {
        let error = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Problem::error(format!("the size of `{image}` is unknown")).note(error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_noted_is_read_again() {
        let size = Size {
            bytes: 3,
            before: Some(2),
        };
        let sizes = Sizes(BTreeMap::from([("production".to_owned(), size)]));
        assert_eq!(Sizes::parse(&sizes.render()).unwrap(), sizes);
        for damaged in ["", "[]", "{\"production\": {}}"] {
            assert!(Sizes::parse(damaged).is_err(), "{damaged}");
        }
    }
}
