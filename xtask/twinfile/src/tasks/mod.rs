//! One file a task: arguments, and the function that does it.

/// `cargo xtask affected`.
pub mod affected;
mod alone;
pub mod build_wheels;
/// `cargo xtask bump`.
pub mod bump;
/// `cargo xtask completions`.
pub mod completions;
/// `cargo xtask docs`.
pub mod docs;
/// `cargo xtask explain`.
pub mod explain;
/// `cargo xtask export-requirements`.
pub mod export_requirements;
/// `cargo xtask gen-dockerfiles`.
pub mod gen_dockerfiles;
/// `cargo xtask init`.
pub mod init;
/// `cargo xtask lock`.
pub mod lock;
pub mod publish;
/// `cargo xtask summary`.
pub mod summary;
/// `cargo xtask update-tilt`.
pub mod update_tilt;
/// `cargo xtask verify-parity`.
pub mod verify_parity;
