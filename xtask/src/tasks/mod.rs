//! One file a task: arguments, and the function that does it.

pub mod gen_dockerfiles;
pub mod test;
