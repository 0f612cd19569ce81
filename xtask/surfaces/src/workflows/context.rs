//! What expressions of a job come to: once for each entry of its matrix.

use std::collections::BTreeMap;

use formats::growth;
use formats::yaml::Node;

/// As many jobs as GitHub allows a matrix to have.
const JOBS: usize = 256;

/// What is known where a step runs: `matrix.x`, `env.X`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context(BTreeMap<String, String>);

impl Context {
    /// One for each job that the matrix makes, with the inputs that its workflow is called with.
    pub fn of_job(&self, workflow: &Node, job: &Node) -> Vec<Self> {
        let entries = job.at(&["strategy", "matrix"]).map(entries).unwrap_or_default();
        let entries = if entries.is_empty() {
            vec![BTreeMap::new()]
        } else {
            entries
        };
        let with_env = |entry: BTreeMap<String, String>| {
            let known = entry.into_iter().map(|(name, value)| (name, self.expand(&value)));
            Self(self.0.clone().into_iter().chain(known).collect())
                .with_env(workflow)
                .with_env(job)
        };
        entries.into_iter().map(with_env).collect()
    }

    /// The same with the `env` of a workflow, job or step.
    pub fn with_env(mut self, holder: &Node) -> Self {
        for (name, value) in holder.get("env").map(Node::entries).unwrap_or_default() {
            if let (Some(name), Some(value)) = (name.text(), value.text()) {
                let value = self.expand(value);
                self.0.insert(format!("env.{name}"), value);
            }
        }
        self
    }

    /// The inputs alone of a workflow that a job calls: nothing else is handed on.
    pub fn of_call(&self, workflow: &Node, job: &Node) -> Self {
        let declared = workflow.at(&["on", "workflow_call"]);
        let called = declared.map(|declared| self.clone().with_inputs(declared, job));
        let inputs = called.unwrap_or_default().0.into_iter();
        Self(inputs.filter(|(name, _)| name.starts_with("inputs.")).collect())
    }

    /// The same with the inputs of an action: what the step gives, else the default.
    pub fn with_inputs(mut self, action: &Node, step: &Node) -> Self {
        // Those of whoever uses it are not its own.
        let own = |name: &str| action.at(&["inputs", name]).is_some();
        let foreign = |key: &String| key.strip_prefix("inputs.").is_some_and(|name| !own(name));
        let outer = self.clone();
        self.0.retain(|key, _| !foreign(key));
        for (name, input) in action.get("inputs").map(Node::entries).unwrap_or_default() {
            let Some(name) = name.text() else { continue };
            let given = step.at(&["with", name]).or_else(|| input.get("default"));
            // What is neither given nor has a default is empty.
            let value = given.and_then(Node::text).map(|value| outer.expand(value));
            self.0.insert(format!("inputs.{name}"), value.unwrap_or_default());
        }
        self
    }

    /// The same with what a step says to those after it: docker/metadata-action makes tags of the names of images.
    pub fn with_outputs(mut self, step: &Node) -> Self {
        let uses = step.get("uses").and_then(Node::text).unwrap_or_default();
        let id = step.get("id").and_then(Node::text);
        let images = step.at(&["with", "images"]).and_then(Node::text);
        if let (true, Some(id), Some(images)) = (uses.starts_with("docker/metadata-action@"), id, images) {
            let images = self.expand(images);
            let names = images.lines().map(str::trim).filter(|line| !line.is_empty());
            // In the long form, the name is one of several pairs. Which tags it gets, the event decides.
            let names = names.map(|line| {
                let name = line.split(',').find_map(|pair| pair.trim().strip_prefix("name="));
                format!("{}:*", name.unwrap_or(line))
            });
            let tags: Vec<String> = names.collect();
            self.0.insert(format!("steps.{id}.outputs.tags"), tags.join("\n"));
        }
        self
    }

    /// The variables that a shell sees.
    pub fn variables(&self) -> BTreeMap<String, String> {
        let variables = self.0.iter().filter_map(|(name, value)| {
            let name = name.strip_prefix("env.")?;
            Some((name.to_owned(), value.clone()))
        });
        variables.collect()
    }

    /// The text with its expressions in place; `*` where only a run can tell.
    pub fn expand(&self, text: &str) -> String {
        let mut expanded = String::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("${{") {
            let Some((expression, after)) = behind.split_once("}}") else {
                break;
            };
            expanded.push_str(before);
            if growth::put(&mut expanded, self.value(expression).unwrap_or("*")).is_err() {
                return "*".to_owned();
            }
            rest = after;
        }
        expanded + rest
    }
}

impl Context {
    /// `matrix.x`, `'text'`, and the first of `a || b` that is something.
    fn value<'a>(&'a self, expression: &'a str) -> Option<&'a str> {
        let mut value = Some("");
        for operand in expression.split("||").map(str::trim) {
            let literal = operand.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
            let literal = literal.filter(|text| !text.contains('\''));
            value = literal.or_else(|| self.0.get(operand).map(String::as_str));
            if value.is_none_or(|value| !["", "false"].contains(&value)) {
                return value;
            }
        }
        value
    }
}

/// The product of the lists, then what `include` changes and adds.
fn entries(matrix: &Node) -> Vec<BTreeMap<String, String>> {
    let lists = matrix.entries().iter().filter_map(|(name, values)| {
        let name = name.text().filter(|name| !["include", "exclude"].contains(name))?;
        Some((name, values.items()))
    });
    let mut product = Vec::new();
    for (name, values) in lists.filter(|(_, values)| !values.is_empty()) {
        let before = if product.is_empty() {
            vec![BTreeMap::new()]
        } else {
            product
        };
        product = before
            .iter()
            .flat_map(|entry| values.iter().map(move |value| with(entry, name, value)))
            .take(JOBS)
            .collect();
    }
    let originals = product.clone();
    for included in matrix.get("include").map(Node::items).unwrap_or_default() {
        let own = included.entries().iter().fold(BTreeMap::new(), |entry, (name, value)| {
            with(&entry, name.text().unwrap_or_default(), value)
        });
        let is_extended = |original: &BTreeMap<String, String>| {
            own.iter()
                .all(|(name, value)| original.get(name).is_none_or(|said| said == value))
        };
        let mut extends = false;
        for (entry, _) in product
            .iter_mut()
            .zip(&originals)
            .filter(|(_, original)| is_extended(original))
        {
            entry.extend(own.clone());
            extends = true;
        }
        if !extends && product.len() < JOBS {
            product.push(own);
        }
    }
    product
}

/// The entry with one more value, and all that lies in it.
fn with(entry: &BTreeMap<String, String>, name: &str, value: &Node) -> BTreeMap<String, String> {
    let mut entry = entry.clone();
    put(&mut entry, format!("matrix.{name}"), value);
    entry
}

fn put(entry: &mut BTreeMap<String, String>, name: String, value: &Node) {
    if let Some(text) = value.text() {
        entry.insert(name, text.to_owned());
        return;
    }
    for (key, value) in value.entries() {
        put(entry, format!("{name}.{}", key.text().unwrap_or_default()), value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use diagnostics::Source;
    use formats::yaml;

    fn expanded(job: &str, text: &str) -> Vec<String> {
        let job = yaml::read(&Source::new("w.yml", job), &mut Vec::new()).remove(0);
        let contexts = Context::default().of_job(&job, &job);
        contexts.iter().map(|context| context.expand(text)).collect()
    }

    #[test]
    fn a_matrix_is_a_product_with_inclusions() {
        let job = "strategy: { matrix: { s: [a, b], f: [x, y], include: [{ s: a, port: 1 }, { s: c, f: z }] } }";
        let said = expanded(job, "${{ matrix.s }}${{matrix.f}}${{ matrix.port }}");
        assert_eq!(said, ["ax1", "ay1", "bx*", "by*", "cz*"]);
        let job = "strategy: { matrix: { include: [{ s: { dir: a } }, { s: { dir: b } }] } }";
        assert_eq!(
            expanded(job, "${{ matrix.s.dir }}/Dockerfile"),
            ["a/Dockerfile", "b/Dockerfile"]
        );
    }

    #[test]
    fn tags_come_from_the_names_of_images() {
        let step = "{ id: meta, uses: docker/metadata-action@v5, with: { images: \"r.example.org/web\\nname=r.example.org/team/${{ x }},enable=true\" } }";
        let step = yaml::read(&Source::new("w.yml", step), &mut Vec::new()).remove(0);
        let context = Context::default().with_outputs(&step);
        assert_eq!(
            context.expand("${{ steps.meta.outputs.tags }}"),
            "r.example.org/web:*\nr.example.org/team/*:*"
        );
        assert_eq!(context.expand("${{ steps.meta.outputs.labels }}"), "*");
    }

    #[test]
    fn what_only_a_run_can_tell_is_a_star() {
        let job = "{ env: { DIR: 'services/${{ matrix.s }}' }, strategy: { matrix: '${{ fromJSON(x) }}' } }";
        assert_eq!(expanded(job, "${{ env.DIR }}/${{ github.sha }}"), ["services/*/*"]);
        assert_eq!(expanded("{}", "a${{ open"), ["a${{ open"]);
        let job = "{ env: { F: '', G: x } }";
        assert_eq!(
            expanded(job, "${{ env.F || 'Dockerfile' }}${{env.G || 'y'}}"),
            ["Dockerfilex"]
        );
        assert_eq!(
            expanded(job, "${{ env.H || 'y' }}${{ env.G && 'y' }}${{ 'a' == 'a' }}"),
            ["***"]
        );
    }
}
