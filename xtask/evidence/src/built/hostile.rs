//! Images that nobody would build: whoever made them wants the reader to hang, to fill the memory, or to look elsewhere.

use std::{
    io::{self, Read},
    time::{Duration, Instant},
};

use super::{
    Built, Files,
    tests::{Tar, config, python},
};

const SITE: &str = "opt/venv/lib/python3.13/site-packages";

fn refused(bytes: &[u8]) -> String {
    match Files::read(&mut &*bytes) {
        Ok(_) => "it was read".to_owned(),
        Err(error) => error.to_string(),
    }
}

/// A header that is as it should be, but for one field.
fn header(at: usize, field: &[u8]) -> Vec<u8> {
    let mut bytes = Tar::default().file("a", "").end();
    bytes[at..at + field.len()].copy_from_slice(field);
    bytes[148..156].fill(b' ');
    let sum: u64 = bytes[..512].iter().map(|byte| u64::from(*byte)).sum();
    bytes[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    bytes
}

#[test]
fn sizes_that_no_file_has_are_refused() {
    let gigantic = [&[0x80, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]];
    assert_eq!(refused(&header(124, gigantic[0])), "it ends in the middle");
    assert_eq!(refused(&header(124, &[0xff; 12])), "a size is not a number");
    assert_eq!(refused(&header(124, b"no octal    ")), "a size is not a number");
    for size in ["18446744073709551615", "9223372036854775808", "-1", ""] {
        let record = format!("size={size}\n");
        let length = record.len() + 3;
        let tar = Tar::default().entry("x", b'x', "", format!("{length} {record}").as_bytes());
        assert_eq!(refused(&tar.file("a", "").end()), "a size is not a number", "{size}");
    }
    let most = "9223372036854775807";
    let tar = Tar::default().entry("x", b'x', "", format!("28 size={most}\n").as_bytes());
    assert_eq!(refused(&tar.file("a", "").end()), "it ends in the middle");
}

#[test]
fn names_have_an_end() {
    let long = "a/".repeat(600_000);
    let tar = Tar::default().entry("././@LongLink", b'L', "", long.as_bytes());
    assert_eq!(
        refused(&tar.file("a", "").end()),
        "a name is longer than any file system takes"
    );
    // Such a record may lie about its length.
    for record in [
        "99 path=b\n",
        "0 path=b\n",
        "3",
        "999999999999999999999 path=b\n",
        " path=b\n",
        "9 path\n",
    ] {
        let tar = Tar::default().entry("x", b'x', "", record.as_bytes());
        assert_eq!(refused(&tar.file("a", "").end()), "it was read", "{record}");
    }
}

#[test]
fn second_names_lead_where_the_first_is() {
    let tar = Tar::default()
        .entry("before", b'1', "first", b"")
        .file("first", "text")
        .entry("after", b'1', "/first", b"")
        .entry("nowhere", b'1', "gone", b"")
        .entry("one", b'1', "other", b"")
        .entry("other", b'1', "one", b"")
        .entry("self", b'1', "self", b"")
        .entry("outside", b'1', "../../../etc/passwd", b"");
    let files = Files::read(&mut tar.end().as_slice()).unwrap();
    for there in ["/before", "/first", "/after"] {
        assert!(files.is_file(there), "{there}");
    }
    for absent in ["/nowhere", "/one", "/other", "/self", "/outside"] {
        assert!(!files.is_file(absent) && files.exists(absent), "{absent}");
    }
}

#[test]
fn the_last_entry_of_a_name_counts() {
    let tar = Tar::default()
        .file("a", "file")
        .file("a/below", "a file in a file")
        .entry("a", b'5', "", b"")
        .file("b/c", "")
        .link("b", "a")
        .entry("device", b'3', "", b"")
        .entry("pipe", b'6', "", b"")
        .entry("strange", b'Z', "", b"")
        .file(".wh.a", "");
    let files = Files::read(&mut tar.end().as_slice()).unwrap();
    assert!(files.exists("/a") && !files.is_file("/a"));
    assert!(files.is_file("/b/below"), "the link has the place of the folder");
    assert!(files.exists("/device") && !files.is_file("/device"));
    assert!(
        files.is_file("/.wh.a"),
        "an image has no marks of what its layers remove"
    );
}

#[test]
fn circles_of_links_end() {
    let tar = python()
        .link("opt/venv/bin/python3", "python3")
        .link(&format!("{SITE}/round"), "../site-packages")
        .link(&format!("{SITE}/round.pth"), "round.pth")
        .link("app", "/app")
        .link("usr/lib/python3.13", "/usr/lib/python3.13")
        .file(
            &format!("{SITE}/more.pth"),
            &format!("/{SITE}\n../site-packages\nround/round/round\n"),
        );
    let built = Built::read("a", config(), &mut tar.end().as_slice()).unwrap();
    assert!(built.module("nothing").is_none());
    assert!(built.tree().made().len() < 10_000);
}

/// The same bytes, again and again: more than any machine keeps.
struct Endless {
    bytes: Vec<u8>,
    at: usize,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = &self.bytes[self.at..];
        let take = left.len().min(buffer.len());
        buffer[..take].copy_from_slice(&left[..take]);
        self.at = (self.at + take) % self.bytes.len();
        Ok(take)
    }
}

#[test]
fn texts_are_kept_within_bounds() {
    let mut tar = Tar::default().file("a.dist-info/METADATA", &"x".repeat(1 << 20)).end();
    tar.truncate(tar.len() - 1024);
    let mut endless = Endless { bytes: tar, at: 0 };
    let refused = Files::read(&mut endless).map(drop).unwrap_err().to_string();
    assert!(refused.contains("larger than those of any real image"), "{refused}");
}

/// Four times the files must not take sixteen times as long, to read them and to ask about them.
#[test]
fn time_grows_with_the_files() {
    let time = |files: usize| {
        let mut tar = python();
        for number in 0..files {
            let folder = number % 100;
            tar = tar.file(&format!("{SITE}/a{folder}/b{number}.py"), "");
        }
        let bytes = tar.end();
        let started = Instant::now();
        let built = Built::read("a", config(), &mut bytes.as_slice()).unwrap();
        assert!(built.module("a1").is_some());
        assert_eq!(built.files.under(&format!("/{SITE}")).len(), files);
        assert!(!built.tree().made().iter().any(|path| path == "/nothing"));
        started.elapsed()
    };
    // What else the machine does makes some of them longer.
    let best = |files: usize| (0..3).map(|_| time(files)).min().unwrap();
    let (small, large) = (best(5_000), best(20_000));
    assert!(
        large < small * 10 || large < Duration::from_millis(200),
        "5,000 files take {small:?}, and 20,000 take {large:?}"
    );
}
