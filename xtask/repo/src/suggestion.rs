//! What to write instead of a name that does not exist.

use super::toml::quoted;

/// The fix for a `name` of a `kind`, such as "service": the known name that a typing error most likely meant, or all of them.
pub fn suggestion(kind: &str, name: &str, known: &[&str]) -> String {
    if let Some(near) = nearest(name, known) {
        return format!("did you mean `{near}`?");
    }
    match known {
        [] => format!("the repository has no {kind}s"),
        [only] => format!("the only {kind} is `{only}`"),
        _ => format!("known {kind}s are {}", quoted(known)),
    }
}

/// The known name that a typing error most likely meant: at most two letters differ, and at most half of them.
pub fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let (distance, near) = known.iter().map(|near| (distance(name, near), *near)).min()?;
    (distance <= (near.chars().count() / 2).min(2)).then_some(near)
}

fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_nearest_and_otherwise_what_exists() {
        let services = ["admin-backend", "mcp-server", "rag-backend"];
        assert_eq!(
            suggestion("service", "rag-backnd", &services),
            "did you mean `rag-backend`?"
        );
        assert_eq!(
            suggestion("service", "web", &services),
            "known services are `admin-backend`, `mcp-server` and `rag-backend`"
        );
        assert_eq!(suggestion("lib", "web", &["core"]), "the only lib is `core`");
        assert_eq!(suggestion("lib", "web", &[]), "the repository has no libs");
    }

    #[test]
    fn a_short_name_is_not_near_to_everything() {
        assert_eq!(nearest("ab", &["xy", "api"]), None);
        assert_eq!(nearest("apo", &["xy", "api"]), Some("api"));
        assert_eq!(nearest("prot", &["port", "dev"]), Some("port"));
    }
}
