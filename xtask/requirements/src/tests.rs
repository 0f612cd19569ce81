use proptest::prelude::*;

use super::*;
use console::terminal;
use diagnostics::Source;
use python::marker::Environment;
use repo::manifest::Manifest;

const HASH: &str = "sha256:946d195a0d259cbba61165e88e65941f16e9b36ea6ddb97f00452bae8b1287d3";

/// A manifest and a lock of it, whose content hash is put in.
fn project(manifest: &str, lock: &str) -> (Manifest, Lock) {
    let mut problems = Vec::new();
    let manifest = Manifest::read(&Source::new("pyproject.toml", manifest), &mut problems).expect("TOML");
    assert!(problems.is_empty(), "{}", terminal::problems(&problems));
    let lock = lock
        .replace("CONTENT_HASH", &lock::digest_of(&manifest))
        .replace("FILES", &format!("[{{file = \"a.whl\", hash = \"{HASH}\"}}]"));
    let lock = Lock::read(&Source::new("poetry.lock", lock));
    (
        manifest,
        lock.unwrap_or_else(|problems| panic!("{}", terminal::problems(&problems))),
    )
}

fn exported(project: &(Manifest, Lock), selection: &Selection) -> Export {
    export(&project.0, &project.1, selection).unwrap_or_else(|problems| panic!("{}", terminal::problems(&problems)))
}

/// The entries of a rendered file without their hashes.
fn lines(export: &Export) -> Vec<String> {
    let text = export.render();
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("--hash"));
    lines.map(|line| line.trim_end_matches(" \\").to_owned()).collect()
}

fn package(name: &str, version: &str, rest: &str) -> String {
    format!(
        "[[package]]\nname = \"{name}\"\nversion = \"{version}\"\noptional = false\npython-versions = \"*\"\n{rest}\n"
    )
}

fn metadata(format: &str, python: &str) -> String {
    format!(
        "[metadata]\nlock-version = \"{format}\"\npython-versions = \"{python}\"\ncontent-hash = \"CONTENT_HASH\"\n"
    )
}

fn grouped() -> (Manifest, Lock) {
    let manifest = "[project]\nname = 'a'\nversion = '1'\nrequires-python = '>=3.11,<3.14'\ndependencies = ['one', 'two']\n\
        [project.optional-dependencies]\nweb = ['one']\n\
        [dependency-groups]\ndev = ['tool', 'two']\n";
    let lock = [
        package(
            "one",
            "1.0",
            "groups = [\"main\"]\nfiles = FILES\nmarkers = \"extra == \\\"web\\\" and sys_platform == \\\"linux\\\"\"",
        ),
        package("tool", "2.0", "groups = [\"dev\"]\nfiles = FILES"),
        package(
            "two",
            "3.0",
            "groups = [\"dev\", \"main\"]\nfiles = FILES\nmarkers = {main = \"python_version < \\\"3.13\\\"\"}",
        ),
        package(
            "core",
            "0.1.0",
            "groups = [\"main\"]\nfiles = []\ndevelop = true\n[package.source]\ntype = \"directory\"\nurl = \"../core\"",
        ),
        metadata("2.1", ">=3.11,<3.14"),
    ];
    project(manifest, &lock.concat())
}

#[test]
fn groups_and_extras_select() {
    let project = grouped();
    let range = "python_version >= \"3.11\" and python_version < \"3.14\"";
    let short = "python_version >= \"3.11\" and python_version < \"3.13\"";
    let main = exported(&project, &Selection::main());
    assert_eq!(lines(&main), [format!("two==3.0 ; {short}")]);
    assert_eq!(main.local.len(), 1);
    assert_eq!(main.local[0].path, "../core");
    let web = exported(&project, &Selection::main().with_extras(["Web"]));
    assert_eq!(
        lines(&web)[0],
        format!("one==1.0 ; {range} and sys_platform == \"linux\"")
    );
    let all = exported(&project, &Selection::all_groups(&project.0));
    assert_eq!(
        lines(&all),
        [format!("tool==2.0 ; {range}"), format!("two==3.0 ; {range}")]
    );
    let dev = exported(&project, &Selection::of_groups(["dev"]));
    assert_eq!(lines(&dev), lines(&all));
}

#[test]
fn an_export_beyond_another_has_what_it_adds() {
    let project = grouped();
    let main = exported(&project, &Selection::main());
    let all = exported(&project, &Selection::all_groups(&project.0));
    let added = all.beyond(&main);
    assert_eq!(
        lines(&added),
        [
            "tool==2.0 ; python_version >= \"3.11\" and python_version < \"3.14\"",
            "two==3.0 ; python_version == \"3.13\"",
        ]
    );
    assert!(added.local.is_empty());
    assert!(main.beyond(&all).pins.is_empty());
}

#[test]
fn what_the_manifest_does_not_have_cannot_be_selected() {
    let (manifest, lock) = grouped();
    let selection = Selection::of_groups(["docs"]).with_extras(["net"]);
    let problems = export(&manifest, &lock, &selection).expect_err("two problems");
    let messages: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "`pyproject.toml` has no group `docs`",
            "`pyproject.toml` has no extra `net`"
        ]
    );
}

#[test]
fn every_kind_of_source_is_rendered() {
    let manifest = "[tool.poetry.dependencies]\npython = '*'\n\
        [[tool.poetry.source]]\nname = 'inner'\nurl = 'http://index.example.org/simple/'\npriority = 'explicit'\n\
        [[tool.poetry.source]]\nname = 'unused'\nurl = 'https://other.example.org/simple'\npriority = 'supplemental'\n";
    let source = |name: &str, files: &str, source: &str| {
        package(
            name,
            "1.0",
            &format!("groups = [\"main\"]\nfiles = {files}\n[package.source]\n{source}"),
        )
    };
    let lock = [
        source(
            "indexed",
            "FILES",
            "type = \"legacy\"\nurl = \"http://index.example.org/simple\"\nreference = \"inner\"",
        ),
        source(
            "checked-out",
            "[]",
            "type = \"git\"\nurl = \"git@git.example.org:team/x.git\"\nreference = \"main\"\nresolved_reference = \"abc\"\nsubdirectory = \"py\"",
        ),
        source(
            "fetched",
            "FILES",
            "type = \"url\"\nurl = \"https://files.example.org/fetched-1.0.zip\"",
        ),
        source(
            "filed",
            "FILES",
            "type = \"file\"\nurl = \"wheels/filed-1.0-py3-none-any.whl\"",
        ),
        package(
            "weak",
            "1.0",
            "groups = [\"main\"]\nfiles = [{file = \"weak.zip\", hash = \"md5:00\"}]",
        ),
        metadata("2.1", "*"),
    ];
    let project = project(manifest, &lock.concat());
    let export = exported(&project, &Selection::main());
    assert_eq!(
        lines(&export),
        [
            "--trusted-host index.example.org",
            "--extra-index-url http://index.example.org/simple",
            "",
            "checked-out @ git+ssh://git@git.example.org/team/x.git@abc#subdirectory=py",
            "fetched @ https://files.example.org/fetched-1.0.zip",
            "./wheels/filed-1.0-py3-none-any.whl",
            "indexed==1.0",
            "weak==1.0",
        ]
    );
    let problems = export.check_hashes();
    let messages: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "`checked-out` 1.0 cannot be pinned by hash: a git checkout has no hash",
            "`weak` 1.0 cannot be pinned by hash: the lock lists no archive of it with a sha256",
        ]
    );
}

#[test]
fn a_primary_source_replaces_the_default_index() {
    let manifest = "[tool.poetry.dependencies]\npython = '*'\n\
        [[tool.poetry.source]]\nname = 'second'\nurl = 'https://b.example.org/simple'\npriority = 'supplemental'\n\
        [[tool.poetry.source]]\nname = 'first'\nurl = 'https://a.example.org/simple'\n";
    let source = |name: &str, host: &str| {
        let rest = format!(
            "groups = [\"main\"]\nfiles = FILES\n[package.source]\ntype = \"legacy\"\nurl = \"https://{host}/simple\"\nreference = \"x\""
        );
        package(name, "1.0", &rest)
    };
    let lock = [
        source("x", "b.example.org"),
        source("y", "a.example.org"),
        metadata("2.1", "*"),
    ];
    let project = project(manifest, &lock.concat());
    let text = exported(&project, &Selection::main()).render();
    assert!(text.starts_with(
        "--index-url https://a.example.org/simple\n--extra-index-url https://b.example.org/simple\n\nx==1.0"
    ));
}

/// A lock without groups, with two versions of `low` and of `stubs`: below Python 3.10 only the older ones go together.
fn walked() -> (Manifest, Lock) {
    let manifest = "[tool.poetry]\nname = 'a'\n\
        [tool.poetry.dependencies]\npython = '>=3.8,<4'\nweb = { version = '*', extras = ['fast'] }\nnet = '^1'\n\
        extra-tool = { version = '*', optional = true }\nwindows-only = { version = '*', platform = 'win32', python = '<3.9' }\n\
        [tool.poetry.extras]\nmore = ['extra-tool']\n\
        [tool.poetry.group.dev.dependencies]\nstubs = '*'\na = { path = '.', optional = true }\n";
    let lock = [
        package(
            "web",
            "1.0",
            "files = FILES\n[package.dependencies]\nlow = \">=1\"\nfast = {version = \">=1\", optional = true, markers = \"extra == \\\"fast\\\" and sys_platform != \\\"win32\\\"\"}\n\
             slow = {version = \"*\", optional = true, markers = \"extra == \\\"slow\\\"\"}\n\
             [package.extras]\nfast = [\"fast (>=1)\"]\nslow = [\"slow\"]",
        ),
        package(
            "net",
            "1.5",
            "files = FILES\n[package.dependencies]\nweb = \"*\"\nlow = [\n  {version = \"<2\", markers = \"python_version < \\\"3.10\\\"\"},\n  {version = \">=1\", markers = \"python_version >= \\\"3.10\\\"\"},\n]",
        ),
        package("low", "1.9", "files = FILES"),
        package("low", "2.1", "files = FILES"),
        package("fast", "1.0", "files = FILES"),
        package("slow", "1.0", "files = FILES"),
        package("extra-tool", "1.0", "files = FILES").replace("optional = false", "optional = true"),
        package("windows-only", "1.0", "files = FILES"),
        package("stubs", "2.0", "files = FILES\n[package.dependencies]\nlow = \">=2\""),
        package("stubs", "1.0", "files = FILES"),
        "[extras]\nmore = [\"extra-tool\"]\n".to_owned(),
        metadata("2.0", ">=3.8,<4"),
    ];
    project(manifest, &lock.concat())
}

#[test]
fn older_locks_are_walked() {
    let project = walked();
    let range = "python_version >= \"3.8\" and python_version < \"4.0\"";
    let below = "python_version >= \"3.8\" and python_version < \"3.10\"";
    let above = "python_version >= \"3.10\" and python_version < \"4.0\"";
    let main = exported(&project, &Selection::main());
    assert_eq!(
        lines(&main),
        [
            format!("fast==1.0 ; {range} and sys_platform != \"win32\""),
            format!("low==1.9 ; {below}"),
            format!("low==2.1 ; {above}"),
            format!("net==1.5 ; {range}"),
            format!("web==1.0 ; {range}"),
            "windows-only==1.0 ; python_version == \"3.8\" and sys_platform == \"win32\"".to_owned(),
        ]
    );
    let more = exported(&project, &Selection::main().with_extras(["more"]));
    assert!(lines(&more).contains(&format!("extra-tool==1.0 ; {range}")));
    // The newer stubs need the newer `low`, which does not go with `net` below Python 3.10: there they give way.
    let all = exported(&project, &Selection::all_groups(&project.0));
    assert!(lines(&all).contains(&format!("stubs==1.0 ; {below}")));
    assert!(lines(&all).contains(&format!("stubs==2.0 ; {above}")));
    assert!(lines(&all).contains(&format!("low==1.9 ; {below}")));
}

#[test]
fn a_requirement_that_nothing_locked_meets_is_reported() {
    let manifest = "[tool.poetry.dependencies]\npython = '>=3.8'\nweb = '*'\nnet = '*'\n";
    let needs = |name: &str, constraint: &str| {
        package(
            name,
            "1.0",
            &format!("files = FILES\n[package.dependencies]\nlow = \"{constraint}\""),
        )
    };
    let lock = [
        needs("web", ">=2"),
        needs("net", "<2"),
        package("low", "2.1", "files = FILES"),
        metadata("2.0", ">=3.8"),
    ];
    let (manifest, lock) = project(manifest, &lock.concat());
    let problems = export(&manifest, &lock, &Selection::main()).expect_err("a conflict");
    assert!(
        problems
            .iter()
            .any(|problem| problem.message == "no locked version of `low` meets this requirement"),
        "{problems:#?}"
    );
    assert!(problems.iter().all(|problem| {
        problem
            .remedy
            .as_deref()
            .is_some_and(|remedy| remedy.contains("poetry lock"))
    }));
}

proptest! {
    /// In every environment at most one version of a package is installed, and every requirement of it is met.
    #[test]
    fn walks_agree_with_themselves(python in prop::sample::select(vec!["3.8.0", "3.9.7", "3.10.0", "3.13.1"]), windows: bool) {
        let project = walked();
        let all = exported(&project, &Selection::all_groups(&project.0));
        let mut environment = Environment::linux(python, "x86_64");
        if windows {
            environment.sys_platform = "win32".into();
        }
        let names: Vec<&str> = all.pins.iter().filter(|pin| pin.marker.evaluate(&environment)).map(|pin| pin.name.as_str()).collect();
        let mut once = names.clone();
        once.dedup();
        prop_assert_eq!(&names, &once);
        for always in ["low", "net", "stubs", "web"] {
            prop_assert!(names.contains(&always));
        }
    }
}
