//! One value that both images have to agree on.

use diagnostics::{Located, Problem};
use evidence::image::Image;

/// A problem for one value that both images have to agree on.
pub fn differs(
    what: &str,
    dev: (&Image, Option<&Located<String>>),
    prod: (&Image, Option<&Located<String>>),
) -> Option<Problem> {
    let text =
        |side: Option<&Located<String>>| side.map_or_else(|| "none".to_owned(), |said| format!("`{}`", said.value));
    let place = |(image, said): (&Image, Option<&Located<String>>)| {
        said.map_or_else(|| image.place.clone(), |said| said.place.clone())
    };
    let (in_dev, in_prod) = (text(dev.1), text(prod.1));
    (in_dev != in_prod).then(|| {
        Problem::error(format!(
            "{what} differs: {in_dev} in development, {in_prod} in production"
        ))
        .at(place(dev).label("development"))
        .at(place(prod).label("production"))
    })
}
