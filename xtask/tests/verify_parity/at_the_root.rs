//! A repository whose only service is its root: messages name it, and leave no gap where a folder would stand.

use crate::{
    fixture::Fixture,
    suite::{by_hand, change_line, replace_all, said},
};

/// The same packages, with the service in the root of the repository.
fn at_the_root() -> Fixture {
    let repo = by_hand();
    for (path, bytes) in repo.files() {
        let Some(rest) = path.strip_prefix("services/web/") else {
            continue;
        };
        let text = String::from_utf8(bytes).unwrap();
        let text = text.replace(
            "COPY services/web services/web\n",
            "COPY pyproject.toml README.md ./\nCOPY src src\n",
        );
        let text = text.replace("COPY services/web /app/services/web", "COPY src /app/src");
        let text = text
            .replace("/app/services/web/src", "/app/src")
            .replace("./services/web", ".");
        repo.write(rest, text.replace("services/web/", "").replace("../../libs", "libs"));
    }
    std::fs::remove_dir_all(repo.path("services")).unwrap();
    std::fs::remove_dir_all(repo.path("xtask")).unwrap();
    std::fs::remove_file(repo.path("Cargo.toml")).unwrap();
    std::fs::remove_file(repo.path("docker-bake.json")).unwrap();
    // As Poetry writes it for the other path.
    change_line(&repo, "poetry.lock", "content-hash", |_| {
        "content-hash = \"1b3f0962124013ea9ee42c01dfb66c20cf4cd95465642e332979c76b24fa9b44\"\n".into()
    });
    repo
}

#[test]
fn the_root_has_a_name_in_messages() {
    let repo = at_the_root();
    assert_eq!(repo.run(&["verify-parity"]).status.code(), Some(0), "{}", said(&repo));
    replace_all(&repo, "libs/core/poetry.lock", "3.20", "3.19");
    replace_all(
        &repo,
        "pyproject.toml",
        "[tool.poetry.dependencies]",
        "[tool.poetry]\nrequires-poetry = \"~2.1\"\n\n[tool.poetry.dependencies]",
    );
    let first = said(&repo);
    replace_all(&repo, "libs/core/pyproject.toml", "idna>=3.10", "idna>=3.11");
    let second = said(&repo);
    replace_all(&repo, "src/web/main.py", "import core\n", "import click\n");
    replace_all(&repo, "requirements.txt", "h11==", "h11==0.");
    let all = format!("{first}{second}{}", said(&repo));
    let helps: Vec<&str> = all
        .lines()
        .filter_map(|line| line.split_once("= help: "))
        .map(|(_, help)| help)
        .collect();
    for rule in [
        "lib-tested-with-others",
        "lock-of-another-poetry",
        "lib-metadata-stale",
        "lib-not-imported",
    ] {
        assert!(all.contains(&format!("[{rule}]")), "{rule}: {all}");
    }
    assert!(
        helps
            .iter()
            .filter(|help| help.contains("in the root of the repository"))
            .count()
            >= 4,
        "{helps:#?}"
    );
    for help in helps {
        let is_empty = ["in  ", "in ,", "in ``", "`/", " of ``"]
            .iter()
            .any(|gap| help.contains(gap));
        assert!(!is_empty && !help.ends_with(" in") && !help.ends_with(' '), "{help}");
    }
}
