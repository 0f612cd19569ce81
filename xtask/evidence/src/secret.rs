//! Secrets that files, settings and commands of an image give away. Told by the name of a file or a variable, and by what it holds.

use crate::token::has_token;
use diagnostics::{Located, Place};
use formats::shell::Word;

const KEY: &str = "a private key";
const PASSWORD: &str = "a password or a token";

/// Something of an image that whoever has the image can read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// Where it is kept.
    pub kept: Kept,
    /// What it is.
    pub what: &'static str,
    /// What puts it there.
    pub place: Place,
}

/// Where an image keeps a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// In the file at a path.
    File(String),
    /// In a variable, by its name.
    Variable(String),
    /// In a label, by its name.
    Label(String),
    /// In a build argument, by its name: the history of an image lists those of its commands.
    Argument(String),
    /// In a command, by its program: the history lists the commands.
    Command(String),
}

impl Secret {
    /// That of a variable.
    pub fn of_variable(name: &str, value: &Located<String>) -> Option<Self> {
        in_variable(name, &value.value).then(|| Self::new(Kept::Variable(name.to_owned()), PASSWORD, &value.place))
    }

    /// That of a label.
    pub fn of_label(name: &str, value: &Located<String>) -> Option<Self> {
        in_variable(name, &value.value).then(|| Self::new(Kept::Label(name.to_owned()), PASSWORD, &value.place))
    }

    /// That of a build argument, whose value comes with the build where it has no default.
    pub fn of_argument(name: &str, default: Option<&str>, place: &Place) -> Option<Self> {
        let is_secret = match default {
            Some("") | None => is_named_secret(name),
            Some(value) => in_variable(name, value),
        };
        is_secret.then(|| Self::new(Kept::Argument(name.to_owned()), PASSWORD, place))
    }

    /// That of a file.
    pub fn of_file(path: &str, text: &str, place: &Place) -> Option<Self> {
        Some(Self::new(Kept::File(path.to_owned()), in_file(path, text)?, place))
    }

    /// That of a command: an address with a password, or the setting of an installer.
    pub fn of_command(words: &[Word], place: &Place) -> Option<Self> {
        let program = words.first()?.text.rsplit('/').next()?;
        let clear: Vec<&str> = words
            .iter()
            .filter(|word| word.is_clear)
            .map(|word| word.text.as_str())
            .collect();
        let is_given = match clear.iter().position(|word| *word == "config") {
            // `poetry config http-basic.NAME USER PASSWORD`, `poetry config pypi-token.NAME TOKEN`
            Some(at) => match &clear[at + 1..] {
                [key, _, _, ..] if key.starts_with("http-basic.") => true,
                [key, _, ..] => key.starts_with("pypi-token."),
                _ => false,
            },
            None => false,
        };
        let is_npm =
            || matches!(program, "npm" | "pnpm" | "yarn") && clear.iter().any(|word| assigns(word, "_authToken"));
        let is_secret = is_given || clear.iter().any(|word| has_password(word)) || is_npm();
        is_secret.then(|| Self::new(Kept::Command(program.to_owned()), PASSWORD, place))
    }

    fn new(kept: Kept, what: &'static str, place: &Place) -> Self {
        let place = place.clone();
        Self { kept, what, place }
    }

    /// A sentence about the image, by what it is called.
    pub fn message(&self, image: &str) -> String {
        let what = self.what;
        match &self.kept {
            Kept::File(path) => format!("`{path}` in {image} contains {what}"),
            Kept::Variable(name) => format!("the variable `{name}` of {image} contains {what}"),
            Kept::Label(name) => format!("the label `{name}` of {image} contains {what}"),
            Kept::Argument(name) => format!("the history of {image} contains the build argument `{name}`, {what}"),
            Kept::Command(program) => format!("the history of {image} contains a command of `{program}` with {what}"),
        }
    }
}

/// Whether a file may give something away, by its name: others are not worth being read.
pub fn is_telling(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let is_key = [".key", ".pem"].iter().any(|end| name.ends_with(end)) || name.starts_with("id_");
    is_key
        || name.starts_with(".env")
        || [
            ".netrc",
            "_netrc",
            ".pgpass",
            ".vault-token",
            "credentials.tfrc.json",
            ".git-credentials",
            "pip.conf",
            "uv.toml",
            ".pypirc",
            "auth.toml",
            "credentials.toml",
            ".npmrc",
            ".yarnrc.yml",
            "credentials",
            ".gitconfig",
        ]
        .contains(&name)
        || name.ends_with("credentials.json")
        || OF_PROGRAMS.iter().any(|(end, _)| path.ends_with(end))
        || is_of_apt(path)
        || HISTORIES.contains(&name)
}

/// Files of programs, by the ends of their paths, and the settings in them whose values are secret.
const OF_PROGRAMS: [(&str, &[&str]); 9] = [
    ("/.boto", &["secret_access_key", "gs_oauth2_refresh_token"]),
    ("/.config/gh/hosts.yml", &["oauth_token"]),
    ("/.dockercfg", &["auth"]),
    ("/.my.cnf", &["password"]),
    ("/.mylogin.cnf", &["password"]),
    ("/.s3cfg", &["secret_key"]),
    ("/rclone.conf", &["pass", "secret_access_key", "token", "client_secret"]),
    (".tfrc", &["token"]),
    ("/.config/hub", &["oauth_token"]),
];

/// Where apt has the passwords of its sources.
fn is_of_apt(path: &str) -> bool {
    path.starts_with("/etc/apt/auth.conf")
}

/// What is typed into shells, line by line.
const HISTORIES: [&str; 5] = [
    ".ash_history",
    ".bash_history",
    ".python_history",
    ".sh_history",
    ".zsh_history",
];

/// What a command in the history of a built image gives away: BuildKit puts build arguments in front of it, `|1 NAME=value`.
pub fn in_history(command: &str, place: &Place) -> Vec<Secret> {
    let (_, rest) = command.split_once('|').unwrap_or_default();
    let count: usize = rest.split(' ').next().and_then(|count| count.parse().ok()).unwrap_or(0);
    let arguments = rest
        .split(' ')
        .skip(1)
        .take(count)
        .filter_map(|argument| argument.split_once('='));
    let given = arguments.filter(|(name, value)| in_variable(name, value) || has_token(value));
    let mut found: Vec<Secret> = given
        .map(|(name, _)| Secret::new(Kept::Argument(name.to_owned()), PASSWORD, place))
        .collect();
    if found.is_empty() && (has_token(command) || has_password(command)) {
        found.push(Secret::new(Kept::Command("RUN".to_owned()), PASSWORD, place));
    }
    found
}

/// What a file of that name gives away. `None` where it holds nothing secret.
pub fn in_file(path: &str, text: &str) -> Option<&'static str> {
    let has_key = text.contains("-----BEGIN ") && text.contains("PRIVATE KEY-----");
    let name = path.rsplit('/').next().unwrap_or_default();
    let says = |words: &[&str]| text.lines().any(|line| words.iter().any(|word| assigns(line, word)));
    let is_secret = match name {
        _ if has_token(text) => true,
        _ if has_key || (path.contains("/private-keys-v1.d/") && text.contains("(private-key")) => return Some(KEY),
        _ if HISTORIES.contains(&name) => text.lines().any(typed),
        _ if is_of_apt(path) => text.split_whitespace().any(|word| word == "password"),
        ".netrc" | "_netrc" => text.split_whitespace().any(|word| word == "password"),
        ".pgpass" => text
            .lines()
            .any(|line| !line.starts_with('#') && line.split(':').count() == 5),
        ".vault-token" => !text.trim().is_empty(),
        "direct_url.json" => has_password(text),
        "credentials.tfrc.json" => text.contains("\"token\""),
        ".git-credentials" | ".gitconfig" | "pip.conf" | "uv.toml" => text.lines().any(has_password),
        ".pypirc" | "auth.toml" | "credentials.toml" => says(&["password", "token"]) || text.lines().any(has_password),
        ".npmrc" | ".yarnrc.yml" => says(&["_authToken", "_auth", "_password", "npmAuthToken"]),
        "config.json" => text.contains("\"auth\"") || text.contains("\"identitytoken\""),
        _ if name == "credentials" || name.ends_with("credentials.json") => {
            says(&["aws_secret_access_key"]) || text.contains("\"private_key\"") || text.contains("\"refresh_token\"")
        }
        "config" => says(&["token", "client-key-data", "password"]),
        _ if let Some((_, settings)) = OF_PROGRAMS.iter().find(|(end, _)| path.ends_with(end)) => says(settings),
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

/// A command that sets a variable to a secret, or has an address with a password.
fn typed(line: &str) -> bool {
    let mut words = line.split_whitespace();
    has_password(line) || words.any(gives_away)
}

/// A line that sets a variable to a secret.
fn gives_away(line: &str) -> bool {
    let Some((name, value)) = line.split_once('=') else {
        return false;
    };
    in_variable(name.trim().trim_start_matches("export "), value)
}

/// Whether a variable has a secret for its value.
pub fn in_variable(name: &str, value: &str) -> bool {
    let value = value.trim().trim_matches(['"', '\'']);
    has_password(value) || (is_named_secret(name) && !is_placeholder(value))
}

/// Whether a name says that its value is a secret.
fn is_named_secret(name: &str) -> bool {
    let name = name.trim().to_ascii_uppercase();
    [
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
    .any(|end| name == *end || name.ends_with(&format!("_{end}")))
}

/// Whether no secret is like it: a switch, a number, the path of a file, or a text that asks to be replaced.
fn is_placeholder(value: &str) -> bool {
    let plain = value.to_ascii_lowercase();
    let is_word = [
        "true",
        "false",
        "none",
        "null",
        "dummy",
        "test",
        "example",
        "placeholder",
    ]
    .contains(&plain.as_str());
    let asks = ["change", "your", "replace", "todo", "xxx", "not-a-secret", "insecure"];
    is_word
        || value.starts_with(['/', '$', '<', '{'])
        || value.bytes().all(|byte| byte.is_ascii_digit())
        || asks.iter().any(|word| plain.contains(word))
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
            ("/root/.gitconfig", "[url \"https://user:abc@example.org/\"]"),
            ("/root/.bash_history", "ls\nexport API_TOKEN=abc123"),
            ("/root/.zsh_history", "API_TOKEN=abc123 uv sync"),
            ("/root/.gnupg/private-keys-v1.d/0A.key", "Key: (private-key (rsa"),
            (
                "/etc/apt/auth.conf.d/a.conf",
                "machine packages.example.org login ci password abc",
            ),
            ("/root/.config/gh/hosts.yml", "github.com:\n    oauth_token: abc\n"),
            (
                "/root/.terraform.d/credentials.tfrc.json",
                "{\"credentials\":{\"a\":{\"token\":\"abc\"}}}",
            ),
            ("/app/.pgpass", "db.example.org:5432:app:app:abc\n"),
            ("/root/.vault-token", "abc"),
            ("/root/.my.cnf", "[client]\npassword=abc"),
            ("/root/.s3cfg", "secret_key = abc"),
            ("/root/.config/rclone/rclone.conf", "pass = abc"),
            (
                "/root/.config/gcloud/application_default_credentials.json",
                "{\"refresh_token\": \"abc\"}",
            ),
            (
                "/v/idna-3.dist-info/direct_url.json",
                "{\"url\":\"https://ci:abc@git.example.org/idna.whl\"}",
            ),
        ] {
            assert!(in_file(path, text).is_some(), "{path}");
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
            ("/root/.gitconfig", "[user]\nemail = a@example.org"),
            ("/root/.bash_history", "export API_TOKEN=$(cat /run/secrets/token)\nls"),
            ("/root/.gnupg/private-keys-v1.d/0A.key", "Key: (shadowed"),
            ("/etc/apt/auth.conf", "# machine packages.example.org"),
            ("/app/.pgpass", "# host:port:database:user:password\n"),
            ("/root/.my.cnf", "[client]\npassword=\nuser=a"),
            (
                "/v/idna-3.dist-info/direct_url.json",
                "{\"url\":\"https://git.example.org/idna.whl\"}",
            ),
        ] {
            assert!(in_file(path, text).is_none(), "{path}: {text}");
        }
    }

    #[test]
    fn the_history_of_an_image_tells_its_build_arguments() {
        let place = Place::File("image:a".to_owned());
        let told = |command: &str| -> Vec<Kept> {
            in_history(command, &place)
                .into_iter()
                .map(|secret| secret.kept)
                .collect()
        };
        assert_eq!(
            told("RUN |2 VERSION=1 INDEX_TOKEN=abc123 /bin/sh -c pip install x"),
            [Kept::Argument("INDEX_TOKEN".to_owned())]
        );
        assert_eq!(
            told("RUN /bin/sh -c pip install --index-url https://ci:abc@example.org/simple x"),
            [Kept::Command("RUN".to_owned())]
        );
        assert_eq!(told("RUN |1 VERSION=1 /bin/sh -c test a | grep TOKEN=$X"), []);
        assert_eq!(told("ENV PATH=/usr/bin"), []);
    }
}
