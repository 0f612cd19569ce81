//! A service comes, and a service goes.

use crate::{
    fixture::{Fixture, shown},
    styles::differences,
};

const BLOCKS: &str = "\
# Images.

# The first one.
docker_build(
    'team/web',
    '.',
    dockerfile='services/web/Dockerfile.dev',
    live_update=[
        sync('services/web/src', '/app/services/web/src'),
        sync('libs/core/src', '/app/libs/core/src'),
    ],
    ignore=['libs/text-tools'],
)

# Where it listens.
k8s_resource('web', port_forwards=8080)
";

#[test]
fn a_new_service_gets_a_block_like_the_others() {
    let repo = Fixture::of("tilted");
    repo.write("Tiltfile", BLOCKS);
    let output = repo.run(&["update-tilt"]);
    insta::assert_snapshot!("new_service", format!("{}{}", repo.read("Tiltfile"), shown(&output)));
    assert_eq!(differences(&repo, false), Vec::<String>::new());
}

#[test]
fn a_service_that_is_gone_is_told_and_removed_on_demand() {
    let repo = Fixture::of("tilted");
    repo.write("Tiltfile", BLOCKS);
    assert!(repo.run(&["update-tilt"]).status.success());
    std::fs::remove_dir_all(repo.path("services/worker")).unwrap();
    let before = repo.read("Tiltfile");
    let told = repo.run(&["update-tilt"]);
    insta::assert_snapshot!("gone_service", shown(&told));
    assert_eq!(repo.read("Tiltfile"), before);
    assert!(repo.run(&["update-tilt", "--remove-gone"]).status.success());
    assert_eq!(repo.read("Tiltfile"), BLOCKS);
}

#[test]
fn a_service_that_is_gone_leaves_the_list_of_a_loop() {
    let repo = Fixture::of("tilted");
    let text = "\
for name in ['web', 'worker']:
    docker_build('team/' + name, '.', dockerfile='services/' + name + '/Dockerfile.dev', live_update=[sync('.', '/app')], only=['services', 'libs'])
";
    repo.write("Tiltfile", text);
    assert_eq!(repo.run(&["update-tilt", "--check"]).status.code(), Some(0));
    std::fs::remove_dir_all(repo.path("services/worker")).unwrap();
    assert!(repo.run(&["update-tilt", "--remove-gone"]).status.success());
    assert_eq!(repo.read("Tiltfile"), text.replace("['web', 'worker']", "['web']"));
}

#[test]
fn a_lib_that_comes_and_goes_changes_its_line_alone() {
    let repo = Fixture::of("tilted");
    repo.write("Tiltfile", BLOCKS);
    assert!(repo.run(&["update-tilt"]).status.success());
    let before = repo.read("Tiltfile");
    let (manifest, dockerfile) = ("services/web/pyproject.toml", "services/web/Dockerfile.dev");
    let texts = (repo.read(manifest), repo.read(dockerfile));
    repo.edit(
        manifest,
        "[tool.poetry.dependencies]\n",
        "[tool.poetry.dependencies]\ntext-tools = { path = \"../../libs/text-tools\", develop = true }\n",
    );
    repo.edit(
        dockerfile,
        "COPY libs/core/src",
        "COPY libs/text-tools/src /app/libs/text-tools/src\nCOPY libs/core/src",
    );
    let output = repo.run(&["update-tilt", "--check"]);
    insta::assert_snapshot!("new_lib", String::from_utf8_lossy(&output.stdout));
    assert!(repo.run(&["update-tilt"]).status.success());
    repo.write(manifest, texts.0);
    repo.write(dockerfile, texts.1);
    assert!(repo.run(&["update-tilt"]).status.success());
    assert_eq!(repo.read("Tiltfile"), before);
}

#[test]
fn sources_that_come_through_other_stages_are_synced_to_where_they_end_up() {
    let dockerfile = |stages: &str, copies: &str| {
        format!(
            "{stages}FROM python:3.13-slim-trixie\nWORKDIR /app\n\
             ENV PYTHONPATH=/app/services/web/src:/app/libs/core/src\nUSER 10001\n{copies}CMD [\"uvicorn\", \"web.main:app\"]\n"
        )
    };
    let stage = "FROM python:3.13-slim-trixie AS sources\n";
    for (stages, copies) in [
        // The whole tree, by way of a folder that is laid over the root.
        (
            "COPY libs/core/src /layer/app/libs/core/src\nCOPY services/web/src /layer/app/services/web/src\n",
            "COPY --from=sources /layer /\n",
        ),
        // A part of what the stage took.
        (
            "COPY . /src\n",
            "COPY --from=sources /src/libs/core/src /app/libs/core/src\nCOPY --from=sources /src/services /app/services\n",
        ),
        // Through a stage on top, and one more.
        (
            "COPY libs /a/libs\nCOPY services /a/services\nFROM sources AS more\nFROM python:3.13-slim-trixie AS last\n\
             COPY --from=more /a/. /b/\n",
            "COPY --from=last /b /app\n",
        ),
    ] {
        let repo = Fixture::of("tilted");
        repo.write(
            "services/web/Dockerfile.dev",
            dockerfile(&format!("{stage}{stages}"), copies),
        );
        repo.write("Tiltfile", BLOCKS);
        let output = repo.run(&["update-tilt", "--check"]);
        let said = shown(&output);
        assert!(!said.contains("/app/services/web/src'"), "{copies}{said}");
        // Where it stands elsewhere, the sync follows.
        let moved = copies.replace(" /app", " /srv").replace("/layer /\n", "/layer /srv\n");
        let elsewhere = if copies.contains("/layer") { "/srv/app" } else { "/srv" };
        repo.edit("services/web/Dockerfile.dev", copies, &moved);
        repo.edit(
            "services/web/Dockerfile.dev",
            "PYTHONPATH=/app/services/web/src:/app/libs/core/src",
            &format!("PYTHONPATH={elsewhere}/services/web/src:{elsewhere}/libs/core/src"),
        );
        assert!(repo.run(&["update-tilt"]).status.success());
        let text = repo.read("Tiltfile");
        for folder in ["services/web/src", "libs/core/src"] {
            let expected = format!("sync('{folder}', '{elsewhere}/{folder}')");
            assert!(text.contains(&expected), "{copies}{text}");
        }
    }
}

#[test]
fn included_files_are_edited_where_they_are() {
    let repo = Fixture::of("tilted");
    repo.write(
        "Tiltfile",
        "load('./tilt/images.star', 'image')\ninclude('./other/Tiltfile')\nimage('web', [])\n",
    );
    repo.write("tilt/images.star", include_str!("styles/tilt/images.star"));
    repo.write(
        "other/Tiltfile",
        "docker_build('team/worker', '..', dockerfile='../services/worker/Dockerfile', live_update=[])\n",
    );
    let output = repo.run(&["update-tilt"]);
    let files =
        ["Tiltfile", "tilt/images.star", "other/Tiltfile"].map(|file| format!("== {file}\n{}", repo.read(file)));
    insta::assert_snapshot!("included", format!("{}{}", files.concat(), shown(&output)));
    assert_eq!(repo.run(&["update-tilt", "--check"]).status.code(), Some(0));
}

#[test]
fn other_line_ends_are_kept() {
    let repo = Fixture::of("tilted");
    repo.write("Tiltfile", BLOCKS);
    assert!(repo.run(&["update-tilt"]).status.success());
    let expected = repo.read("Tiltfile").replace('\n', "\r\n");
    repo.write("Tiltfile", BLOCKS.replace('\n', "\r\n"));
    assert!(repo.run(&["update-tilt"]).status.success());
    assert_eq!(repo.read("Tiltfile"), expected);
}
