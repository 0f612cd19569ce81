use super::{keys, toml::Table};
use diagnostics::Located;
use diagnostics::{Place, Problem};

/// The index that holds the published libs.
///
/// Credentials are not part of it: who uploads has them in the environment, a build gets them as a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibIndex {
    /// What `--publish` takes; lower case letters, digits and `-`.
    pub name: Located<String>,
    /// The simple API (PEP 503, PEP 691).
    pub url: Located<String>,
    /// Where uploads go, when that is known.
    pub publish_url: Option<Located<String>>,
}

impl LibIndex {
    pub(super) fn read(table: Table<'_>, problems: &mut Vec<Problem>) -> Option<Self> {
        let table = table.table("lib-index", problems)?;
        let texts = ["name", "url", "publish-url"].map(|key| table.get(key).and_then(|node| node.as_str()));
        if texts.into_iter().flatten().any(|text| text.contains('@')) {
            problems.push(credentials(&table.place()));
            return None;
        }
        table.reject_unknown(&keys::LIB_INDEX, problems);
        let name = super::settings::required(table, "name", problems).and_then(|name| checked_name(name, problems));
        let url = super::settings::required(table, "url", problems).and_then(|url| checked_url(url, problems));
        let publish_url = table.string("publish-url", problems);
        let publish_url = match publish_url {
            Some(url) => Some(checked_url(url, problems)?),
            None => None,
        };
        Some(Self {
            name: name?,
            url: url?,
            publish_url,
        })
    }
}

/// Why a text cannot be the URL of an index. It never repeats the text, which may hold a password.
pub fn check_url(text: &str) -> Result<(), &'static str> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let authority = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
    // It stands unquoted in requirement files.
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"\"'\\`$<>{}|^#".contains(&byte);
    match authority {
        None | Some("") => Err("an index has an http or https URL"),
        Some(authority) if authority.contains('@') => Err("the URL of an index contains credentials"),
        Some(_) if !text.bytes().all(plain) => {
            Err("the URL of an index contains a character that is not allowed in URLs")
        }
        Some(_) => Ok(()),
    }
}

fn checked_url(url: Located<String>, problems: &mut Vec<Problem>) -> Option<Located<String>> {
    match check_url(&url.value) {
        Ok(()) => Some(url),
        Err(why) => {
            problems.push(Problem::error(why).at(url.place));
            None
        }
    }
}

/// Without a caret, which would show the line, and with it the password, in the log of CI.
fn credentials(place: &Place) -> Problem {
    Problem::error("the URL of `lib-index` contains credentials")
        .at(Place::File(place.position().0.to_owned()))
        .note("everyone with access to the repository or an image could read them")
        .remedy("take them out of the URL, revoke them, and see `cargo xtask build-wheels --help`")
}

fn checked_name(name: Located<String>, problems: &mut Vec<Problem>) -> Option<Located<String>> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !name.value.is_empty() && name.value.bytes().all(plain) {
        return Some(name);
    }
    problems.push(
        Problem::error(format!("`{}` is not a valid index name", name.value))
            .at(name.place)
            .note(
                "it may contain lower case letters, digits and `-`: uv derives names of environment variables from it",
            ),
    );
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_checked() {
        for url in [
            "https://example.org/simple/",
            "http://localhost:8080/simple",
            "http://[::1]:80/",
        ] {
            assert_eq!(check_url(url), Ok(()), "{url}");
        }
        for url in [
            "https://user:secret@example.org/",
            "https://token@example.org",
            "ftp://example.org/",
            "https://",
            "example.org/simple",
            "https://example.org/a b",
            "https://example.org/\u{e4}",
            "https://example.org/$HOME",
            "",
        ] {
            assert!(check_url(url).is_err(), "{url}");
        }
    }
}
