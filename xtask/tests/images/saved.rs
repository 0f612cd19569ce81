//! What the layers of an image hold, read from `docker save`: a tar of tars.

use std::{
    io::{self, BufReader, Read},
    process::{Command, Stdio},
};

use sha2::{Digest, Sha256};

/// The layers of an image, the lowest first, each with the paths in it that the filter takes.
pub fn layers(image: &str, wanted: &dyn Fn(&str) -> bool) -> Result<Vec<Vec<String>>, String> {
    each_layer(image, &mut |layer| {
        let mut paths = Vec::new();
        // A blob that is not a tar is a manifest or a configuration.
        let _ = walk(layer, &mut |path, _| {
            if wanted(path) {
                paths.push(path.to_owned());
            }
            Ok(())
        });
        Ok(paths)
    })
}

/// The entries of a layer in the order of their names, each with a digest of its content, owner, mode and time.
pub type Entries = Vec<(String, Vec<u8>)>;

/// The layers of an image, the lowest first, each as what does not depend on the order of its entries.
pub fn unordered(image: &str) -> Result<Vec<Entries>, String> {
    each_layer(image, &mut |layer| entries(layer))
}

/// All entries of a tar, whatever their order.
pub fn entries(tar: &mut dyn Read) -> io::Result<Entries> {
    let mut all = Vec::new();
    let mut entry = Sha256::new();
    let mut block = [0; 512];
    while read_block(tar, &mut block)? {
        if block[0] == 0 {
            continue;
        }
        entry.update(block);
        let kind = block[156];
        // A long name is cut here; its digest covers the entry that has it whole.
        let name = name_of(&block);
        for _ in 0..octal(&block[124..136]).div_ceil(512) {
            read_block(tar, &mut block)?;
            entry.update(block);
        }
        // Long names and exact times come in an entry before the one that they are about.
        if !matches!(kind, b'L' | b'K' | b'x') {
            all.push((name, entry.finalize_reset().to_vec()));
        }
    }
    all.sort();
    Ok(all)
}

/// Whether there was one.
fn read_block(tar: &mut dyn Read, block: &mut [u8; 512]) -> io::Result<bool> {
    match tar.read_exact(block) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        other => other.map(|()| true),
    }
}

/// The layers of an image, the lowest first, each as it is read. What is read of a blob that is not a layer is dropped.
fn each_layer<T: Clone + Default>(
    image: &str,
    read: &mut dyn FnMut(&mut dyn Read) -> io::Result<T>,
) -> Result<Vec<T>, String> {
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
            found.push((name.to_owned(), read(content)?));
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
            .map(|(_, layer)| layer.clone())
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
    while read_block(tar, &mut header)? {
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
    Ok(())
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
