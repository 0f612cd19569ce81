//! What a run writes over, removes and leaves alone, and runs that are killed or meet.

use super::*;

#[test]
fn a_foreign_file_is_overwritten_only_when_adopted() {
    let repo = Fixture::sound();
    repo.write(FILES[0], "FROM scratch\n");
    let before = repo.files();
    let refused = repo.run(&["gen-dockerfiles"]);
    assert_eq!(code(&refused), 1);
    assert!(err(&refused).contains("-FROM scratch"), "{}", err(&refused));
    assert!(
        err(&refused).contains("cargo xtask gen-dockerfiles --adopt"),
        "{}",
        err(&refused)
    );
    assert!(repo.files() == before, "a refused run changed files");
    assert_eq!(code(&repo.run(&["gen-dockerfiles", "--check"])), 4);

    let adopted = repo.run(&["gen-dockerfiles", "--adopt"]);
    assert_eq!(code(&adopted), 0);
    assert!(out(&adopted).contains("-FROM scratch"));
    assert!(
        err(&adopted).contains("Adopted services/web/Dockerfile\n"),
        "{}",
        err(&adopted)
    );
    assert!(repo.read(FILES[0]).contains("AS production"));
}

#[cfg(unix)]
#[test]
fn a_link_in_the_way_is_foreign_and_its_target_is_left_alone() {
    let repo = drawn();
    repo.write("elsewhere", repo.read(FILES[0]));
    fs::remove_file(repo.path(FILES[0])).unwrap();
    std::os::unix::fs::symlink("../../elsewhere", repo.path(FILES[0])).unwrap();
    repo.edit(WEB, "port = 8080", "port = 8088");
    assert_eq!(code(&repo.run(&["gen-dockerfiles"])), 1);
    assert_eq!(code(&repo.run(&["gen-dockerfiles", "--adopt"])), 0);
    assert!(!repo.path(FILES[0]).is_symlink());
    assert!(!repo.read("elsewhere").contains("8088"));
}

#[test]
fn files_of_a_service_that_is_gone_are_removed() {
    let repo = drawn();
    let left = repo.read(FILES[0]).replace("services/web", "services/gone");
    repo.write("services/gone/Dockerfile", &left);
    // A copy that names another path, and a file of another maker, are none of our business.
    repo.write("docs/Dockerfile", &left);
    repo.write("frontend/Dockerfile", "FROM scratch\n");
    let checked = repo.run(&["gen-dockerfiles", "--check"]);
    assert_eq!(code(&checked), 4);
    assert!(
        err(&checked).contains("Orphaned services/gone/Dockerfile\n"),
        "{}",
        err(&checked)
    );
    assert_eq!(code(&repo.run(&["gen-dockerfiles", "--check", "web"])), 0);

    assert_eq!(code(&repo.run(&["gen-dockerfiles"])), 0);
    assert!(!repo.path("services/gone/Dockerfile").exists());
    assert!(repo.path("docs/Dockerfile").exists());
    assert!(repo.path("frontend/Dockerfile").exists());
}

#[test]
fn files_of_editors_go_with_their_service() {
    let repo = Fixture::sound();
    repo.edit("Cargo.toml", "lib-source", "devcontainers = true\nlib-source");
    let output = repo.run(&["gen-dockerfiles"]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    let web = ".devcontainer/web/devcontainer.json";
    let gone = ".devcontainer/gone/devcontainer.json";
    repo.write(gone, repo.read(web).replace(web, gone));
    repo.write(".devcontainer/own/devcontainer.json", "{}\n");
    let checked = repo.run(&["gen-dockerfiles", "--check"]);
    assert_eq!(code(&checked), 4, "{}", err(&checked));
    assert!(
        err(&checked).contains(&format!("Orphaned {gone}\n")),
        "{}",
        err(&checked)
    );
    assert_eq!(code(&repo.run(&["gen-dockerfiles"])), 0);
    assert!(!repo.path(gone).exists());
    assert!(repo.path(web).exists() && repo.path(".devcontainer/own/devcontainer.json").exists());
}

#[test]
fn a_service_may_move() {
    let repo = drawn();
    fs::rename(repo.path("services/web"), repo.path("services/site")).unwrap();
    let output = repo.run(&["gen-dockerfiles"]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    assert!(
        err(&output).contains("Updated services/site/Dockerfile\n"),
        "{}",
        err(&output)
    );
}
#[test]
fn what_a_killed_run_left_is_cleaned_up() {
    let repo = drawn();
    repo.write("services/web/.Dockerfile.xtask-new", "FROM scr");
    assert_eq!(code(&repo.run(&["gen-dockerfiles", "--check"])), 0);
    assert!(repo.path("services/web/.Dockerfile.xtask-new").exists());
    assert_eq!(code(&repo.run(&["gen-dockerfiles"])), 0);
    assert!(!repo.path("services/web/.Dockerfile.xtask-new").exists());
}

/// A folder at the place of a file is what root cannot write over either.
#[test]
fn nothing_is_written_when_one_file_cannot_be() {
    let repo = Fixture::sound();
    fs::create_dir(repo.path("xtask/tools/requirements.txt")).unwrap();
    let before = repo.files();
    let output = repo.run(&["gen-dockerfiles"]);
    assert_eq!(code(&output), 1);
    assert!(
        err(&output).contains("`xtask/tools/requirements.txt` is a folder, but has to be a file"),
        "{}",
        err(&output)
    );
    assert!(repo.files() == before, "a failed run changed files");
}

#[test]
fn two_runs_wait_for_each_other() {
    let repo = Fixture::sound();
    let lock = fs::File::open(repo.path("")).unwrap();
    lock.lock().unwrap();
    let mut run = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["--root", ".", "gen-dockerfiles"])
        .current_dir(repo.path(""))
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(run.stderr.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().contains("waiting for another run"));
    assert!(run.try_wait().unwrap().is_none());
    assert!(!repo.path(FILES[0]).exists());
    drop(lock);
    assert!(run.wait().unwrap().success());
    assert!(repo.path(FILES[0]).exists());
}
