use proptest::prelude::*;

use super::*;

fn read(text: &str) -> Result<Tiltfile, Box<Problem>> {
    let text = text.to_owned();
    Tiltfile::evaluate(&move |path| (path.as_str() == FILE).then(|| text.clone())).unwrap()
}

fn dockerfiles(text: &str) -> Vec<String> {
    let tiltfile = read(text).unwrap();
    let path = |build: &Build| build.dockerfile_path().map_or("?".to_owned(), |path| path.to_string());
    tiltfile.builds().map(path).collect()
}

#[test]
fn values_are_followed() {
    let cases = [
        ("docker_build('a', 'x')", "x/Dockerfile"),
        ("docker_build('a', '.', {}, 'b/D')", "b/D"),
        ("d = 'b'\ndocker_build('a', '.', dockerfile=d + '/' + 'D')", "b/D"),
        ("docker_build('a', '.', dockerfile='%s/%s%d' % ('b', 'D', 1))", "b/D1"),
        ("docker_build('a', '.', dockerfile='{}/{x}'.format('b', x='D'))", "b/D"),
        ("docker_build('a', '.', dockerfile='/'.join(['b', 'D']))", "b/D"),
        ("docker_build('a', '.', dockerfile=os.path.join('b', 'D'))", "b/D"),
        ("docker_build('a', '.', dockerfile='b/X'.replace('X', 'D'))", "b/D"),
        ("docker_build('a', '.', dockerfile=['b/D', 'c/D'][-1])", "c/D"),
        ("docker_build('a', '.', dockerfile={'k': 'b/D'}['k'])", "b/D"),
        ("docker_build('a', '.', **dict(dockerfile='b/D'))", "b/D"),
        ("docker_build(*['a', '.'], **{'dockerfile': 'b/D'})", "b/D"),
        (
            "build = docker_build\nbuild('a', '.', dockerfile='b/D' if 1 < 2 else 'c')",
            "b/D",
        ),
        (
            "def f(a, *args, **kw):\n  docker_build(a, *args, **kw)\nf('a', '.', dockerfile='b/D')",
            "b/D",
        ),
        (
            "f = lambda d: docker_build('a', '.', dockerfile=d + '/D')\nf('b')",
            "b/D",
        ),
        (
            "def f():\n  for x in ['b', 'c']:\n    if x == 'c':\n      return x\ndocker_build('a', '.', dockerfile=f() + '/D')",
            "c/D",
        ),
        (
            "x = ['b/D']\nx += ['c/D']\ndocker_build('a', '.', dockerfile=x[1])",
            "c/D",
        ),
        ("docker_build('a', '.', dockerfile=os.getenv('D', 'b/D'))", "b/D"),
        ("docker_build('a', '.', dockerfile='b/D/'[:-1].strip())", "b/D"),
        ("s = struct(d='b/D')\ndocker_build('a', '.', dockerfile=s.d)", "b/D"),
        (
            "for i, d in enumerate(['b']):\n  docker_build('a', '.', dockerfile=d + '/D' + str(i))",
            "b/D0",
        ),
        ("docker_build('a', '.', dockerfile=str(local('cat d')))", "?"),
        (
            "custom_build('a', 'docker build -t $EXPECTED_REF --file=b/D .', deps=['b'])",
            "b/D",
        ),
        (
            "custom_build('a', ['docker', 'build', '-f', 'b/D', '.'], deps=['b'])",
            "b/D",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(dockerfiles(text), [expected], "{text}");
    }
}

#[test]
fn a_condition_that_only_tilt_knows_is_taken_both_ways() {
    let text = "d = config.parse().get('debug', False)\ndocker_build('a', '.', dockerfile='x' if d else 'y')\n";
    assert_eq!(dockerfiles(text), ["y", "x"]);
    // Conditions that a file decides are not.
    assert_eq!(
        dockerfiles("docker_build('a', '.', dockerfile='x' if [1] else 'y')\n"),
        ["x"]
    );
}

#[test]
fn patterns_of_ignored_files() {
    let cases = [
        ("libs", "libs/core/src", true),
        ("libs/core", "libs/core", true),
        ("./libs/core/", "libs/core/src", true),
        ("libs/*", "libs/core", true),
        ("**/src", "libs/core/src", true),
        ("libs/**", "libs/core", true),
        ("**", "libs/core", true),
        ("libs/co", "libs/core", false),
        ("core", "libs/core", false),
        ("libs/core/src/tests", "libs/core/src", false),
        ("**/tests", "libs/core/src", false),
    ];
    for (pattern, path, expected) in cases {
        assert_eq!(
            ignore::leaves_out([pattern].into_iter(), path),
            expected,
            "{pattern} {path}"
        );
    }
    assert!(!ignore::leaves_out(["libs", "!libs/core"].into_iter(), "libs/core/src"));
    assert!(ignore::leaves_out(
        ["libs", "!libs/core", "libs/core"].into_iter(),
        "libs/core/src"
    ));
}

#[test]
fn long_files_and_deep_nesting_are_bounded() {
    let line = "docker_build('team/aNUMBER', '.', dockerfile='a', live_update=[sync('a', '/b')])\n";
    let long: String = (0..10_000)
        .map(|number| line.replace("NUMBER", &number.to_string()))
        .collect();
    assert_eq!(read(&long).unwrap().worlds[0].builds.len(), 10_000);
    for (open, close) in [
        ("[", "]"),
        ("(", ")"),
        ("-", ""),
        ("not ", ""),
        ("f(", ")"),
        ("{1:", "}"),
        ("lambda: ", ""),
    ] {
        let text = format!("x = {}1{}\n", open.repeat(100_000), close.repeat(100_000));
        assert!(read(&text).unwrap_err().message.contains("nested too deeply"), "{open}");
    }
    for operator in ["+", "or", "*", "=="] {
        let text = format!("x = 1{}\n", format!(" {operator} 1").repeat(100_000));
        assert!(
            read(&text).unwrap_err().message.contains("nested too deeply"),
            "{operator}"
        );
    }
    let calls = format!("x = f{}\n", "()".repeat(100_000));
    assert!(read(&calls).is_err());
    let elifs = format!("if a:\n  pass\n{}", "elif a:\n  pass\n".repeat(100_000));
    assert!(read(&elifs).is_err());
}

#[test]
fn what_doubles_is_bounded() {
    let text =
        "x = ['a']\ns = 'a'\nfor i in range(64):\n  x = x + x\n  s = s + s\ndocker_build('a', '.', dockerfile=s)\n";
    assert_eq!(dockerfiles(text), ["?"]);
    let nested = "x = []\nfor i in range(10000):\n  for j in range(10000):\n    x = [x]\ny = x == [x]\nx = 1\ndocker_build('a', 'b')\n";
    assert!(dockerfiles(nested).is_empty() || dockerfiles(nested) == ["b/Dockerfile"]);
    assert_eq!(
        dockerfiles("x = []\nx.append(x)\ny = [x, x == x]\ndocker_build('a', 'b')\n"),
        ["b/Dockerfile"]
    );
}

const SAMPLE: &str = include_str!("../../../../Tiltfile");

proptest! {
    /// Bytes taken out, doubled or put in anywhere: an answer, and no panic.
    #[test]
    fn damaged_files_are_read_or_refused(at in 0..SAMPLE.len(), length in 0..40usize, put in "[\\[\\](){}'\"#\\\\\n :=,*%a0-9.-]{0,6}") {
        let end = (at + length).min(SAMPLE.len());
        if let (Some(before), Some(after)) = (SAMPLE.get(..at), SAMPLE.get(end..)) {
            let _ = read(&format!("{before}{put}{after}"));
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[a-z0-9'\"()\\[\\]{}=+,.:%*# \n\\\\-]{0,80}") {
        let _ = read(&text);
    }
}
