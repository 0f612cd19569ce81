//! Which port each service listens on: its own where that is free, else the next hundred that is, so that another
//! program in the same place leads to the same ports from start to start.

use std::net::{Ipv4Addr, TcpListener};

use diagnostics::{Place, Problem};
use repo::{Service, Start};

/// Between a port that is in use and the one that is tried next.
const STEP: u16 = 100;
/// How many are tried before the system picks one.
const TRIES: u16 = 20;

/// Which port is best.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortPreference {
    /// The one that a person expects.
    Own,
    /// One that another run, which starts at the same time, does not expect: for tests.
    Any,
}

/// Ports that are taken by this run. They are held until services start, so that no two get the same.
#[derive(Debug, Default)]
pub struct Ports {
    held: Vec<TcpListener>,
}

impl Ports {
    /// The wanted port, or the next that is free where that is in use, or any where none is wanted.
    pub fn take(&mut self, wanted: Option<u16>) -> Result<u16, Problem> {
        let listen = |port: u16| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
        let next = wanted
            .into_iter()
            .flat_map(|first| (0..TRIES).filter_map(move |number| first.checked_add(STEP * number)));
        let listener = next
            .map(listen)
            .find(Result::is_ok)
            .unwrap_or_else(|| listen(0))
            .map_err(|error| Problem::error(format!("found no free port: {error}")))?;
        let port = listener
            .local_addr()
            .map_err(|error| Problem::error(format!("cannot find a free port: {error}")))?
            .port();
        self.held.push(listener);
        Ok(port)
    }

    /// A port for a service, which has to be its own where nothing could tell it another; `None` for one that listens on none.
    pub fn of(&mut self, service: &Service, preference: PortPreference) -> Result<Option<u16>, Problem> {
        let start = service.start()?;
        let Some(own) = start.port else { return Ok(None) };
        let can_be_told = can_be_told(service, start, own);
        let wanted = match preference {
            PortPreference::Any if can_be_told => None,
            PortPreference::Any | PortPreference::Own => Some(own),
        };
        let port = self.take(wanted)?;
        if port == own || can_be_told {
            return Ok(Some(port));
        }
        Err(Problem::error(format!(
            "port {own} is in use, and `{}` can listen on no other",
            service.package.name
        ))
        .at(Place::File(service.package.manifest.source.path().into()))
        .note("its `command` names no port")
        .remedy("name it there, or in `[tool.xtask.up]` as `env = { PORT = \"{port}\" }`"))
    }
}

fn can_be_told(service: &Service, start: &Start, own: u16) -> bool {
    let mut words = start.command.iter();
    words.any(|word| listening(word, own, 0) != *word) || service.settings.up.env.values().any(|text| text.holds_port())
}

/// A word of a command, for another port, and for this machine alone where it says "for all networks".
pub fn listening(word: &str, own: u16, port: u16) -> String {
    let word = match word.strip_prefix("0.0.0.0") {
        Some(rest) if rest.is_empty() || rest.starts_with(':') => format!("127.0.0.1{rest}"),
        Some(_) | None => word.to_owned(),
    };
    let own = own.to_string();
    match word.strip_suffix(&own) {
        Some(before) if before.is_empty() || before.ends_with([':', '=']) => format!("{before}{port}"),
        Some(_) | None => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_is_avoided_and_none_is_given_twice() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let number = taken.local_addr().unwrap().port();
        let mut ports = Ports::default();
        let other = ports.take(Some(number)).unwrap();
        assert_ne!(other, number);
        let again = Ports::default().take(Some(number)).unwrap();
        assert_ne!(again, other, "it is held");
        drop(ports);
        let mut ports = Ports::default();
        assert_eq!(ports.take(Some(number)).unwrap(), other, "the same from start to start");
        assert_ne!(ports.take(Some(other)).unwrap(), other);
        assert_ne!(ports.take(None).unwrap(), other);
    }

    #[test]
    fn words_that_name_the_port_are_found() {
        let told = |word: &str| listening(word, 8080, 9000);
        assert_eq!(told("8080"), "9000");
        assert_eq!(told("--port=8080"), "--port=9000");
        assert_eq!(told("0.0.0.0:8080"), "127.0.0.1:9000");
        assert_eq!(told("0.0.0.0"), "127.0.0.1");
        for word in ["18080", "8080x", "0.0.0.01", "--port", ""] {
            assert_eq!(told(word), word);
        }
    }
}
