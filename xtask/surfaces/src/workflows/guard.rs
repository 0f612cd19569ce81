//! Jobs that run only where a path filter saw a change: `if: needs.changes.outputs.web == 'true'`.

use std::collections::BTreeSet;
use std::ops::Range;

use diagnostics::Place;
use formats::yaml::Node;

/// A job that asks path filters whether it runs.
#[derive(Clone, Debug)]
pub struct Guard {
    /// The key of the job.
    pub job: String,
    /// The names of the filters: any of them lets it run.
    pub filters: BTreeSet<String>,
    /// The builds of the workflow that are the job's.
    pub builds: Range<usize>,
    /// Where the condition is written.
    pub place: Place,
}

/// Jobs that wait for jobs that wait for jobs.
const DEEPEST: usize = 8;

impl Guard {
    /// `None` where a job asks no filter, or where its condition means something else.
    pub fn of(jobs: &Node, name: &str, builds: Range<usize>) -> Option<Self> {
        let (filters, place) = asked(jobs, jobs.get(name)?, 0)?;
        Some(Self {
            job: name.to_owned(),
            filters,
            builds,
            place,
        })
    }
}

fn asked(jobs: &Node, job: &Node, depth: usize) -> Option<(BTreeSet<String>, Place)> {
    let condition = job.get("if");
    let text = condition.and_then(Node::text).unwrap_or_default();
    let own = filters(jobs, text);
    if let Some(condition) = condition.filter(|_| !own.is_empty()) {
        return Some((own, condition.place()));
    }
    // A job is skipped with one that it waits for, unless it says otherwise.
    if depth >= DEEPEST
        || ["always(", "failure(", "cancelled("]
            .iter()
            .any(|word| text.contains(word))
    {
        return None;
    }
    let needs = job.get("needs")?;
    let names = needs
        .text()
        .into_iter()
        .chain(needs.items().iter().filter_map(Node::text));
    names.filter_map(|name| asked(jobs, jobs.get(name)?, depth + 1)).next()
}

/// The filters behind the outputs that a condition asks to be true.
fn filters(jobs: &Node, condition: &str) -> BTreeSet<String> {
    // What is asked to be false, or to have failed, is another question.
    let is_plain = !["!=", "'false'", "!needs", "!(", "always(", "failure("]
        .iter()
        .any(|word| condition.contains(word));
    let outputs = references(condition, "needs.").filter(|_| is_plain);
    let outputs = outputs.filter_map(|(job, output)| {
        let said = jobs.get(job)?.get("outputs")?.get(output)?.text()?;
        Some(
            references(said, "steps.")
                .map(|(_, filter)| filter.to_owned())
                .collect::<Vec<_>>(),
        )
    });
    outputs.flatten().collect()
}

/// Each `PREFIX.NAME.outputs.OUTPUT` of an expression: the name and the output.
pub(super) fn references<'a>(text: &'a str, prefix: &'static str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let word = |rest: &'a str| {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '-' && c != '_');
        rest.split_at(end.unwrap_or(rest.len()))
    };
    text.match_indices(prefix).filter_map(move |(at, _)| {
        let (name, rest) = word(&text[at + prefix.len()..]);
        let (output, _) = word(rest.strip_prefix(".outputs.")?);
        (!output.is_empty()).then_some((name, output))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use diagnostics::Source;
    use formats::yaml;

    fn guard(condition: &str) -> Option<Vec<String>> {
        let text = format!(
            "changes:\n  outputs:\n    web: ${{{{ steps.filter.outputs.web }}}}\n    any: ${{{{ steps.filter.outputs.web == 'true' || steps.filter.outputs.libs == 'true' }}}}\nbuild:\n  needs: changes\n{condition}\nlater:\n  needs: [build]\n"
        );
        let documents = yaml::read(&Source::new("jobs", text), &mut Vec::new());
        let of = |job: &str| Guard::of(documents.first()?, job, 0..0).map(|guard| guard.filters.into_iter().collect());
        assert_eq!(of("build"), of("later"), "{condition}");
        of("build")
    }

    #[test]
    fn a_condition_names_the_filters_behind_its_outputs() {
        let web = Some(vec!["web".to_owned()]);
        assert_eq!(guard("  if: needs.changes.outputs.web == 'true'"), web);
        assert_eq!(guard("  if: ${{ fromJSON(needs.changes.outputs.web) }}"), web);
        assert_eq!(
            guard("  if: github.event_name == 'push' || needs.changes.outputs.any == 'true'"),
            Some(vec!["libs".to_owned(), "web".to_owned()])
        );
        for other in [
            "  runs-on: ubuntu-24.04",
            "  if: needs.changes.outputs.web != 'true'",
            "  if: needs.changes.outputs.absent == 'true'",
            "  if: needs.changes.result == 'success'",
        ] {
            assert_eq!(guard(other), None, "{other}");
        }
    }
}
