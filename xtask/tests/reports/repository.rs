//! A repository with most of what can be found: see `broken`.

use crate::fixture::Fixture;

const BY_HAND: &str = include_str!("../verify_parity/by_hand.Dockerfile");
const BY_HAND_DEV: &str = include_str!("../verify_parity/by_hand.Dockerfile.dev");

/// Four services: `admin` and `shop` with Dockerfiles by hand, `jobs` and `web` with those of the tool. Nothing is wrong.
pub fn sound() -> Fixture {
    let repo = Fixture::sound();
    for name in ["admin", "jobs", "shop"] {
        for file in ["pyproject.toml", "poetry.lock", "README.md", "tests/test_web.py"] {
            let text = repo.read(&format!("services/web/{file}"));
            let text = text.replace("name = \"web\"", &format!("name = \"{name}\""));
            repo.write(
                &format!("services/{name}/{file}"),
                text.replace("web.main", &format!("{name}.main")),
            );
        }
        for file in ["__init__.py", "main.py"] {
            let text = repo.read(&format!("services/web/src/web/{file}"));
            repo.write(&format!("services/{name}/src/{name}/{file}"), text);
        }
    }
    let output = repo.run(&["gen-dockerfiles"]);
    assert!(output.status.success(), "{}", crate::fixture::shown(&output));
    for name in ["admin", "shop"] {
        for file in ["Dockerfile.dockerignore", "Dockerfile.dev.dockerignore"] {
            std::fs::remove_file(repo.path(&format!("services/{name}/{file}"))).unwrap();
        }
        for file in ["requirements.txt", "requirements-dev.txt", "requirements-test.txt"] {
            let file = format!("services/{name}/{file}");
            let pins: Vec<String> = repo
                .read(&file)
                .lines()
                .filter(|line| !line.starts_with('#'))
                .map(String::from)
                .collect();
            repo.write(&file, pins.join("\n") + "\n");
        }
        let own = |text: &str| {
            text.replace("services/web", &format!("services/{name}"))
                .replace("web.main", &format!("{name}.main"))
        };
        repo.write(&format!("services/{name}/Dockerfile"), own(BY_HAND));
        repo.write(&format!("services/{name}/Dockerfile.dev"), own(BY_HAND_DEV));
    }
    repo
}

/// The same user in two services, a port and a pin in one of them, one exception that is used and one that is not, what
/// cannot be told, and a generated file of no service.
pub fn broken() -> Fixture {
    let repo = sound();
    for name in ["admin", "shop"] {
        repo.edit(&format!("services/{name}/Dockerfile.dev"), "USER 10001", "USER 1000");
    }
    repo.edit(
        "services/admin/Dockerfile.dev",
        "EXPOSE 8080 5678",
        "EXPOSE 8000/tcp 5678",
    );
    repo.edit("services/admin/requirements.txt", "click==", "click==0.");
    repo.edit("services/shop/Dockerfile.dev", "EXPOSE", "WORKDIR /srv\nEXPOSE");
    repo.edit(
        "services/shop/Dockerfile",
        "RUN pip",
        "RUN if [ \"$A\" = 1 ]; then pip install debugpy; fi\nRUN pip",
    );
    repo.edit("xtask/tools/requirements.txt", "# Sources", "# sources");
    let allow = "
# Wanted.
[[workspace.metadata.xtask.allow]]
rule = \"workdir-differs\"
service = \"shop\"
reason = \"mounted at `/srv` | 100 %\"

# Of the old proxy.
[[workspace.metadata.xtask.allow]]
rule = \"user-is-root\"
service = \"shop\"
reason = \"it was\"
";
    repo.write("Cargo.toml", repo.read("Cargo.toml") + allow);
    repo
}

/// The same, and a Dockerfile of `jobs` that Docker could not read either.
pub fn unreadable() -> Fixture {
    let repo = broken();
    repo.edit("services/jobs/Dockerfile.dev", "USER 10001", "USR 10001");
    repo
}
