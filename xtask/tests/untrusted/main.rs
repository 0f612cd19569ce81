//! Repositories whose files are made to harm whoever runs the tool, or that cannot be read: nothing outside the
//! repository is read or written, nothing hangs, and nothing that was not read is passed.

#![allow(
    clippy::disallowed_methods,
    reason = "folders of the tests, not the repository that is worked on"
)]

#[path = "../fixture/mod.rs"]
mod fixture;
mod growth;
mod links;
mod odd_files;
mod output;
mod repository;
mod services;
mod sizes;
mod unreadable;
