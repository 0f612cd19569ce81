//! `cargo xtask docs`, through the binary: pages and regions of a small repository, and what is in its way.

#![allow(
    clippy::disallowed_methods,
    reason = "folders of the tests, not the repository that is worked on"
)]

mod fixture;

use fixture::{Fixture, shown};

const README: &str = "# Ours\n\nBy hand.  \n\n<!-- xtask:services -->\nold\n<!-- /xtask:services -->\n<!-- xtask:guides -->\n<!-- /xtask:guides -->\n\nMore by hand, without a last line end";

fn drawn() -> Fixture {
    let repo = Fixture::sound();
    repo.write("README.md", README);
    repo.write("docs/guides/start.md", "\n# The first day\n\nBy hand.\n");
    let output = repo.run(&["docs"]);
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    repo
}

#[test]
fn pages_and_regions_are_drawn() {
    let repo = drawn();
    insta::assert_snapshot!("services", repo.read("docs/services.md"));
    insta::assert_snapshot!("readme", repo.read("README.md"));
    assert_eq!(repo.read("docs/commands.md").matches("\n## docs\n").count(), 1);
    for rule in rules::RULES {
        assert!(repo.read("docs/rules.md").contains(&format!("\n## {}\n", rule.id)));
    }
}

#[test]
fn a_second_run_changes_nothing() {
    let repo = drawn();
    let before = repo.files();
    let output = repo.run(&["docs"]);
    assert_eq!(shown(&output), "       Fresh 5 files\nexit 0\n");
    assert_eq!(repo.run(&["docs", "--check"]).status.code(), Some(0));
    assert!(repo.files() == before);
}

#[test]
fn what_differs_is_shown_and_nothing_is_written() {
    let repo = drawn();
    repo.edit("services/web/pyproject.toml", "port = 8080", "port = 8090");
    repo.write(
        "docs/old.md",
        repo.read("docs/rules.md").replace("docs/rules.md", "docs/old.md"),
    );
    std::fs::remove_file(repo.path("docs/settings.md")).unwrap();
    let before = repo.files();
    let output = repo.run(&["docs", "--check"]);
    assert_eq!(output.status.code(), Some(4));
    assert!(repo.files() == before, "it wrote something");
    let diff = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(diff.contains("--- a/README.md\n+++ b/README.md\n"), "{diff}");
    insta::assert_snapshot!("check", shown(&output));
    assert_eq!(repo.run(&["docs"]).status.code(), Some(0));
    assert!(!repo.path("docs/old.md").exists(), "an orphan is removed");
    assert!(repo.read("README.md").contains("| 8090 |"));
    assert_eq!(repo.run(&["docs", "--check"]).status.code(), Some(0));
}

#[test]
fn pages_by_hand_stay() {
    let repo = drawn();
    repo.write("docs/guide.md", "# By hand\n");
    let copy = repo.read("docs/rules.md");
    repo.write("docs/copy.md", &copy);
    assert_eq!(repo.run(&["docs", "--check"]).status.code(), Some(0));
    repo.write("docs/rules.md", "# Our own rules\n");
    let before = repo.files();
    let output = repo.run(&["docs"]);
    assert!(repo.files() == before);
    let text = shown(&output);
    assert!(
        text.contains("`docs/rules.md` is in the way: this command did not generate it"),
        "{text}"
    );
    assert!(text.ends_with("exit 1\n"), "{text}");
}

#[test]
fn the_generators_leave_each_other_alone() {
    let repo = drawn();
    assert_eq!(repo.run(&["gen-dockerfiles"]).status.code(), Some(0));
    let both = repo.files();
    assert_eq!(repo.run(&["docs"]).status.code(), Some(0));
    assert_eq!(repo.run(&["gen-dockerfiles"]).status.code(), Some(0));
    assert!(repo.files() == both);
}

#[test]
fn nothing_is_written_while_a_marker_is_broken() {
    let repo = Fixture::sound();
    repo.write("README.md", "<!-- xtask:services -->\n");
    repo.write(
        "services/web/README.md",
        "# Web\n<!-- xtask:lib -->\n<!-- /xtask:lib -->\n<!-- /xtask:libs -->\n",
    );
    let before = repo.files();
    for arguments in [&["docs"][..], &["docs", "--check"]] {
        insta::assert_snapshot!("broken_markers", shown(&repo.run(arguments)));
    }
    assert!(repo.files() == before);
}

#[test]
fn a_guide_without_title_is_a_problem() {
    let repo = drawn();
    repo.write("docs/guides/more.md", "no heading\n");
    let text = shown(&repo.run(&["docs"]));
    assert!(
        text.starts_with("error: `docs/guides/more.md` has no title\n"),
        "{text}"
    );
}

#[test]
fn help_names_every_region() {
    let help = String::from_utf8(Fixture::sound().run(&["docs", "--help"]).stdout).unwrap();
    for fragment in generate::artifact::docs::Fragment::ALL {
        assert!(help.contains(&format!("`{}`", fragment.name())), "{}", fragment.name());
    }
}

/// The reference says so of a key, and the reader agrees.
#[test]
fn keys_that_have_to_be_there_are_missed() {
    use repo::keys::{Absent, SERVICE, SETTINGS};
    for (keys, file) in [(&SETTINGS, "Cargo.toml"), (&SERVICE, "services/web/pyproject.toml")] {
        for key in keys.keys {
            let repo = Fixture::sound();
            let text = repo.read(file);
            let kept: Vec<&str> = text
                .lines()
                .filter(|line| !line.starts_with(&format!("{} = ", key.name)))
                .collect();
            repo.write(file, kept.join("\n") + "\n");
            let missed = shown(&repo.run(&["docs"])).contains(&format!("`{}` is missing", key.name));
            assert_eq!(missed, key.absent == Absent::Wrong, "{}", key.name);
        }
    }
}
