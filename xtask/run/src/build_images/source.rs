//! Where the source of the images is, for a label: where CI runs, else what git calls `origin`.

use repo::{Repo, git};

/// The address of the repository in a browser, where the settings do not say it.
pub fn of(repo: &Repo) -> Option<String> {
    if repo.settings.source.is_some() {
        return None; // The default of every build.
    }
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let on_github = || {
        Some(format!(
            "{}/{}",
            variable("GITHUB_SERVER_URL")?,
            variable("GITHUB_REPOSITORY")?
        ))
    };
    on_github()
        .or_else(|| variable("CI_PROJECT_URL"))
        .or_else(|| address(&origin(repo)?))
}

fn origin(repo: &Repo) -> Option<String> {
    let mut command = git::command(&repo.root);
    let output = command.args(["remote", "get-url", "origin"]).output().ok()?;
    let url = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| url.trim().to_owned())
}

/// The address behind a URL of git, without the credentials that it may have; `None` of a folder.
fn address(url: &str) -> Option<String> {
    let rest = match url.split_once("://") {
        Some(("https" | "http" | "ssh" | "git", rest)) => rest.to_owned(),
        Some(_) => return None,
        // `git@host:team/repository.git`
        None => {
            let (host, path) = url.split_once(':').filter(|(host, _)| !host.contains('/'))?;
            format!("{host}/{}", path.trim_start_matches('/'))
        }
    };
    let (authority, path) = rest.split_once('/')?;
    let host = authority.rsplit('@').next()?;
    // The port of another protocol is none of a browser's.
    let host = if url.starts_with("http") {
        host
    } else {
        host.split(':').next()?
    };
    let path = path.trim_end_matches('/').trim_end_matches(".git");
    let is_plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    (is_plain(host) && is_plain(path)).then(|| format!("https://{host}/{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_remote_is_one_address() {
        for url in [
            "https://git.example.org/team/rag.git",
            "https://git.example.org/team/rag/",
            "https://somebody:token@git.example.org/team/rag.git",
            "git@git.example.org:team/rag.git",
            "git.example.org:/team/rag",
            "ssh://git@git.example.org:2222/team/rag.git",
        ] {
            assert_eq!(
                address(url).as_deref(),
                Some("https://git.example.org/team/rag"),
                "{url}"
            );
        }
        assert_eq!(
            address("https://git.example.org:8443/team/rag").as_deref(),
            Some("https://git.example.org:8443/team/rag")
        );
    }

    #[test]
    fn a_folder_has_no_address() {
        for url in [
            "/srv/rag.git",
            "../rag",
            "./a:b",
            "file:///srv/rag.git",
            "",
            "https://",
            "C:\\rag a",
        ] {
            assert_eq!(address(url), None, "{url}");
        }
    }
}
