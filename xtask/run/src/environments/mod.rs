//! Python on this machine: the interpreter it has, the pinned tools of the xtask, and environments made from locks.

mod cache;
mod environment;
mod interpreter;
mod requirements;
mod tools;

pub use environment::{Environment, first_on_path, import_path};
pub use interpreter::Interpreter;
pub use requirements::pinned;
pub use tools::Tools;
pub(crate) use tools::write;
