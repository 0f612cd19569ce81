//! The HTML page: what it holds, and that it needs nothing else.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    fixture::Fixture,
    repository::{broken, sound, unreadable},
};

fn page(repo: &Fixture) -> String {
    let output = repo.run(&["verify-parity", "--format", "html"]);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8(output.stdout).unwrap()
}

/// The tags of a page in order; texts between them hold no `<`.
fn tags(page: &str) -> Vec<&str> {
    let after_style = page.split_once("</style>").unwrap().1;
    after_style
        .split('<')
        .skip(1)
        .map(|part| part.split_once('>').expect("a tag that ends").0)
        .collect()
}

#[test]
fn it_needs_nothing_from_elsewhere_and_runs_nothing() {
    for repo in [sound(), broken(), unreadable()] {
        let page = page(&repo);
        for needs in [
            "<script", "<link", "src=", "url(", "@import", "http:", "https:", "<iframe", " onload",
        ] {
            assert!(!page.contains(needs), "{needs}");
        }
    }
}

#[test]
fn every_element_ends_where_it_has_to() {
    for repo in [sound(), broken(), unreadable()] {
        let page = page(&repo);
        let mut open = vec!["html", "head"];
        for tag in tags(&page) {
            let name = tag.split([' ', '/']).next().unwrap();
            match tag.strip_prefix('/') {
                Some(name) => assert_eq!(open.pop(), Some(name), "{tag}"),
                None if tag.ends_with('/') || name == "br" => {}
                None => open.push(name),
            }
        }
        assert!(open.is_empty(), "{open:?}");
    }
}

#[test]
fn every_finding_is_there_with_both_images() {
    let repo = broken();
    let page = page(&repo);
    let json = repo.run(&["verify-parity", "--format", "json"]);
    let json: Value = serde_json::from_slice(&json.stdout).unwrap();
    let findings = json["findings"].as_array().unwrap();
    assert!(findings.len() > 4);
    for finding in findings {
        let rule = finding["rule"].as_str().unwrap();
        assert!(page.contains(&format!("<code>{rule}</code> in ")), "{rule}");
    }
    // The lines of both Dockerfiles, next to each other.
    let article = page
        .split("<article")
        .find(|article| article.contains("<code>user-differs</code>"))
        .unwrap();
    let (dev, prod) = article.split_once("<h4>production").unwrap();
    assert!(dev.contains("USER <mark>1000</mark>"), "{dev}");
    assert!(prod.contains("USER <mark>10001</mark>"), "{prod}");
    assert!(article.contains("the same in 1 more service: shop"), "{article}");
    // What the table leads to is there.
    let anchors = |start: &str| -> BTreeSet<&str> {
        let parts = page.split(start).skip(1);
        parts.map(|part| part.split('"').next().unwrap()).collect()
    };
    let targets = anchors("<article id=\"");
    let links = anchors("<a href=\"#");
    assert!(!links.is_empty() && links.is_subset(&targets), "{links:?} {targets:?}");
    // An exception with its reason.
    assert!(page.contains("Reason: mounted at <code>/srv</code> | 100 %"));
}

#[test]
fn what_could_not_be_read_is_no_pass() {
    let page = page(&unreadable());
    assert!(page.contains("<h1 class=\"warning\">Parity is unknown</h1>"));
    assert!(page.contains("Docker knows no instruction <code>USR</code>"));
    let sound = self::page(&sound());
    assert!(sound.contains("<h1 class=\"fine\">Parity</h1>") && !sound.contains("<article"));
}

#[test]
fn names_of_files_and_values_are_no_markup() {
    let repo = sound();
    repo.edit(
        "services/admin/Dockerfile.dev",
        "USER 10001",
        "ENV A=\"<img src=x onerror=alert(1)>\"\nUSER 10001",
    );
    let page = page(&repo);
    assert!(page.contains("&lt;img src=x onerror=alert(1)&gt;"));
    assert!(!page.contains("<img"));
}

#[test]
fn it_is_the_same_in_every_run() {
    let repo = broken();
    assert_eq!(page(&repo), page(&repo));
}
