//! Stands between uv and the index, and lets an upload go wrong.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// What becomes of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Forwarded,
    /// An answer with this status, and the credentials of the request in its text.
    Answered(u16),
    /// No answer, ever.
    Hangs,
    /// A byte a second, without an end.
    Trickles,
    /// It arrives, and the answer is lost.
    AnswerLost,
}

/// What a request is: listings count from zero, and so do uploads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    Listing,
    Upload(usize),
}

pub struct Proxy {
    pub port: u16,
    uploads: Arc<AtomicUsize>,
    /// Connections that get no answer stay open for as long as the proxy.
    _hanging: Arc<Mutex<Vec<TcpStream>>>,
}

impl Proxy {
    pub fn start(upstream: u16, fate: fn(Request) -> Fate) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let uploads = Arc::new(AtomicUsize::new(0));
        let hanging = Arc::new(Mutex::new(Vec::new()));
        let (counter, parked) = (Arc::clone(&uploads), Arc::clone(&hanging));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (counter, parked) = (Arc::clone(&counter), Arc::clone(&parked));
                thread::spawn(move || serve(stream, upstream, fate, &counter, &parked));
            }
        });
        Self {
            port,
            uploads,
            _hanging: hanging,
        }
    }

    pub fn uploads(&self) -> usize {
        self.uploads.load(Ordering::SeqCst)
    }
}

/// One connection, which carries one request.
fn serve(
    mut client: TcpStream,
    upstream: u16,
    fate: fn(Request) -> Fate,
    uploads: &AtomicUsize,
    parked: &Mutex<Vec<TcpStream>>,
) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        client.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let request = if head.starts_with("POST ") {
        Request::Upload(uploads.fetch_add(1, Ordering::SeqCst))
    } else {
        Request::Listing
    };
    match fate(request) {
        Fate::Forwarded => drop(forward(&head, &mut client, upstream, true)),
        Fate::AnswerLost => {
            forward(&head, &mut client, upstream, false);
            client.shutdown(Shutdown::Both).ok()?;
        }
        Fate::Answered(status) => {
            drain(&head, &mut client);
            let text = format!("refused: {head}");
            let length = text.len();
            let answer = format!("HTTP/1.1 {status} No\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{text}");
            client.write_all(answer.as_bytes()).ok()?;
        }
        Fate::Trickles => {
            drain(&head, &mut client);
            client.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n").ok()?;
            loop {
                client.write_all(b" ").ok()?;
                thread::sleep(std::time::Duration::from_secs(1));
            }
        }
        Fate::Hangs => parked.lock().unwrap().push(client),
    }
    Some(())
}

fn forward(head: &str, client: &mut TcpStream, upstream: u16, answers: bool) -> Option<()> {
    let mut server = TcpStream::connect(("127.0.0.1", upstream)).ok()?;
    // pypiserver takes no chunked bodies, and uv sends none; one request a connection.
    let head = head.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
    server.write_all(head.as_bytes()).ok()?;
    let length = length(&head);
    std::io::copy(&mut Read::take(&mut *client, length), &mut server).ok()?;
    let mut answer = Vec::new();
    server.read_to_end(&mut answer).ok()?;
    if answers {
        client.write_all(&answer).ok()?;
    }
    Some(())
}

fn drain(head: &str, client: &mut TcpStream) {
    let _ = std::io::copy(&mut Read::take(&mut *client, length(head)), &mut std::io::sink());
}

fn length(head: &str) -> u64 {
    let lines = head.lines().filter_map(|line| line.split_once(':'));
    let mut lengths = lines.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    lengths
        .next()
        .and_then(|(_, value)| value.trim().parse().ok())
        .unwrap_or_default()
}
