//! Whether a service answers: the least of HTTP that tells.

use std::{
    io::{self, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::Sender,
    },
    thread,
    time::Duration,
};

use super::{group::Event, launch::ServiceLaunch};

const PAUSE: Duration = Duration::from_millis(50);
/// Between two looks at what a service needs: each look asks all of that.
const SLOWLY: Duration = Duration::from_millis(250);
/// How long a program runs that has started well.
const SETTLED: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(5);

/// Answers that are longer say nothing that a person reads.
const LONGEST: u64 = 16 * 1024;

/// Asks again and again, from a thread of its own, until the service can be used or the run is over: first whether it is
/// up, then whether what it needs is.
pub fn watch(number: usize, service: &ServiceLaunch, events: &Sender<Event>, over: &Arc<AtomicBool>) {
    let (health, ready) = (service.health.clone(), service.ready.clone());
    let (events, over) = (events.clone(), Arc::clone(over));
    let Some(port) = service.port else {
        // It answers nobody: it is up where it has not ended by now.
        thread::spawn(move || {
            thread::sleep(SETTLED);
            if !over.load(Ordering::Relaxed) {
                let _ = events.send(Event::Healthy { service: number });
            }
        });
        return;
    };
    thread::spawn(move || {
        let mut said = String::new();
        let mut is_up = false;
        while !over.load(Ordering::Relaxed) {
            is_up = is_up || matches!(ask(port, &health), Ok((200, _)));
            let answer = match &ready {
                Some(path) if is_up => ask(port, path),
                _ => Ok((if is_up { 200 } else { 0 }, String::new())),
            };
            match answer {
                // Without such a path it needs nothing.
                Ok((200 | 404, _)) => {
                    let _ = events.send(Event::Healthy { service: number });
                    return;
                }
                Ok((status, body)) if is_up => {
                    let now = format!(
                        "`{}` answers {status}: {}",
                        ready.as_deref().unwrap_or_default(),
                        missing(&body)
                    );
                    if now != said {
                        said.clone_from(&now);
                        let _ = events.send(Event::NotReady {
                            service: number,
                            said: now,
                        });
                    }
                    thread::sleep(SLOWLY);
                }
                Ok(_) | Err(_) => {}
            }
            thread::sleep(PAUSE);
        }
    });
}

/// What is missing, of an answer that names it: what is not `ok` among its `services`. Else the answer itself.
fn missing(body: &str) -> String {
    let value: Option<serde_json::Value> = serde_json::from_str(body).ok();
    let services = value.as_ref().and_then(|value| value.get("services")?.as_object());
    let wrong = services.into_iter().flatten().filter_map(|(name, state)| {
        let state = state.as_str().map_or_else(|| state.to_string(), str::to_owned);
        (state != "ok").then(|| format!("`{name}` is not available ({state})"))
    });
    let wrong: Vec<String> = wrong.collect();
    if wrong.is_empty() {
        body.trim().to_owned()
    } else {
        wrong.join(", ")
    }
}

/// The status and the body of an answer.
fn ask(port: u16, path: &str) -> io::Result<(u16, String)> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(format!("GET {path} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n\r\n").as_bytes())?;
    let mut answer = Vec::new();
    // Whoever answers a byte at a time is cut off by what is read at most, and by the run.
    let read = stream.take(LONGEST).read_to_end(&mut answer);
    let text = String::from_utf8_lossy(&answer);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    // "HTTP/1.1 200"
    let status = head
        .strip_prefix("HTTP/1.")
        .and_then(|rest| rest.get(1..5)?.trim_start().parse().ok());
    match (status, read) {
        (Some(status), _) => Ok((status, body.to_owned())),
        (None, Err(error)) => Err(error),
        (None, Ok(_)) if answer.is_empty() => Err(io::ErrorKind::UnexpectedEof.into()),
        (None, Ok(_)) => Ok((0, String::new())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn only_200_is_healthy() {
        for (answer, healthy) in [
            ("HTTP/1.1 200 OK\r\n\r\n", Some(true)),
            ("HTTP/1.1 503 Service Unavailable\r\n\r\n", Some(false)),
            ("SSH-2.0-OpenSSH_10.0\r\n", Some(false)),
            ("", None),
        ] {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
            let port = listener.local_addr().unwrap().port();
            let server = thread::spawn(move || {
                let (mut stream, _) = listener.accept().unwrap();
                let _ = stream.read(&mut [0; 512]);
                stream.write_all(answer.as_bytes()).unwrap();
            });
            assert_eq!(
                ask(port, "/healthz").ok().map(|(status, _)| status == 200),
                healthy,
                "{answer}"
            );
            server.join().unwrap();
            assert!(ask(port, "/healthz").is_err(), "nothing listens now");
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let body = r#"{"status": "not_ready", "services": {"qdrant": "ok", "chat": "connection refused"}}"#;
        assert_eq!(missing(body), "`chat` is not available (connection refused)");
        assert_eq!(missing("down\n"), "down");
        assert_eq!(missing("{\"services\": {}}"), "{\"services\": {}}");
    }
}
