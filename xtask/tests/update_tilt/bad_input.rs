//! Tiltfiles that cannot be worked on: a clear error with its place, and nothing is written.

use crate::fixture::{Fixture, shown};

fn refused(name: &str, text: impl AsRef<[u8]>) {
    let repo = Fixture::of("tilted");
    repo.write("Tiltfile", text);
    let before = repo.files();
    let output = repo.run(&["update-tilt"]);
    insta::assert_snapshot!(name, shown(&output));
    assert_eq!(output.status.code(), Some(1), "{name}");
    assert!(repo.files() == before, "{name}: something was written");
    // The check does not pass what it cannot read.
    let judged = repo.run(&["verify-parity"]);
    if name != "builds_nothing" && name != "link" {
        assert_eq!(judged.status.code(), Some(1), "{name}: {}", shown(&judged));
    }
}

#[test]
fn syntax_errors_are_shown_where_they_are() {
    refused("bracket_open", "docker_build('team/web', '.',\n    live_update=[\n");
    refused("bracket_wrong", "docker_build('team/web', '.', ignore=['docs')\n");
    refused("string_open", "a = 'web\ndocker_build(a, '.')\n");
    refused("indentation", "if True:\n        a = 1\n    b = 2\n");
    refused("keyword", "class A:\n    pass\n");
    refused("comma_missing", "docker_build('team/web' '.')\n");
    refused("f_string", "docker_build(f'team/{name}', '.')\n");
    refused("nested", format!("a = {}1{}\n", "[".repeat(5000), "]".repeat(5000)));
    refused("not_utf8", b"a = '\xff'\n");
}

#[test]
fn what_tilt_refuses_is_refused() {
    let twice = "docker_build('team/web', '.')\ndocker_build('team/web', 'services/web')\n";
    refused("built_twice", twice);
    refused("builds_nothing", "print('nothing')\n");
}

#[test]
fn a_repository_without_a_tiltfile_has_nothing_to_do() {
    let repo = Fixture::of("tilted");
    let output = repo.run(&["update-tilt"]);
    assert_eq!(shown(&output), "error: the repository has no Tiltfile\n\nexit 3\n");
}

#[test]
fn a_service_without_a_development_dockerfile_is_told() {
    let repo = Fixture::of("tilted");
    repo.write("Tiltfile", "docker_build('team/web', '.')\n");
    std::fs::remove_file(repo.path("services/web/Dockerfile.dev")).unwrap();
    let output = repo.run(&["update-tilt"]);
    insta::assert_snapshot!("no_development_dockerfile", shown(&output));
}

#[test]
fn what_cannot_be_followed_is_said() {
    let repo = Fixture::of("tilted");
    let text = "\
settings = local('tilt-settings')
docker_build('team/web', '.', dockerfile=settings['file'], live_update=[sync('libs/core/src', settings['core'])])
docker_build('team/worker', '.', **settings)
for name in listdir('services'):
    docker_build('team/' + name, '.')
load('ext://pack', 'pack')
pack('team/other')
";
    repo.write("Tiltfile", text);
    let output = repo.run(&["update-tilt"]);
    insta::assert_snapshot!("not_followed", shown(&output));
}

#[test]
fn functions_without_an_end_are_left_alone() {
    let repo = Fixture::of("tilted");
    let text = "\
def f(x):
    return f(x + '!')
def g(x):
    for a in range(100000):
        for b in range(100000):
            h = a
docker_build('team/web', '.', dockerfile=f('a'))
g(1)
";
    repo.write("Tiltfile", text);
    let output = repo.run(&["update-tilt", "--check"]);
    insta::assert_snapshot!("without_end", shown(&output));
}
