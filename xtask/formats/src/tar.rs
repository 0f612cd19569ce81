//! Reads a tar as it comes: one entry after the other, nothing is unpacked.

use std::io::{self, Read};

const BLOCK: usize = 512;
/// Names longer than any file system takes are not names.
const LONGEST_NAME: u64 = 1 << 20;
/// The end of what a file can be on Linux.
const LARGEST: u64 = i64::MAX as u64;

/// What stands at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A link by name, with what it says.
    Symlink(String),
    /// Another name of a file that came before.
    Hardlink(String),
    /// A device, a pipe, a socket.
    Other,
}

/// Who owns an entry, who may use it, and how large it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Meta {
    /// The bits of the mode, with those of setuid and its like.
    pub mode: u32,
    /// The number of the user.
    pub owner: u32,
    /// The number of the group.
    pub group: u32,
    /// Of a file, in bytes.
    pub size: u64,
    /// Seconds since 1970.
    pub time: u64,
}

/// What is called with an entry: its name, what it is, whose it is, and its content.
type Each<'a> = dyn FnMut(&str, Kind, Meta, &mut dyn Read) -> io::Result<()> + 'a;

/// Calls back with every entry and its content, which need not be read to its end.
pub fn read(stream: &mut dyn Read, each: &mut Each<'_>) -> io::Result<()> {
    let (mut name, mut target, mut length) = (None, None, None);
    let mut header = [0; BLOCK];
    loop {
        stream.read_exact(&mut header).map_err(cut_off)?;
        if header == [0; BLOCK] {
            // A writer whose other end is closed early complains.
            return io::copy(stream, &mut io::sink()).map(drop);
        }
        check_sum(&header)?;
        let kind = header[156];
        // The length in an extended header is of the entry that follows it.
        let is_extension = matches!(kind, b'L' | b'K' | b'x' | b'g');
        let size = match length {
            Some(size) if !is_extension => size,
            Some(_) | None => number(&header[124..136])?,
        };
        let padding = (BLOCK as u64 - size % BLOCK as u64) % BLOCK as u64;
        let mut content = (&mut *stream).take(size);
        if is_extension {
            if size > LONGEST_NAME {
                return Err(io::Error::other("a name is longer than any file system takes"));
            }
            let mut text = Vec::new();
            content.read_to_end(&mut text)?;
            match kind {
                b'L' => name = Some(terminated(&text)),
                b'K' => target = Some(terminated(&text)),
                b'x' => {
                    for (key, value) in records(&text) {
                        match key.as_str() {
                            "path" => name = Some(value),
                            "linkpath" => target = Some(value),
                            "size" => {
                                length = Some(value.parse().ok().filter(|size| *size <= LARGEST).ok_or_else(invalid)?)
                            }
                            _ => {}
                        }
                    }
                }
                // Facts about all entries; none of ours.
                _ => {}
            }
        } else {
            let name = name.take().unwrap_or_else(|| name_in(&header));
            let target = target.take().unwrap_or_else(|| terminated(&header[157..257]));
            length = None;
            each(&name, kind_of(kind, &name, target), meta(&header, size), &mut content)?;
        }
        let rest = content.limit() + padding;
        let skipped = io::copy(&mut (&mut *stream).take(rest), &mut io::sink())?;
        if skipped < rest {
            return Err(cut_off(io::ErrorKind::UnexpectedEof.into()));
        }
    }
}

fn cut_off(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => io::Error::other("it ends in the middle"),
        _ => error,
    }
}

fn kind_of(flag: u8, name: &str, target: String) -> Kind {
    match flag {
        // Before POSIX a folder was a file whose name ends so.
        0 | b'0' | b'7' if name.ends_with('/') => Kind::Folder,
        0 | b'0' | b'7' => Kind::File,
        b'1' => Kind::Hardlink(target),
        b'2' => Kind::Symlink(target),
        b'5' => Kind::Folder,
        _ => Kind::Other,
    }
}

fn check_sum(header: &[u8; BLOCK]) -> io::Result<()> {
    let sum = |range: &[u8]| range.iter().map(|byte| u64::from(*byte)).sum::<u64>();
    let of_header = sum(&header[..148]) + 8 * u64::from(b' ') + sum(&header[156..]);
    match number(&header[148..156]) {
        Ok(sum) if sum == of_header => Ok(()),
        Ok(_) | Err(_) => Err(io::Error::other("it is not a tar archive")),
    }
}

fn invalid() -> io::Error {
    io::Error::other("a size is not a number")
}

/// Owners and modes decide about nothing that is read, so one that is damaged is as good as none.
fn meta(header: &[u8; BLOCK], size: u64) -> Meta {
    let small = |field: &[u8]| {
        number(field)
            .ok()
            .and_then(|number| u32::try_from(number).ok())
            .unwrap_or(0)
    };
    Meta {
        mode: small(&header[100..108]) & 0o7777,
        owner: small(&header[108..116]),
        group: small(&header[116..124]),
        size,
        time: number(&header[136..148]).unwrap_or(0),
    }
}

/// Octal digits, or GNU's binary form.
fn number(field: &[u8]) -> io::Result<u64> {
    if field[0] & 0x80 != 0 {
        let bytes = std::iter::once(field[0] & 0x7f).chain(field[1..].iter().copied());
        let mut number: u64 = 0;
        for byte in bytes {
            number = number.checked_mul(256).ok_or_else(invalid)? | u64::from(byte);
        }
        return if number > LARGEST { Err(invalid()) } else { Ok(number) };
    }
    let text = terminated(field);
    match text.trim() {
        "" => Ok(0),
        digits => u64::from_str_radix(digits, 8).map_err(|_| invalid()),
    }
}

fn name_in(header: &[u8; BLOCK]) -> String {
    let name = terminated(&header[..100]);
    // GNU keeps times where POSIX keeps the start of the name.
    if &header[257..263] == b"ustar\0" && header[345] != 0 {
        format!("{}/{name}", terminated(&header[345..500]))
    } else {
        name
    }
}

fn terminated(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}

/// `LENGTH KEY=VALUE\n`, again and again. A length that is wrong ends it.
fn records(mut text: &[u8]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    while let Some(space) = text.iter().position(|byte| *byte == b' ') {
        let length = std::str::from_utf8(&text[..space])
            .ok()
            .and_then(|digits| digits.parse().ok());
        let Some(record) = length.and_then(|length: usize| text.get(space + 1..length.checked_sub(1)?)) else {
            break;
        };
        if let Some(equals) = record.iter().position(|byte| *byte == b'=') {
            let part = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            found.push((part(&record[..equals]), part(&record[equals + 1..])));
        }
        // A length that counts one byte too many ends the text.
        text = text.get(space + 1 + record.len() + 1..).unwrap_or_default();
    }
    found
}
