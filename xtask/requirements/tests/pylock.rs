//! `pylock.toml` (PEP 751), read and exported.

use diagnostics::{Problem, Source};
use proptest::prelude::*;
use repo::{
    lock::{Lock, pylock::read, stale},
    manifest::Manifest,
};
use requirements::{Extras, Selection};

const MANIFEST: &str = r#"
[project]
name = "web"
version = "1.0"
requires-python = ">=3.11"
dependencies = ["click>=8", "core", "colorama ; sys_platform == 'win32'"]
[project.optional-dependencies]
cli = ["rich"]
[dependency-groups]
dev = ["iniconfig", "click"]
test = ["pytest"]
"#;

/// As PDM writes it: every package says by its marker which groups and extras it is for.
const LOCK: &str = r#"
lock-version = "1.0"
requires-python = ">=3.11"
environments = ["sys_platform == 'linux'", "sys_platform == 'win32'"]
extras = ["cli"]
dependency-groups = ["default", "dev", "test"]
default-groups = ["default"]
created-by = "pdm"

[[packages]]
name = "web"
directory = { path = "." }

[[packages]]
name = "click"
version = "8.1"
index = "https://index.example.org/simple/"
sdist = { name = "click-8.1.tar.gz", url = "https://files.example.org/click-8.1.tar.gz", hashes = { sha256 = "aa" } }
wheels = [{ url = "https://files.example.org/click-8.1-py3-none-any.whl", hashes = { md5 = "00", sha256 = "AB" } }]
marker = "'default' in dependency_groups or 'dev' in dependency_groups"

[[packages]]
name = "colorama"
version = "0.4"
index = "https://index.example.org/simple"
wheels = [{ url = "https://files.example.org/colorama-0.4-py3-none-any.whl", hashes = { sha512 = "ac" } }]
marker = "'default' in dependency_groups and sys_platform == 'win32'"

[[packages]]
name = "core"
directory = { path = "../../libs/core", editable = true }
marker = "'default' in dependency_groups"

[[packages]]
name = "iniconfig"
version = "2.0"
index = "https://inner.example.org/simple"
wheels = [{ url = "https://files.example.org/iniconfig-2.0-py3-none-any.whl", hashes = { sha256 = "ad" } }]
marker = "'dev' in dependency_groups or 'test' in dependency_groups"

[[packages]]
name = "only-together"
version = "1.0"
vcs = { type = "git", url = "https://git.example.org/a/b", requested-revision = "main", commit-id = "c0ffee", subdirectory = "x" }
marker = "'dev' in dependency_groups and 'test' in dependency_groups"

[[packages]]
name = "pytest"
version = "8.0"
archive = { url = "https://files.example.org/pytest-8.0.zip", hashes = { sha256 = "ae" } }
marker = "'test' in dependency_groups"

[[packages]]
name = "rich"
version = "13.0"
wheels = [{ path = "wheels/rich-13.0-py3-none-any.whl", hashes = { sha256 = "af" } }]
marker = "'cli' in extras"

[[packages]]
name = "without-dev"
version = "1.0"
index = "https://index.example.org/simple"
wheels = [{ url = "https://files.example.org/without_dev-1.0-py3-none-any.whl", hashes = { sha256 = "b0" } }]
marker = "'dev' not in dependency_groups and sys_platform == 'linux'"
"#;

/// As uv and pip write it: no groups, and a file for each.
const PLAIN: &str = r#"
lock-version = "1.0"
created-by = "uv"
[[packages]]
name = "click"
version = "8.1"
wheels = [{ url = "https://files.example.org/click-8.1-py3-none-any.whl", hashes = { sha256 = "aa" } }]
[[packages]]
name = "core"
directory = { path = "../../libs/core" }
"#;
const DEV: &str = r#"
lock-version = "1.0"
created-by = "uv"
[[packages]]
name = "click"
version = "8.1"
wheels = [{ url = "https://files.example.org/click-8.1-py3-none-any.whl", hashes = { sha256 = "aa" } }]
[[packages]]
name = "iniconfig"
version = "2.0"
wheels = [{ url = "https://files.example.org/iniconfig-2.0-py3-none-any.whl", hashes = { sha256 = "ad" } }]
"#;

fn manifest(text: &str) -> Manifest {
    let mut problems = Vec::new();
    let manifest = Manifest::read(&Source::new("web/pyproject.toml", text), &mut problems).unwrap();
    assert_eq!(problems, []);
    manifest
}

fn lock(text: &str) -> Result<Lock, Vec<Problem>> {
    read(&Source::new("web/pylock.toml", text), &[], &manifest(MANIFEST))
}

fn with_dev(dev: &str) -> Result<Lock, Vec<Problem>> {
    let dev = ("dev".to_owned(), Source::new("web/pylock.dev.toml", dev));
    read(&Source::new("web/pylock.toml", PLAIN), &[dev], &manifest(MANIFEST))
}

fn names(lock: &Lock, selection: &Selection) -> Vec<String> {
    let export = requirements::export(&manifest(MANIFEST), lock, selection).unwrap();
    export.pins.iter().map(|pin| pin.name.to_string()).collect()
}

#[test]
fn markers_say_which_groups_and_extras_need_a_package() {
    let lock = lock(LOCK).unwrap();
    let names = |selection: &Selection| names(&lock, selection);
    assert_eq!(names(&Selection::main()), ["click", "colorama", "without-dev"]);
    assert_eq!(names(&Selection::of_groups(["dev"])), ["click", "iniconfig"]);
    assert_eq!(names(&Selection::of_groups(["test"])), ["iniconfig", "pytest"]);
    let both = names(&Selection::of_groups(["dev", "test"]));
    assert_eq!(both, ["click", "iniconfig", "only-together", "pytest"]);
    assert_eq!(
        names(&Selection::main().with_group("dev")),
        ["click", "colorama", "iniconfig"]
    );
    let with_extra = names(&Selection::main().with_extras(["cli"]));
    assert_eq!(with_extra, ["click", "colorama", "rich", "without-dev"]);
    let all = Selection {
        extras: Extras::All,
        ..Selection::main()
    };
    assert_eq!(names(&all), with_extra);
}

#[test]
fn pins_come_from_where_the_lock_says() {
    let selection = Selection::all_groups(&manifest(MANIFEST)).with_extras(["cli"]);
    let export = requirements::export(&manifest(MANIFEST), &lock(LOCK).unwrap(), &selection).unwrap();
    let places = "python_version >= \"3.11\" and (sys_platform == \"linux\" or sys_platform == \"win32\")";
    let expected = format!(
        "--extra-index-url https://inner.example.org/simple\n\n\
        click==8.1 ; {places} \\\n    --hash=sha256:aa \\\n    --hash=sha256:ab\n\
        colorama==0.4 ; python_version >= \"3.11\" and sys_platform == \"win32\" \\\n    --hash=sha512:ac\n\
        iniconfig==2.0 ; {places} \\\n    --hash=sha256:ad\n\
        only-together @ git+https://git.example.org/a/b@c0ffee#subdirectory=x ; {places}\n\
        pytest @ https://files.example.org/pytest-8.0.zip ; {places} \\\n    --hash=sha256:ae\n\
        rich==13.0 ; {places} \\\n    --hash=sha256:af\n"
    );
    assert_eq!(export.render(), expected);
    let local: Vec<_> = export
        .local
        .iter()
        .map(|local| (local.name.as_str(), local.path.as_str()))
        .collect();
    assert_eq!(local, [("core", "../../libs/core")]);
}

#[test]
fn a_group_may_have_a_lock_of_its_own() {
    let lock = with_dev(DEV).unwrap();
    assert_eq!(names(&lock, &Selection::main()), ["click"]);
    assert_eq!(
        names(&lock, &Selection::main().with_group("dev")),
        ["click", "iniconfig"]
    );
    assert_eq!(names(&lock, &Selection::of_groups(["dev"])), ["click", "iniconfig"]);
    let newer = DEV.replace("8.1", "8.2");
    let problems = with_dev(&newer).unwrap_err();
    assert_eq!(
        problems[0].message,
        "`click` is locked as 8.2 here and as 8.1 in the main lock"
    );
}

#[test]
fn a_group_that_was_not_locked_is_refused() {
    for (selection, what) in [
        (Selection::main().with_group("test"), "the group `test`"),
        (Selection::main().with_extras(["cli"]), "the extra `cli`"),
    ] {
        let problems = requirements::export(&manifest(MANIFEST), &with_dev(DEV).unwrap(), &selection).unwrap_err();
        let message = &problems[0].message;
        assert!(
            message.contains(what) && message.contains("was not locked for"),
            "{message}"
        );
    }
}

#[test]
fn what_is_asked_for_and_not_locked_makes_a_lock_stale() {
    let plain = lock(PLAIN).unwrap();
    assert_eq!(stale(&manifest(MANIFEST), &plain), None);
    for (from, to, is_stale) in [
        ("\"click>=8\"", "\"click>=9\"", true),
        ("\"click>=8\"", "\"click>=8\", \"httpx\"", true),
        (
            "\"click>=8\"",
            "\"click>=8\", \"httpx ; sys_platform == 'darwin'\"",
            false,
        ),
        ("\"core\"", "\"core>=5\"", false),
        // The lock does not have the group.
        ("\"pytest\"", "\"pytest\", \"ruff\"", false),
    ] {
        let changed = manifest(&MANIFEST.replace(from, to));
        assert_eq!(stale(&changed, &plain).is_some(), is_stale, "{to}");
    }
    let changed = manifest(&MANIFEST.replace("\"iniconfig\"", "\"iniconfig>=3\""));
    assert!(stale(&changed, &with_dev(DEV).unwrap()).is_some());
}

#[test]
fn what_cannot_be_understood_is_refused() {
    for (from, to, message) in [
        ("lock-version = \"1.0\"", "lock-version = \"1.1\"", "lock version `1.1`"),
        ("lock-version = \"1.0\"", "version = 1", "has no `lock-version`"),
        ("type = \"git\"", "type = \"hg\"", "packages of `hg` are not supported"),
        (
            "sha512 = \"ac\"",
            "md5 = \"ac\"",
            "has no digest that installers accept",
        ),
        ("'cli' in extras", "extras == 'cli'", "`extras` is a set"),
        ("'cli' in extras", "'cli' in extra_names", "is not a marker variable"),
        ("archive = {", "other = {", "a package comes either from"),
        (
            "directory = { path = \"../../libs/core\", editable = true }",
            "directory = { path = \"../../libs/core\" }\nwheels = []",
            "a package comes either from",
        ),
        (
            "commit-id = \"c0ffee\"",
            "commit = \"c0ffee\"",
            "needs `url` and `commit-id`",
        ),
        ("version = \"8.1\"", "version = \"eight\"", "is not a version"),
        ("[[packages]]", "[[package]]", "has no `packages`"),
    ] {
        let problems = lock(&LOCK.replace(from, to)).unwrap_err();
        let said: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
        assert!(said.iter().any(|said| said.contains(message)), "{to}: {said:?}");
        assert!(problems.iter().all(|problem| problem.remedy.is_some()), "{to}");
    }
}

#[test]
fn what_is_written_is_read_back_as_the_same() {
    let manifest = manifest(MANIFEST);
    let all = Selection::main().with_extras(["cli"]);
    for selection in [Selection::main(), all, Selection::of_groups(["dev", "test"])] {
        let lock = lock(LOCK).unwrap();
        let export = requirements::export(&manifest, &lock, &selection).unwrap();
        let written = export.pylock(&manifest, &lock).unwrap();
        let again = read(&Source::new("web/pylock.toml", written.clone()), &[], &manifest).unwrap();
        let again = requirements::frozen(&manifest, &again, &Selection::main()).unwrap();
        assert_eq!(again.render(), export.render(), "{written}");
    }
}

proptest! {
    #[test]
    fn no_lock_makes_the_reader_panic(at in 0..LOCK.len(), length in 0..40_usize, instead in "[a-z\\[\\]{}\"'=., 0-9\n]{0,6}") {
        let mut text = LOCK.to_owned();
        if text.is_char_boundary(at) {
            let end = (at + length).min(text.len());
            text.replace_range(at..end, &instead);
        }
        let manifest = manifest(MANIFEST);
        if let Ok(lock) = lock(&text) {
            let _ = requirements::frozen(&manifest, &lock, &Selection::all_groups(&manifest));
            let _ = stale(&manifest, &lock);
        }
    }
}
