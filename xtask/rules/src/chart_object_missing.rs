use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::Subject;

pub const RULE: Rule = Rule {
    id: "chart-object-missing",
    aspect: Aspect::Chart,
    level: Level::Error,
    what: "a pod of a service needs a service account, a config map or a key of one, a secret, a volume or a port that its chart does not define",
    why: "Kubernetes creates no pod or container without them, and a Service that leads to an unknown port reaches nobody",
    example: "serviceAccountName: rag-runner, while the chart only defines the service account rag",
    fix: "use the name that the chart defines, or take the name of an existing object from values.yaml",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found: Vec<Problem> = Vec::new();
    let mut add = |problem: Problem| {
        if !found.contains(&problem) {
            found.push(problem);
        }
    };
    for container in subject.containers().chain(subject.asides.iter().copied()) {
        let workload = &container.workload;
        for needed in &container.absent {
            let (kind, name) = (words(needed.kind), &needed.name);
            let message = match &needed.of {
                Some(of) => {
                    format!("{workload} needs the key `{name}` of the config map `{of}`, which does not have it")
                }
                None if needed.kind == "Volume" => {
                    format!("{workload} mounts the volume `{name}`, which the pod does not have")
                }
                None => format!("{workload} needs the {kind} `{name}`, which the chart does not define"),
            };
            add(Problem::error(message).at(needed.place.clone()));
        }
        if let Some(selector) = &container.unselected {
            let message = format!(
                "the Service of {workload} selects pods with `{}`, and no pod has these labels",
                selector.value
            );
            let problem = Problem::error(message).at(selector.place.clone());
            add(problem.remedy("select the labels of the pod template"));
        }
        for port in &container.dangling {
            let message = format!(
                "the Service of {workload} leads to the port `{}`, which no container defines",
                port.value
            );
            let problem = Problem::error(message).at(port.place.clone());
            add(match container.port_names.as_slice() {
                [] => problem.remedy("use the number of the port"),
                names => problem.remedy(format!("use `{}` as targetPort", names.join("` or `"))),
            });
        }
    }
    found
}

/// As people write it.
fn words(kind: &str) -> &str {
    match kind {
        "ServiceAccount" => "service account",
        "ConfigMap" => "config map",
        "Secret" => "secret",
        kind => kind,
    }
}
