//! What is really there: facts read back from the files, whoever wrote them.

pub mod dockerfile;
