//! The files of an image as `docker export` writes them, held in memory so that a change costs no engine.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    sync::Arc,
};

const BLOCK: usize = 512;

/// A tar. What is not changed is written as it was read.
#[derive(Clone)]
pub struct Archive {
    bytes: Arc<Vec<u8>>,
    entries: Vec<Option<Entry>>,
    by_path: BTreeMap<String, usize>,
}

#[derive(Clone)]
enum Entry {
    /// Where it is in the bytes, with what announces a long name.
    Read {
        from: usize,
        header: usize,
        to: usize,
    },
    Made(Node),
}

/// What is at a path.
#[derive(Clone)]
pub struct Node {
    pub path: String,
    pub kind: Kind,
    pub mode: u32,
    pub owner: (u32, u32),
    pub time: usize,
    pub text: Vec<u8>,
}

/// The time that generated Dockerfiles give to files.
pub const TIME: usize = 315_532_800;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    File,
    Folder,
    /// Its text is where it leads.
    Link,
    /// The other name of a file, a device.
    Other(u8),
}

impl Archive {
    pub fn read(bytes: Vec<u8>) -> Result<Self, String> {
        let mut archive = Self {
            bytes: Arc::new(bytes),
            entries: Vec::new(),
            by_path: BTreeMap::new(),
        };
        let bytes = Arc::clone(&archive.bytes);
        let (mut at, mut from, mut long) = (0, 0, None);
        while let Some(header) = bytes.get(at..at + BLOCK).filter(|header| header[0] != 0) {
            let size = octal(&header[124..136]);
            let end = at + BLOCK + size.div_ceil(BLOCK) * BLOCK;
            let content = bytes.get(at + BLOCK..at + BLOCK + size).ok_or("a tar is cut off")?;
            match header[156] {
                b'L' => long = Some(text(content)),
                b'x' => long = path_in(content).or(long),
                b'K' | b'g' => {}
                _ => {
                    let name = long.take().unwrap_or_else(|| name_of(header));
                    let path = format!("/{}", name.trim_matches('/'));
                    archive.by_path.insert(path, archive.entries.len());
                    archive.entries.push(Some(Entry::Read {
                        from,
                        header: at,
                        to: end,
                    }));
                    from = end;
                }
            }
            at = end;
        }
        Ok(archive)
    }

    /// The paths that fit a pattern, in which a `*` is any part of a name.
    pub fn paths(&self, pattern: &str) -> Vec<String> {
        let Some((start, end)) = pattern.split_once('*') else {
            return self
                .by_path
                .get_key_value(pattern)
                .map(|(path, _)| path.clone())
                .into_iter()
                .collect();
        };
        let fits = |path: &&String| {
            let middle = path.strip_prefix(start).and_then(|rest| rest.strip_suffix(end));
            middle.is_some_and(|middle| !middle.contains('/'))
        };
        self.by_path.keys().filter(fits).cloned().collect()
    }

    /// The paths below a folder, and its own.
    pub fn tree(&self, folder: &str) -> Vec<String> {
        let below = format!("{folder}/");
        let is_in = |path: &&String| *path == folder || path.starts_with(&below);
        self.by_path.keys().filter(is_in).cloned().collect()
    }

    pub fn get(&self, path: &str) -> Option<Node> {
        let at = *self.by_path.get(path)?;
        Some(match self.entries[at].as_ref()? {
            Entry::Made(node) => node.clone(),
            Entry::Read { header, to, .. } => {
                let (header, content) = self.bytes[*header..*to].split_at(BLOCK);
                let kind = match header[156] {
                    0 | b'0' => Kind::File,
                    b'5' => Kind::Folder,
                    b'2' => Kind::Link,
                    other => Kind::Other(other),
                };
                let text = match kind {
                    Kind::Link | Kind::Other(_) => text(&header[157..257]).into_bytes(),
                    Kind::File | Kind::Folder => content[..octal(&header[124..136])].to_vec(),
                };
                Node {
                    path: path.to_owned(),
                    kind,
                    mode: octal(&header[100..108]) as u32,
                    owner: (octal(&header[108..116]) as u32, octal(&header[116..124]) as u32),
                    time: octal(&header[136..148]),
                    text,
                }
            }
        })
    }

    /// Puts something at its path, in place of what was there, and makes the folders above it.
    pub fn put(&mut self, node: Node) {
        let above = node.path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        if !above.is_empty() && !self.by_path.contains_key(&above) {
            self.put(Node {
                path: above,
                kind: Kind::Folder,
                mode: 0o755,
                owner: (0, 0),
                time: TIME,
                text: Vec::new(),
            });
        }
        let at = match self.by_path.get(&node.path) {
            Some(at) => *at,
            None => {
                self.by_path.insert(node.path.clone(), self.entries.len());
                self.entries.push(None);
                self.entries.len() - 1
            }
        };
        self.entries[at] = Some(Entry::Made(node));
    }

    pub fn remove(&mut self, path: &str) {
        if let Some(at) = self.by_path.remove(path) {
            self.entries[at] = None;
        }
    }

    pub fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        for entry in self.entries.iter().flatten() {
            match entry {
                Entry::Read { from, to: end, .. } => to.write_all(&self.bytes[*from..*end])?,
                Entry::Made(node) => write(node, to)?,
            }
        }
        to.write_all(&[0; 2 * BLOCK])
    }
}

fn write(node: &Node, to: &mut dyn Write) -> io::Result<()> {
    let name = node.path.trim_start_matches('/');
    let (flag, content, target): (u8, &[u8], &[u8]) = match node.kind {
        Kind::File => (b'0', &node.text, b""),
        Kind::Folder => (b'5', b"", b""),
        Kind::Link => (b'2', b"", &node.text),
        Kind::Other(flag) => (flag, b"", &node.text),
    };
    if name.len() > 100 {
        let long = [name.as_bytes(), b"\0"].concat();
        block(to, ("././@LongLink", b'L'), (0, (0, 0), 0), b"", &long)?;
    }
    let short = name.get(..name.len().min(100)).unwrap_or("long");
    block(to, (short, flag), (node.mode, node.owner, node.time), target, content)
}

fn block(
    to: &mut dyn Write,
    (name, flag): (&str, u8),
    (mode, owner, time): (u32, (u32, u32), usize),
    target: &[u8],
    content: &[u8],
) -> io::Result<()> {
    let mut header = [0; BLOCK];
    let mut field = |at: usize, bytes: &[u8]| header[at..at + bytes.len()].copy_from_slice(bytes);
    field(0, name.as_bytes());
    field(100, format!("{mode:07o}").as_bytes());
    field(108, format!("{:07o}", owner.0).as_bytes());
    field(116, format!("{:07o}", owner.1).as_bytes());
    field(124, format!("{:011o}", content.len()).as_bytes());
    field(136, format!("{time:011o}").as_bytes());
    field(148, b"        ");
    field(156, &[flag]);
    field(157, &target[..target.len().min(100)]);
    field(257, b"ustar  \0");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    to.write_all(&header)?;
    to.write_all(content)?;
    to.write_all(&vec![0; content.len().next_multiple_of(BLOCK) - content.len()])
}

fn octal(field: &[u8]) -> usize {
    let digits = field.iter().filter(|byte| (b'0'..=b'7').contains(byte));
    digits.fold(0, |number, digit| number * 8 + usize::from(digit - b'0'))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes.split(|byte| *byte == 0).next().unwrap_or(&[])).into_owned()
}

fn name_of(header: &[u8]) -> String {
    let name = text(&header[..100]);
    match text(&header[345..500]) {
        prefix if header[257..263] == *b"ustar\0" && !prefix.is_empty() => format!("{prefix}/{name}"),
        _ => name,
    }
}

/// The name in POSIX' announcement of it.
fn path_in(records: &[u8]) -> Option<String> {
    let records = String::from_utf8_lossy(records);
    records
        .lines()
        .find_map(|line| Some(line.split_once(" path=")?.1.to_owned()))
}
