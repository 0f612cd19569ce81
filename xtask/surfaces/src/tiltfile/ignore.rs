//! Patterns of files that a build leaves out, as `.dockerignore` writes them.

/// Whether a path, or a folder around it, is left out. The last pattern that matches decides.
pub fn leaves_out<'a>(patterns: impl Iterator<Item = &'a str>, path: &str) -> bool {
    let mut is_out = false;
    for pattern in patterns {
        let (pattern, sets) = match pattern.strip_prefix('!') {
            Some(rest) => (rest, false),
            None => (pattern, true),
        };
        if is_out != sets && covers(pattern, path) {
            is_out = sets;
        }
    }
    is_out
}

/// Whether a pattern matches a path, or a folder around it.
pub fn covers(pattern: &str, path: &str) -> bool {
    fn clean(text: &str) -> impl Iterator<Item = &str> {
        text.split('/').filter(|part| !part.is_empty() && *part != ".")
    }
    let mut pattern: Vec<&str> = clean(pattern).collect();
    // `folder/**` leaves out all of the folder.
    while pattern.len() > 1 && pattern.last().is_some_and(|part| *part == "**") {
        pattern.pop();
    }
    !pattern.is_empty() && begins(&pattern, clean(path))
}

/// Whether the pattern matches a beginning of the path, or all of it.
fn begins<'a>(pattern: &[&str], path: impl Iterator<Item = &'a str>) -> bool {
    // Which beginnings of the pattern match what was read of the path.
    let mut reached = vec![false; pattern.len() + 1];
    reached[0] = true;
    skip(pattern, &mut reached);
    for part in path {
        let mut next = vec![false; pattern.len() + 1];
        for (at, wanted) in pattern.iter().enumerate() {
            if !reached[at] {
                continue;
            }
            if *wanted == "**" {
                next[at] = true;
            } else if word(wanted, part) {
                next[at + 1] = true;
            }
        }
        skip(pattern, &mut next);
        if next.last().copied().unwrap_or(false) {
            return true;
        }
        reached = next;
    }
    false
}

/// `**` also stands for nothing.
fn skip(pattern: &[&str], reached: &mut [bool]) {
    for (at, part) in pattern.iter().enumerate() {
        if *part == "**" && reached[at] {
            reached[at + 1] = true;
        }
    }
}

fn word(pattern: &str, text: &str) -> bool {
    if !pattern.contains(['*', '?', '[', '\\']) {
        return pattern == text;
    }
    glob::Pattern::new(pattern).map_or(pattern == text, |pattern| pattern.matches(text))
}
