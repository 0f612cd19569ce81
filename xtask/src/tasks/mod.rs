//! One file a task: arguments, and the function that does it.

pub mod export_requirements;
pub mod gen_dockerfiles;
pub mod test;
pub mod tool;
pub mod up;
