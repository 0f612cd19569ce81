//! Tiltfiles that `update-tilt` leaves as they are, because an edit could be wrong in a way that it cannot see; and their
//! twins, which it fixes.

use crate::{
    fixture::{Fixture, shown},
    styles::differences,
};

/// A build of `worker` without a fault.
const WORKER: &str = "
docker_build('team/worker', '.', dockerfile='services/worker/Dockerfile.dev', live_update=[sync('.', '/app')])
";

/// What needs no edit, for `web`.
const WEB_SYNCS: &str =
    "sync('services/web/src', '/app/services/web/src'), sync('libs/core/src', '/app/libs/core/src')";

/// The flag that the Tiltfiles below ask about.
const FLAG: &str = "config.define_bool('debug')\ncfg = config.parse()\ndebug = cfg.get('debug', False)\n";

fn written(tiltfile: &str) -> Fixture {
    let repo = Fixture::of("tilted");
    repo.write("Tiltfile", tiltfile);
    repo
}

/// The refusal, after it was seen that nothing is written and that `--check` says the same.
fn refusal(name: &str, tiltfile: &str) -> String {
    let repo = written(tiltfile);
    let before = repo.files();
    let output = repo.run(&["update-tilt"]);
    assert_eq!(output.status.code(), Some(1), "{name}: {}", shown(&output));
    assert!(repo.files() == before, "{name}: something was written");
    let check = repo.run(&["update-tilt", "--check"]);
    assert_eq!(shown(&check), shown(&output), "{name}: --check says something else");
    shown(&output)
}

fn is_mended(name: &str, tiltfile: &str) {
    let repo = written(tiltfile);
    let output = repo.run(&["update-tilt"]);
    assert_eq!(output.status.code(), Some(0), "{name}: {}", shown(&output));
    assert!(repo.read("Tiltfile") != tiltfile, "{name}: nothing was mended");
    for debug in [false, true] {
        let left = differences(&repo, debug);
        assert!(left.is_empty(), "{name}: {left:?}\n{}", repo.read("Tiltfile"));
    }
}

/// A build of `web` with these arguments behind its context, and the words that precede it.
fn web(before: &str, arguments: &str) -> String {
    format!("{before}docker_build('team/web', '.', {arguments})\n{WORKER}")
}

#[test]
fn a_dockerfile_that_a_flag_chooses_is_refused_where_both_would_differ() {
    // A list of syncs for the development image would be one for the production image.
    let arguments = "dockerfile='services/web/Dockerfile.dev' if debug else 'services/web/Dockerfile'";
    let said = refusal("dockerfile", &web(FLAG, arguments));
    let expected = "error: cannot edit the build of `web`: its `dockerfile` depends on a flag\n";
    assert!(said.starts_with(expected), "{said}");
}

#[test]
fn what_depends_on_a_flag_is_edited_where_it_is_right_for_each() {
    let syncs = format!("dockerfile='services/web/Dockerfile.dev', live_update=[{WEB_SYNCS}]");
    let cases = [
        (
            "ignore",
            format!("{syncs}, ignore=['libs/text-tools'] if debug else ['libs/core']"),
        ),
        (
            "only",
            format!("{syncs}, only=['services/web', 'libs'] if debug else ['services/web']"),
        ),
        (
            "build_args",
            format!("{syncs}, build_args={{'DEV': '1'}} if debug else {{}}"),
        ),
    ];
    for (argument, arguments) in cases {
        is_mended(argument, &web(FLAG, &arguments));
    }
}

#[test]
fn a_context_that_depends_on_a_flag_is_refused() {
    let before = format!("{FLAG}context = '.' if debug else 'services/web'\n");
    let tiltfile = format!(
        "{before}docker_build('team/web', context, dockerfile='services/web/Dockerfile', live_update=[{WEB_SYNCS}])\n{WORKER}"
    );
    let said = refusal("context", &tiltfile);
    assert!(said.contains("its `context` depends on a flag"), "{said}");
}

#[test]
fn a_flag_that_touches_nothing_that_is_edited_is_no_reason() {
    let before =
        format!("{FLAG}start = ['python', '-m', 'debugpy'] if debug else []\nregistry = 'a' if debug else 'b'\n");
    let arguments = "dockerfile='services/web/Dockerfile', entrypoint=start";
    is_mended("entrypoint", &web(&before, arguments));
    let tiltfile = format!("{before}docker_build(registry + '/web', '.', {arguments})\n{WORKER}");
    is_mended("registry", &tiltfile);
    let switched = format!(
        "{before}if debug:\n    local_resource('watch', 'true')\n{}",
        web("", arguments)
    );
    is_mended("a resource", &switched);
}

#[test]
fn arguments_out_of_a_dictionary_that_is_not_known_are_refused() {
    let said = refusal("unknown", &web(FLAG, "dockerfile='services/web/Dockerfile', **cfg"));
    insta::assert_snapshot!("refused_dictionary", said);
    let known = "settings = {'dockerfile': 'services/web/Dockerfile', 'live_update': []}\n";
    is_mended("known", &web(known, "**settings"));
}

#[test]
fn an_argument_given_twice_stops_tilt_and_the_edit() {
    let twice = web("settings = {'ignore': []}\n", "ignore=['docs'], **settings");
    let said = refusal("twice", &twice);
    assert!(said.starts_with("error: `ignore` is given twice\n"), "{said}");
}

#[test]
fn a_command_comes_to_watch_what_is_synced() {
    let command = "'docker build -f services/web/Dockerfile.dev -t $EXPECTED_REF .'";
    for (name, before, deps) in [
        ("list", "", "['services/web']"),
        ("flag", FLAG, "['services/web', 'tools'] if debug else ['services/web']"),
        ("variable", "watched = ['services/web']\n", "watched"),
    ] {
        let tiltfile = format!("{before}custom_build('team/web', {command}, deps={deps})\n{WORKER}");
        let repo = written(&tiltfile);
        let output = repo.run(&["update-tilt"]);
        assert_eq!(output.status.code(), Some(0), "{name}: {}", shown(&output));
        let text = repo.read("Tiltfile");
        assert!(text.contains("'libs/core'"), "{name}: {text}");
        assert!(!text.contains("'libs/text-tools'"), "{name}: {text}");
        for debug in [false, true] {
            let left = differences(&repo, debug);
            assert!(left.is_empty(), "{name}: {left:?}\n{text}");
        }
    }
}

#[test]
fn a_sync_outside_of_what_the_build_watches_is_refused() {
    let outside = "a sync of `libs/core/src` would be outside what the build watches";
    let narrow = format!(
        "docker_build('team/web', 'services/web', dockerfile='services/web/Dockerfile.dev', live_update=[])\n{WORKER}"
    );
    let said = refusal("context", &narrow);
    assert!(said.contains(outside), "{said}");
    // What a flag chooses to watch is not known to be the same list.
    let by_flag = format!(
        "{FLAG}custom_build('team/web', 'docker build -f services/web/Dockerfile.dev -t $EXPECTED_REF .', deps=os.listdir('services') if debug else os.listdir('libs'))\n{WORKER}"
    );
    refusal("deps", &by_flag);
    // A list cannot be added to a tuple.
    let tuple = format!(
        "custom_build('team/web', 'docker build -f services/web/Dockerfile.dev -t $EXPECTED_REF .', deps=('services/web',))\n{WORKER}"
    );
    refusal("tuple", &tuple);
    // The same list says what is watched and what is synced.
    is_mended(
        "only",
        &format!(
            "def web(libs=[]):\n    folders = ['libs/' + lib for lib in libs]\n    docker_build('team/web', '.', \
             dockerfile='services/web/Dockerfile.dev', only=['services/web'] + folders, \
             live_update=[sync('services/web/src', '/app/services/web/src')] + \
             [sync(folder + '/src', '/app/' + folder + '/src') for folder in folders])\nweb()\n{WORKER}"
        ),
    );
}

#[test]
fn an_ignore_list_that_builds_share_is_refused() {
    let web_build = |ignore: &str| {
        format!(
            "docker_build('team/web', '.', dockerfile='services/web/Dockerfile.dev', live_update=[sync('.', '/app')], ignore={ignore})\n"
        )
    };
    let build = |name: &str| {
        format!(
            "docker_build('team/{name}', '.', dockerfile='services/{name}/Dockerfile.dev', live_update=[sync('.', '/app')], ignore=left_out)\n"
        )
    };
    let tiltfile = format!("left_out = ['docs']\n{}{}", build("web"), build("worker"));
    insta::assert_snapshot!("refused_shared_ignore", refusal("shared", &tiltfile));
    let page = "docker_build('team/page', 'page', ignore=left_out)\n";
    let said = refusal("page", &format!("left_out = ['docs']\n{page}{}{WORKER}", build("web")));
    assert!(said.contains("other builds share its `ignore` list"), "{said}");
    // An entry of it that leaves out what one build needs, beside a list of its own.
    let build = build("worker").replace("=left_out", "=left_out + ['tmp']");
    let said = refusal("entry", &format!("left_out = ['docs', 'libs/core']\n{build}{page}"));
    assert!(said.contains("other builds share its `ignore` list"), "{said}");
    // A list that is made in each call is not shared, and neither is one of a single build. One of its own is enough.
    let function = "def image(name, more=[]):\n    docker_build('team/' + name, '.', dockerfile='services/%s/Dockerfile.dev' % name, \
                    live_update=[sync('.', '/app')], ignore=['docs'] + more)\nimage('web')\nimage('worker')\n";
    is_mended("function", function);
    is_mended(
        "single",
        &format!("left_out = ['docs']\n{}{WORKER}", web_build("left_out")),
    );
    let own = format!("left_out = ['docs']\n{}{page}{WORKER}", web_build("left_out + ['tmp']"));
    is_mended("own", &own);
}

#[test]
fn a_new_build_beside_one_that_shares_its_list_is_refused() {
    // `web` needs what `worker` leaves out, or the other way round: the copy would share the list.
    let tiltfile = "left_out = ['docs']\ndocker_build('team/worker', '.', dockerfile='services/worker/Dockerfile.dev', \
                    live_update=[sync('.', '/app')], ignore=left_out)\n";
    let said = refusal("new", tiltfile);
    assert!(said.contains("other builds share its `ignore` list"), "{said}");
}
