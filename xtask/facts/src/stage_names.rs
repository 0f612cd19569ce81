//! The names of the stages of an image's Dockerfile.

use std::collections::BTreeSet;

use evidence::image::Image;
use formats::dockerfile::Dockerfile;

/// Whether the file of an image has a stage of that name or number. Where the file cannot be told, it may.
pub fn has_stage(image: &Image, stage: &str) -> bool {
    let Some(dockerfile) = read(image) else {
        return true;
    };
    let number = stage
        .parse::<usize>()
        .is_ok_and(|number| number < dockerfile.stages.len());
    number || dockerfile.stage_before(stage, dockerfile.stages.len()).is_some()
}

/// The name of the last stage of an image's file; empty where it has none.
pub fn last_stage(image: &Image) -> Option<String> {
    let name = read(image)?.stages.last()?.name.as_ref().map(|name| name.value.clone());
    Some(name.unwrap_or_default())
}

/// Whether a stage is beside the one that an image is made of: neither that one, nor what it is based on or copies from. Such a stage is
/// another image of the same file.
pub fn is_beside(image: &Image, stage: &str) -> bool {
    let Some(dockerfile) = read(image) else {
        return false;
    };
    let all = dockerfile.stages.len();
    let wanted = match &image.target {
        Some(target) => dockerfile.stage_before(target, all),
        None => all.checked_sub(1),
    };
    let (Some(wanted), Some(asked)) = (wanted, dockerfile.stage_before(stage, all)) else {
        return false;
    };
    let mut open = vec![wanted];
    let mut seen = BTreeSet::new();
    while let Some(number) = open.pop() {
        let Some(stage) = dockerfile.stages.get(number).filter(|_| seen.insert(number)) else {
            continue;
        };
        let flags = stage.statements.iter().flat_map(|statement| &statement.flags);
        // `--from=stage`, and `from=stage` in a mount.
        let from = flags.flat_map(|flag| flag.value.split(','));
        let from = from.filter_map(|part| part.rsplit_once("from=").map(|(_, stage)| stage));
        let used = from.chain([stage.base.value.as_str()]);
        open.extend(used.filter_map(|name| {
            let numbered = name.parse().ok().filter(|at| *at < number);
            numbered.or_else(|| dockerfile.stage_before(name, number))
        }));
    }
    !seen.contains(&asked)
}

fn read(image: &Image) -> Option<Dockerfile> {
    let (source, _) = image.place.text()?;
    Some(Dockerfile::read(source, &mut Vec::new()))
}
