//! Keys for which compose refuses a file.

use diagnostics::Problem;
use formats::yaml::Node;
use repo::suggestion::nearest;

/// Keys of a service, as the specification of compose has them, and those of its former versions that compose still takes.
#[rustfmt::skip]
const SERVICE: [&str; 98] = [
    "annotations", "attach", "blkio_config", "build", "cap_add", "cap_drop", "cgroup", "cgroup_parent", "command", "configs",
    "container_name", "cpu_count", "cpu_percent", "cpu_period", "cpu_quota", "cpu_rt_period", "cpu_rt_runtime", "cpu_shares",
    "cpus", "cpuset", "credential_spec", "depends_on", "deploy", "develop", "device_cgroup_rules", "devices", "dns", "dns_opt",
    "dns_search", "domainname", "driver_opts", "entrypoint", "env_file", "environment", "expose", "extends", "external_links",
    "extra_hosts", "gpus", "group_add", "healthcheck", "hostname", "image", "init", "ipc", "isolation", "label_file", "labels",
    "links", "log_driver", "log_opt", "logging", "mac_address", "mem_limit", "mem_reservation", "mem_swappiness",
    "memswap_limit", "models", "net", "network_mode", "networks", "oom_kill_disable", "oom_score_adj", "pid", "pids_limit",
    "platform", "ports", "post_start", "pre_start", "pre_stop", "privileged", "profiles", "provider", "pull_policy",
    "pull_refresh_after", "read_only", "restart", "runtime", "scale", "secrets", "security_opt", "shm_size", "stdin_open",
    "stop_grace_period", "stop_signal", "storage_opt", "sysctls", "tmpfs", "tty", "ulimits", "use_api_socket", "user",
    "userns_mode", "uts", "volume_driver", "volumes", "volumes_from", "working_dir",
];

/// Keys of `build`.
#[rustfmt::skip]
const BUILD: [&str; 25] = [
    "additional_contexts", "args", "attest", "cache_from", "cache_to", "context", "dockerfile", "dockerfile_inline",
    "entitlements", "extra_hosts", "isolation", "labels", "network", "no_cache", "no_cache_filter", "platforms", "privileged",
    "provenance", "pull", "sbom", "secrets", "shm_size", "ssh", "tags", "target",
];

/// The keys of a service, and of its build, that compose does not know and that are near one that it knows. A key that is near
/// none may be of a later version of compose.
pub fn misspelt(service: &Node) -> Vec<Problem> {
    let build = service.get("build").into_iter();
    let of_service = unknown(service, "a service", &SERVICE);
    of_service
        .chain(build.flat_map(|build| unknown(build, "`build`", &BUILD)))
        .collect()
}

fn unknown<'a>(node: &'a Node, of: &'a str, known: &'static [&'static str]) -> impl Iterator<Item = Problem> + use<'a> {
    let keys = node.entries().iter().filter_map(|(key, _)| Some((key, key.text()?)));
    let unknown = keys.filter(|(_, name)| !known.contains(name) && !name.starts_with("x-"));
    unknown.filter_map(move |(key, name)| {
        let near = nearest(&name.replace('-', "_").to_ascii_lowercase(), known)?;
        let problem = Problem::error(format!("`{name}` is not a key of {of} in a compose file"));
        let problem = problem.at(key.place()).note("compose refuses the file");
        Some(problem.remedy(format!("did you mean `{near}`?")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use diagnostics::Source;

    fn said(service: &str) -> Vec<String> {
        let source = Source::new("compose.yaml", service.to_owned());
        let documents = formats::yaml::read(&source, &mut Vec::new());
        let found = misspelt(&documents[0]);
        found.into_iter().filter_map(|problem| problem.remedy).collect()
    }

    #[test]
    fn only_what_is_near_a_key_is_misspelt() {
        assert_eq!(said("volume: [\"./src:/app\"]"), ["did you mean `volumes`?"]);
        assert_eq!(said("env-file: .env"), ["did you mean `env_file`?"]);
        assert_eq!(
            said("build: { dockerFile: a/Dockerfile }"),
            ["did you mean `dockerfile`?"]
        );
        assert_eq!(said("healthCheck: { disable: true }"), ["did you mean `healthcheck`?"]);
        assert_eq!(said("build: { context: ., arg: [A=1] }"), ["did you mean `args`?"]);
    }

    #[test]
    fn keys_of_the_specification_extensions_and_later_keys_are_not() {
        assert!(said("x-volume: a\nports: [\"80:80\"]\nbuild: { context: ., ssh: [default] }\ngpus: all").is_empty());
        assert!(said("hologram: true\nbuild: .").is_empty());
        assert!(said("volumes_from: [db]\nmem_limit: 1g\nlinks: [db]").is_empty());
    }
}
