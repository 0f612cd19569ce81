//! Texts that every shell refuses.

use std::ops::Range;

use super::syntax;
use crate::conflict_marker;

/// Shells read more than the parser here, and quotes in a substitution by rules of their own. With one of these it is not known whether a text is wrong, or only new.
const MORE: [&str; 15] = [
    "$(", "((", "<(", ">(", "=(", "[[", "<<", "`", "$'", "@(", "!(", "?(", "*(", "+(", "select",
];
/// Of a text with more brackets the parser sees only the outer ones.
const MOST_BRACKETS: usize = 30;

/// Where no shell reads on: between both sides of a merge, at a quote or a bracket that is never closed, or at a word that belongs
/// to a command that is not there. Nothing is said about a text that only some shells read.
pub fn refused(text: &str) -> Option<Range<usize>> {
    if let Some((start, line)) = conflict_marker(text) {
        return Some(start..start + line.len());
    }
    let is_more = MORE.iter().any(|more| text.contains(more));
    let opened = ["(", "if ", "do", "case ", "{ "]
        .iter()
        .map(|word| text.matches(word).count());
    if is_more || opened.sum::<usize>() > MOST_BRACKETS {
        return None;
    }
    syntax::parse(text).err()
}
