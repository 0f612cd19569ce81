//! Files of the repository that this tool generates: how they are recognised, and how they may differ.

pub use super::{
    change::{Change, Kind},
    header::{Header, is_drawn},
};
