//! The stages that both images share, byte for byte: BuildKit runs them once, and both images get the same layers.

use super::{
    EPOCH, VENV, WORKDIR, git,
    instruction::{Draft, Mount, quoted},
};
use crate::image::{Command, ImageSpec, Input, Step, secrets};
use formats::shell;
use image::end_on_sigterm;
use repo::RepoPath;
use std::collections::BTreeSet;

/// Where the tools are mounted: an empty folder of every Debian, since Docker 20.10 leaves a folder that it makes for a mount
/// in the layer.
pub const TOOLS: &str = "/mnt";

/// The stages up to the third-party packages.
pub fn stages(draft: &mut Draft, spec: &ImageSpec) {
    tools(draft, spec);
    base(draft, spec);
    git::wheels(draft, spec, Step::Main);
    deps(draft, spec);
}

fn tools(draft: &mut Draft, spec: &ImageSpec) {
    draft.stage(
        &["uv and the PEP 517 backends, by hash. No image contains them: the steps that need them mount them."],
        &spec.base_image,
        Some("tools"),
    );
    draft.run(
        &[
            Mount::File { source: spec.tools.to_string(), target: "/tmp/requirements.txt" },
            Mount::Cache { target: "/root/.cache/pip" },
        ],
        &["python3 -m pip install --no-deps --require-hashes --disable-pip-version-check --root-user-action=ignore --target=/opt/tools --requirement=/tmp/requirements.txt".into()],
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
    let state = spec
        .state
        .map(|folder| format!("install --directory --owner={uid} --group={uid} {folder}"));
    let user: Vec<String> = user.into_iter().chain(state).collect();
    install_system(draft, &spec.system.runtime, &user);
    draft.line(&format!(
        "ENV PATH={VENV}/bin:$PATH VIRTUAL_ENV={VENV} PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1"
    ));
    draft.line(&format!("WORKDIR {WORKDIR}"));
}

fn deps(draft: &mut Draft, spec: &ImageSpec) {
    let mut why = vec![
        "The third-party packages, exactly as locked: installed by hash, without resolving. All files get one fixed time,",
        "so the layer has the same digest wherever it is built. /layer is copied to /, which keeps the times of folders.",
        "Bytecode records the time and size of its source, so an edited file takes effect. The .pth file makes Python",
        "exit on SIGTERM from the first moment, also as process 1.",
    ];
    if spec.has_indexes {
        why.push("If an index requires a login: `--secret id=index,src=FILE`, a file in .netrc format.");
    }
    draft.stage(&why, "base", Some("deps"));
    if !spec.system.build.is_empty() {
        install_system(draft, &spec.system.build, &[]);
    }
    let (major, minor) = spec.python;
    let mut mounts = vec![
        tools_mount(),
        Mount::File {
            source: spec.requirements.to_string(),
            target: "/tmp/requirements.txt",
        },
        Mount::Cache {
            target: "/root/.cache/uv",
        },
    ];
    mounts.extend(index_credentials(spec));
    mounts.extend(git::mount(spec, Step::Main));
    draft.run(
        &mounts,
        &[
            vec![format!(
                "{TOOLS}/bin/uv venv --quiet --no-project --no-python-downloads --python=python{major}.{minor} {VENV}"
            ), install_command(spec)],
            git::install(spec, Step::Main),
            vec![format!("rm -f {VENV}/.lock"),
            format!(
                "printf '%s\\n' {} > {}/{}",
                shell::quoted(end_on_sigterm::LINE),
                site_packages(spec),
                end_on_sigterm::FILE
            ),
            format!("find {VENV} -exec touch --no-dereference --date=@{EPOCH} {{}} +"),
            compile(&site_packages(spec)),
            format!("mkdir -p /layer{}", parent(VENV)),
            format!("mv {VENV} /layer{VENV}"),
            format!("find /layer -exec touch --no-dereference --date=@{EPOCH} {{}} +"),
        ]].concat(),
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

/// What is not a package runs where it lies, and finds what lies beside it.
pub fn run_in_its_folder(draft: &mut Draft, spec: &ImageSpec) {
    let folder = spec.program().map(|program| &program.dir);
    if let Some(folder) = folder.filter(|folder| **folder != RepoPath::root()) {
        draft.line(&format!("WORKDIR {WORKDIR}/{folder}"));
    }
}

/// Lets Python import from the folders of the program, and from these; the last one is not in the repository. The folder
/// that the program runs in is on the path anyway.
pub fn import_from(draft: &mut Draft, spec: &ImageSpec, roots: &[RepoPath], last: Option<&str>) {
    let program = spec.program();
    let own = program.into_iter().flat_map(|program| &program.import_roots);
    let mut all: Vec<&RepoPath> = own.collect();
    let others: Vec<&RepoPath> = roots.iter().filter(|root| !all.contains(root)).collect();
    all.extend(others);
    let path = all
        .into_iter()
        .filter(|root| program.is_none_or(|program| program.dir != **root));
    let path: Vec<String> = path
        .map(|root| format!("{WORKDIR}/{root}"))
        .chain(last.map(String::from))
        .collect();
    if !path.is_empty() {
        draft.pairs("ENV", [("PYTHONPATH", path.join(":").as_str())]);
    }
}

/// What the image is, for people, registries and scanners, and for the service itself. The last things to know in a build come
/// from its arguments, and follow every step that installs something. The time is not that of the build, so that the same
/// input makes the same image.
pub fn about(draft: &mut Draft, spec: &ImageSpec) {
    let version = spec.version.as_deref().unwrap_or("unknown");
    draft.line("ARG CREATED=1980-01-01T00:00:00Z");
    draft.line("ARG REVISION=unknown");
    let source = spec.source.as_deref().map_or_else(|| "unknown".into(), quoted);
    draft.line(&format!("ARG SOURCE={source}"));
    draft.line(&format!("ARG VERSION={}", quoted(version)));
    let (base, digest) = match spec.base_image.split_once('@') {
        Some((base, digest)) => (base, Some(digest)),
        None => (spec.base_image.as_str(), None),
    };
    let said = [
        ("title", Some(spec.service.as_str())),
        ("licenses", spec.licenses.as_deref()),
        ("base.name", Some(base)),
        ("base.digest", digest),
    ];
    let said = said
        .into_iter()
        .filter_map(|(name, value)| Some((name, quoted(value?))));
    let given = [
        ("created", "CREATED"),
        ("revision", "REVISION"),
        ("source", "SOURCE"),
        ("version", "VERSION"),
    ];
    let given = given
        .into_iter()
        .map(|(name, argument)| (name, format!("\"${argument}\"")));
    let labels: Vec<String> = said
        .chain(given)
        .map(|(name, value)| format!("org.opencontainers.image.{name}={value}"))
        .collect();
    draft.line(&format!("LABEL {}", labels.join(" \\\n    ")));
    draft.line("ENV IMAGE_VERSION=$VERSION");
}

/// How Docker and compose learn whether the service works, with what every image has. Kubernetes does not look at it: it asks by
/// the probes of the chart.
///
/// What answers nobody has none: that it runs is all there is to know.
pub fn health_check(draft: &mut Draft, spec: &ImageSpec) {
    let Some(port) = spec.port else { return };
    let code = format!(
        "import socket; c = socket.create_connection((\"127.0.0.1\", {}), 4); c.sendall(b\"GET {} HTTP/1.0\\r\\nHost: localhost:{}\\r\\n\\r\\n\"); \
         raise SystemExit(c.recv(12)[9:] != b\"200\")",
        port, spec.health, port
    );
    let probe = Command(["python", "-I", "-S", "-c", &code].map(String::from).to_vec());
    draft.line(&format!(
        "HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD {}",
        probe.json()
    ));
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
fn same_times(commands: Vec<String>) -> Vec<String> {
    between(commands, "find / -xdev")
}

/// The same for a step that installs packages into the virtual environment. It looks at none of the many files of the system,
/// which such a step does not write.
pub fn same_times_of_packages(commands: Vec<String>) -> Vec<String> {
    between(commands, r"find / -xdev \( -path /usr -o -path /var \) -prune -o")
}

fn between(commands: Vec<String>, find: &str) -> Vec<String> {
    let mut all = vec![format!("start=\"@$(date +%s)\" && export SOURCE_DATE_EPOCH={EPOCH}")];
    all.extend(commands);
    all.push(format!(
        "{find} -newermt \"$start\" -writable -exec touch --no-dereference --date=@{EPOCH} {{}} +"
    ));
    all
}

/// Puts the packages of a requirement file on top of the virtual environment.
pub fn install_group(draft: &mut Draft, spec: &ImageSpec, requirements: &str, step: Step) {
    let mut mounts = vec![
        tools_mount(),
        Mount::Scratch { target: "/tmp" },
        Mount::Scratch { target: "/root" },
        Mount::File {
            source: requirements.into(),
            target: "/tmp/requirements.txt",
        },
        Mount::Cache {
            target: "/root/.cache/uv",
        },
    ];
    mounts.extend(index_credentials(spec));
    mounts.extend(git::mount(spec, step));
    let mut commands = vec![install_command(spec)];
    commands.extend(git::install(spec, step));
    commands.extend([
        format!("rm -f {VENV}/.lock"),
        with_same_times(VENV),
        compile(&site_packages(spec)),
    ]);
    draft.run(&mounts, &same_times_of_packages(commands));
}

/// What uv logs in to indexes with. Only indexes that the lock names may ask for it: the default one is public.
fn index_credentials(spec: &ImageSpec) -> Option<Mount> {
    spec.has_indexes.then_some(Mount::Secret {
        id: secrets::INDEX,
        target: "/root/.netrc",
    })
}

fn install_command(spec: &ImageSpec) -> String {
    // uv takes a package from the first index that has its name, in whatever version. Hashes tell which archive is meant.
    let strategy = if spec.has_indexes {
        " --index-strategy=unsafe-best-match"
    } else {
        ""
    };
    format!(
        "{TOOLS}/bin/uv pip install --no-deps --link-mode=copy --require-hashes{strategy} --requirement=/tmp/requirements.txt"
    )
}

/// Compiles what has no bytecode yet, or bytecode of another time. A distribution may hold files that do not compile, such as
/// templates: nothing imports them, so they are not failure.
fn compile(folder: &str) -> String {
    format!("{{ {VENV}/bin/python -m compileall -qq -j 0 --invalidation-mode=timestamp {folder} || true; }}")
}

/// Compiles what this step installed, and looks at nothing else. Times of files are fixed by now; the time at which that was
/// done is not.
pub fn compile_new(folder: &str) -> String {
    format!(
        "{{ find {folder} -name '*.py' -newerct \"$start\" -exec {VENV}/bin/python -m compileall -qq --invalidation-mode=timestamp {{}} + || true; }}"
    )
}

/// Where packages are installed.
pub fn site_packages(spec: &ImageSpec) -> String {
    let (major, minor) = spec.python;
    format!("{VENV}/lib/python{major}.{minor}/site-packages")
}

/// Gives all that this step wrote below a folder the same time, before bytecode notes it.
pub fn with_same_times(folder: &str) -> String {
    format!("find {folder} -newermt \"$start\" -exec touch --no-dereference --date=@{EPOCH} {{}} +")
}

/// A stage `name` that holds files of the checkout under /layer, as they are to lie in the image. Nothing in it tells when it was
/// built: the folders that `COPY` makes and writes to get the time of the build, so the same folders with a fixed time are laid
/// over them. That takes a step that is run once, where setting the times of what was copied would be run after every edit.
/// Files, and the folders inside of those that are copied, keep the times that they have in the checkout.
pub fn files(draft: &mut Draft, name: &str, why: &[&str], inputs: &[&Input], owner: Option<u32>) {
    let folders: BTreeSet<RepoPath> = inputs
        .iter()
        .map(|input| {
            if input.is_folder {
                input.path.clone()
            } else {
                input.path.parent()
            }
        })
        .collect();
    let folders: Vec<String> = folders
        .iter()
        .map(|folder| format!("/layer{WORKDIR}/{folder}"))
        .collect();
    let (options, chown) = owner.map_or_else(Default::default, |uid| {
        (format!(" --owner={uid} --group={uid}"), format!("--chown={uid}:{uid} "))
    });
    let bare = format!("{name}-folders");
    draft.stage(why, "base", Some(&bare));
    draft.run(
        &[],
        &[
            format!("install --directory{options} {}", folders.join(" ")),
            format!("find /layer -exec touch --no-dereference --date=@{EPOCH} {{}} +"),
        ],
    );
    // On nothing: every edit makes this stage again, and what is small is made fast.
    draft.stage(&[], "scratch", Some(name));
    for input in inputs {
        draft.line(&format!("COPY {chown}{0} /layer{WORKDIR}/{0}", input.path));
    }
    draft.line(&format!("COPY --from={bare} /layer /layer"));
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
