//! What the PEPs define and Poetry adds to them: version constraints (PEP 440), markers (PEP 508), core metadata, and how a
//! build backend is called (PEP 517). Knows neither manifests nor locks.

pub mod constraint;
pub mod invocation;
pub mod marker;
pub mod metadata;
