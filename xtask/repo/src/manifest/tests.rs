use super::*;
use console::terminal;
use diagnostics::Place;

fn read(text: &str) -> (Manifest, Vec<Problem>) {
    let mut problems = Vec::new();
    let manifest = Manifest::read(&Source::new("pyproject.toml", text), &mut problems).unwrap();
    (manifest, problems)
}

fn sound(text: &str) -> Manifest {
    let (manifest, problems) = read(text);
    assert_eq!(problems, [], "{}", terminal::problems(&problems));
    manifest
}

/// A requirement as `NAME [EXTRAS] CONSTRAINT ; MARKER`, the parts that it has.
fn shown(dependency: &Dependency) -> String {
    let mut text = dependency.name.value.to_string();
    if !dependency.extras.is_empty() {
        text += &format!(" {:?}", dependency.extras);
    }
    if let Some(constraint) = &dependency.constraint {
        text += &format!(" {}", constraint.text.value);
    }
    match &dependency.source {
        DependencySource::Index(None) => {}
        DependencySource::Index(Some(name)) => text += &format!(" from {name}"),
        DependencySource::Path { path, develop } => text += &format!(" path {} {develop}", path.value),
        DependencySource::Git { url, reference, .. } => text += &format!(" git {} {reference:?}", url.value),
        DependencySource::Url(url) => text += &format!(" url {}", url.value),
        DependencySource::Workspace { .. } => text += " workspace",
    }
    if let Some(marker) = &dependency.marker {
        text += &format!(" ; {}", marker.value);
    }
    text
}

#[test]
fn requirements_of_pep_508_are_split() {
    for (text, expected) in [
        ("httpx", "httpx"),
        ("HTTPX.Core >=1, <2", "httpx-core >=1, <2"),
        ("httpx[http2, cli]>=0.28", "httpx [\"http2\", \"cli\"] >=0.28"),
        ("httpx [http2] (>=0.28)", "httpx [\"http2\"] >=0.28"),
        (
            "httpx~=1.0; python_version < '3.12'",
            "httpx ~=1.0 ; python_version < '3.12'",
        ),
        (
            "pkg @ https://example.org/a;b.whl ; os_name == 'nt'",
            "pkg url https://example.org/a;b.whl ; os_name == 'nt'",
        ),
        (
            "pkg @ git+https://example.org/pkg.git@v1#egg=pkg",
            "pkg git https://example.org/pkg.git Some(\"v1\")",
        ),
        ("pkg @ file:///libs/pkg", "pkg path /libs/pkg false"),
    ] {
        let place = Place::File(String::new());
        let mut problems = Vec::new();
        let dependency = Dependency::pep508(
            Located {
                value: text.into(),
                place,
            },
            &mut problems,
        );
        assert_eq!(
            dependency.as_ref().map(shown).as_deref(),
            Some(expected),
            "{text}: {problems:?}"
        );
    }
}

#[test]
fn both_declarations_of_a_lib_are_kept() {
    let manifest = sound(
        "[project]\nname = 'Svc'\nversion = '1'\nrequires-python = '>=3.11'\ndependencies = ['core-lib>=0.1,<0.2']\n\
         [tool.poetry.dependencies]\npython = '^3.12'\ncore_lib = { path = '../core', develop = true }\n",
    );
    assert_eq!(
        manifest.main.iter().map(shown).collect::<Vec<_>>(),
        ["core-lib >=0.1,<0.2", "core-lib path ../core true"]
    );
    let python = manifest.requires_python.unwrap();
    assert_eq!(
        (python.text.value.as_str(), python.dialect),
        (">=3.11", Dialect::Pep440)
    );
}

#[test]
fn the_older_tables_of_poetry_are_read() {
    let manifest = sound(
        r#"
        [tool.poetry]
        name = "old"
        version = "1.0"
        readme = ["README.md", "CHANGES.md"]
        packages = [{ include = "old", from = "lib" }]
        [tool.poetry.dependencies]
        python = { version = "^3.8" }
        plain = "^1.2"
        many = [{ version = "<2", python = "<3.9" }, { version = ">=2", markers = "python_version >= '3.9'" }]
        vcs = { git = "https://example.org/vcs.git", tag = "v1" }
        web = { url = "https://example.org/web.whl" }
        private = { version = "*", source = "inner", extras = ["fast"], optional = true }
        [tool.poetry.dev-dependencies]
        black = "*"
        [tool.poetry.group.docs]
        optional = true
        [tool.poetry.group.docs.dependencies]
        mkdocs = "~1.5"
        [tool.poetry.extras]
        Fast_Lane = ["private"]
        [[tool.poetry.source]]
        name = "inner"
        url = "https://example.org/simple"
        priority = "explicit"
        "#,
    );
    assert_eq!(
        manifest.main.iter().map(shown).collect::<Vec<_>>(),
        [
            "plain ^1.2",
            "many <2",
            "many >=2 ; python_version >= '3.9'",
            "vcs git https://example.org/vcs.git Some(\"v1\")",
            "web url https://example.org/web.whl",
            "private [\"fast\"] * from inner",
        ]
    );
    assert!(manifest.main[5].optional);
    assert_eq!(manifest.requires_python.unwrap().dialect, Dialect::Poetry);
    assert_eq!(manifest.groups.keys().collect::<Vec<_>>(), ["dev", "docs"]);
    assert!(manifest.groups["docs"].optional && !manifest.groups["dev"].optional);
    assert_eq!(manifest.extras["fast-lane"], [PackageName::parse("private").unwrap()]);
    assert_eq!(manifest.indexes[0].priority.as_deref(), Some("explicit"));
    assert_eq!(manifest.contents.readmes.len(), 2);
    assert_eq!(manifest.contents.packages[0].from.as_ref().unwrap().value, "lib");
}

#[test]
fn packages_of_hatch_are_read() {
    let manifest =
        sound("[project]\nname = 'a'\n[tool.hatch.build.targets.wheel]\npackages = ['src/backend/a', 'b']\n");
    let shown = manifest.contents.packages.iter().map(|package| {
        let from = package.from.as_ref().map_or("", |from| from.value.as_str());
        (from, package.include.value.as_str())
    });
    assert_eq!(shown.collect::<Vec<_>>(), [("src/backend", "a"), ("", "b")]);
}

#[test]
fn included_groups_are_expanded_in_place() {
    let manifest = sound(
        "[project]\nname = 'a'\n\
         [dependency-groups]\ntest = ['pytest', { include-group = 'Typing_Tools' }, 'httpx']\ntyping-tools = ['pyright']\n",
    );
    let names: Vec<String> = manifest.groups["test"].dependencies.iter().map(shown).collect();
    assert_eq!(names, ["pytest", "pyright", "httpx"]);
}

#[test]
fn what_is_wrong_is_reported_with_its_place() {
    let (_, problems) = read(
        "[project]\nname = '-'\ndependencies = ['ok', 7, '!']\nreadme = 3\n\
         [dependency-groups]\na = [{ include-group = 'b' }]\nb = [{ include-group = 'a' }, { include-group = 'none' }, {}]\n",
    );
    let messages: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
    for expected in [
        "`-` is not a valid package name",
        "expected a string, found integer",
        "`` is not a valid package name",
        "dependency groups include each other: a → b → a",
        "dependency group `none` does not exist",
        "expected a requirement or `{ include-group = \"…\" }` (PEP 735)",
    ] {
        assert!(messages.contains(&expected), "{expected} is not in {messages:#?}");
    }
    assert!(
        problems
            .iter()
            .all(|problem| matches!(problem.places.first(), Some(Place::Text { .. })))
    );
}

#[test]
fn a_byte_order_mark_is_reported_where_python_reads_the_manifest() {
    let of_backend = |backend: &str| {
        format!("[project]\nname = 'web'\n[build-system]\nrequires = []\nbuild-backend = '{backend}'\n")
    };
    for (text, expected) in [
        (format!("\u{feff}{}", of_backend("poetry.core.masonry.api")), 1),
        (format!("\u{feff}{}", of_backend("hatchling.build")), 1),
        (format!("\u{feff}{}", of_backend("uv_build")), 0),
        (of_backend("hatchling.build"), 0),
        // Nothing is built of it.
        ("\u{feff}[tool.ruff]\nline-length = 100\n".to_owned(), 0),
    ] {
        let (_, problems) = read(&text);
        assert_eq!(problems.len(), expected, "{text:?}: {problems:?}");
    }
}

mod damaged {
    use proptest::prelude::*;

    use super::*;

    const WHOLE: &str = include_str!("tests/every_form.toml");

    proptest! {
        /// Lines dropped, doubled, swapped and overwritten: the reader answers, and every problem can be drawn.
        #[test]
        fn manifests_never_panic(
            edits in prop::collection::vec((0usize..80, 0usize..80, 0u8..4, "[ -~äö\\n]{0,12}"), 1..6),
        ) {
            let mut lines: Vec<String> = WHOLE.lines().map(String::from).collect();
            for (at, other, kind, text) in edits {
                let (at, other) = (at % lines.len(), other % lines.len());
                match kind {
                    0 if lines.len() > 1 => drop(lines.remove(at)),
                    1 => lines.insert(at, lines[other].clone()),
                    2 => lines.swap(at, other),
                    _ => {
                        let cut = lines[at].char_indices().nth(other).map_or(lines[at].len(), |(index, _)| index);
                        lines[at].insert_str(cut, &text);
                    }
                }
            }
            let mut problems = Vec::new();
            let _ = Manifest::read(&Source::new("pyproject.toml", lines.join("\n")), &mut problems);
            let _ = terminal::problems(&problems);
        }

        #[test]
        fn requirements_never_panic(text in "[ -~äé]{0,40}") {
            let place = Place::File(String::new());
            let _ = Dependency::pep508(Located { value: text, place }, &mut Vec::new());
        }
    }
}
