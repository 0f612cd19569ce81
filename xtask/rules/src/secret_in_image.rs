use std::collections::BTreeSet;

use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use evidence::built::At;
use facts::{Pair, Side, owned::Owned};

pub const RULE: Rule = Rule {
    id: "secret-in-image",
    aspect: Aspect::Files,
    level: Level::Warning,
    what: "a built image contains a password, a private key or the history of the repository",
    why: "whoever can pull the image can read it, even if a later step removes the file",
    example: "COPY .netrc /root/.netrc, to install from a private index",
    fix: "mount it for the step that needs it: `RUN --mount=type=secret`; and revoke what was published",
    check: Check::Images(check),
};

/// Where distributions and Python keep what is theirs.
const OF_THE_SYSTEM: [&str; 9] = [
    "/boot/",
    "/dev/",
    "/etc/ssl/",
    "/lib/",
    "/proc/",
    "/sys/",
    "/usr/lib/",
    "/usr/share/",
    "/var/lib/",
];

fn check(pair: &Pair<'_>) -> Vec<Problem> {
    pair.sides()
        .iter()
        .flat_map(|side| in_files(side).into_iter().chain(in_settings(side)))
        .collect()
}

fn in_files(side: &Side<'_>) -> Vec<Problem> {
    let owned = Owned::of(side.built);
    let files = &side.built.files;
    let mut found = Vec::new();
    for (path, at, _) in files.entries() {
        if OF_THE_SYSTEM.iter().any(|folder| path.starts_with(folder)) {
            continue;
        }
        let what = match at {
            At::Folder if path.ends_with("/.git") && files.is_file(&format!("{path}/HEAD")) => {
                "the history of a repository"
            }
            At::File => match files.text(path).and_then(|text| secret(path, text)) {
                // Packages bring keys for their own tests.
                Some(what) if !owned.has(path) => what,
                Some(_) | None => continue,
            },
            At::Folder | At::Link(_) | At::Other => continue,
        };
        found.push(Problem::warning(format!("`{path}` in {} contains {what}", side.name)).at(side.place()));
    }
    found
}

/// What a file of that name gives away. `None` where it holds nothing secret.
fn secret(path: &str, text: &str) -> Option<&'static str> {
    const KEY: &str = "a private key";
    const PASSWORD: &str = "a password or a token";
    let has_key = text.contains("-----BEGIN ") && text.contains("PRIVATE KEY-----");
    let name = path.rsplit('/').next().unwrap_or_default();
    let says = |words: &[&str]| text.lines().any(|line| words.iter().any(|word| assigns(line, word)));
    let is_secret = match name {
        _ if has_key => return Some(KEY),
        ".netrc" | "_netrc" => text.split_whitespace().any(|word| word == "password"),
        ".git-credentials" | "pip.conf" | "uv.toml" => text.lines().any(has_password),
        ".pypirc" | "auth.toml" | "credentials.toml" => says(&["password", "token"]) || text.lines().any(has_password),
        ".npmrc" | ".yarnrc.yml" => says(&["_authToken", "_auth", "_password", "npmAuthToken"]),
        "config.json" => text.contains("\"auth\"") || text.contains("\"identitytoken\""),
        "credentials" | "credentials.json" => {
            says(&["aws_secret_access_key"]) || text.contains("\"private_key\"") || text.contains("\"refresh_token\"")
        }
        "config" => says(&["token", "client-key-data", "password"]),
        _ => {
            let is_example = [".example", ".sample", ".template", ".dist"]
                .iter()
                .any(|end| name.ends_with(end));
            let is_variables = name == ".env" || name.starts_with(".env.");
            is_variables && !is_example && text.lines().any(gives_away)
        }
    };
    is_secret.then_some(PASSWORD)
}

/// `key = value`, `key: value`, with the key at the end of a longer one.
fn assigns(line: &str, key: &str) -> bool {
    let Some((name, value)) = line.split_once(['=', ':']) else {
        return false;
    };
    // `//host/:_authToken=…` has a colon before its key.
    let (name, value) = match line.rsplit_once('=') {
        Some((name, value)) if name.contains(key) => (name, value),
        Some(_) | None => (name, value),
    };
    let name = name.trim().trim_matches('"');
    !value.trim().trim_matches('"').is_empty() && !value.contains("${") && name.ends_with(key)
}

/// An address with a password in it, which is not the name of a variable.
fn has_password(text: &str) -> bool {
    let mut addresses = text.match_indices("://").map(|(at, _)| &text[at + 3..]);
    addresses.any(|rest| {
        let authority = rest.split(['/', ' ', '"', '\'', '?', '#']).next().unwrap_or_default();
        let Some((user, _)) = authority.rsplit_once('@') else {
            return false;
        };
        let password = user.split_once(':').map_or(user, |(_, password)| password);
        user.contains(':') && !password.is_empty() && !password.contains('$') && !password.starts_with(['<', '{'])
    })
}

/// A variable whose name says that its value is a secret.
fn gives_away(line: &str) -> bool {
    let Some((name, value)) = line.split_once('=') else {
        return false;
    };
    let value = value.trim().trim_matches(['"', '\'']);
    let name = name.trim().trim_start_matches("export ").to_ascii_uppercase();
    let is_secret = [
        "TOKEN",
        "PASSWORD",
        "PASSWD",
        "SECRET",
        "API_KEY",
        "SECRET_KEY",
        "ACCESS_KEY",
        "PRIVATE_KEY",
    ]
    .iter()
    .any(|end| name == *end || name.ends_with(&format!("_{end}")));
    has_password(value) || (is_secret && !value.is_empty() && !value.starts_with(['/', '$', '<', '{']))
}

/// Variables and labels of the image itself.
fn in_settings(side: &Side<'_>) -> Vec<Problem> {
    let config = &side.built.config;
    let variables = config
        .env
        .iter()
        .map(|(name, value)| ("the variable", name, format!("{name}={value}")));
    let labels = config
        .labels
        .iter()
        .map(|(name, value)| ("the label", name, value.clone()));
    let found: BTreeSet<String> = variables
        .chain(labels)
        .filter(|(_, _, text)| gives_away(text) || has_password(text))
        .map(|(what, name, _)| format!("{what} `{name}` of {} contains a password or a token", side.name))
        .collect();
    found
        .into_iter()
        .map(|message| Problem::warning(message).at(side.place()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_told_from_what_looks_like_one() {
        for (path, text) in [
            ("/root/.netrc", "machine a login b password c"),
            (
                "/etc/pip.conf",
                "[global]\nindex-url = https://user:abc@example.org/simple",
            ),
            ("/root/.npmrc", "//example.org/:_authToken=abc"),
            ("/root/.pypirc", "[pypi]\npassword = abc"),
            ("/app/server.pem", "-----BEGIN RSA PRIVATE KEY-----\n"),
            ("/app/.env.production", "export DB_PASSWORD='abc'"),
            ("/root/.aws/credentials", "aws_secret_access_key = abc"),
            ("/root/.git-credentials", "https://user:abc@example.org"),
        ] {
            assert!(secret(path, text).is_some(), "{path}");
        }
        for (path, text) in [
            ("/root/.netrc", "# machine a"),
            ("/etc/pip.conf", "index-url = https://example.org/simple"),
            (
                "/etc/pip.conf",
                "index-url = https://${USER}:${TOKEN}@example.org/simple",
            ),
            ("/root/.npmrc", "//example.org/:_authToken=${TOKEN}"),
            ("/root/.npmrc", "registry=https://example.org"),
            ("/app/ca.pem", "-----BEGIN CERTIFICATE-----\n"),
            (
                "/app/.env",
                "LOG_LEVEL=debug\nDB_PASSWORD=\nTOKEN_FILE=/run/secrets/token",
            ),
            ("/app/.env.example", "DB_PASSWORD=change-me"),
            ("/root/.git-credentials", "https://example.org/user@team"),
        ] {
            assert!(secret(path, text).is_none(), "{path}: {text}");
        }
    }
}
