//! How texts are written in this file, and how one item becomes another like it.

use repo::RepoPath;

/// The kind of quotes that a file uses.
pub struct Literals {
    quote: char,
}

impl Literals {
    pub fn of(text: &str) -> Self {
        let is_single = text.matches('\'').count() > text.matches('"').count();
        Self {
            quote: if is_single { '\'' } else { '"' },
        }
    }

    pub fn quote(&self, value: &str) -> String {
        let quote = self.quote;
        let escaped = value.replace('\\', "\\\\").replace(quote, &format!("\\{quote}"));
        format!("{quote}{escaped}{quote}")
    }
}

/// The text of an item of one package, as it would be of another. `None` where it does not name the first.
pub fn analogous(written: &str, of: &RepoPath, for_: &RepoPath) -> Option<String> {
    let (old, new) = (of.file_name(), for_.file_name());
    renamed(written, old, new)
}

/// A text with one name replaced, also in the form that modules have. `None` where it does not hold the name.
pub fn renamed(written: &str, old: &str, new: &str) -> Option<String> {
    let text = replace_word(written, old, new);
    let text = replace_word(&text, &old.replace('-', "_"), &new.replace('-', "_"));
    (text != written).then_some(text)
}

/// Whole names only: `web` is not in `web-admin`.
fn replace_word(text: &str, old: &str, new: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let mut result = String::new();
    let mut done = 0;
    if old.is_empty() {
        return text.to_owned();
    }
    for (at, _) in text.match_indices(old) {
        let (before, after) = (
            text.get(..at).unwrap_or_default(),
            text.get(at + old.len()..).unwrap_or_default(),
        );
        if at < done || before.ends_with(is_part) || after.starts_with(is_part) {
            continue;
        }
        result.push_str(text.get(done..at).unwrap_or_default());
        result.push_str(new);
        done = at + old.len();
    }
    result.push_str(text.get(done..).unwrap_or_default());
    result
}
