use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Place, Problem};
use facts::{Subject, programs_in_use::is_any_run, together::are, together::by_place, together::inside};

pub const RULE: Rule = Rule {
    id: "shell-tool-in-production",
    aspect: Aspect::Packages,
    level: Level::Warning,
    what: "a tool for interactive use or downloads is in the production image",
    why: "it is usually left over from the build or a debugging session; no health check, start script or source of the service calls it",
    example: "apt-get install curl vim in the last stage",
    fix: "use it in a separate stage, or declare that the service needs it: `system-packages = { runtime = [\"curl\"] }`",
    check: Check::Service(check),
};

/// System packages, each with the programs that one is installed for.
const TOOLS: [(&str, &[&str]); 16] = [
    ("curl", &["curl"]),
    ("dnsutils", &["dig", "host", "nslookup"]),
    ("git", &["git"]),
    ("gnupg", &["gpg"]),
    ("htop", &["htop"]),
    ("iproute2", &["ip", "ss"]),
    ("iputils-ping", &["ping"]),
    ("less", &["less"]),
    ("nano", &["nano"]),
    ("net-tools", &["ifconfig", "netstat"]),
    ("openssh-client", &["scp", "sftp", "ssh", "ssh-keygen", "ssh-keyscan"]),
    ("procps", &["free", "kill", "pgrep", "pkill", "ps", "top"]),
    ("strace", &["strace"]),
    ("tcpdump", &["tcpdump"]),
    ("vim", &["vi", "vim"]),
    ("wget", &["wget"]),
];

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some(prod) = &subject.prod else { return Vec::new() };
    let declared = &subject.service.settings.system_packages.runtime;
    let tools = inside(&prod.system).filter(|package| {
        let name = package.value.split('=').next().unwrap_or_default();
        let tool = TOOLS.iter().find(|(tool, _)| *tool == name);
        tool.is_some_and(|(_, programs)| !declared.contains(&package.value) && !is_any_run(subject, programs))
    });
    let tools = by_place(tools.map(|package| (package.value.as_str(), &package.place)));
    let problem = |(names, place): (Vec<&str>, &Place)| {
        let kept: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
        Problem::warning(format!("{} in the production image", are(&names)))
            .at(place.clone())
            .remedy(format!(
                "use it in a stage of its own, or declare that the service runs it: `system-packages = {{ runtime = [{}] }}` in `[tool.xtask]` of `{}`",
                kept.join(", "),
                subject.service.package.dir.child("pyproject.toml")
            ))
    };
    tools.into_iter().map(problem).collect()
}
