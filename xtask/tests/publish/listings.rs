//! What an index lists, in every form that it may have (PEP 503, PEP 691), is compared by its bytes.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    thread,
};

use super::{Fixture, fails, has, publish, repository, run, succeeds};

type Answers = BTreeMap<String, (String, Vec<u8>)>;

/// Serves these answers: path to what stands between status and body, and the body. Anything else is not found.
fn serve(listener: TcpListener, answers: Answers) {
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut lines = BufReader::new(stream.try_clone().unwrap())
                .lines()
                .map_while(Result::ok);
            let request = lines.next().unwrap_or_default();
            let asks_json = lines
                .by_ref()
                .take_while(|line| !line.is_empty())
                .any(|line| line.contains("+json"));
            let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
            assert!(asks_json || !path.starts_with("/simple"), "the newer form is asked for");
            let missing = (String::from("404 Not Found\r\n"), Vec::new());
            let (head, body) = answers.get(&path).unwrap_or(&missing);
            let _ = write!(
                stream,
                "HTTP/1.1 {head}Connection: close\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(body);
        }
    });
}

fn page(kind: &str, body: String) -> (String, Vec<u8>) {
    (format!("200 OK\r\nContent-Type: {kind}\r\n"), body.into_bytes())
}

/// The repository, and the bytes and digests of its wheels.
fn built(port: u16) -> (Fixture, [Vec<u8>; 2], [String; 2]) {
    let repo = repository(port);
    succeeds(&run(&repo, &["--out", "dist"]));
    let sums = repo.read("dist/SHA256SUMS");
    let sum = |file: &str| {
        let line = sums.lines().find(|line| line.ends_with(file)).unwrap();
        line.split(' ').next().unwrap().to_owned()
    };
    let files = ["core-1.2.0-py3-none-any.whl", "edge-0.3.0-py3-none-any.whl"];
    let bytes = files.map(|file| fs::read(repo.path(&format!("dist/{file}"))).unwrap());
    fs::remove_dir_all(repo.path("dist")).unwrap();
    (repo, bytes, files.map(sum))
}

#[test]
fn json_and_html_with_and_without_a_digest() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (repo, bytes, sums) = built(listener.local_addr().unwrap().port());
    let json = format!(
        r#"{{"files": [{{"filename": "core-1.2.0-py3-none-any.whl", "url": "x", "hashes": {{"sha256": "{}"}}}}]}}"#,
        sums[0]
    );
    // An older digest says nothing: the file is fetched, here from below the page.
    let html = "<html><a href='../../files/edge.whl#md5=0123'>edge-0.3.0-py3-none-any.whl</a></html>".to_owned();
    let [_, edge] = bytes;
    serve(
        listener,
        Answers::from([
            (
                "/simple/core/".into(),
                page("application/vnd.pypi.simple.v1+json", json),
            ),
            ("/simple/edge/".into(), page("text/html; charset=utf-8", html)),
            ("/files/edge.whl".into(), ("200 OK\r\n".into(), edge)),
        ]),
    );
    has(
        &succeeds(&publish(&repo)),
        &["Published 0 files to team, 2 already there"],
    );
}

#[test]
fn other_bytes_behind_a_link_are_other_bytes() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let repo = repository(listener.local_addr().unwrap().port());
    let html = "<a href='/files/edge.whl'>edge-0.3.0-py3-none-any.whl</a>".to_owned();
    serve(
        listener,
        Answers::from([
            ("/simple/edge/".into(), page("text/html", html)),
            ("/files/edge.whl".into(), ("200 OK\r\n".into(), b"other".to_vec())),
        ]),
    );
    has(
        &fails(&publish(&repo)),
        &["`edge-0.3.0-py3-none-any.whl` is on team with other bytes"],
    );
}

/// An index that hands over to a public one does not hold what is there: a stranger's `core` is not an obstacle, and no proof.
#[test]
fn what_another_index_holds_is_not_there() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    let there = elsewhere.local_addr().unwrap().port();
    let html = format!("<a href='x#sha256={}'>core-1.2.0-py3-none-any.whl</a>", "0".repeat(64));
    serve(
        elsewhere,
        Answers::from([("/simple/core/".into(), page("text/html", html))]),
    );
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let repo = repository(listener.local_addr().unwrap().port());
    let redirect = format!("302 Found\r\nLocation: http://localhost:{there}/simple/core/\r\n");
    serve(
        listener,
        Answers::from([("/simple/core/".into(), (redirect, Vec::new()))]),
    );
    let text = fails(&publish(&repo));
    has(&text, &["`core-1.2.0-py3-none-any.whl` was not uploaded"]);
    assert!(!text.contains("other bytes"), "{text}");
}
