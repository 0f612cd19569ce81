#![expect(clippy::disallowed_methods, reason = "folders of the tests")]

use super::*;

const FILE: &str = r#"
// what everything has
variable "TAG" { default = "1.0" }
variable "REGISTRY" {}
function "tag" {
  params = [name]
  result = ["${REGISTRY}/${name}:${TAG}"]
}
group "default" { targets = ["web", "tools"] }
target "_common" {
  context = "."
  args    = { PYTHON = "3.13", dev = 0 } # both
  labels = {
    "a.b" = "c",
    d: "e"
  }
}
target "web" {
  name     = "web-${item.flavour}"
  inherits = ["_common"]
  matrix   = { item = [{ flavour = "dev", file = "Dockerfile.dev", on = "1" }, { flavour = "prod", file = "Dockerfile", on = "0" }] }
  dockerfile = "services/web/${item.file}"
  args       = { dev = item.on }
  tags       = tag("web")
  output     = ["type=${TAG == "x" ? "image" : "registry"}"]
}
target "tools" {
  dockerfile-inline = <<EOT
FROM scratch
target "x" {}
EOT
  tags = [for t in ["a", "b"] : "tools:${t}"]
  platforms = concat(["linux/amd64"], [])
}
"#;

fn built(text: &str, words: &[&str]) -> Vec<Build> {
    read(text, words).0
}

fn read(text: &str, words: &[&str]) -> (Vec<Build>, Vec<String>) {
    let dir = tempfile::tempdir().unwrap();
    std::io::Write::write_all(
        &mut std::fs::File::create(dir.path().join("docker-bake.hcl")).unwrap(),
        text.as_bytes(),
    )
    .unwrap();
    let place = Place::File("w.yml".into());
    let mut problems = Vec::new();
    let call = Call::of_words(words);
    let builds = call.read(&Root::new(dir.path()), "", &Variables::new(), &place, &mut problems);
    (builds, problems.into_iter().map(|problem| problem.message).collect())
}

#[test]
fn a_target_that_no_file_has_is_named() {
    for words in [&["--push", "worker"][..], &["web-prod", "web-test"]] {
        let (_, said) = read(FILE, words);
        assert_eq!(said.len(), 1, "{words:?} {said:?}");
        assert!(said[0].contains(words[words.len() - 1]), "{said:?}");
    }
    for words in [
        &[][..],
        &["web"],
        &["default", "web-dev"],
        &["https://example.org/repo.git", "tools"],
        &["web-*"],
    ] {
        assert_eq!(read(FILE, words).1, [] as [&str; 0], "{words:?}");
    }
    let made_up = "target \"a\" { matrix = { v = x() }\n name = \"a-${v}\" }\n";
    assert_eq!(read(made_up, &["a-1"]).1, [] as [&str; 0]);
}

#[test]
fn targets_groups_matrices_and_inheritance() {
    let builds = built(FILE, &[]);
    let shown: Vec<String> = builds
        .iter()
        .map(|build| format!("{:?} {:?} {:?} {}", build.what, build.args, build.tags, build.pushes))
        .collect();
    assert_eq!(
        shown,
        [
            r#"Dockerfile("-") [] ["*"] false"#,
            r#"Dockerfile("services/web/Dockerfile.dev") [("PYTHON", "3.13"), ("dev", "1")] [] false"#,
            r#"Dockerfile("services/web/Dockerfile") [("PYTHON", "3.13"), ("dev", "0")] [] false"#,
        ]
    );
    let one = built(
        FILE,
        &["--set", "*.args.dev=2", "--set=web-*.target=slim", "web-prod", "--push"],
    );
    assert_eq!(one.len(), 1);
    assert_eq!(
        (one[0].args[1].1.as_str(), one[0].target.as_deref(), one[0].pushes),
        ("2", Some("slim"), true)
    );
}

#[test]
fn what_is_broken_has_a_place() {
    for (text, at) in [
        ("target \"a\" {\n", 11),
        ("target \"a\n\" {}", 7),
        ("}\n", 0),
        ("a = [1, 2\n", 4),
        ("a = \n", 4),
        ("a = {b}", 6),
        ("a = <<EOF\nx\n", 4),
        ("target {} x", 11),
        ("?", 0),
        ("a = f(1\n", 5),
    ] {
        let found = hcl::read(text).err().map(|broken| broken.at);
        assert_eq!(found, Some(at), "{text}");
    }
    let deep = "a {".repeat(1000);
    assert!(hcl::read(&deep).is_err());
    let deep = format!("a = {}", "[".repeat(100_000));
    assert!(hcl::read(&deep).is_err());
    assert!(hcl::read(&format!("a = {}", "\"${".repeat(100_000))).is_err());
    assert_eq!(
        hcl::read("a = -1 + 2 # é\nb = \"${x(\"}\")}\"\n")
            .ok()
            .map(|value| value.to_string())
            .as_deref(),
        Some("{\"a\":\"${?}\",\"b\":\"${x(\\\"}\\\")}\"}")
    );
}

#[test]
fn circles_end() {
    let text = "target \"a\" { inherits = [\"b\"] }\ntarget \"b\" { inherits = [\"a\"] }\ngroup \"g\" { targets = [\"g\", \"a\"] }\n";
    assert_eq!(built(text, &["g"]).len(), 1);
    let wide = |kind: &str, key: &str| {
        let level = |at: usize| {
            let names: Vec<String> = (0..9).map(|side| format!("\"x{}_{side}\"", at + 1)).collect();
            let block = |side: usize| format!("{kind} \"x{at}_{side}\" {{ {key} = [{}] }}\n", names.join(", "));
            (0..9).map(block).collect::<String>()
        };
        (0..12).map(level).collect::<String>()
    };
    assert_eq!(built(&wide("target", "inherits"), &["x0_0"]).len(), 1);
    built(&wide("group", "targets"), &["x0_0"]);
    let lists = (0..9)
        .map(|at| format!("v{at} = [\"1\", \"2\", \"3\", \"4\"]"))
        .collect::<Vec<_>>();
    let text = format!("target \"a\" {{ matrix = {{\n{}\n}} }}\n", lists.join("\n"));
    assert_eq!(built(&text, &["a"]).len(), 256);
}

/// Whatever a file breaks off at, or lacks, it is read or broken somewhere in it.
#[test]
fn every_cut_of_a_file_ends() {
    for (at, c) in FILE.char_indices() {
        let without = format!("{}{}", &FILE[..at], &FILE[at + c.len_utf8()..]);
        for text in [&FILE[..at], &FILE[at..], &without] {
            if let Err(broken) = hcl::read(text) {
                assert!(broken.at <= text.len() && text.is_char_boundary(broken.at), "{at}");
            }
        }
    }
}
