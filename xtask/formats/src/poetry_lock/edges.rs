use std::ops::Range;

use crate::PackageName;

/// One package asks for another one, under no condition.
pub struct Edge {
    /// Which of the lock's packages.
    pub package: usize,
    /// The package that is required.
    pub asked: PackageName,
    /// Of its name.
    pub span: Range<usize>,
}

/// What the locked packages require: most of a lock.
pub fn edges(text: &str) -> Vec<Edge> {
    let (mut at, mut package, mut is_inside) = (0, None::<usize>, false);
    let edges = text.split_inclusive('\n').filter_map(|line| {
        let start = at;
        at += line.len();
        if line.starts_with('[') {
            if line.starts_with("[[package]]") {
                package = Some(package.map_or(0, |number| number + 1));
            }
            is_inside = line.starts_with("[package.dependencies]");
            return None;
        }
        if !is_inside {
            return None;
        }
        let (key, value) = line.split_once(" = ")?;
        let is_conditional = ["markers", "optional", "python =", "platform ="]
            .iter()
            .any(|word| value.contains(word));
        if is_conditional || !value.starts_with(['"', '{']) {
            return None;
        }
        Some(Edge {
            package: package?,
            asked: PackageName::parse(key.trim_matches('"'))?,
            span: start..start + key.len(),
        })
    });
    edges.collect()
}
