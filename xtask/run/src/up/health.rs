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
const PATIENCE: Duration = Duration::from_secs(5);

/// Asks again and again, from a thread of its own, until the service is healthy or the run is over.
pub fn watch(number: usize, service: &ServiceLaunch, events: &Sender<Event>, over: &Arc<AtomicBool>) {
    let (port, path) = (service.port, service.health.clone());
    let (events, over) = (events.clone(), Arc::clone(over));
    thread::spawn(move || {
        while !over.load(Ordering::Relaxed) {
            if answers(port, &path).unwrap_or(false) {
                let _ = events.send(Event::Healthy { service: number });
                return;
            }
            thread::sleep(PAUSE);
        }
    });
}

fn answers(port: u16, path: &str) -> io::Result<bool> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(format!("GET {path} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n\r\n").as_bytes())?;
    let mut start = [0; 12];
    stream.read_exact(&mut start)?;
    // "HTTP/1.1 200"
    Ok(start.starts_with(b"HTTP/1.") && start.ends_with(b" 200"))
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
            assert_eq!(answers(port, "/healthz").ok(), healthy, "{answer}");
            server.join().unwrap();
            assert!(answers(port, "/healthz").is_err(), "nothing listens any more");
        }
    }
}
