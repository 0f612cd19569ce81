//! The packages of a lock as pieces of text. The locks of a monorepo have most packages in common, to the letter.

use std::ops::Range;

/// The `[[package]]` of one package, with the tables below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Where it is in the lock.
    pub range: Range<usize>,
    /// Equal texts have equal digests, and different texts rarely do.
    pub digest: u64,
}

const PACKAGE: &str = "[[package]]\n";
/// What blocks mean depends on the format of the lock.
const FORMAT: &str = "\nlock-version = \"2.1\"\n";

/// The packages of a lock of format 2.1, if each of them is a piece of text that means the same in any such lock. Nothing in a lock
/// of another form: there is something else than comments before the packages, a table of another name among them, or a string of
/// several lines, which could hold what looks like a package.
pub fn blocks(text: &str) -> Vec<Block> {
    found(text).unwrap_or_default()
}

fn found(text: &str) -> Option<Vec<Block>> {
    if text.contains("\"\"\"") || text.contains("'''") {
        return None;
    }
    let first = text.find(PACKAGE)?;
    let is_bare = |line: &str| line.is_empty() || line.starts_with('#');
    if !text[..first].split_terminator('\n').all(is_bare) || !(first == 0 || text[..first].ends_with('\n')) {
        return None;
    }
    let mut starts = vec![first];
    let mut end = None;
    for (at, _) in text[first..].match_indices("\n[") {
        let at = first + at + 1;
        let table = &text[at..];
        match end {
            None if table.starts_with(PACKAGE) => starts.push(at),
            None if table.starts_with("[package.") => {}
            None => end = Some(at),
            Some(_) if table.starts_with("[package") || table.starts_with("[[package") => return None,
            Some(_) => {}
        }
    }
    let end = end?;
    text[end - 1..].find(FORMAT)?;
    starts.push(end);
    let block = |bounds: &[usize]| Block {
        range: bounds[0]..bounds[1],
        digest: digest(text[bounds[0]..bounds[1]].as_bytes()),
    };
    Some(starts.windows(2).map(block).collect())
}

/// The text with blanks in place of some blocks, which keeps every offset.
pub fn without<'a>(text: &str, blocks: impl Iterator<Item = &'a Block>) -> String {
    let mut rest = String::with_capacity(text.len());
    for block in blocks {
        rest.push_str(&text[rest.len()..block.range.start]);
        rest.push_str(&" ".repeat(block.range.len() - 1));
        rest.push('\n');
    }
    rest.push_str(&text[rest.len()..]);
    rest
}

/// Eight bytes at a time: locks are long.
fn digest(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let rest = rest
        .iter()
        .fold(bytes.len() as u64, |word, byte| (word << 8) ^ u64::from(*byte));
    let words = words.iter().map(|word| u64::from_le_bytes(*word)).chain([rest]);
    words.fold(0, |digest: u64, word| {
        (digest.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "# by Poetry\n\n[[package]]\nname = \"a\"\n\n[package.extras]\nx = [\"b\"]\n\n[[package]]\nname = \"b\"\n\n\
                        [metadata]\nlock-version = \"2.1\"\n";

    #[test]
    fn a_block_is_a_package_with_its_tables() {
        let blocks = blocks(LOCK);
        let texts: Vec<&str> = blocks.iter().map(|block| &LOCK[block.range.clone()]).collect();
        assert_eq!(
            texts,
            [
                "[[package]]\nname = \"a\"\n\n[package.extras]\nx = [\"b\"]\n\n",
                "[[package]]\nname = \"b\"\n\n"
            ]
        );
        assert_ne!(blocks[0].digest, blocks[1].digest);
        let rest = without(LOCK, blocks[..1].iter());
        assert_eq!(rest.len(), LOCK.len());
        assert_eq!(
            rest.trim_start_matches("# by Poetry\n\n").trim_start(),
            &LOCK[blocks[1].range.start..]
        );
        assert_eq!(without(LOCK, std::iter::empty()), LOCK);
    }

    #[test]
    fn other_forms_have_no_blocks() {
        for (from, to) in [
            ("# by Poetry\n", "package = 3\n"),
            ("[package.extras]", "[other]"),
            ("[package.extras]", "[[packages]]"),
            ("\"2.1\"", "\"2.0\""),
            ("[metadata]\n", "[metadata]\nnote = \"\"\"\n\"\"\"\n"),
            ("[metadata]\n", "[package.late]\n[metadata]\n[package]\n"),
            ("[metadata]\nlock-version = \"2.1\"\n", ""),
        ] {
            let other = LOCK.replace(from, to);
            assert_ne!(other, LOCK);
            assert_eq!(blocks(&other), [], "{other}");
        }
    }
}
