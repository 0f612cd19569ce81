//! Packages that are commits of git: no hash vouches for them in a requirement file, so a stage of the image makes a wheel of the
//! commit, whose id git checks.

use super::{
    EPOCH, VENV,
    instruction::{Draft, Mount},
    shared::{self, TOOLS},
};
use crate::image::{ImageSpec, Step, secrets};
use std::collections::BTreeSet;

/// The stage that has git.
const GIT: &str = "git";
/// Where the wheels are mounted: an empty folder of every Debian, as for the tools.
const WHEELS: &str = "/media";

/// The stages that make the wheels which a step installs.
pub fn wheels(draft: &mut Draft, spec: &ImageSpec, step: Step) {
    if spec.git_of(step).next().is_none() {
        return;
    }
    let is_first = step == Step::Main || spec.git_of(Step::Main).next().is_none();
    if is_first {
        draft.stage(
            &["Builds wheels of packages that are pinned to git commits. No image contains git."],
            &spec.base_image,
            Some(GIT),
        );
        let packages: BTreeSet<&str> = ["ca-certificates", "git"]
            .into_iter()
            .chain(spec.system.build.iter().map(String::as_str))
            .collect();
        let packages: Vec<String> = packages.into_iter().map(str::to_owned).collect();
        shared::install_system(draft, &packages, &[]);
    }
    for pin in spec.git_of(step) {
        draft.stage(
            &["If the repository requires a login: `--secret id=git,src=FILE`, a file in .netrc format."],
            GIT,
            Some(&format!("{GIT}-{}", pin.name)),
        );
        draft.run(
            &[
                shared::tools_mount(),
                Mount::Secret {
                    id: secrets::GIT,
                    target: "/root/.netrc",
                },
            ],
            &[
                format!(
                    "export SOURCE_DATE_EPOCH={EPOCH} PYTHONDONTWRITEBYTECODE=1 PYTHONHASHSEED=0 PYTHONPATH={TOOLS} PATH={TOOLS}/bin:$PATH"
                ),
                format!(
                    "python3 -m pip wheel --quiet --no-deps --no-build-isolation --no-cache-dir --disable-pip-version-check --wheel-dir=/wheels '{}'",
                    pin.requirement
                ),
            ],
        );
    }
    draft.stage(&[], "scratch", Some(stage(step)));
    for pin in spec.git_of(step) {
        draft.line(&format!("COPY --from={GIT}-{} /wheels /wheels", pin.name));
    }
}

/// The wheels, where a step installs some.
pub fn mount(spec: &ImageSpec, step: Step) -> Option<Mount> {
    spec.git_of(step).next().map(|_| Mount::Stage {
        from: stage(step),
        source: "/wheels",
        target: WHEELS,
    })
}

/// The commands that install them.
pub fn install(spec: &ImageSpec, step: Step) -> Vec<String> {
    let requirements: Vec<String> = spec
        .git_of(step)
        .map(|pin| match &pin.marker {
            Some(marker) => format!("'{} ; {}'", pin.name, marker.replace('\'', "\"")),
            None => pin.name.to_string(),
        })
        .collect();
    if requirements.is_empty() {
        return Vec::new();
    }
    vec![
        format!(
            "{TOOLS}/bin/uv pip install --quiet --no-deps --no-index --offline --no-cache --link-mode=copy --find-links={WHEELS} {}",
            requirements.join(" ")
        ),
        // uv notes when it saw the wheel, which differs from build to build.
        format!("find {VENV} -name uv_cache.json -execdir sed -i /uv_cache.json,/d RECORD ';' -delete"),
    ]
}

fn stage(step: Step) -> &'static str {
    match step {
        Step::Main => "git-wheels",
        Step::Dev => "git-wheels-dev",
        Step::Test => "git-wheels-test",
    }
}
