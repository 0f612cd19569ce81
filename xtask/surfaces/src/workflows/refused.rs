//! Names of a workflow that lead to nothing: jobs that are waited for, and outputs that expressions ask for.

use std::collections::BTreeSet;

use diagnostics::{Place, Problem};
use formats::yaml::Node;
use repo::{RepoPath, Root};

use super::guard::references;

/// Jobs that wait for a job that does not exist, or for themselves: GitHub refuses the file.
pub fn waits(jobs: &Node) -> Vec<Problem> {
    let mut found = Vec::new();
    for (name, job) in jobs.entries() {
        let Some(name) = name.text() else { continue };
        for needed in needs(job) {
            // A name that an expression makes is not for this check.
            let Some(wanted) = needed.text().filter(|wanted| !wanted.contains("${{")) else {
                continue;
            };
            let message = if jobs.get(wanted).is_none() {
                format!("the job `{name}` needs the job `{wanted}`, which does not exist")
            } else if leads_to(jobs, wanted, name) {
                format!("the job `{name}` needs `{wanted}`, which needs `{name}`")
            } else {
                continue;
            };
            let problem = Problem::error(message).at(needed.place());
            found.push(problem.note("GitHub refuses the workflow"));
        }
    }
    found
}

/// Outputs that a job which builds images asks for, and that no step or job has: each is empty.
pub fn outputs(jobs: &Node, name: &str, job: &Node) -> Vec<Problem> {
    let steps = job.get("steps").map(Node::items).unwrap_or_default();
    let ids = steps.iter().filter_map(|step| step.get("id")?.text());
    let ids: BTreeSet<String> = ids.map(str::to_ascii_lowercase).collect();
    let needed: BTreeSet<&str> = needs(job).filter_map(Node::text).collect();
    let mut found: Vec<Problem> = Vec::new();
    let mut add = |message: String, place: &Place, remedy: String| {
        let problem = Problem::error(message).at(place.clone()).remedy(remedy);
        let problem = problem.note("the expression is empty, and the job uses it to build an image");
        if !found.contains(&problem) {
            found.push(problem);
        }
    };
    expressions(job, false, &mut |text, place| {
        for (id, output) in references(text, "steps.") {
            if !ids.contains(&id.to_ascii_lowercase()) {
                let message =
                    format!("`steps.{id}.outputs.{output}` has no value: no step of the job has the id `{id}`");
                add(
                    message,
                    place,
                    format!("add `id: {id}` to the step that sets the output"),
                );
            }
        }
        for (of, output) in references(text, "needs.") {
            let Some(other) = jobs.get(of).filter(|_| needed.contains(of)) else {
                let message =
                    format!("`needs.{of}.outputs.{output}` has no value: `{name}` does not need the job `{of}`");
                add(message, place, format!("add `{of}` to `needs`"));
                continue;
            };
            // The outputs of a workflow that it calls are in another file.
            let is_own = other.get("uses").is_none();
            if is_own && other.get("outputs").is_none_or(|outputs| outputs.get(output).is_none()) {
                let message = format!("`needs.{of}.outputs.{output}` has no value: the job `{of}` has no such output");
                add(message, place, format!("add it to `outputs` of `{of}`"));
            }
        }
    });
    found
}

/// Workflows of the repository that a job calls and that do not exist: GitHub refuses the file.
pub fn calls(root: &Root, job: &Node) -> Option<Problem> {
    let uses = job.get("uses")?;
    let path = uses.text()?.strip_prefix("./").filter(|path| !path.contains("${{"))?;
    let path = RepoPath::parse(path)?;
    (!root.has_file(&path)).then(|| {
        let problem = Problem::error(format!("the workflow `{path}` does not exist"));
        problem
            .at(uses.place())
            .note("GitHub refuses the workflow that calls it")
    })
}

fn needs(job: &Node) -> impl Iterator<Item = &Node> {
    let said = job.get("needs");
    let one = said.filter(|said| said.text().is_some() && !said.is_null()).into_iter();
    one.chain(said.map(Node::items).unwrap_or_default())
}

/// Whether a job waits for another, over whatever stands between.
fn leads_to(jobs: &Node, from: &str, to: &str) -> bool {
    let (mut seen, mut left) = (BTreeSet::new(), vec![from]);
    while let Some(name) = left.pop() {
        if name == to {
            return true;
        }
        if let Some(job) = jobs.get(name).filter(|_| seen.insert(name)) {
            left.extend(needs(job).filter_map(Node::text));
        }
    }
    false
}

/// The expressions below a node: between `${{` and `}}`, and all of an `if`.
fn expressions(node: &Node, is_condition: bool, say: &mut impl FnMut(&str, &Place)) {
    if let Some(text) = node.text() {
        if is_condition && !text.contains("${{") {
            say(text, &node.place());
        }
        for (_, behind) in text
            .match_indices("${{")
            .map(|(at, open)| text.split_at(at + open.len()))
        {
            let expression = behind.split("}}").next().unwrap_or_default();
            say(expression, &node.place());
        }
    }
    for item in node.items() {
        expressions(item, false, say);
    }
    for (key, value) in node.entries() {
        expressions(value, key.text() == Some("if"), say);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use diagnostics::Source;

    fn said(jobs: &str) -> Vec<String> {
        let source = Source::new("release.yml", jobs.to_owned());
        let documents = formats::yaml::read(&source, &mut Vec::new());
        let jobs = &documents[0];
        let of_jobs = jobs.entries().iter();
        let outputs = of_jobs.flat_map(|(name, job)| outputs(jobs, name.text().unwrap_or_default(), job));
        let found = waits(jobs).into_iter().chain(outputs);
        found.map(|problem| problem.message).collect()
    }

    #[test]
    fn jobs_wait_for_jobs_that_exist() {
        assert_eq!(
            said("a: { needs: tests }"),
            ["the job `a` needs the job `tests`, which does not exist"]
        );
        assert_eq!(said("a: { needs: [b] }\nb: { needs: a }").len(), 2);
        assert_eq!(said("a: { needs: a }").len(), 1);
        assert!(said("a: {}\nb: { needs: [a] }\nc: { needs: [a, b] }\nd: { needs: }").is_empty());
    }

    #[test]
    fn outputs_are_of_steps_and_jobs_that_have_them() {
        let step = "a:\n  steps:\n    - { id: Meta, uses: docker/metadata-action@v5 }\n    - with: { tags: '${{ steps.NAME.outputs.tags }}' }\n";
        assert!(said(&step.replace("NAME", "meta")).is_empty());
        assert_eq!(said(&step.replace("NAME", "metadata")).len(), 1);
        let job = "a: { outputs: { tag: '1' } }\nb: { needs: NEEDS, if: needs.a.outputs.OUTPUT == '1' }";
        assert!(said(&job.replace("NEEDS", "a").replace("OUTPUT", "tag")).is_empty());
        assert_eq!(said(&job.replace("NEEDS", "[]").replace("OUTPUT", "tag")).len(), 1);
        assert_eq!(said(&job.replace("NEEDS", "[a]").replace("OUTPUT", "version")).len(), 1);
        let called =
            "a: { uses: ./.github/workflows/b.yml }\nb: { needs: a, env: { T: '${{ needs.a.outputs.tag }}' } }";
        assert!(said(called).is_empty());
        // What a shell has between other braces is none of it.
        assert!(said("a: { steps: [{ run: echo steps.meta.outputs.tags }] }").is_empty());
    }
}
