//! The metadata of the local packages in the development image, where none is installed: that of production's wheels.

use super::{EPOCH, instruction::Draft, wheels};
use crate::image::{ImageSpec, LocalPackage};
use python::invocation;

/// A folder of its own, which no sync reaches and no edit changes.
pub const FOLDER: &str = "/opt/metadata";
/// The stage that holds it.
const STAGE: &str = "metadata";

/// The packages that run from sources, and have metadata in production.
fn packages(spec: &ImageSpec) -> Vec<&LocalPackage> {
    let packages = spec.packages.iter();
    packages
        .filter(|package| !package.is_compiled && !package.is_program)
        .collect()
}

/// The stages that build it, one for each package.
pub fn stages(draft: &mut Draft, spec: &ImageSpec) {
    let packages = packages(spec);
    if packages.is_empty() {
        return;
    }
    let mut built = Vec::new();
    for package in &packages {
        if package.outline.packages.is_empty() {
            wheels::of(draft, spec, package);
            built.push(wheels::stage_of(package));
        } else {
            let stage = format!("{STAGE}-{}", package.name);
            wheels::outlined(draft, spec, package, &stage);
            built.push(stage);
        }
    }
    draft.stage(
        &[
            "The metadata of the packages that run from sources: versions and entry points, for `importlib.metadata`. It is that of",
            "their wheels, built from manifests and empty modules where those are enough: an edit of code then builds nothing.",
        ],
        "tools",
        Some(STAGE),
    );
    for stage in built {
        draft.line(&format!("COPY --from={stage} /wheels /wheels"));
    }
    let (major, minor) = spec.python;
    draft.run(
        &[],
        &[
            format!("umask {}", invocation::UMASK),
            invocation::metadata(&format!("python{major}.{minor}"), "/wheels", &format!("/layer{FOLDER}")),
            format!("find /layer -exec touch --no-dereference --date=@{EPOCH} {{}} +"),
        ],
    );
}

/// Lays it into an image. The answer is the folder to import from.
pub fn lay(draft: &mut Draft, spec: &ImageSpec) -> Option<&'static str> {
    if packages(spec).is_empty() {
        return None;
    }
    draft.line(&format!("COPY --from={STAGE} /layer /"));
    Some(FOLDER)
}
