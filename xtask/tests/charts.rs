//! What Helm makes of the charts of this repository: their own tests, in the folder `tests` of each.

use std::{path::Path, process::Command};

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
