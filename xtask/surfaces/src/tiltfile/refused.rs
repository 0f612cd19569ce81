//! Names for which Tilt refuses a file, and settings that it never sets.

use super::{
    builtin,
    machine::Machine,
    value::{Arguments, Unknown, Value},
};
use formats::starlark::syntax::Span;
use repo::suggestion::nearest;

/// The parameters of the functions that are called with many, as the documentation of Tilt has them.
#[rustfmt::skip]
const PARAMETERS: [(&str, &[&str]); 12] = [
    ("docker_build", &[
        "ref", "context", "build_args", "dockerfile", "dockerfile_contents", "live_update", "match_in_env_vars", "ignore", "only",
        "entrypoint", "target", "ssh", "network", "secret", "extra_tag", "container_args", "cache_from", "pull", "platform",
        "extra_hosts", "cache", "fast_build",
    ]),
    ("custom_build", &[
        "ref", "command", "deps", "tag", "disable_push", "skips_local_docker", "live_update", "match_in_env_vars", "ignore",
        "entrypoint", "container_args", "command_bat_val", "outputs_image_ref_to", "command_bat", "image_deps", "env", "dir",
    ]),
    ("k8s_resource", &[
        "workload", "new_name", "port_forwards", "extra_pod_selectors", "trigger_mode", "resource_deps", "objects", "auto_init",
        "pod_readiness", "links", "labels", "discovery_strategy", "image",
    ]),
    ("local_resource", &[
        "name", "cmd", "deps", "trigger_mode", "resource_deps", "ignore", "auto_init", "serve_cmd", "cmd_bat", "serve_cmd_bat",
        "allow_parallel", "links", "tags", "env", "serve_env", "readiness_probe", "dir", "serve_dir", "labels", "stdin",
    ]),
    ("dc_resource", &[
        "name", "image", "trigger_mode", "resource_deps", "links", "labels", "auto_init", "project_name", "new_name", "infer_links",
    ]),
    ("docker_compose", &["configPaths", "env_file", "project_name", "profiles", "wait"]),
    ("k8s_yaml", &["yaml", "allow_duplicates"]),
    ("helm", &["pathToChartDir", "paths", "name", "namespace", "values", "set", "kube_version", "skip_crds"]),
    ("kustomize", &["pathToDir", "paths", "kustomize_bin", "flags"]),
    ("sync", &["local_path", "remote_path"]),
    ("run", &["cmd", "trigger", "echo_off"]),
    ("port_forward", &["local_port", "container_port", "name", "link_path", "host"]),
];

/// A parameter that the function does not have and that is near one that it has. One that is near none may be of a later Tilt.
pub fn parameter(function: &str, call: &Arguments) -> Option<String> {
    let (_, known) = PARAMETERS.iter().find(|(name, _)| *name == function)?;
    let unknown = call.named.keys().find(|name| !known.contains(&name.as_str()))?;
    let near = nearest(unknown, known)?;
    Some(format!(
        "`{function}` has no parameter `{unknown}`; did you mean `{near}`?"
    ))
}

/// The steps of a live update, in the order in which they have to come.
const STEPS: [&str; 4] = ["fall_back_on", "sync", "run", "restart_container"];

/// Steps of a live update in an order that Tilt refuses, or that it does not have for Kubernetes.
pub fn steps(machine: &Machine<'_>, call: &Arguments) -> Option<String> {
    let Value::List(list) = &call.named.get("live_update")?.value else {
        return None;
    };
    let list = list.borrow();
    let mut last = 0;
    for item in &list.items {
        // What is not a step that is known may be any of them.
        let Value::Step(step) = &item.value else { return None };
        let at = STEPS.iter().position(|name| *name == step.name)?;
        if at < last {
            let (name, before) = (&step.name, STEPS[last]);
            return Some(format!("`{name}` has to stand before `{before}` in `live_update`"));
        }
        last = at;
    }
    let has_compose = machine.files.iter().any(|file| file.text.contains("docker_compose"));
    (last == 3 && !has_compose).then(|| {
        "`restart_container` is for containers of Docker Compose alone; use `docker_build_with_restart` of the \
         extension `restart_process`"
            .to_owned()
    })
}

/// A function that is called, that no file binds, and whose name is near one of Tilt's.
pub fn function(machine: &Machine<'_>, name: &str, span: Span) -> Option<String> {
    let file = machine.files.get(usize::from(span.file))?;
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut used = file.text.match_indices(name).filter(|(at, _)| {
        let (before, behind) = (file.text.get(..*at), file.text.get(at + name.len()..));
        !before.is_some_and(|text| text.ends_with(is_word)) && !behind.is_some_and(|text| text.starts_with(is_word))
    });
    // Starlark knows which names a file binds before it runs the file.
    let is_bound = used.any(|(at, _)| {
        let (before, behind) = (file.text.get(..at), file.text.get(at + name.len()..));
        before.is_some_and(|text| text.trim_end().ends_with("def"))
            || !behind.is_some_and(|text| text.trim_start().starts_with('('))
    });
    let near = nearest(name, &builtin::functions()).filter(|_| !is_bound)?;
    Some(format!("`{name}` is not defined; did you mean `{near}`?"))
}

/// A key of what `config.parse()` returns that no `config.define_…` has: it is never set.
pub fn setting(machine: &Machine<'_>, key: &Value, span: Span) -> Option<Unknown> {
    let key = key.as_text()?.known()?;
    let mut defined: Vec<String> = Vec::new();
    for event in machine.events.iter().filter(|event| &*event.name == "config.define") {
        let name = event.call.get(0, "name")?.value.as_text()?.known()?;
        defined.push(name);
    }
    if defined.is_empty() || defined.contains(&key) {
        return None;
    }
    let names: Vec<&str> = defined.iter().map(String::as_str).collect();
    let plain: Vec<String> = defined.iter().map(|name| name.replace('-', "_")).collect();
    let same = plain.iter().position(|name| *name == key.replace('-', "_"));
    let near = same
        .and_then(|at| names.get(at).copied())
        .or_else(|| nearest(&key, &names));
    let why = match near {
        Some(near) => format!("no `config.define` has the setting `{key}`, so it is never set; did you mean `{near}`?"),
        None => format!("no `config.define` has the setting `{key}`, so it is never set"),
    };
    Some(Unknown { span, why })
}
