//! Tokens that are known by their form, wherever they stand: services give theirs a prefix, so that they are found in texts.

/// Prefixes, and how many characters follow at least. By the documentation of each service.
const FORMS: [(&str, usize); 21] = [
    ("AGE-SECRET-KEY-", 50),
    ("AIza", 35),
    ("AKIA", 16),
    ("ASIA", 16),
    ("dckr_pat_", 20),
    ("ghb_", 30),
    ("gho_", 30),
    ("ghp_", 30),
    ("ghr_", 30),
    ("ghs_", 30),
    ("ghu_", 30),
    ("github_pat_", 30),
    ("glpat-", 20),
    ("hf_", 30),
    ("hvs.", 24),
    ("npm_", 36),
    ("pypi-AgE", 50),
    ("sk-ant-", 40),
    ("sk-proj-", 40),
    ("xoxb-", 24),
    ("xoxp-", 24),
];

/// Whether a text has a token in it. One that an example is made of has few different characters, or says so.
pub fn has_token(text: &str) -> bool {
    let is_of_token = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    text.split(|c| !is_of_token(c)).any(is_token)
}

fn is_token(word: &str) -> bool {
    FORMS.iter().any(|(prefix, least)| {
        let Some(secret) = word.strip_prefix(prefix) else {
            return false;
        };
        let mut seen: Vec<char> = secret.chars().collect();
        let has_digit = seen.iter().any(char::is_ascii_digit);
        seen.sort_unstable();
        seen.dedup();
        let is_example = secret.to_ascii_lowercase().contains("example");
        secret.len() >= *least && seen.len() >= 8 && has_digit && !is_example
    })
}

#[cfg(test)]
mod tests {
    use super::has_token;

    /// Put together here, so that no scanner takes this file for a leak.
    fn token(prefix: &str, length: usize) -> String {
        let secret: String = "16C7e42F292c6912E7710c838347Ae178B4a"
            .chars()
            .cycle()
            .take(length)
            .collect();
        format!("{prefix}{secret}")
    }

    #[test]
    fn tokens_are_told_from_examples() {
        for (prefix, length) in [("gho_", 36), ("glpat-", 20), ("hvs.", 40), ("AKIA", 16), ("xoxb-", 30)] {
            let token = token(prefix, length);
            for text in [
                token.clone(),
                format!("a: \"{token}\"\n"),
                format!("https://ci:{token}@example.org/"),
            ] {
                assert!(has_token(&text), "{text}");
            }
            let short = &token[..prefix.len() + 10];
            let example = format!("{prefix}{}", "x".repeat(length));
            for text in [
                short.to_owned(),
                example,
                format!("a{token}"),
                format!("{prefix}EXAMPLE{token}"),
            ] {
                assert!(!has_token(&text), "{text}");
            }
        }
    }
}
