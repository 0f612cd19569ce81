//! How much text expansion may make. A few lines that put a variable into itself twice would otherwise take all the memory
//! of the machine that reads them. Every expander puts values in by [`put`], so there is one bound for all of them.

use std::cell::Cell;

/// How long a text may become, in bytes. No program is started with a longer argument: Linux allows twice as much.
pub const LONGEST: usize = 64 * 1024;
/// How much all texts that come from one file may come to together.
const MOST: usize = 2 * 1024 * 1024;

thread_local! {
    /// What is left for the file that is read.
    static LEFT: Cell<usize> = const { Cell::new(MOST) };
    static REFUSALS: Cell<usize> = const { Cell::new(0) };
}

/// A text that would become too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong;

impl TooLong {
    /// What is wrong, in words.
    pub const WHAT: &str = "its variables come to more text than is followed (64 KiB for one value, 2 MiB for a file)";
}

/// Reads one file with a measure of its own. What is read on the way, such as scripts, counts with it.
pub fn measured<T>(read: impl FnOnce() -> T) -> T {
    let before = LEFT.replace(MOST);
    let result = read();
    LEFT.set(before);
    result
}

/// Adds to a text what a variable holds, unless it would become too long.
pub fn put(text: &mut String, value: &str) -> Result<(), TooLong> {
    if text.len() + value.len() > LONGEST {
        return Err(refused());
    }
    spend(value.len())?;
    text.push_str(value);
    Ok(())
}

/// For what makes text in another way: counts it, unless it is too much.
pub fn spend(bytes: usize) -> Result<(), TooLong> {
    let left = LEFT.get();
    if bytes > left {
        return Err(refused());
    }
    LEFT.set(left - bytes);
    Ok(())
}

/// How often something was refused on this thread: what reads a file compares it before and after.
pub fn refusals() -> usize {
    REFUSALS.get()
}

fn refused() -> TooLong {
    REFUSALS.set(REFUSALS.get() + 1);
    TooLong
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_their_sum_are_bounded() {
        let before = refusals();
        let mut text = String::new();
        let half = "x".repeat(LONGEST / 2);
        put(&mut text, &half).unwrap();
        put(&mut text, &half).unwrap();
        assert_eq!(put(&mut text, "x"), Err(TooLong));
        assert_eq!(text.len(), LONGEST);
        let texts = measured(|| (0..).take_while(|_| put(&mut String::new(), &half).is_ok()).count());
        assert_eq!(texts, MOST / half.len());
        put(&mut String::new(), &half).unwrap();
        assert_eq!(refusals(), before + 2);
    }
}
