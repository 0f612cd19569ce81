//! A container that runs as long as its value lives.

use crate::docker::{docker, docker_said, label};

pub struct Container(String);

impl Container {
    /// Starts an image as it would run in production: no network, nothing can be written.
    pub fn start(image: &str) -> Result<Self, String> {
        Self::start_with(image, &["--read-only"])
    }

    pub fn start_with(image: &str, options: &[&str]) -> Result<Self, String> {
        Self::start_in("none", image, options)
    }

    /// The same on a network.
    pub fn start_in(network: &str, image: &str, options: &[&str]) -> Result<Self, String> {
        let label = label();
        let mut arguments = vec!["run", "--detach", "--network", network, "--label", &label];
        arguments.extend(options);
        arguments.push(image);
        Ok(Self(docker(&arguments)?))
    }

    /// Runs the default command of an image to its end. The error holds all that it wrote.
    pub fn run(image: &str, options: &[&str]) -> Result<String, String> {
        let label = label();
        let mut arguments = vec!["run", "--rm", "--network", "none", "--label", &label];
        arguments.extend(options);
        arguments.push(image);
        docker(&arguments)
    }

    /// Runs Python inside.
    pub fn python(&self, script: &str, arguments: &[&str]) -> Result<String, String> {
        let mut command = vec!["exec", &self.0, "python", "-c", script];
        command.extend(arguments);
        docker(&command).map_err(|error| format!("{error}\nthe container said:\n{}", self.logs()))
    }

    pub fn id(&self) -> &str {
        &self.0
    }

    /// The last lines of what it wrote, to both streams.
    pub fn logs(&self) -> String {
        docker_said(&["logs", "--tail", "60", &self.0]).unwrap_or_else(|error| error)
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        let _ = docker(&["rm", "--force", "--volumes", &self.0]);
    }
}
