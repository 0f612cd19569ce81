use std::fmt::Write as _;

use proptest::prelude::*;

use super::{Duplicates, Node, read, read_text};
use diagnostics::{Problem, Source};

fn documents(text: &str) -> (Vec<Node>, Vec<Problem>) {
    let mut problems = Vec::new();
    let nodes = read(&Source::new("a.yaml", text), &mut problems);
    (nodes, problems)
}

fn sound(text: &str) -> Node {
    let (mut nodes, problems) = documents(text);
    assert_eq!(problems, []);
    assert_eq!(nodes.len(), 1);
    nodes.remove(0)
}

/// What is wrong with a text, and where: line and column.
fn wrong(text: &str) -> (String, (usize, usize)) {
    let (_, problems) = documents(text);
    assert_eq!(problems.len(), 1, "{problems:?}");
    let position = problems[0].places[0].position().1.unwrap();
    (problems[0].message.clone(), position[0])
}

#[test]
fn values_have_types_and_places() {
    let text = "# Ä\nname: Ürban\nports:\n  - 8080\n  - \"8081\"\non: true\nempty:\nversion: 1.10\nrun: |\n  a\n  b\n";
    let node = sound(text);
    assert_eq!(node.at(&["name"]).unwrap().as_str(), Some("Ürban"));
    let ports = node.get("ports").unwrap().items();
    assert_eq!((ports[0].as_integer(), ports[0].as_str()), (Some(8080), None));
    assert_eq!((ports[1].as_integer(), ports[1].as_str()), (None, Some("8081")));
    assert_eq!(node.get("on").unwrap().as_bool(), Some(true));
    assert!(node.get("empty").unwrap().is_null());
    assert_eq!(node.get("version").unwrap().text(), Some("1.10"));
    assert_eq!(node.get("version").unwrap().as_str(), None);
    assert_eq!(node.get("run").unwrap().as_str(), Some("a\nb\n"));
    let shown = |node: &Node| text[node.span()].to_owned();
    assert_eq!(shown(node.get("name").unwrap()), "Ürban");
    assert_eq!(shown(&ports[1]), "\"8081\"");
    assert_eq!(shown(node.get("ports").unwrap()).trim_end(), "- 8080\n  - \"8081\"");
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_keep_the_places() {
    let text = "\u{feff}a: 1\r\nb:\r\n  - ö: zwei\r\n";
    let node = sound(text);
    let two = node.get("b").unwrap().items()[0].get("ö").unwrap();
    assert_eq!(&text[two.span()], "zwei");
}

#[test]
fn aliases_and_merge_keys_are_followed() {
    let node = sound("a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3\nc: *a\nd:\n  <<: [*a, {z: 4}]\n");
    assert_eq!(node.at(&["b", "x"]).unwrap().as_integer(), Some(1));
    assert_eq!(node.at(&["b", "y"]).unwrap().as_integer(), Some(3));
    assert_eq!(node.at(&["c", "y"]).unwrap().as_integer(), Some(2));
    assert_eq!(node.at(&["d", "z"]).unwrap().as_integer(), Some(4));
}

#[test]
fn documents_are_apart() {
    let (nodes, problems) = documents("---\na: 1\n---\n# nothing\n---\nb: 2\n...\n");
    assert_eq!(problems, []);
    assert_eq!(nodes.len(), 3);
    assert!(nodes[1].is_null());
    assert_eq!(nodes[2].get("b").unwrap().as_integer(), Some(2));
}

#[test]
fn a_key_that_is_there_twice_is_wrong_except_in_branches() {
    let text = "a:\n  b: 1\n  b: 2\n";
    assert_eq!(wrong(text), ("`b` is there twice".to_owned(), (3, 3)));
    let mut problems = Vec::new();
    let nodes = read_text(&Source::new("a.yaml", text), text, Duplicates::Branches, &mut problems);
    assert_eq!(problems, []);
    assert_eq!(nodes[0].get("a").unwrap().get_all("b").count(), 2);
}

#[test]
fn what_is_not_yaml_has_a_place() {
    let (message, position) = wrong("a: 1\nb: [1, 2\nc: 3\n");
    assert!(message.starts_with("`a.yaml` is not YAML: "), "{message}");
    assert!(position.0 >= 2, "{position:?}");
    assert_eq!(wrong("a:\n\tb: 1\n").1.0, 2);
    assert!(wrong("a: *nowhere\n").0.starts_with("`a.yaml` is not YAML: "));
}

#[test]
fn what_unfolds_without_end_is_refused() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let alias = format!("*a{}", level - 1);
        let members = [alias.as_str(); 10].join(", ");
        writeln!(text, "a{level}: &a{level} [{members}]").unwrap();
    }
    assert_eq!(wrong(&text).0, "`a.yaml` unfolds to more than 200000 values");
    assert_eq!(wrong("a: &a\n  b: *a\n").0, "this alias leads to what it is part of");
    let deep: String = (0..3000).map(|level| " ".repeat(level) + "a:\n").collect();
    assert_eq!(wrong(&deep).0, "more than 100 mappings and sequences in one another");
    assert_eq!(
        wrong(&"- ".repeat(3000)).0,
        "more than 100 mappings and sequences in one another"
    );
}

const REAL: &str = "apiVersion: v2\nimage: &i {repository: \"a/b\", tag: '1'}\nlist:\n- a: |-\n    x\n  <<: *i\n- >\n  folded\n---\n? complex\n: !!str 1\n%TAG\n";

proptest! {
    #[test]
    fn no_text_panics(text in "[-a-c:{}\\[\\],&*!|>'\"%@` \\n\\t#?<.0-9ü\r]{0,80}") {
        let _ = documents(&text);
    }

    #[test]
    fn no_damage_panics(at in 0..REAL.len(), len in 0..20_usize, with in "[-:{}\\[\\],&*!|>'\"% \\n\\t#?ü]{0,4}") {
        let end = (at + len).min(REAL.len());
        let _ = documents(&format!("{}{with}{}", &REAL[..at], &REAL[end..]));
    }
}

/// As libyaml and its ports read it, YAML 1.2 or not.
#[test]
fn lines_in_brackets_and_quotes_begin_anywhere() {
    let texts = [
        "a:\n  b: [\n    one, \"two\"\n  ]\n  c: 3\n",
        "a:\n  b: [\n\none,\n  \"two\"\n]\n  c: 3\n",
        "a:\n  b: [ # why\n  # ]\n  one,\n  'two'  ]\n  c: 3\n",
        "a: {b: [one,\n\"two\"],\nc: 3\n}\n",
        "a:\n  b:\n  - one\n  - \"two\"\n  c: 3\n",
        "{\"a\":{\"b\":[\"one\",\n\"two\"],\"c\":3\n}}\n",
        "a:\n  # it's [\n  b: &anchor [one,\n  !!str two]\n  c: 3\n",
    ];
    for text in texts {
        let node = sound(text);
        let words: Vec<_> = node
            .at(&["a", "b"])
            .unwrap()
            .items()
            .iter()
            .map(|item| item.text().unwrap())
            .collect();
        assert_eq!(words, ["one", "two"], "{text}");
        let end = node.at(&["a", "c"]).unwrap();
        assert_eq!(&text[end.span.clone()], "3", "{text}");
    }
    let quoted = "a:\n  b: \"one ]\n  'two'\\\"\n\n three\"\n  c: 'it''s\nÄ'\n  d: [\nÖ]\n  e: x\n";
    let node = sound(quoted);
    assert_eq!(node.at(&["a", "b"]).unwrap().text(), Some("one ] 'two'\"\nthree"));
    assert_eq!(node.at(&["a", "c"]).unwrap().text(), Some("it's Ä"));
    assert_eq!(&quoted[node.at(&["a", "d"]).unwrap().items()[0].span.clone()], "Ö");
    assert_eq!(&quoted[node.at(&["a", "e"]).unwrap().span.clone()], "x");
}

#[test]
fn text_in_a_block_stays_as_it_is() {
    let node = sound("a:\n  - run: |\n      echo \"[\n       {\n  - >-\n    it's [\n    two\n  - [\n  one\n  ]\n");
    let items = node.get("a").unwrap().items();
    assert_eq!(items[0].get("run").unwrap().text(), Some("echo \"[\n {\n"));
    assert_eq!(items[1].text(), Some("it's [ two"));
    assert_eq!(items[2].items()[0].text(), Some("one"));
}

#[test]
fn what_is_wrong_all_the_same_is_said_of_the_file() {
    assert_eq!(
        wrong("a:\n  b: [\n  one\n  c: 3\n"),
        ("`a.yaml` is not YAML: invalid indentation".to_owned(), (3, 3))
    );
}
