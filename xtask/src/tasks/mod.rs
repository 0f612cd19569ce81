//! One file a task: arguments, and the function that does it.

pub mod affected;
pub mod bench;
pub mod build_images;
pub mod build_wheels;
pub mod bump;
pub mod ci;
pub mod docs;
pub mod explain;
pub mod export_requirements;
pub mod gen_dockerfiles;
pub mod publish;
pub mod test;
pub mod tool;
pub mod up;
pub mod update_tilt;
pub mod verify_parity;
