//! The texts of a source, in which modules are named that something loads later.

use std::ops::Range;

use crate::scanner::Scanner;

/// Where the contents of strings of one line stand, in the order of the text; comments and docstrings have none.
pub fn literals(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut scanner = Scanner::new(text);
    std::iter::from_fn(move || scanner.literal())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        literals(text).map(|span| &text[span]).collect()
    }

    #[test]
    fn strings_are_found() {
        assert_eq!(
            found("x = ['a.b', \"c:d\"]  # 'e'\ny = f'{x}.z'\n"),
            ["a.b", "c:d", "{x}.z"]
        );
        assert_eq!(
            found("\"\"\"Speaks of 'a'.\"\"\"\nx = ''\n'''\n'b'\n'''\ny = 'é\\'ü'"),
            ["", "é\\'ü"]
        );
        assert_eq!(found("x = 'open\ny = 'shut'"), ["shut"]);
        assert!(found("x = '\\").is_empty());
    }
}
