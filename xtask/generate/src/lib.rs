//! The files that this tool owns: what an image is (`image`), the bytes that follow from it (`artifact`), and the comparison with
//! the disk and the one place that writes (`sync`). Nothing here prints, or decides an exit code.

pub mod artifact;
pub mod image;
pub mod sync;
