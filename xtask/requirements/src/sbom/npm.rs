//! What the pages are built from, by `package-lock.json`: its production packages become part of what browsers load.

use serde_json::Value;

use super::{Component, Kind, License};

/// The packages of a lock that are not for development alone, but for the workspaces of the lock itself.
pub fn components(lock: &Value) -> Vec<Component> {
    let Some(packages) = lock["packages"].as_object() else {
        return Vec::new();
    };
    let component = |(path, package): (&String, &Value)| {
        let name = path.rsplit_once("node_modules/").map(|(_, name)| name)?;
        let is = |flag: &str| package[flag].as_bool() == Some(true);
        if is("dev") || is("devOptional") || is("link") {
            return None;
        }
        let hash = package["integrity"].as_str().and_then(hex);
        Some(Component {
            name: package["name"].as_str().unwrap_or(name).to_owned(),
            version: package["version"].as_str()?.to_owned(),
            kind: Kind::Npm,
            license: package["license"]
                .as_str()
                .map(|text| License::Expression(text.to_owned())),
            hashes: hash.into_iter().collect(),
            origin: None,
        })
    };
    packages.iter().filter_map(component).collect()
}

/// `sha512-BASE64` as `sha512:HEX`.
fn hex(integrity: &str) -> Option<String> {
    let (algorithm, text) = integrity.split_whitespace().next()?.split_once('-')?;
    let mut bits = 0_u32;
    let mut held = 0;
    let mut out = String::new();
    for byte in text.bytes().filter(|byte| *byte != b'=') {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(digit);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push_str(&format!("{:02x}", bits >> held & 0xff));
        }
    }
    Some(format!("{algorithm}:{out}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_for_development_and_what_is_a_workspace_is_left_out() {
        let lock = json!({ "packages": {
            "": { "name": "pages", "version": "1" },
            "packages/own": { "version": "1" },
            "node_modules/own": { "resolved": "packages/own", "link": true },
            "node_modules/@x/y": { "version": "2.0.0", "license": "MIT", "integrity": "sha512-q80=" },
            "node_modules/a/node_modules/b": { "version": "3.0.0" },
            "node_modules/vite": { "version": "8.0.0", "dev": true },
        }});
        let found = components(&lock);
        let names: Vec<&str> = found.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["@x/y", "b"]);
        assert_eq!(found[0].hashes, ["sha512:abcd"]);
        assert_eq!(found[0].license, Some(License::Expression("MIT".into())));
        assert_eq!(components(&json!([])), []);
    }
}
