//! The stages that both flavours share, byte for byte: BuildKit runs them once, and both images get the same layers.

use super::{
    EPOCH, VENV, WORKDIR,
    instruction::{Draft, Mount},
};
use crate::image::ImageSpec;

/// Where the tools are mounted: an empty folder of every Debian, since Docker 20.10 leaves a folder that it makes for a mount
/// in the layer.
pub const TOOLS: &str = "/mnt";

/// The stages up to the third-party packages.
pub fn stages(draft: &mut Draft, spec: &ImageSpec) {
    tools(draft, spec);
    base(draft, spec);
    deps(draft, spec);
}

fn tools(draft: &mut Draft, spec: &ImageSpec) {
    draft.stage(
        &["uv and the PEP 517 backends, by hash. No image holds them: the steps that need them mount them."],
        &spec.base_image,
        Some("tools"),
    );
    draft.run(
        &[
            Mount::File { source: spec.tools.to_string(), target: "/tmp/requirements.txt" },
            Mount::Cache { target: "/root/.cache/pip" },
        ],
        &["python3 -m pip install --no-deps --require-hashes --no-compile --disable-pip-version-check --root-user-action=ignore --target=/opt/tools --requirement=/tmp/requirements.txt".into()],
    );
}

fn base(draft: &mut Draft, spec: &ImageSpec) {
    draft.stage(
        &["What both images start from: system packages and the user."],
        &spec.base_image,
        Some("base"),
    );
    let (name, uid) = (&spec.user.name, spec.user.uid);
    let user = [
        format!("groupadd --gid {uid} {name}"),
        format!(
            "useradd --uid {uid} --gid {uid} --no-log-init --no-create-home --home-dir {WORKDIR} --shell /usr/sbin/nologin {name}"
        ),
        format!("mkdir {WORKDIR}"),
    ];
    install_system(draft, &spec.system.runtime, &user);
    draft.line(&format!(
        "ENV PATH={VENV}/bin:$PATH VIRTUAL_ENV={VENV} PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1"
    ));
    draft.line(&format!("WORKDIR {WORKDIR}"));
}

fn deps(draft: &mut Draft, spec: &ImageSpec) {
    draft.stage(
        &[
            "The third-party packages: exactly those of the lock, by hash, nothing is resolved. All times are alike, so",
            "that the layer has the same digest wherever it is built; it is laid under /layer, because copied to / it",
            "leaves no folder with a time of its own.",
        ],
        "base",
        Some("deps"),
    );
    if !spec.system.build.is_empty() {
        install_system(draft, &spec.system.build, &[]);
    }
    let (major, minor) = spec.python;
    draft.run(
        &[
            tools_mount(),
            Mount::File {
                source: spec.requirements.to_string(),
                target: "/tmp/requirements.txt",
            },
            Mount::Cache {
                target: "/root/.cache/uv",
            },
        ],
        &[
            "export UV_LINK_MODE=copy PYC_INVALIDATION_MODE=UNCHECKED_HASH".into(),
            format!(
                "{TOOLS}/bin/uv venv --quiet --no-project --no-python-downloads --python=python{major}.{minor} {VENV}"
            ),
            install_command(),
            format!("rm -f {VENV}/.lock"),
            format!("mkdir -p /layer{}", parent(VENV)),
            format!("mv {VENV} /layer{VENV}"),
            format!("find /layer -exec touch --no-dereference --date=@{EPOCH} {{}} +"),
        ],
    );
}

/// The start of both final stages: the same step at the same position, hence the same layer.
pub fn with_venv(draft: &mut Draft, spec: &ImageSpec) {
    draft.line("COPY --from=deps /layer /");
    draft.pairs(
        "ENV",
        spec.env.iter().map(|(key, value)| (key.as_str(), value.as_str())),
    );
}

/// Installs Debian packages without leaving lists, archives or logs behind; `before` runs in the same layer.
pub fn install_system(draft: &mut Draft, packages: &[String], before: &[String]) {
    let mut commands = before.to_vec();
    if packages.is_empty() {
        draft.run(&[], &same_times(commands));
        return;
    }
    commands.extend([
        "apt-get update --quiet".into(),
        format!(
            "DEBIAN_FRONTEND=noninteractive apt-get install --quiet --yes --no-install-recommends {}",
            packages.join(" ")
        ),
        // Emptied, not removed: the mark that a removed file leaves in a layer has a time of its own.
        "find /var/log /var/cache/ldconfig -type f -newermt \"$start\" -exec truncate --size=0 {} +".into(),
    ]);
    draft.comment(&[
        "Debian's versions are those of the base image's suite, which takes security updates.",
        "hadolint ignore=DL3008",
    ]);
    draft.run(
        &[
            Mount::LockedCache {
                target: "/var/cache/apt",
            },
            Mount::LockedCache {
                target: "/var/lib/apt/lists",
            },
        ],
        &same_times(commands),
    );
}

/// The commands of a step, and what gives all that they write the same time: a layer that is built again, after
/// `--no-cache` or on another machine, has the same digest then, and images go on sharing it.
pub fn same_times(commands: Vec<String>) -> Vec<String> {
    let mut all = vec![format!("start=\"@$(date +%s)\" && export SOURCE_DATE_EPOCH={EPOCH}")];
    all.extend(commands);
    all.push(format!(
        "find / -xdev -newermt \"$start\" -writable -exec touch --no-dereference --date=@{EPOCH} {{}} +"
    ));
    all
}

/// Puts the packages of a requirement file on top of the virtual environment.
pub fn install_group(draft: &mut Draft, requirements: &str) {
    draft.run(
        &[
            tools_mount(),
            Mount::File {
                source: requirements.into(),
                target: "/tmp/requirements.txt",
            },
            Mount::Cache {
                target: "/root/.cache/uv",
            },
        ],
        &same_times(vec![
            "export UV_LINK_MODE=copy PYC_INVALIDATION_MODE=UNCHECKED_HASH".into(),
            install_command(),
            format!("rm -f {VENV}/.lock"),
        ]),
    );
}

fn install_command() -> String {
    format!(
        "{TOOLS}/bin/uv pip install --no-deps --require-hashes --compile-bytecode --requirement=/tmp/requirements.txt"
    )
}

pub fn tools_mount() -> Mount {
    Mount::Stage {
        from: "tools",
        source: "/opt/tools",
        target: TOOLS,
    }
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}
