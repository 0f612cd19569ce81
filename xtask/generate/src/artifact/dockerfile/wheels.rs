//! Wheels of the local packages: a stage builds each, and the image installs them together.

use super::{
    VENV,
    instruction::{Draft, Mount},
    shared::{self, TOOLS},
};
use crate::image::{ImageSpec, Input, LocalPackage};
use python::invocation;

/// Where the wheels are mounted, see `TOOLS`.
const WHEELS: &str = "/media";

/// A stage a package, so that an edit builds one wheel again. What compiles gets the packages that building takes.
pub fn of(draft: &mut Draft, spec: &ImageSpec, package: &LocalPackage) {
    draft.stage(&[], "tools", Some(&stage_of(package)));
    if package.is_compiled && !spec.system.build.is_empty() {
        shared::install_system(draft, &spec.system.build, &[]);
    }
    draft.line(&format!("WORKDIR /src/{}", package.dir));
    copy_inputs(draft, package, &package.inputs);
    draft.run(&[], &build(spec, package));
}

/// A stage that builds the wheel of empty modules: only its metadata is of use.
pub fn outlined(draft: &mut Draft, spec: &ImageSpec, package: &LocalPackage, stage: &str) {
    draft.stage(&[], "tools", Some(stage));
    draft.line(&format!("WORKDIR /src/{}", package.dir));
    copy_inputs(draft, package, &package.outline.files);
    let folders: Vec<String> = package
        .outline
        .packages
        .iter()
        .map(|folder| format!("/src/{folder}"))
        .collect();
    let modules: Vec<String> = folders.iter().map(|folder| format!("{folder}/__init__.py")).collect();
    let mut commands = vec![
        format!("mkdir -p {}", folders.join(" ")),
        format!("touch {}", modules.join(" ")),
    ];
    commands.extend(build(spec, package));
    draft.run(&[], &commands);
}

fn build(spec: &ImageSpec, package: &LocalPackage) -> Vec<String> {
    let (major, minor) = spec.python;
    let python = format!("python{major}.{minor}");
    invocation::shell(&python, "/opt/tools", &package.backend, "/wheels")
}

/// The stage with the wheels of these packages, and with those of another stage.
pub fn together<'a>(draft: &mut Draft, packages: impl IntoIterator<Item = &'a LocalPackage>, other: Option<&str>) {
    draft.stage(&["All wheels in one folder, to be mounted."], "scratch", Some("wheels"));
    let built = packages.into_iter().map(stage_of);
    for stage in built.chain(other.map(String::from)) {
        draft.line(&format!("COPY --from={stage} /wheels /wheels"));
    }
}

/// Installs the wheels of these packages.
pub fn install<'a>(draft: &mut Draft, spec: &ImageSpec, packages: impl IntoIterator<Item = &'a LocalPackage>) {
    let names: Vec<&str> = packages.into_iter().map(|package| package.name.as_str()).collect();
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

/// Every input where it lies in the repository: the files beside the manifest in one step, all else in a step of its
/// own, because `COPY` would pour several folders into one.
fn copy_inputs(draft: &mut Draft, package: &LocalPackage, inputs: &[Input]) {
    let is_beside = |input: &&Input| !input.is_folder && input.path.parent() == package.dir;
    let beside: Vec<&str> = inputs
        .iter()
        .filter(is_beside)
        .map(|input| input.path.as_str())
        .collect();
    if !beside.is_empty() {
        draft.line(&format!("COPY {} /src/{}/", beside.join(" "), package.dir));
    }
    for input in inputs.iter().filter(|input| !is_beside(input)) {
        draft.line(&format!("COPY {0} /src/{0}", input.path));
    }
}

/// The stage that builds the wheel of a package.
pub fn stage_of(package: &LocalPackage) -> String {
    format!("wheel-{}", package.name)
}
