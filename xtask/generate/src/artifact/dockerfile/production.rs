//! The production image: wheels of the local packages on top of the third-party packages. And the test stage on top of it.

use super::{
    EPOCH, WORKDIR, git,
    instruction::{Draft, Mount},
    shared, wheels,
};
use crate::image::{Command, ImageSpec, LocalPackage, Step, secrets};

/// The stage with the wheels that come from an index. No lib's stage has that name.
const PUBLISHED: &str = "published";
/// The stage that holds the files of a service that is not a package.
const PROGRAM: &str = "program";
/// The stage that holds the tests.
const TESTS: &str = "tests";

pub fn stages(draft: &mut Draft, spec: &ImageSpec) {
    for package in spec.wheels() {
        wheels::of(draft, spec, package);
    }
    if let Some(requirements) = &spec.lib_requirements {
        published(draft, requirements.as_str());
    }
    if !spec.installed().is_empty() {
        wheels::together(draft, spec.wheels(), spec.lib_requirements.as_ref().map(|_| PUBLISHED));
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
                id: secrets::LIB_INDEX,
                target: "/root/.netrc",
            },
        ],
        &["python3 -m pip download --quiet --no-deps --require-hashes --only-binary=:all: --no-cache-dir --disable-pip-version-check --dest=/wheels --requirement=/tmp/requirements.txt".into()],
    );
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
        wheels::install(draft, spec, spec.installed());
    }
    if spec.program().is_some() {
        draft.line(&format!("COPY --from={PROGRAM} /layer /"));
        shared::run_in_its_folder(draft, spec);
        shared::import_from(draft, spec, &[], None);
    }
    shared::about(draft, spec);
    if let Some(port) = spec.port {
        draft.line(&format!("EXPOSE {port}"));
    }
    draft.line(&format!("USER {0}:{0}", spec.user.uid));
    draft.line(&format!("CMD {}", spec.command.stoppable().json()));
    shared::health_check(draft, spec);
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
