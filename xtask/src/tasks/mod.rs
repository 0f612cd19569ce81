//! One file a task: arguments, and the function that does it.

pub mod affected;
pub mod build_wheels;
pub mod bump;
pub mod docs;
pub mod explain;
pub mod export_requirements;
pub mod gen_dockerfiles;
pub mod lock;
pub mod publish;
pub mod summary;
pub mod update_tilt;
pub mod verify_parity;
