//! The development image: the dev groups on top of the third-party packages, and the sources last.

use super::{VENV, WORKDIR, git, instruction::Draft, metadata, shared, wheels};
use crate::image::{ImageSpec, Step, launcher};

/// The stage that holds the sources.
const SOURCES: &str = "sources";

pub fn stages(draft: &mut Draft, spec: &ImageSpec) {
    // Libs first: what changes most often comes last.
    let sources = spec.packages.iter().rev().filter(|package| !package.is_compiled);
    let sources = sources.flat_map(|package| &package.sources);
    shared::files(
        draft,
        SOURCES,
        &[
            "The sources, owned by the user, so that live updates can overwrite them. The folders are laid over them once more:",
            "`COPY` gives those that it makes or writes to the time of the build.",
        ],
        &sources.collect::<Vec<_>>(),
        Some(spec.user.uid),
    );
    git::wheels(draft, spec, Step::Dev);
    metadata::stages(draft, spec);
    // The sources of what is compiled cannot be imported: development gets the wheel, too.
    for package in spec.compiled() {
        wheels::of(draft, spec, package);
    }
    let has_compiled = spec.compiled().next().is_some();
    if has_compiled {
        wheels::together(draft, spec.compiled(), None);
    }
    draft.stage(
        &["Development: the same layers up to the third-party packages; the sources come last."],
        "base",
        Some("development"),
    );
    shared::with_venv(draft, spec);
    if !spec.system.dev.is_empty() {
        shared::install_system(draft, &spec.system.dev, &[]);
    }
    if let Some(requirements) = &spec.dev_requirements {
        shared::install_group(draft, spec, requirements.as_str(), Step::Dev);
    }
    if has_compiled {
        wheels::install(draft, spec, spec.compiled());
    }
    let roots = spec.import_roots();
    let last = metadata::lay(draft, spec);
    shared::import_from(draft, spec, &roots, last);
    shared::about(draft, spec);
    let ports: Vec<String> = spec.port.iter().chain(&spec.debug_port).map(u16::to_string).collect();
    if !ports.is_empty() {
        draft.line(&format!("EXPOSE {}", ports.join(" ")));
    }
    draft.line(&format!("USER {0}:{0}", spec.user.uid));
    if spec.debug_port.is_some() {
        draft.line(&format!("ENTRYPOINT {}", launcher().json()));
    }
    let command = if spec.reloads {
        spec.source_command.reloading(&roots, WORKDIR, VENV)
    } else {
        spec.source_command.clone()
    };
    draft.line(&format!("CMD {}", command.stoppable().json()));
    shared::health_check(draft, spec);
    draft.line(&format!("COPY --from={SOURCES} /layer /"));
    shared::run_in_its_folder(draft, spec);
}
