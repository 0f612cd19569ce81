//! Users that a build makes, by name: `USER app` says no number, and what makes the user does.

use formats::shell::Simple;

/// Options of `useradd` and `adduser` that are followed by a value, whichever of them has it.
const VALUED: [&str; 22] = [
    "-b",
    "-c",
    "-d",
    "-e",
    "-f",
    "-g",
    "-G",
    "-h",
    "-k",
    "-K",
    "-p",
    "-s",
    "-u",
    "--comment",
    "--gecos",
    "--gid",
    "--groups",
    "--home",
    "--home-dir",
    "--ingroup",
    "--shell",
    "--uid",
];

/// The name and the home of a user that a command makes, where it names one.
pub fn home_made_by(command: &Simple) -> Option<(String, String)> {
    let (name, _) = made_by(command)?;
    let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
    let long = words.iter().find_map(|word| {
        word.strip_prefix("--home-dir=")
            .or_else(|| word.strip_prefix("--home="))
    });
    let is_adduser = words[0].ends_with("adduser");
    let is_option = |word: &&str| match *word {
        "--home-dir" | "--home" => true,
        "-d" => !is_adduser,
        "-h" => is_adduser,
        _ => false,
    };
    let short = words.iter().position(is_option).and_then(|at| words.get(at + 1));
    let home = long.or(short.copied())?;
    home.starts_with('/').then(|| (name, home.to_owned()))
}

/// The name and the number of a user that a command makes. `None` where it makes none, or where the system chooses the number.
pub fn made_by(command: &Simple) -> Option<(String, String)> {
    let (program, arguments) = command.words.split_first()?;
    let program = program.text.rsplit('/').next()?;
    if !matches!(program, "useradd" | "adduser") || command.is_conditional {
        return None;
    }
    let (mut name, mut number) = (None, None);
    let mut words = arguments.iter().peekable();
    while let Some(word) = words.next() {
        let text = word.text.as_str();
        if let Some(value) = text.strip_prefix("--uid=") {
            number = Some(value);
        } else if VALUED.contains(&text) {
            // The empty word of `--gecos ''` may not stand here.
            let value = words.next_if(|word| !word.text.starts_with('-'));
            if matches!(text, "-u" | "--uid") {
                number = value.filter(|value| value.is_clear).map(|value| value.text.as_str());
            }
        } else if text.starts_with('-') {
            // Several in one, as `-mu 1000` and `-ru 1000`.
            if !text.starts_with("--") && text.ends_with('u') {
                number = words
                    .next()
                    .filter(|value| value.is_clear)
                    .map(|value| value.text.as_str());
            }
        } else if name.is_none() && word.is_clear {
            // `adduser USER GROUP` puts a user into a group.
            name = Some(text);
        }
    }
    let number = number.filter(|number| number.parse::<u32>().is_ok())?;
    Some((name?.to_owned(), number.to_owned()))
}

/// The name and the groups of a user that `useradd` makes: by default one of its own. `None` where they are not told.
pub fn groups_made_by(command: &Simple) -> Option<(String, Vec<String>)> {
    let (name, _) = made_by(command)?;
    let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
    let is_useradd = words.first()?.rsplit('/').next() == Some("useradd");
    // `-rg 0`: several options in one.
    let is_hidden = |word: &&str| {
        let is_several = word.starts_with('-') && !word.starts_with("--") && word.len() > 2;
        is_several && word.contains(['g', 'G'])
    };
    if !is_useradd || !command.words.iter().all(|word| word.is_clear) || words.iter().any(is_hidden) {
        return None;
    }
    let value = |short: &str, long: &str| {
        let at = words.iter().position(|word| *word == short || *word == long);
        let joined = words.iter().find_map(|word| word.strip_prefix(long)?.strip_prefix('='));
        joined.or_else(|| words.get(at? + 1).copied())
    };
    let own = value("-g", "--gid").unwrap_or(&name);
    let others = value("-G", "--groups").unwrap_or_default();
    let others = others.split(',').filter(|group| !group.is_empty());
    let root = |group: &str| if group == "root" { "0" } else { group }.to_owned();
    let groups = std::iter::once(own).chain(others).map(root).collect();
    Some((name, groups))
}

#[cfg(test)]
mod tests {
    use super::*;
    use formats::shell;

    #[test]
    fn users_are_read() {
        for (text, expected) in [
            ("useradd -r -u 1001 -g 1001 -s /bin/bash dify", Some(("dify", "1001"))),
            (
                "useradd user -u 1000 -g 0 --no-create-home --home-dir /app/data",
                Some(("user", "1000")),
            ),
            (
                "adduser --disabled-password --gecos '' --uid 65532 nonroot",
                Some(("nonroot", "65532")),
            ),
            ("adduser -S -D -u 101 -G www www", Some(("www", "101"))),
            ("useradd --uid=7 a", Some(("a", "7"))),
            ("useradd -mu 7 a", Some(("a", "7"))),
            ("useradd a", None),
            ("useradd -u $UID a", None),
        ] {
            let commands = shell::commands(text, &Default::default()).unwrap();
            let expected = expected.map(|(name, number)| (name.to_owned(), number.to_owned()));
            assert_eq!(made_by(&commands[0]), expected, "{text}");
        }
    }
    #[test]
    fn groups_are_read() {
        for (text, expected) in [
            ("useradd --uid 7 a", Some(vec!["a"])),
            ("useradd -u 7 -g 0 a", Some(vec!["0"])),
            ("useradd --uid 7 --gid=root --groups b,c a", Some(vec!["0", "b", "c"])),
            ("useradd -u 7 -rg 0 a", None),
            ("adduser -u 7 a", None),
            ("useradd -u 7 -g $GROUP a", None),
        ] {
            let commands = shell::commands(text, &Default::default()).unwrap();
            let groups = groups_made_by(&commands[0]).map(|(_, groups)| groups);
            let expected = expected.map(|groups| groups.into_iter().map(str::to_owned).collect());
            assert_eq!(groups, expected, "{text}");
        }
    }
}
