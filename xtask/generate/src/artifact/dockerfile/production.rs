//! The production image: wheels of the local packages on top of the third-party packages. And the test stage on top of it.

use super::{
    EPOCH, VENV, WORKDIR, git,
    instruction::{Draft, Mount},
    shared::{self, TOOLS},
};
use crate::image::{Command, ImageSpec, Input, LocalPackage, Step};
use python::invocation;

/// Where the wheels are mounted, see `TOOLS`.
const WHEELS: &str = "/media";
/// The stage with the wheels that come from an index. No lib's stage has that name.
const PUBLISHED: &str = "published";
/// The stage that holds the files of a service that is not a package.
const PROGRAM: &str = "program";
/// The stage that holds the tests.
const TESTS: &str = "tests";

pub fn stages(draft: &mut Draft, spec: &ImageSpec) {
    for package in spec.wheels() {
        wheel(draft, spec, package);
    }
    if let Some(requirements) = &spec.lib_requirements {
        published(draft, requirements.as_str());
    }
    if !spec.installed().is_empty() {
        wheels(draft, spec);
    }
    if let Some(service) = spec.program() {
        program(draft, spec, service);
    }
    production(draft, spec);
    if !spec.tests.is_empty() {
        test(draft, spec);
        draft.stage(&["What a build without a target makes."], "production", None);
    }
}

/// A stage a package, so that an edit builds one wheel again.
fn wheel(draft: &mut Draft, spec: &ImageSpec, package: &LocalPackage) {
    draft.stage(&[], "tools", Some(&stage_of(package)));
    draft.line(&format!("WORKDIR /src/{}", package.dir));
    copy_inputs(draft, package);
    let (major, minor) = spec.python;
    draft.run(
        &[],
        &invocation::shell(
            &format!("python{major}.{minor}"),
            "/opt/tools",
            &package.backend,
            "/wheels",
        ),
    );
}

fn wheels(draft: &mut Draft, spec: &ImageSpec) {
    draft.stage(&["All wheels in one folder, to be mounted."], "scratch", Some("wheels"));
    let built = spec.wheels().iter().map(stage_of);
    let fetched = spec.lib_requirements.iter().map(|_| String::from(PUBLISHED));
    for stage in built.chain(fetched) {
        draft.line(&format!("COPY --from={stage} /wheels /wheels"));
    }
}

/// The wheels that an index holds. They are the bytes that the stages would build, so the image is the same.
fn published(draft: &mut Draft, requirements: &str) {
    draft.stage(
        &[
            "The wheels of the libs, from their index by hash. Where it asks who reads: `--secret id=lib-index,src=FILE`, a",
            "file in the form of .netrc.",
        ],
        "tools",
        Some(PUBLISHED),
    );
    draft.run(
        &[
            Mount::File {
                source: requirements.into(),
                target: "/tmp/requirements.txt",
            },
            Mount::Secret {
                id: "lib-index",
                target: "/root/.netrc",
            },
        ],
        &["python3 -m pip download --quiet --no-deps --require-hashes --only-binary=:all: --no-cache-dir --disable-pip-version-check --dest=/wheels --requirement=/tmp/requirements.txt".into()],
    );
}

/// Every input where it lies in the repository: the files beside the manifest in one step, all else in a step of its
/// own, because `COPY` would pour several folders into one.
fn copy_inputs(draft: &mut Draft, package: &LocalPackage) {
    let is_beside = |input: &&Input| !input.is_folder && input.path.parent() == package.dir;
    let beside: Vec<&str> = package
        .inputs
        .iter()
        .filter(is_beside)
        .map(|input| input.path.as_str())
        .collect();
    if !beside.is_empty() {
        draft.line(&format!("COPY {} /src/{}/", beside.join(" "), package.dir));
    }
    for input in package.inputs.iter().filter(|input| !is_beside(input)) {
        draft.line(&format!("COPY {0} /src/{0}", input.path));
    }
}

/// The files of a service that is not a package, with bytecode. Whoever runs it may read them, and not write them.
fn program(draft: &mut Draft, spec: &ImageSpec, service: &LocalPackage) {
    draft.stage(
        &["The service, which is not a package: the files beside its manifest, with fixed times and bytecode."],
        "base",
        Some(PROGRAM),
    );
    for input in &service.sources {
        draft.line(&format!("COPY {0} /layer{WORKDIR}/{0}", input.path));
    }
    let (major, minor) = spec.python;
    let same_times = || format!("find /layer -exec touch --no-dereference --date=@{EPOCH} {{}} +");
    draft.run(
        &[],
        &[
            "chmod -R u=rwX,go=rX /layer".into(),
            same_times(),
            format!(
                "{{ python{major}.{minor} -m compileall -qq -j 0 --invalidation-mode=timestamp -s /layer -p / /layer{WORKDIR} || true; }}"
            ),
            same_times(),
        ],
    );
}

fn production(draft: &mut Draft, spec: &ImageSpec) {
    draft.stage(
        &[if spec.installed().is_empty() {
            "Production: what is not a package runs where it lies."
        } else {
            "Production: the wheels in one small layer; what installs them is mounted."
        }],
        "base",
        Some("production"),
    );
    shared::with_venv(draft, spec);
    if !spec.installed().is_empty() {
        install(draft, spec);
    }
    if spec.program().is_some() {
        draft.line(&format!("COPY --from={PROGRAM} /layer /"));
        shared::run_in_its_folder(draft, spec);
        shared::import_from(draft, spec, &[]);
    }
    shared::about(draft, spec);
    if let Some(port) = spec.port {
        draft.line(&format!("EXPOSE {port}"));
    }
    draft.line(&format!("USER {0}:{0}", spec.user.uid));
    draft.line(&format!("CMD {}", spec.command.stoppable().json()));
    shared::health_check(draft, spec);
}

/// Installs the wheels of the local packages.
fn install(draft: &mut Draft, spec: &ImageSpec) {
    let names: Vec<&str> = spec.installed().iter().map(|package| package.name.as_str()).collect();
    draft.run(
        &[
            shared::tools_mount(),
            Mount::Stage {
                from: "wheels",
                source: "/wheels",
                target: WHEELS,
            },
        ],
        &shared::same_times_of_packages(vec![
            format!(
                "{TOOLS}/bin/uv pip install --quiet --no-deps --no-index --offline --no-cache --link-mode=copy --find-links={WHEELS} {}",
                names.join(" ")
            ),
            // uv notes when it saw the wheel, which differs from build to build.
            format!("find {VENV} -name uv_cache.json -execdir sed -i /uv_cache.json,/d RECORD ';' -delete"),
            format!("rm -f {VENV}/.lock"),
            shared::with_same_times(VENV),
            shared::compile_new(&shared::site_packages(spec)),
        ]),
    );
}

fn test(draft: &mut Draft, spec: &ImageSpec) {
    shared::files(
        draft,
        TESTS,
        &[
            "The tests. Their folders are laid over them once more: `COPY` gives those that it makes or writes to the time of",
            "the build.",
        ],
        &spec.tests.iter().collect::<Vec<_>>(),
        None,
    );
    git::wheels(draft, spec, Step::Test);
    draft.stage(
        &["Tests what production runs: `docker build --target test`, then `docker run --read-only --tmpfs /tmp`."],
        "production",
        Some("test"),
    );
    if let Some(requirements) = &spec.test_requirements {
        draft.line("USER 0:0");
        shared::install_group(draft, spec, requirements.as_str(), Step::Test);
    }
    draft.line(&format!("COPY --from={TESTS} /layer /"));
    draft.line(&format!("USER {0}:{0}", spec.user.uid));
    if spec.port.is_some() {
        draft.line("HEALTHCHECK NONE");
    }
    draft.line(&format!("WORKDIR {WORKDIR}/{}", spec.dir));
    let pytest = Command(["pytest", "-p", "no:cacheprovider"].map(String::from).to_vec());
    draft.line(&format!("CMD {}", pytest.json()));
}

fn stage_of(package: &LocalPackage) -> String {
    format!("wheel-{}", package.name)
}
