//! Indexes that refuse or do not answer, and trees that must not be published.

use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

use super::{
    commit, fails, has,
    proxy::{Fate, Proxy, Request},
    publish, repository, run,
};

/// An index that lists nothing and does this with an upload.
fn index(fate: fn(Request) -> Fate) -> Proxy {
    // Nothing is forwarded.
    Proxy::start(9, fate)
}

#[test]
fn it_answers_409_and_shows_no_credentials() {
    let proxy = index(|request| match request {
        Request::Listing => Fate::Answered(404),
        Request::Upload(_) => Fate::Answered(409),
    });
    let text = fails(&publish(&repository(proxy.port)));
    has(
        &text,
        &[
            "`core-1.2.0-py3-none-any.whl` was not uploaded to team",
            "409",
            "Basic ***",
            "published by this run: nothing",
        ],
    );
    assert_eq!(proxy.uploads(), 1, "it goes on after a refusal");
}

#[test]
fn uploads_are_slow() {
    let proxy = index(|request| match request {
        Request::Listing => Fate::Answered(404),
        Request::Upload(_) => Fate::Hangs,
    });
    let text = fails(&publish(&repository(proxy.port)));
    has(
        &text,
        &[
            "was not uploaded to team",
            "not published: core-1.2.0-py3-none-any.whl, edge-0.3.0",
        ],
    );
}

#[test]
fn listings_are_slow_or_fail() {
    for (fate, why) in [
        ((|_| Fate::Hangs) as fn(Request) -> Fate, "timed out"),
        (|_| Fate::Answered(500), "it answers 500"),
        (|_| Fate::Answered(401), "UV_INDEX_TEAM_USERNAME"),
        (|_| Fate::Answered(200), "it"),
    ] {
        let proxy = index(fate);
        let text = fails(&publish(&repository(proxy.port)));
        has(&text, &["cannot ask the index", why]);
        assert_eq!(proxy.uploads(), 0);
    }
}

/// No limit for one answer passes, so there is one for all of it.
#[test]
fn it_sends_a_byte_a_second() {
    for fate in [(|_| Fate::Trickles) as fn(Request) -> Fate, |request| match request {
        Request::Listing => Fate::Answered(404),
        Request::Upload(_) => Fate::Trickles,
    }] {
        let proxy = index(fate);
        let repo = repository(proxy.port);
        let started = Instant::now();
        let text = fails(&run(&repo, &["--publish", "team", "--deadline", "8"]));
        has(&text, &["before the deadline"]);
        assert!(started.elapsed() < Duration::from_secs(100), "{:?}", started.elapsed());
    }
}

#[test]
fn it_is_down() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    has(
        &fails(&publish(&repository(port))),
        &["cannot ask the index", "refused"],
    );
}

#[test]
fn trees_that_are_not_committed() {
    let repo = repository(9);
    repo.write("libs/core/src/core/more.py", "");
    has(
        &fails(&publish(&repo)),
        &["has uncommitted changes", "libs/core/src/core/more.py"],
    );
    commit(&repo, "Add more");
    repo.edit("Cargo.toml", "[workspace]\n", "[workspace] # edited\n");
    has(&fails(&publish(&repo)), &["has uncommitted changes", "`Cargo.toml`"]);
}

#[test]
fn indexes_that_are_not_known() {
    let repo = repository(9);
    has(
        &fails(&run(&repo, &["--publish", "other"])),
        &["index `other` does not exist", "the settings define `team`"],
    );
    has(
        &fails(&run(&repo, &["--publish", "https://example.org/"])),
        &[
            "it is not known where `https://example.org/` lists its packages",
            "--index-url",
        ],
    );
    let text = fails(&run(
        &repo,
        &[
            "--publish",
            "https://me:hunter2@example.org/",
            "--index-url",
            "https://example.org",
        ],
    ));
    has(&text, &["contains credentials", "UV_PUBLISH_TOKEN"]);
    assert!(!text.contains("hunter2"), "{text}");
    repo.edit("Cargo.toml", ", publish-url = \"http://localhost:9/\"", "");
    commit(&repo, "Forget where");
    has(
        &fails(&publish(&repo)),
        &["do not say where to upload to `team`", "publish-url"],
    );
}

#[test]
fn tags_that_name_no_release() {
    let repo = repository(9);
    repo.git(&["tag", "core-v1.2.0"]);
    commit(&repo, "Go on");
    for (tag, why) in [
        ("v1.2.0", "is not a tag of a release"),
        ("other-v1.0", "refers to lib `other`, which does not exist"),
        ("core-v1.3.0", "names 1.3.0, but the version of `core` here is 1.2.0"),
        ("core-v1.2.0", "is not the checked-out commit"),
        ("edge-v0.3.0", "is not the checked-out commit"),
    ] {
        has(&fails(&run(&repo, &["--publish", "team", "--tag", tag])), &[why]);
    }
}
