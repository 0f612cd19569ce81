use crate::{
    fixture::{Fixture, shown},
    repository::{broken, sound, unreadable},
};

fn fix(repo: &Fixture) -> (Option<i32>, String) {
    let output = repo.run(&["verify-parity", "--fix"]);
    (
        output.status.code(),
        format!("{}{}", String::from_utf8_lossy(&output.stdout), shown(&output)),
    )
}

#[test]
fn what_needs_no_decision_is_mended() {
    let (repo, untouched) = (broken(), sound());
    let (code, text) = fix(&repo);
    assert_eq!(code, Some(5), "users are for a person to decide");
    insta::assert_snapshot!("fix", text);
    for file in ["services/admin/requirements.txt", "xtask/tools/requirements.txt"] {
        assert_eq!(repo.read(file), untouched.read(file), "{file}");
    }
    let settings = repo.read("Cargo.toml");
    assert!(
        settings.ends_with("reason = \"mounted at `/srv` | 100 %\"\n"),
        "{settings}"
    );
    assert!(
        repo.read("services/admin/Dockerfile.dev")
            .contains("\nEXPOSE 8080 5678\n")
    );
    let again = repo.files();
    insta::assert_snapshot!("fix_again", fix(&repo).1);
    assert!(repo.files() == again, "the second run changed something");
}

#[test]
fn what_can_all_be_mended_ends_clean() {
    let repo = sound();
    let before = repo.files();
    repo.edit("services/web/Dockerfile.dev", "USER 10001", "USR 10001");
    std::fs::remove_file(repo.path("services/jobs/requirements.txt")).unwrap();
    repo.edit("services/shop/Dockerfile.dev", "EXPOSE 8080", "EXPOSE 8081");
    assert_eq!(fix(&repo).0, Some(0));
    assert!(repo.files() == before, "it is as it was");
}

#[test]
fn a_sound_repository_is_left_alone() {
    let repo = sound();
    let before = repo.files();
    assert_eq!(fix(&repo).0, Some(0));
    assert!(repo.files() == before);
}

/// One file by hand that cannot be read is enough: what it would say is unknown.
#[test]
fn nothing_is_written_while_something_cannot_be_read() {
    let repo = unreadable();
    repo.edit("services/admin/Dockerfile", "USER 10001", "USR 10001");
    let before = repo.files();
    assert_eq!(fix(&repo).0, Some(1));
    assert!(repo.files() == before);
}

#[test]
fn without_fix_nothing_is_written() {
    let repo = broken();
    let before = repo.files();
    for format in ["terminal", "json", "sarif", "github"] {
        assert_eq!(repo.run(&["verify-parity", "--format", format]).status.code(), Some(5));
    }
    assert!(repo.files() == before);
}
