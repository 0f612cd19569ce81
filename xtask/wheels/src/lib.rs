//! Wheels of the libs: built from staged copies by pinned backends, checked, and put into a folder that can be published.
//!
//! Data flows one way: inputs are read (`inputs`, `git`), an `Order` says all that a build depends on, copies are staged
//! (`stage`), a Python process calls the hooks (`hook`), what comes out is inspected (`inspect`), and either written
//! (`cache`, `output`) or compared (`compare`). The same order gives the same bytes.

mod backend;
mod build;
mod cache;
pub mod circumstances;
pub mod compare;
mod constraints;
mod digest;
pub mod git;
mod hook;
mod inputs;
mod inspect;
mod legacy;
pub mod manifest;
mod order;
pub mod output;
mod stage;

pub use backend::Backend;
pub use build::{Built, BuiltFile, Workshop};
pub use cache::{Cache, file_kind};
pub use compare::{Difference, Member};
pub use constraints::{draw as draw_constraints, file_name as constraints_name};
pub use git::{Facts, Revision, ask as ask_git};
pub use hook::Kind;
pub use manifest::{Entry, FileEntry, FileKind, Manifest};
pub use order::Order;
pub use output::Written;
pub use stage::Stage;
