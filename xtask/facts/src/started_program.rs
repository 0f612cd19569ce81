//! The program that a container starts, as far as a Dockerfile names it.

use crate::{command::single, together::inside};
use diagnostics::Place;
use evidence::image::Image;

/// The program that a container starts.
pub struct Started {
    /// As it is written: a bare name, or a path.
    pub name: String,
    /// Where the command is written.
    pub place: Place,
}

/// They start what follows them.
const LAUNCHERS: [&str; 5] = ["tini", "dumb-init", "exec", "--", "-g"];
/// Of the system in any image, or found by themselves.
const OTHERS: [&str; 12] = [
    "sh", "bash", "ash", "dash", "env", "uv", "poetry", "pipenv", "pdm", "sleep", "tail", "true",
];

impl Started {
    /// `None` where a script, or several commands, start it.
    pub fn of(image: &Image) -> Option<Self> {
        let place = image.config.started_at()?.clone();
        let mut words = image.program();
        if let [shell, flag, text] = words.as_slice()
            && matches!(shell.rsplit('/').next(), Some("sh" | "bash"))
            && flag == "-c"
        {
            words = single(text)?;
        }
        let mut words = words.into_iter();
        let name = words.find(|word| !LAUNCHERS.contains(&word.rsplit('/').next().unwrap_or_default()))?;
        Some(Self { name, place })
    }

    /// Whether the image looks it up on PATH, and it is a Python or comes with a package of Python.
    pub fn is_by_name(&self, image: &Image) -> bool {
        let is_plain = !self.name.contains(['/', '.', '$', '=']) || self.is_python();
        let is_of_system = inside(&image.system).any(|package| package.value == self.name);
        is_plain && !self.name.contains('/') && !OTHERS.contains(&self.name.as_str()) && !is_of_system
    }

    /// Whether it is a script, and not the Python, of an environment.
    pub fn is_script_of(&self, environment: &str, image: &Image) -> bool {
        let by_path = self
            .name
            .strip_prefix(environment)
            .is_some_and(|rest| rest.starts_with("/bin/"));
        !self.is_python() && (by_path || self.is_by_name(image))
    }

    fn is_python(&self) -> bool {
        self.name.rsplit('/').next().unwrap_or_default().starts_with("python")
    }
}
