//! Which layer of an image holds a file, read from `docker save`: a tar of tars.

use std::{
    io::{self, BufReader, Read},
    process::{Command, Stdio},
};

/// The layers of an image, the lowest first, each with the paths in it that the filter takes.
pub fn layers(image: &str, wanted: &dyn Fn(&str) -> bool) -> Result<Vec<Vec<String>>, String> {
    let failed = |error: io::Error| format!("cannot read `docker save {image}`: {error}");
    let mut child = Command::new("docker")
        .args(["save", image])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let stdout = child.stdout.take().ok_or("docker has no output")?;
    let mut found = Vec::new();
    let mut manifest = None;
    let mut outer = BufReader::with_capacity(1 << 20, stdout);
    let walked = walk(&mut outer, &mut |name, content| {
        if name == "manifest.json" {
            let mut text = String::new();
            content.read_to_string(&mut text)?;
            manifest = serde_json::from_str::<serde_json::Value>(&text).ok();
        } else if name.ends_with("/layer.tar") || name.starts_with("blobs/") {
            let mut paths = Vec::new();
            // A blob that is no tar is a manifest or a configuration.
            let _ = walk(content, &mut |path, _| {
                if wanted(path) {
                    paths.push(path.to_owned());
                }
                Ok(())
            });
            found.push((name.to_owned(), paths));
        }
        Ok(())
    });
    let ended = child.wait().map_err(failed)?;
    walked.map_err(failed)?;
    if !ended.success() {
        return Err(format!("`docker save {image}` ended with {ended}"));
    }
    let manifest = manifest.ok_or("`docker save` wrote no manifest")?;
    let names = manifest[0]["Layers"]
        .as_array()
        .ok_or("the saved image names no layers")?;
    let of = |name: &str| {
        found
            .iter()
            .find(|(other, _)| other == name)
            .map(|(_, paths)| paths.clone())
    };
    Ok(names
        .iter()
        .map(|name| name.as_str().and_then(of).unwrap_or_default())
        .collect())
}

/// Calls back with every entry of a tar, and its content.
fn walk(tar: &mut dyn Read, entry: &mut dyn FnMut(&str, &mut dyn Read) -> io::Result<()>) -> io::Result<()> {
    let mut header = [0; 512];
    let mut long_name = None;
    loop {
        match tar.read_exact(&mut header) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            other => other?,
        }
        if header[0] == 0 {
            continue;
        }
        if &header[257..262] != b"ustar" {
            return Err(io::Error::other("no tar"));
        }
        let size = octal(&header[124..136]);
        let mut content = (&mut *tar).take(size);
        match header[156] {
            b'L' | b'x' => {
                let mut text = Vec::new();
                content.read_to_end(&mut text)?;
                long_name = name_in(header[156], &text).or(long_name);
            }
            _ => {
                let name = long_name.take().unwrap_or_else(|| name_of(&header));
                entry(&name, &mut content)?;
            }
        }
        let rest = content.limit();
        let padding = (512 - size % 512) % 512;
        io::copy(&mut (&mut *tar).take(rest + padding), &mut io::sink())?;
    }
}

fn octal(field: &[u8]) -> u64 {
    let digits = field.iter().filter(|byte| (b'0'..=b'7').contains(byte));
    digits.fold(0, |number, digit| number * 8 + u64::from(digit - b'0'))
}

fn name_of(header: &[u8; 512]) -> String {
    let text =
        |bytes: &[u8]| String::from_utf8_lossy(bytes.split(|byte| *byte == 0).next().unwrap_or(&[])).into_owned();
    // GNU keeps times where POSIX keeps the start of the name.
    let prefix = if &header[257..265] == b"ustar  \0" {
        String::new()
    } else {
        text(&header[345..500])
    };
    let name = text(&header[..100]);
    if prefix.is_empty() {
        name
    } else {
        format!("{prefix}/{name}")
    }
}

/// The name of the next entry, from GNU's or POSIX' extra entry for it.
fn name_in(kind: u8, text: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(text);
    match kind {
        b'L' => Some(text.trim_end_matches('\0').to_owned()),
        _ => text
            .lines()
            .find_map(|line| Some(line.split_once(" path=")?.1.to_owned())),
    }
}
