//! What is in an image: a tree of paths, each with where it comes from, who owns it, and the step that put it there.
//!
//! It knows how files get into an image and what a Python in it would load. It does not know what a service is, which rules
//! there are, or how a repository is laid out: files of the repository are asked for through [`Checkout`].

mod checkout;
mod origin;
mod python;
mod tree;
mod wheel;

pub use checkout::{Checkout, Kind, NoCheckout};
pub use origin::{Copied, Entry, Origin, Requested, Sends};
pub use python::{Brought, Distribution, Distributions, Module, Python, Start, Started, Surroundings, end_on_sigterm};
pub use tree::{
    Access, Change, Closed, CopiedOwner, File, Found, Held, Listing, Losses, Mode, ROOT, Tree, Who, below, packages_at,
    site_packages,
};
pub use wheel::{Contents, Wheel, contents, project_name};
