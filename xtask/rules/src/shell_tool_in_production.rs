use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Place, Problem};
use facts::{Subject, together::are, together::by_place, together::inside};

pub const RULE: Rule = Rule {
    id: "shell-tool-in-production",
    aspect: Aspect::Packages,
    level: Level::Warning,
    what: "a tool for interactive use or downloads is in the production image",
    why: "it is usually left over from the build or a debugging session; some services need it, for example curl in a health check",
    example: "apt-get install curl vim in the last stage",
    fix: "use it in a separate stage, or declare that the service needs it: `system-packages = { runtime = [\"curl\"] }`",
    check: Check::Service(check),
};

const TOOLS: [&str; 16] = [
    "curl",
    "dnsutils",
    "git",
    "gnupg",
    "htop",
    "iproute2",
    "iputils-ping",
    "less",
    "nano",
    "net-tools",
    "openssh-client",
    "procps",
    "strace",
    "tcpdump",
    "vim",
    "wget",
];

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some(prod) = &subject.prod else { return Vec::new() };
    let declared = &subject.service.settings.system_packages.runtime;
    let tools = inside(&prod.system).filter(|package| {
        let name = package.value.split('=').next().unwrap_or_default();
        TOOLS.contains(&name) && !declared.contains(&package.value)
    });
    let tools = by_place(tools.map(|package| (package.value.as_str(), &package.place)));
    let problem = |(names, place): (Vec<&str>, &Place)| {
        let kept: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
        Problem::warning(format!("{} in the production image", are(&names)))
            .at(place.clone())
            .remedy(format!(
                "use it in a separate stage, or declare that the service runs it: `system-packages = {{ runtime = [{}] }}` in `[tool.xtask]` of `{}`",
                kept.join(", "),
                subject.service.package.dir.child("pyproject.toml")
            ))
    };
    tools.into_iter().map(problem).collect()
}
