//! Who a container runs as.

use evidence::image::Image;

/// Whether an image runs as root, by its word or because it says nothing.
pub fn is_root(image: &Image) -> bool {
    let user = image.user.as_ref();
    let name = user.map(|user| user.value.split(':').next().unwrap_or_default());
    name.is_none_or(|name| matches!(name, "" | "0" | "root"))
}

/// Whether an owner may be the user: a name and a number that nothing brings together may be one and the same.
pub fn is_same(owner: &str, user: &str) -> bool {
    let is_number = |text: &str| text.parse::<u32>().is_ok();
    owner == user || (is_number(owner) != is_number(user) && owner != "0")
}
