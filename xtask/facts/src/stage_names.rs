//! The names of the stages of an image's Dockerfile.

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

fn read(image: &Image) -> Option<Dockerfile> {
    let (source, _) = image.place.text()?;
    Some(Dockerfile::read(source, &mut Vec::new()))
}
