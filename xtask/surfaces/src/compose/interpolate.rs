//! Variables in compose files: what has a default comes to that, anything else to `*`, since it depends on who starts it.

/// The text with its variables in place. `$$` is one dollar.
pub fn interpolated(text: &str) -> String {
    expand(text, 0)
}

/// Defaults may hold variables that have defaults.
const DEEPEST: usize = 8;

fn expand(text: &str, depth: usize) -> String {
    let mut expanded = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('$') {
        expanded.push_str(before);
        rest = match behind.chars().next() {
            Some('$') => {
                expanded.push('$');
                &behind[1..]
            }
            Some('{') => {
                let end = closing(behind).unwrap_or(behind.len());
                let inner = behind.get(1..end).unwrap_or_default();
                match default(inner).filter(|_| depth < DEEPEST) {
                    Some(default) => expanded.push_str(&expand(default, depth + 1)),
                    None => expanded.push('*'),
                }
                behind.get(end + 1..).unwrap_or_default()
            }
            Some(c) if c.is_ascii_alphabetic() || c == '_' => {
                expanded.push('*');
                behind.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_')
            }
            _ => {
                expanded.push('$');
                behind
            }
        };
    }
    expanded + rest
}

/// What follows `:-` or `-` in `NAME:-default`.
fn default(inner: &str) -> Option<&str> {
    let behind = inner.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
    behind.strip_prefix(":-").or_else(|| behind.strip_prefix('-'))
}

/// Where the brace at the start is closed.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_taken_and_what_has_none_is_a_star() {
        for (text, expected) in [
            ("plain", "plain"),
            ("${A:-dev}", "dev"),
            ("x-${A-1}-${B}", "x-1-*"),
            ("${A:-${B:-c}}/d", "c/d"),
            ("$A:$B", "*:*"),
            ("${A:?missing}", "*"),
            ("${A:+set}", "*"),
            ("cost $$5 $", "cost $5 $"),
            ("${open", "*"),
            ("${A:-é}ü", "éü"),
            ("", ""),
        ] {
            assert_eq!(interpolated(text), expected, "{text}");
        }
    }
}
