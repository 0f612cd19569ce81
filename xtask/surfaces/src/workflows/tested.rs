//! Which Pythons a job runs tests with.

use diagnostics::Place;
use formats::yaml::Node;

use super::listed;

/// A step that installs a Python, in a job that runs tests.
#[derive(Clone, Debug)]
pub struct Tested {
    /// As `3.13`, where they are told: of a matrix, all that it goes over.
    pub versions: Vec<(u64, u64)>,
    /// Whether there may be others.
    pub is_open: bool,
    /// Where the version is written.
    pub place: Place,
}

/// Actions that take a version of Python.
const ACTIONS: [&str; 3] = ["actions/setup-python@", "astral-sh/setup-uv@", "pdm-project/setup-pdm@"];
/// What runs tests.
const RUNNERS: [&str; 5] = ["pytest", "unittest", "tox", "nox", "manage.py test"];

/// The Pythons of a job; none where it runs no tests.
pub fn of_job(job: &Node) -> Vec<Tested> {
    let steps = job.get("steps").map(Node::items).unwrap_or_default();
    let mut runs = steps.iter().filter_map(|step| step.get("run").and_then(Node::text));
    if !runs.any(|text| RUNNERS.iter().any(|runner| text.contains(runner))) {
        return Vec::new();
    }
    let installs = steps.iter().filter(|step| {
        let uses = step.get("uses").and_then(Node::text).unwrap_or_default();
        ACTIONS.iter().any(|action| uses.starts_with(action))
    });
    let said = installs.filter_map(|step| step.at(&["with", "python-version"]));
    said.filter_map(|said| {
        let texts = values(job, said.text()?);
        let versions: Vec<Option<(u64, u64)>> = texts.iter().map(|text| version(text)).collect();
        Some(Tested {
            is_open: versions.is_empty() || versions.contains(&None),
            versions: versions.into_iter().flatten().collect(),
            place: said.place(),
        })
    })
    .collect()
}

/// What a value comes to: the items of a list of the matrix, or its words.
fn values(job: &Node, text: &str) -> Vec<String> {
    let Some(expression) = text.trim().strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")) else {
        return text.split_whitespace().map(str::to_owned).collect();
    };
    let name = expression.trim().strip_prefix("matrix.").unwrap_or_default();
    listed::values(job, name)
}

/// `3.13`, `3.13.2`, `3.13-dev`; not `3.x`, nor a range.
fn version(text: &str) -> Option<(u64, u64)> {
    let mut parts = text.split(['.', '-']);
    let (major, minor) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Some((major, minor))
}

#[cfg(test)]
mod tests {
    use super::*;
    use diagnostics::Source;

    fn told(text: &str) -> Vec<(Vec<(u64, u64)>, bool)> {
        let source = Source::new("a.yml", text.to_owned());
        let documents = formats::yaml::read(&source, &mut Vec::new());
        let tested = of_job(&documents[0]);
        tested
            .into_iter()
            .map(|tested| (tested.versions, tested.is_open))
            .collect()
    }

    #[test]
    fn versions_are_literal_or_of_the_matrix() {
        let job = |version: &str, run: &str| {
            format!(
                "strategy: {{ matrix: {{ python: [\"3.12\", '3.13'], other: [3.x] }} }}\nsteps:\n  - uses: actions/setup-python@v6\n    with: {{ python-version: {version} }}\n  - run: {run}\n"
            )
        };
        assert_eq!(told(&job("\"3.13\"", "pytest -q")), [(vec![(3, 13)], false)]);
        assert_eq!(told(&job("3.12.4", "uv run pytest")), [(vec![(3, 12)], false)]);
        assert_eq!(
            told(&job("\"${{ matrix.python }}\"", "tox")),
            [(vec![(3, 12), (3, 13)], false)]
        );
        assert_eq!(told(&job("\"${{ matrix.other }}\"", "tox")), [(vec![], true)]);
        assert_eq!(told(&job("\"${{ env.PYTHON }}\"", "tox")), [(vec![], true)]);
        assert_eq!(told(&job("\">=3.11\"", "tox")), [(vec![], true)]);
        assert_eq!(told(&job("\"3.13\"", "ruff check")), []);
    }
}
