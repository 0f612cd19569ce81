//! An image that is changed in memory, and a stand-in for the `docker` program that hands it out.

use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
    process::{Command, Stdio},
};

use serde_json::Value;

use super::archive::Archive;
use crate::docker;

/// What `docker` says of an image, and its files.
#[derive(Clone)]
pub struct Image {
    inspected: Value,
    pub files: Archive,
}

impl Image {
    /// Takes an image out of the engine.
    pub fn export(tag: &str) -> Result<Self, String> {
        let failed = |error: std::io::Error| format!("cannot export {tag}: {error}");
        let container = docker::docker(&["create", "--label", &docker::label(), tag])?;
        let mut export = Command::new("docker");
        let output = export.args(["export", &container]).stdin(Stdio::null()).output();
        let _ = docker::docker(&["rm", "--force", "--volumes", &container]);
        Ok(Self {
            inspected: docker::inspect(tag)?,
            files: Archive::read(output.map_err(failed)?.stdout)?,
        })
    }

    /// Sets what is at `Config.Labels.some\.label`; null removes it.
    pub fn set(&mut self, keys: &str, value: Value) -> Result<(), String> {
        let keys = keys.replace("\\.", "\0");
        let keys: Vec<String> = keys.split('.').map(|key| key.replace('\0', ".")).collect();
        let (last, above) = keys.split_last().ok_or("no key")?;
        let mut at = &mut self.inspected;
        for key in above {
            at = at.get_mut(key).ok_or_else(|| format!("`{key}` is not in the image"))?;
        }
        match at {
            // Variables are a list of texts.
            Value::Array(list) => {
                list.retain(|entry| {
                    entry
                        .as_str()
                        .and_then(|text| text.split_once('='))
                        .is_none_or(|(name, _)| name != last)
                });
                if let Some(text) = value.as_str() {
                    list.push(format!("{last}={text}").into());
                }
            }
            Value::Object(map) => {
                if value.is_null() && map.remove(last).is_none() {
                    return Err(format!("`{last}` is not in the image"));
                }
                if !value.is_null() {
                    map.insert(last.clone(), value);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                return Err(format!("`{last}` cannot be set"));
            }
        }
        Ok(())
    }

    /// Writes it where the stand-in finds it under that name.
    pub fn write(&self, folder: &Path, name: &str) -> std::io::Result<()> {
        let mut json = File::create(folder.join(format!("{name}.json")))?;
        json.write_all(self.inspected.to_string().as_bytes())?;
        let mut tar = BufWriter::with_capacity(1 << 20, File::create(folder.join(format!("{name}.tar")))?);
        self.files.write(&mut tar)?;
        tar.flush()
    }
}

/// Takes an image that is written to another folder.
pub fn link(from: &Path, to: &Path, name: &str) -> std::io::Result<()> {
    [format!("{name}.json"), format!("{name}.tar")]
        .iter()
        .try_for_each(|file| symlink(from.join(file), to.join(file)))
}

/// What `verify-parity --images` asks an engine, answered from a folder.
const DOCKER: &str = r#"#!/bin/sh
here=$(dirname "$0")
for last in "$@"; do case $last in development|production) image=$last ;; esac; done
case $1 in
create) echo "$image" > "$here/$3" ;;
inspect) exec cat "$here/$4" ;;
image) if [ "$2" = inspect ]; then exec cat "$here/$image.json"; fi ;;
export) exec cat "$here/$(cat "$here/$2").tar" ;;
rm) exec rm "$here/$4" ;;
version) echo 1 ;;
esac
"#;

/// Puts the stand-in into a folder, which then comes first on PATH.
pub fn stand_in(folder: &Path) -> std::io::Result<()> {
    let program = folder.join("docker");
    let mut file = File::create(&program)?;
    file.write_all(DOCKER.as_bytes())?;
    fs::set_permissions(program, fs::Permissions::from_mode(0o755))
}
