//! Changes of an image as entries note them: what a step behind its last one, or another setting, would do.

use sha2::{Digest, Sha256};
use toml_edit::{InlineTable, Value};

use super::{
    archive::{Archive, Kind, Node, TIME},
    image::Image,
};

/// Where the packages of the images are.
const SITE: &str = "/opt/venv/lib/python3.13/site-packages";

/// One change of one image, or of both.
pub struct Edit {
    of_development: bool,
    of_production: bool,
    path: String,
    change: Change,
}

enum Change {
    /// A file, in place of what is there.
    Write {
        text: String,
        mode: u32,
        owner: (u32, u32),
    },
    /// Text at the end of a file.
    Append(String),
    /// A text in a file by another one, each time.
    Replace {
        find: String,
        put: String,
    },
    /// A file or a folder, with all that is in it.
    Remove,
    Move(String),
    Copy(String),
    /// A symbolic link with this text.
    Link(String),
    Chmod(u32),
    Chown((u32, u32)),
    /// A later time.
    Touch,
    /// The digests in RECORD are those of the files again, as after an install.
    Record,
    /// What `docker image inspect` says, by the names of its keys.
    Set(serde_json::Value),
}

/// The keys of each form of an edit, the first of which tells it.
const FORMS: [(&str, &[&str]); 12] = [
    ("write", &["text", "mode", "owner"]),
    ("append", &["text"]),
    ("in", &["find", "put"]),
    ("remove", &[]),
    ("move", &["to"]),
    ("copy", &["to"]),
    ("link", &["to"]),
    ("chmod", &["mode"]),
    ("chown", &["owner"]),
    ("touch", &[]),
    ("record", &[]),
    ("set", &["value"]),
];

impl Edit {
    pub fn read(table: &InlineTable) -> Result<Self, String> {
        let (form, allowed) = FORMS
            .into_iter()
            .find(|(form, _)| table.contains_key(form))
            .ok_or("an edit has no known form")?;
        let known = |key: &str| key == form || key == "of" || allowed.contains(&key);
        if let Some((key, _)) = table.iter().find(|(key, _)| !known(key)) {
            return Err(format!("`{form}` takes no `{key}`"));
        }
        let optional = |key: &str| table.get(key).and_then(Value::as_str).map(str::to_owned);
        let text = |key: &str| optional(key).ok_or_else(|| format!("`{key}` is missing"));
        let mode = |text: &str| u32::from_str_radix(text, 8).map_err(|_| format!("`{text}` is no mode"));
        let owner = |text: String| {
            let (user, group) = text.split_once(':')?;
            Some((user.parse().ok()?, group.parse().ok()?))
        };
        let owner = |text: String| owner(text.clone()).ok_or_else(|| format!("`{text}` is no owner"));
        let change = match form {
            "write" => Change::Write {
                text: text("text")?,
                mode: mode(&optional("mode").unwrap_or_else(|| "644".to_owned()))?,
                owner: owner(optional("owner").unwrap_or_else(|| "0:0".to_owned()))?,
            },
            "append" => Change::Append(text("text")?),
            "in" => Change::Replace {
                find: text("find")?,
                put: text("put")?,
            },
            "remove" => Change::Remove,
            "move" => Change::Move(site(&text("to")?)),
            "copy" => Change::Copy(site(&text("to")?)),
            "link" => Change::Link(text("to")?),
            "chmod" => Change::Chmod(mode(&text("mode")?)?),
            "chown" => Change::Chown(owner(text("owner")?)?),
            "touch" => Change::Touch,
            "record" => Change::Record,
            _ => Change::Set(serde_json::from_str(&text("value")?).map_err(|error| format!("`value`: {error}"))?),
        };
        let of = optional("of").unwrap_or_else(|| "production".to_owned());
        if !["production", "development", "both"].contains(&of.as_str()) {
            return Err(format!("`{of}` is not an image"));
        }
        Ok(Self {
            of_development: of != "production",
            of_production: of != "development",
            path: site(&text(form)?),
            change,
        })
    }

    /// Whether it changes the image of that name.
    pub fn is_of(&self, image: &str) -> bool {
        if image == "production" {
            self.of_production
        } else {
            self.of_development
        }
    }

    /// Makes the change in those of the two images that it is of.
    pub fn make(&self, dev: &mut Image, prod: &mut Image) -> Result<(), String> {
        if self.of_development {
            self.make_in(dev)?;
        }
        if self.of_production {
            self.make_in(prod)?;
        }
        Ok(())
    }

    fn make_in(&self, image: &mut Image) -> Result<(), String> {
        let files = &mut image.files;
        let at = &with_prefix(files, &self.path);
        match &self.change {
            Change::Set(value) => return image.set(at, value.clone()),
            Change::Write { text, mode, owner } => files.put(Node {
                path: place(files, at)?,
                kind: Kind::File,
                mode: *mode,
                owner: *owner,
                time: TIME,
                text: text.clone().into_bytes(),
            }),
            Change::Link(to) => files.put(Node {
                path: at.clone(),
                kind: Kind::Link,
                mode: 0o777,
                owner: (0, 0),
                time: TIME,
                text: to.clone().into_bytes(),
            }),
            Change::Remove => each(files, at, |files, path| {
                files.tree(path).iter().for_each(|path| files.remove(path));
                Ok(())
            })?,
            Change::Move(to) | Change::Copy(to) => {
                let [from] = files.paths(at).try_into().map_err(|_| not_one(at))?;
                let (from, to): (String, &String) = (from, to);
                for path in files.tree(&from) {
                    let node = files.get(&path);
                    if matches!(self.change, Change::Move(_)) {
                        files.remove(&path);
                    }
                    let path = format!("{to}{}", &path[from.len()..]);
                    node.into_iter().for_each(|node| {
                        files.put(Node {
                            path: path.clone(),
                            ..node
                        })
                    });
                }
            }
            Change::Record => each(files, at, record)?,
            Change::Append(_) | Change::Replace { .. } | Change::Chmod(_) | Change::Chown(_) | Change::Touch => {
                each(files, at, |files, path| {
                    let mut node = files.get(path).ok_or_else(|| not_one(path))?;
                    match &self.change {
                        Change::Append(text) => node.text.extend(text.bytes()),
                        Change::Replace { find, put } => node.text = replaced(&node, find, put)?,
                        Change::Chmod(mode) => node.mode = *mode,
                        Change::Chown(owner) => node.owner = *owner,
                        Change::Touch => node.time += 60,
                        _ => {}
                    }
                    files.put(node);
                    Ok(())
                })?;
            }
        }
        Ok(())
    }
}

fn site(path: &str) -> String {
    path.replacen("SITE", SITE, 1)
}

/// Images of Python have it in /usr/local, others where the distribution has it.
fn with_prefix(files: &Archive, path: &str) -> String {
    let has_python = |prefix: &&str| {
        !files
            .paths(&format!("{prefix}/lib/python3.13/json/decoder.py"))
            .is_empty()
    };
    let prefix = ["/usr/local", "/usr"].into_iter().find(has_python);
    path.replacen("PREFIX", prefix.unwrap_or("/usr"), 1)
}

fn not_one(path: &str) -> String {
    format!("`{path}` is not one path of the image")
}

/// Where a new file is: its folder exists if it is a pattern.
fn place(files: &Archive, path: &str) -> Result<String, String> {
    let Some((folder, name)) = path.rsplit_once('/').filter(|_| path.contains('*')) else {
        return Ok(path.to_owned());
    };
    match files.paths(folder).as_slice() {
        [one] => Ok(format!("{one}/{name}")),
        _ => Err(not_one(folder)),
    }
}

fn each(
    files: &mut Archive,
    pattern: &str,
    mut change: impl FnMut(&mut Archive, &str) -> Result<(), String>,
) -> Result<(), String> {
    let paths = files.paths(pattern);
    if paths.is_empty() {
        return Err(format!("`{pattern}` is not in the image"));
    }
    paths.iter().try_for_each(|path| change(files, path))
}

fn replaced(node: &Node, find: &str, put: &str) -> Result<Vec<u8>, String> {
    let text = String::from_utf8(node.text.clone()).map_err(|_| format!("`{}` is no text", node.path))?;
    if !text.contains(find) {
        return Err(format!("`{}` has no `{find}`", node.path));
    }
    Ok(text.replace(find, put).into_bytes())
}

/// Writes the RECORD of a `.dist-info` again; what is gone is left out.
fn record(files: &mut Archive, info: &str) -> Result<(), String> {
    let site = info.rsplit_once('/').map_or("", |(folder, _)| folder);
    let path = format!("{info}/RECORD");
    let mut node = files.get(&path).ok_or_else(|| not_one(&path))?;
    let text = String::from_utf8_lossy(&node.text).into_owned();
    let old = text.lines().next_back().unwrap_or_default();
    let old = old.split(".dist-info/").next().unwrap_or_default();
    let name = info
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .trim_end_matches(".dist-info");
    let mut lines = Vec::new();
    for line in text.lines() {
        let line = line.replacen(&format!("{old}.dist-info/"), &format!("{name}.dist-info/"), 1);
        let Some((file, rest)) = line.split_once(',') else {
            continue;
        };
        let known = files.get(&formats::absolute(site, file));
        match known {
            Some(known) if rest != "," => {
                let digest = evidence::built::distributions::base64(&Sha256::digest(&known.text));
                lines.push(format!("{file},sha256={digest},{}", known.text.len()));
            }
            Some(_) => lines.push(line),
            None => {}
        }
    }
    node.text = (lines.join("\n") + "\n").into_bytes();
    files.put(node);
    Ok(())
}
