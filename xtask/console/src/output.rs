//! What people see is written here, and nowhere else: whatever a repository holds, it says nothing to the terminal, or to
//! the runner of a workflow, in the name of this program.

use std::{borrow::Cow, io::Write};

/// Writes to standard output.
pub fn print(text: &str) {
    say(&mut anstream::stdout(), &plain(text));
}

/// Writes to standard error.
pub fn eprint(text: &str) {
    say(&mut anstream::stderr(), &plain(text));
}

/// Writes to standard output what a format has escaped for itself.
pub fn print_escaped(text: &str) {
    say(&mut anstream::stdout(), text);
}

/// Whoever has stopped reading has seen enough, and what runs has to be ended in order all the same.
fn say(stream: &mut impl Write, text: &str) {
    let _ = stream.write_all(text.as_bytes());
    let _ = stream.flush();
}

/// The text with all that is invisible written out, but for line ends, tabs and the styles of `style`. No line of it is a
/// command to a workflow's runner.
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) && !text.contains("::") && !text.contains("##[") {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive('\n') {
        let mut rest = line;
        let mut is_start = true;
        while let Some(character) = rest.chars().next() {
            if let Some(style) = style(rest) {
                plain.push_str(style);
                rest = &rest[style.len()..];
                continue;
            }
            // What stands there once styles are taken away, as they are where no terminal is.
            let starts = (is_start && shows(rest, "::")) || shows(rest, "##[");
            if starts && (shows(rest, "##[") || is_command(&anstream::adapter::strip_str(rest).to_string())) {
                plain.push_str(&character.escape_unicode().to_string());
            } else if is_hidden(character) && !matches!(character, '\n' | '\t') {
                plain.push_str(&character.escape_debug().to_string());
            } else {
                plain.push(character);
            }
            is_start &= character.is_whitespace() || is_hidden(character);
            rest = &rest[character.len_utf8()..];
        }
    }
    Cow::Owned(plain)
}

/// Whether a runner would take the rest of a line for a command: `::NAME …::`. The `:::` before a second place is none.
fn is_command(rest: &str) -> bool {
    rest.strip_prefix("::")
        .is_some_and(|name| name.lines().next().is_some_and(|line| line.contains("::")))
}

/// The same for a text that some format escapes: only what is invisible is written out, lines are left.
pub fn visible(text: &str) -> String {
    let mut visible = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\r' => visible.push(character),
            _ if is_hidden(character) => visible.push_str(&character.escape_unicode().to_string()),
            _ => visible.push(character),
        }
    }
    if visible.contains("##[") {
        return visible.replace("##[", "\\u{23}#[");
    }
    visible
}

/// JSON with all that is invisible as escapes of JSON: it only is in texts, as does what begins an old form of commands.
pub fn json(text: &str) -> String {
    let text = &text.replace("##[", "#\\u0023[");
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if is_hidden(character) {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                escaped.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            escaped.push(character);
        }
    }
    escaped
}

/// Controls, and what changes the order or the place of what is beside it, or has no width.
fn is_hidden(character: char) -> bool {
    let is_format = matches!(
        character,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' |
            '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    );
    is_format || (character.is_control() && !matches!(character, '\n' | '\t'))
}

/// Whether a text begins so once its styles are taken away, as they are where no terminal is.
fn shows(mut text: &str, start: &str) -> bool {
    start.chars().all(|wanted| {
        while let Some(style) = style(text) {
            text = &text[style.len()..];
        }
        let rest = text.strip_prefix(wanted);
        text = rest.unwrap_or(text);
        rest.is_some()
    })
}

/// What sets a colour or a weight, at the start of the text: it moves nothing and says nothing.
fn style(text: &str) -> Option<&str> {
    let inside = text.strip_prefix("\u{1b}[")?;
    let end = inside.find(|c: char| !(c.is_ascii_digit() || c == ';'))?;
    inside[end..].starts_with('m').then(|| &text[..end + 3])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_invisible_is_written_out() {
        for (text, shown) in [
            ("a\tb\n", "a\tb\n"),
            ("a\rb", "a\\rb"),
            ("a\u{1b}[31mb\u{1b}[0m", "a\u{1b}[31mb\u{1b}[0m"),
            ("a\u{1b}[2Kb\u{1b}]0;t\u{7}", "a\\u{1b}[2Kb\\u{1b}]0;t\\u{7}"),
            (
                "x\u{202e}y\u{200b}z\u{9b}1m\u{2028}",
                "x\\u{202e}y\\u{200b}z\\u{9b}1m\\u{2028}",
            ),
            ("a::b ::c", "a::b ::c"),
            ("   ::: a/Dockerfile:1:2", "   ::: a/Dockerfile:1:2"),
            ("   ::: a::b", "   \\u{3a}:: a::b"),
            ("n\n::add-mask::a.py", "n\n\\u{3a}:add-mask::a.py"),
            ("  ::error::x", "  \\u{3a}:error::x"),
            ("\u{1b}[1m::error::x", "\u{1b}[1m\\u{3a}:error::x"),
            (":\u{1b}[0m:error::x", "\\u{3a}\u{1b}[0m:error::x"),
            ("#\u{1b}[0m#\u{1b}[1m[x]", "\\u{23}\u{1b}[0m#\u{1b}[1m[x]"),
            ("  ::: a/b:1:1", "  ::: a/b:1:1"),
            ("::::error::x", "\\u{3a}:::error::x"),
            ("x ##[add-mask]y", "x \\u{23}#[add-mask]y"),
            ("Grüße → 語", "Grüße → 語"),
        ] {
            assert_eq!(plain(text), shown);
        }
    }

    proptest! {
        #[test]
        fn no_line_is_a_command(text in "([:#\\[a\u{202e}\u{200b}\r\n\t \u{1b}m0-9]|\\PC|\\pC){0,60}") {
            let shown = plain(&text);
            let without = anstream::adapter::strip_str(&shown).to_string();
            for line in without.split(['\n', '\r']) {
                prop_assert!(!is_command(line.trim_start()) && !line.contains("##["), "{line:?}");
            }
            prop_assert!(!shown.chars().any(|c| is_hidden(c) && c != '\u{1b}'), "{shown:?}");
            prop_assert_eq!(plain(&shown), shown.clone());
        }
    }
}
