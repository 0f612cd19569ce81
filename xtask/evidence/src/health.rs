//! What Docker runs in a container to learn whether it works: of a Dockerfile, and of a built image.

use diagnostics::Place;
use formats::shell::{self, Variables, is_shell};

/// How the health of a container is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// `HEALTHCHECK NONE`: what the base has is not asked.
    Off,
    /// A program and its arguments.
    Exec(Vec<String>),
    /// A text for a shell.
    Shell(String),
}

/// The health check of an image.
#[derive(Clone, Debug)]
pub struct HealthCheck {
    /// How the health is checked.
    pub health: Health,
    /// What it runs, variables in place.
    pub commands: Vec<Vec<String>>,
    /// Where it is written.
    pub place: Place,
}

/// Names of the container itself.
const HERE: [&str; 4] = ["localhost", "127.0.0.1", "0.0.0.0", "[::1]"];

impl Health {
    /// Of an instruction, without its options: `NONE`, `CMD …`.
    pub fn of_instruction(text: &str) -> Option<Self> {
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        let (keyword, rest) = (&text[..end], text[end..].trim());
        if keyword.eq_ignore_ascii_case("none") {
            return Some(Self::Off);
        }
        if !keyword.eq_ignore_ascii_case("cmd") || rest.is_empty() {
            return None;
        }
        Some(match serde_json::from_str(rest) {
            Ok(words) => Self::Exec(words),
            Err(_) => Self::Shell(rest.to_owned()),
        })
    }

    /// As `docker image inspect` says it.
    pub fn of_image(test: &[String]) -> Option<Self> {
        let (kind, rest) = test.split_first()?;
        match kind.as_str() {
            "NONE" => Some(Self::Off),
            "CMD" => Some(Self::Exec(rest.to_vec())),
            "CMD-SHELL" => Some(Self::Shell(rest.join(" "))),
            _ => None,
        }
    }

    /// The programs that it runs, each with its arguments. A word that cannot be told is empty.
    pub fn commands(&self, env: &Variables) -> Vec<Vec<String>> {
        let text = match self {
            Self::Off => return Vec::new(),
            Self::Shell(text) => text,
            Self::Exec(words) => match words.as_slice() {
                [shell, flag, text] if is_shell(shell) && flag == "-c" => text,
                _ => return vec![words.clone()],
            },
        };
        let told = |word: &shell::Word| {
            if word.is_clear {
                word.text.clone()
            } else {
                String::new()
            }
        };
        let commands = shell::commands(text, env).unwrap_or_default();
        let commands = commands
            .iter()
            .map(|command| command.words.iter().map(told).collect::<Vec<_>>());
        commands.filter(|words| !words.is_empty()).collect()
    }

    /// In one line.
    pub fn shown(&self) -> String {
        match self {
            Self::Off => "NONE".to_owned(),
            Self::Exec(words) => words.join(" "),
            Self::Shell(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        }
    }
}

/// The ports of the container itself that commands ask: `http://localhost:8080/`, `nc -z localhost 8080`,
/// `connect(('127.0.0.1', 8080))`.
pub fn ports(commands: &[Vec<String>]) -> Vec<u16> {
    let mut found = Vec::new();
    for words in commands {
        let text = words.join(" ");
        for host in HERE {
            found.extend(text.match_indices(host).filter_map(|(at, _)| {
                let (before, behind) = (&text[..at], &text[at + host.len()..]);
                match behind.strip_prefix(':').map(number) {
                    Some(port) => port,
                    None if before.ends_with("http://") => Some(80),
                    None if before.ends_with("https://") => Some(443),
                    None => number(behind.trim_start_matches(['\'', '"', ',', ' '])),
                }
            }));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn number(text: &str) -> Option<u16> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(text: &str) -> Vec<u16> {
        let env = Variables::from([("PORT".to_owned(), "8080".to_owned())]);
        ports(&Health::of_instruction(text).unwrap().commands(&env))
    }

    #[test]
    fn ports_are_found() {
        assert_eq!(asked("CMD curl -f http://localhost:8000/health || exit 1"), [8000]);
        assert_eq!(asked("CMD [\"wget\", \"-q\", \"http://127.0.0.1/\"]"), [80]);
        assert_eq!(asked("CMD curl http://localhost:$PORT/ready"), [8080]);
        assert_eq!(asked("CMD curl http://localhost:${ADMIN_PORT:-9000}/"), [9000]);
        assert_eq!(asked("CMD curl http://localhost:${UNKNOWN}/"), [] as [u16; 0]);
        assert_eq!(asked("CMD nc -z localhost 5000"), [5000]);
        assert_eq!(
            asked("CMD python -c \"import socket; socket.create_connection(('localhost', 8081))\""),
            [8081]
        );
        assert_eq!(asked("CMD [\"sh\", \"-c\", \"curl https://0.0.0.0:$PORT\"]"), [8080]);
        assert_eq!(asked("cmd curl -f https://example.org:8443/"), [] as [u16; 0]);
        assert_eq!(asked("CMD pgrep uvicorn"), [] as [u16; 0]);
        assert_eq!(asked("NONE"), [] as [u16; 0]);
    }

    #[test]
    fn what_is_no_check_is_none() {
        assert_eq!(Health::of_instruction("curl localhost"), None);
        assert_eq!(Health::of_instruction("CMD"), None);
        assert_eq!(Health::of_instruction(""), None);
        assert_eq!(Health::of_image(&[]), None);
        let words = ["CMD-SHELL", "curl  -f localhost"].map(String::from);
        assert_eq!(Health::of_image(&words).unwrap().shown(), "curl -f localhost");
    }
}
