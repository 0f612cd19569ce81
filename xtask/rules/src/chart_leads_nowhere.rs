use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use facts::Workspace;

pub const RULE: Rule = Rule {
    id: "chart-leads-nowhere",
    aspect: Aspect::Chart,
    level: Level::Error,
    what: "an Ingress of a chart leads to a Service that the chart does not make, or a NetworkPolicy selects a label that no pod has",
    why: "requests from outside are answered with 503, and the policy blocks what it is meant to allow",
    example: "service: {name: shop} in an Ingress, while the Service is called shop-web",
    fix: "use the name of the Service, or the label of the pods",
    check: Check::Workspace(check),
};

fn check(workspace: &Workspace<'_>) -> Vec<Problem> {
    let mut found: Vec<Problem> = Vec::new();
    for dangling in &workspace.surroundings.charts.dangling {
        let (by, to) = (&dangling.by, &dangling.to);
        let message = if dangling.is_service {
            format!("{by} leads to the Service `{to}`, which the chart does not define")
        } else {
            format!("{by} selects pods with `{to}`, and no pod has this label")
        };
        let problem = Problem::error(message).at(dangling.place.clone());
        let problem = match &dangling.near {
            Some(near) => problem.remedy(format!("did you mean `{near}`?")),
            None => problem,
        };
        if !found.contains(&problem) {
            found.push(problem);
        }
    }
    found
}
