//! Problems and outcomes, to people.

pub mod affected;
pub mod bench;
pub mod ci;
pub mod diff;
pub mod docs;
pub mod images;
pub mod init;
mod log_line;
pub mod parity;
pub mod release;
pub mod requirements;
pub mod running;
pub mod sbom;
pub mod status;
pub mod summary;
pub mod table;
pub mod tilt;
pub mod wheels;
