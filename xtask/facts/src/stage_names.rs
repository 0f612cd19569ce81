//! The names of the stages of an image's Dockerfile.

use evidence::image::Image;
use formats::dockerfile::Dockerfile;

/// Whether an image's file has a stage of that name or number.
pub fn has_stage(image: &Image, stage: &str) -> bool {
    let Some((source, _)) = image.place.text() else {
        return true;
    };
    let dockerfile = Dockerfile::read(source, &mut Vec::new());
    let number = stage
        .parse::<usize>()
        .is_ok_and(|number| number < dockerfile.stages.len());
    number || dockerfile.stage_before(stage, dockerfile.stages.len()).is_some()
}

/// The name of the last stage of an image's file; empty where it has none.
pub fn last_stage(image: &Image) -> Option<&str> {
    let (source, _) = image.place.text()?;
    let lines = source.text().lines().map(str::trim);
    let mut froms = lines.filter(|line| line.get(..5).is_some_and(|word| word.eq_ignore_ascii_case("from ")));
    let mut words = froms.next_back()?.split_whitespace().rev();
    let name = words.next()?;
    Some(match words.next() {
        Some(before) if before.eq_ignore_ascii_case("as") => name,
        _ => "",
    })
}
