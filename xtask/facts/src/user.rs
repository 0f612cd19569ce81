//! Who a container runs as.

/// Whether an owner may be the user: a name and a number that nothing brings together may be one and the same.
pub fn is_same(owner: &str, user: &str) -> bool {
    let is_number = |text: &str| text.parse::<u32>().is_ok();
    owner == user || (is_number(owner) != is_number(user) && owner != "0")
}
