//! What a command substitution comes to, where it only prints: `$(if [ "$DEVEL" = "yes" ]; then echo 'vim'; fi)`.

use super::{Simple, Variables, walk};

/// What is longer, or nested deeper, is not a choice of words.
const LONGEST: usize = 4_000;
const DEEPEST: usize = 4;

/// `None` where something else than printing is done, or where it cannot be told whether it is.
pub fn of(written: &str, variables: &Variables) -> Option<String> {
    let text = written.strip_prefix("$(")?.strip_suffix(')')?;
    // Loops print more than a person reads.
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let repeats = words.any(|word| matches!(word, "for" | "while" | "until"));
    if text.starts_with('(') || text.len() > LONGEST || repeats || text.matches("$(").count() > DEEPEST {
        return None;
    }
    let mut printed = Some(String::new());
    let mut visit = |command: &Simple, _: &Variables| {
        let line = line(command);
        printed = printed.take().zip(line).map(|(before, line)| before + &line);
    };
    walk(text, &mut variables.clone(), &mut visit).ok()?;
    printed.map(|text| text.trim_end_matches('\n').to_owned())
}

/// What a command prints. Nothing, for one that only asks.
fn line(command: &Simple) -> Option<String> {
    let (program, rest) = command.words.split_first()?;
    let is_plain = !command.is_conditional && command.input.is_none() && command.output.is_none();
    if !is_plain || command.words.iter().any(|word| !word.is_clear) {
        return None;
    }
    match program.text.as_str() {
        "test" | "[" | "[[" | "true" | ":" | "false" => Some(String::new()),
        "echo" => {
            let rest = rest.iter().map(|word| word.text.as_str());
            let words: Vec<&str> = rest.skip_while(|word| matches!(*word, "-n" | "-e")).collect();
            Some(words.join(" ") + "\n")
        }
        "printf" => match rest {
            [text] if !text.text.contains(['%', '\\']) => Some(text.text.clone()),
            [format, text] if matches!(format.text.as_str(), "%s" | "%s\\n") => Some(text.text.clone() + "\n"),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_a_condition_chooses_are_known() {
        let variables = Variables::from([
            ("DEVEL".to_owned(), "yes".to_owned()),
            ("CI".to_owned(), "no".to_owned()),
        ]);
        for (text, expected) in [
            ("$(if [ \"$DEVEL\" = \"yes\" ]; then echo 'a b'; fi)", Some("a b")),
            ("$(if [ \"$CI\" = \"yes\" ]; then echo a; else echo b; fi)", Some("b")),
            ("$(if [ \"$CI\" = \"yes\" ]; then echo a; fi)", Some("")),
            (
                "$([ $DEVEL = yes ] && echo --with dev || echo --without dev)",
                Some("--with dev"),
            ),
            ("$(echo $DEVEL $(echo x))", Some("yes x")),
            ("$(printf '%s' $CI)", Some("no")),
            ("$(if [ \"$OTHER\" = \"yes\" ]; then echo a; fi)", None),
            ("$(nproc)", None),
            ("$(echo a | rev)", None),
            ("$((1 + 1))", None),
            ("$(for a in 1 2; do echo $a; done)", None),
        ] {
            assert_eq!(of(text, &variables).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn deep_nesting_ends() {
        assert_eq!(
            of(
                &format!("{}{}", "$(echo ".repeat(5_000), ")".repeat(5_000)),
                &Variables::new()
            ),
            None
        );
    }
}
