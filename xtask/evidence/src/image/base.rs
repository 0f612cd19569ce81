//! What the reference of an image tells of the Python in it.

/// The minor version in the tag of an official image, or in a name such as `uv:python3.12-bookworm`.
pub fn python_of(reference: &str) -> Option<(u64, u64)> {
    let at = reference.rfind("python")?;
    let rest = reference[at + "python".len()..].trim_start_matches(':');
    let mut numbers = rest
        .split(|c: char| !c.is_ascii_digit())
        .map(|number| number.parse::<u64>().ok());
    Some((numbers.next()??, numbers.next()??))
}
