//! What Helm makes of the charts of this repository: their own tests, in the folder `tests` of each.

#![allow(
    clippy::disallowed_methods,
    reason = "folders of the tests, not the repository that is worked on"
)]

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use repo::Root;
use repo::Tree;
use surfaces::chart::Charts;

#[test]
fn every_chart_passes_its_tests() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let listed = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard", "*Chart.yaml"])
        .current_dir(root)
        .output()
        .unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let charts: Vec<&Path> = listed
        .lines()
        .filter_map(|file| Path::new(file).parent())
        .filter(|chart| root.join(chart).join("tests").is_dir())
        .collect();
    assert!(!charts.is_empty(), "no chart has tests");
    for chart in charts {
        let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(["tool", "python", "-m", "unittest", "discover", "--start-directory"])
            .arg(chart.join("tests"))
            .current_dir(root)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}:\n{said}", chart.display());
        assert!(!said.contains("Ran 0 tests"), "{} has no tests", chart.display());
    }
}

/// Helm renders a chart here with each file of values, so that it can be compared with what `verify-parity` reads. A
/// cluster is asked, because charts may refuse to make secrets without one.
const RENDER: &str = "
import pathlib, sys
sys.path.insert(0, 'infrastructure/rag/tests')
from cluster import cluster
from helm_python import Chart, values_from_yaml
chart, to, *others = map(pathlib.Path, sys.argv[1:])
if not chart.exists():
    Chart.create(chart.name, chart.parent)
with Chart.load(chart) as loaded, cluster() as config:
    for name, given in [('', {}), *((file.stem, values_from_yaml(file.read_text())) for file in others)]:
        files = config.render(loaded, given, name='release', namespace='default')
        made = [text for file, text in files.items() if not file.endswith('.txt') and '/tests/' not in file]
        (to / name).mkdir(exist_ok=True)
        (to / name / 'manifests.yaml').write_text('\\n---\\n'.join(made))
";

/// What is checked of every container.
fn facts(charts: &Charts) -> BTreeSet<String> {
    let facts = charts.containers.iter().map(|container| {
        let values =
            |found: &[diagnostics::Located<String>]| found.iter().map(|found| found.value.clone()).collect::<Vec<_>>();
        format!(
            "{} {}: {:?}, user {:?}, ports {:?}, {:?}, {:?}, untold {:?}",
            container.workload,
            container.name,
            container.image.as_ref().map(|image| &image.value),
            container.user.as_ref().map(|user| &user.value),
            values(&container.ports),
            container.overrides.iter().map(|key| key.value).collect::<Vec<_>>(),
            container.env.keys().collect::<Vec<_>>(),
            container.untold.len(),
        )
    });
    facts.collect()
}

/// Compares what Helm makes of a chart with what is read from its files; one that does not exist is what Helm creates.
fn assert_read_as_helm_does(chart: &Path, others: &[PathBuf]) {
    let rendered = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["tool", "python", "-c", RENDER])
        .args([chart, rendered.path()])
        .args(others)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let copy = tempfile::tempdir().unwrap();
    let files = walkdir::WalkDir::new(chart)
        .into_iter()
        .flatten()
        .filter(|entry| entry.file_type().is_file());
    for entry in files {
        let to = copy
            .path()
            .join("chart")
            .join(entry.path().strip_prefix(chart).unwrap());
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(entry.path(), to).unwrap();
    }
    for values in std::iter::once(None).chain(others.iter().map(Some)) {
        let folder = values.map_or(rendered.path().to_owned(), |values| {
            rendered.path().join(values.file_stem().unwrap())
        });
        let alone = tempfile::tempdir().unwrap();
        fs::copy(folder.join("manifests.yaml"), alone.path().join("manifests.yaml")).unwrap();
        if let Some(values) = values {
            fs::copy(values, copy.path().join("chart/values-other.yaml")).unwrap();
        }
        let mut problems = Vec::new();
        let by_helm = facts(&Charts::read(
            &Root::new(alone.path()),
            &Tree::list(&Root::new(alone.path())),
            &mut problems,
        ));
        // The defaults are read too, whatever other values there are.
        let by_us = facts(&Charts::read(
            &Root::new(copy.path()),
            &Tree::list(&Root::new(copy.path())),
            &mut problems,
        ));
        assert!(problems.is_empty(), "{values:?}: {problems:?}");
        assert!(!by_helm.is_empty(), "{values:?}");
        let missing: Vec<&String> = by_helm.difference(&by_us).collect();
        assert!(
            missing.is_empty(),
            "{values:?}: Helm makes\n{missing:#?}\nand we read\n{by_us:#?}"
        );
    }
}

#[test]
fn the_chart_of_this_repository_is_read_as_helm_renders_it() {
    let chart = Path::new(env!("CARGO_MANIFEST_DIR")).join("../infrastructure/rag");
    let variants = fs::read_dir(chart.join("tests/values")).unwrap();
    let variants: Vec<PathBuf> = variants.map(|entry| entry.unwrap().path()).collect();
    assert!(variants.len() > 20, "{variants:?}");
    assert_read_as_helm_does(&chart, &variants);
}

#[test]
fn the_chart_that_helm_itself_creates_is_read_as_helm_renders_it() {
    let folder = tempfile::tempdir().unwrap();
    let values = folder.path().join("other.yaml");
    let text =
        "image: {repository: r.example.org/app, tag: '2'}\nservice: {port: 8080}\nautoscaling: {enabled: true}\n";
    File::create(&values).unwrap().write_all(text.as_bytes()).unwrap();
    assert_read_as_helm_does(&folder.path().join("app"), &[values]);
}
