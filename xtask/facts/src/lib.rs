//! What several rules ask: a service, a package and a pair of images with all that is known about them, derived once and lazily. Knows
//! no rule, and reads no file.

pub mod accounts;
pub mod base_image;
pub mod build_tools;
pub mod built_code;
pub mod called_by_script;
pub mod command;
pub mod copied_lib;
pub mod entry_points;
pub mod environment;
pub mod image_names;
pub mod image_versions;
pub mod importable;
pub mod lib_install;
mod lookup;
mod member;
pub mod named_by_variables;
pub mod named_installs;
pub mod opened;
pub mod own_code;
pub mod own_options;
pub mod owned;
pub mod package_edits;
mod pair;
pub mod ports;
pub mod program;
pub mod programs_in_use;
mod reads;
pub mod served_paths;
pub mod server_options;
pub mod settings;
pub mod stage_names;
pub mod started_elsewhere;
pub mod started_module;
pub mod started_program;
mod subject;
pub mod synced;
pub mod together;
pub mod twins;
pub mod unread;
pub mod user;
pub mod volumes;

pub use member::{Member, top};
pub use pair::{Pair, Side};
pub use subject::{LibFacts, LoadedOnce, LockState, Subject, Workspace, differs, under_flags};
pub use twins::{Twin, Twins};
