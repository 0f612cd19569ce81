use super::*;

#[test]
fn rules_are_sorted() {
    for pair in RULES.windows(2) {
        assert!(pair[0].id < pair[1].id, "move `{}` before `{}`", pair[1].id, pair[0].id);
    }
}

#[test]
fn rules_are_documented() {
    for rule in RULES {
        for (part, text) in [
            ("what", rule.what),
            ("why", rule.why),
            ("example", rule.example),
            ("fix", rule.fix),
        ] {
            assert!(text.len() > 8, "`{}` says nothing under `{part}`", rule.id);
            assert!(!text.ends_with('.'), "`{}`: drop the full stop of `{part}`", rule.id);
        }
    }
}

/// Lower case at the start, but for a name: `ENV`, `Poetry`, `COPY --from`.
#[test]
fn texts_of_rules_read_alike() {
    const NAMES: [&str; 12] = [
        "BuildKit",
        "Debian",
        "Docker",
        "Dockerfile",
        "GitHub",
        "Helm",
        "Kubernetes",
        "Poetry",
        "PyPI",
        "Python",
        "Tilt",
        "Tiltfile",
    ];
    for rule in RULES {
        for text in [rule.what, rule.why, rule.fix] {
            let first = text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
            let is_name = NAMES.contains(&first) || (first.len() > 1 && first.chars().all(|c| c.is_ascii_uppercase()));
            let is_lower = !text.starts_with(|c: char| c.is_uppercase());
            assert!(is_lower || is_name, "`{}`: begin with a small letter: {text}", rule.id);
            for wrong in ["(s)", "  "] {
                assert!(!text.contains(wrong), "`{}`: `{wrong}` in: {text}", rule.id);
            }
            assert_eq!(
                text.matches('`').count() % 2,
                0,
                "`{}`: a name does not end: {text}",
                rule.id
            );
        }
    }
}

/// The file of a rule has its name, and every file is registered.
#[test]
#[expect(clippy::disallowed_methods, reason = "sources of this crate")]
fn every_file_is_a_rule() {
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files: Vec<String> = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !["aspect.rs", "lib.rs", "rule.rs", "tests.rs"].contains(&name.as_str()))
        .map(|name| name.trim_end_matches(".rs").replace('_', "-"))
        .collect();
    files.sort();
    let ids: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(files, ids, "register the file in `RULES`, or rename it after its rule");
}
