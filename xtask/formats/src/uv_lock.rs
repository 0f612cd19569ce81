//! The lists of wheels of a `uv.lock`, lifted out before the TOML is parsed, as those of a `poetry.lock` are.

use crate::poetry_lock::{Lifted, LockedFile, lift_with};

/// Takes the lists of wheels out; a list with a line of another form stays.
pub fn lift(text: &str) -> Lifted {
    lift_with(text, wheel)
}

/// `    { url = "…", hash = "…", size = 1, upload-time = "…" },`, with no escape in any text.
fn wheel(line: &str) -> Option<LockedFile> {
    let mut rest = line.strip_prefix("    { ")?.strip_suffix(" },\n")?;
    if rest.contains('\\') {
        return None;
    }
    let (mut url, mut path, mut filename, mut hash) = (None, None, None, None);
    loop {
        let (key, value) = rest.split_once(" = ")?;
        let after = match value.strip_prefix('"') {
            Some(text) => {
                let (text, after) = text.split_once('"')?;
                let slot = match key {
                    "url" => &mut url,
                    "path" => &mut path,
                    "filename" => &mut filename,
                    "hash" => &mut hash,
                    "upload-time" => &mut None,
                    _ => return None,
                };
                // A key that is written twice is an error of TOML.
                if slot.replace(text).is_some() {
                    return None;
                }
                after
            }
            None => {
                let end = value.find(|c: char| !c.is_ascii_digit()).unwrap_or(value.len());
                if key != "size" || end == 0 {
                    return None;
                }
                &value[end..]
            }
        };
        match after.strip_prefix(", ") {
            Some(more) => rest = more,
            None if after.is_empty() => break,
            None => return None,
        }
    }
    let name = filename.or(url).or(path)?;
    Some(LockedFile {
        name: name.rsplit('/').next().unwrap_or_default().to_owned(),
        hash: hash?.to_owned(),
        address: url.or(path).map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lines_as_uv_writes_them_are_lifted() {
        let line = "    { url = \"https://files.example.org/a/b-1.whl\", hash = \"sha256:aa\", size = 12, upload-time = \"2025-01-01T00:00:00Z\" },\n";
        let file = wheel(line).unwrap();
        assert_eq!((file.name.as_str(), file.hash.as_str()), ("b-1.whl", "sha256:aa"));
        assert_eq!(file.address.as_deref(), Some("https://files.example.org/a/b-1.whl"));
        let named = wheel("    { path = \"w/x\", filename = \"c-1.whl\", hash = \"sha256:bb\" },\n").unwrap();
        assert_eq!(
            (named.name.as_str(), named.address.as_deref()),
            ("c-1.whl", Some("w/x"))
        );
        for (from, to) in [
            ("sha256:aa", "sha256:\\u0061a"),
            ("size = 12", "size = 0x1"),
            ("size = 12", "size = -1"),
            ("size = 12", "size = \"12\""),
            ("size = 12", "url = \"b\""),
            ("hash = ", "digest = "),
            (", size", " size"),
            (" },\n", " }\n"),
            (" },\n", ", },\n"),
            ("    {", "  {"),
        ] {
            let other = line.replacen(from, to, 1);
            assert!(wheel(&other).is_none(), "{other}");
        }
        assert!(wheel("    { name = \"b\" },\n").is_none());
        let text = format!("wheels = [\n{line}]\n");
        let lifted = lift(&text);
        assert_eq!(lifted.rest.len(), text.len());
        assert_eq!(lifted.lists[&9][0], file);
    }
}
