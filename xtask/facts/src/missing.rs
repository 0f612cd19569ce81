//! A program that an image runs and does not have, whichever producer shows it.

use diagnostics::Place;
use formats::PackageName;

/// A program that an image runs, and does not have.
pub struct Missing {
    /// As it is written.
    pub name: String,
    /// What names it.
    pub place: Place,
    /// Whether it is run whenever the image starts: what a script names it may run or not.
    pub is_sure: bool,
    /// Why it is not there.
    pub why: Why,
}

/// Why a program is not there.
pub enum Why {
    /// An environment has it, in a folder that PATH does not lead to.
    Elsewhere(String),
    /// It comes with a package of the repository, which is not installed.
    OfPackage(PackageName),
    /// Nothing installs it.
    NotInstalled,
    /// The script that starts it names it as its interpreter.
    OfScript(String),
    /// The Python of the environment is a link that leads nowhere.
    DanglingPython {
        /// The interpreter of the environment.
        python: String,
        /// What it leads to.
        link: String,
    },
    /// The command is a text for a shell, and this base image is made without one.
    NoShell(String),
    /// The program is at this path, and its mode does not let anybody run it.
    NotExecutable(String),
    /// The environment at this prefix has no `pyvenv.cfg`.
    NoSettings(String),
    /// The settings of the environment name a folder without Python.
    HomeWithoutPython {
        /// The file.
        settings: String,
        /// The folder.
        home: String,
    },
}
