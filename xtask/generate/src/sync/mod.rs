//! The only place that writes. Files as they have to be are compared with the disk; a plan says what differs, and the
//! same plan is either shown (`--check`) or carried out.

mod lock;
mod named;
mod new_file;
mod orphans;
mod plan;
mod step_summary;
mod write;

pub use lock::Lock;
pub use named::write_named;
pub use orphans::Scope;
pub use plan::Plan;
pub use step_summary::append_step_summary;
pub use write::carry_out;
