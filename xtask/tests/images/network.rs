//! A Docker network on which containers find each other by name, as long as its value lives.

use crate::docker::{docker, label};

pub struct Network(String);

impl Network {
    pub fn create(name: &str) -> Result<Self, String> {
        let name = format!("xtask-images-{name}-{}", std::process::id());
        docker(&["network", "create", "--label", &label(), &name])?;
        Ok(Self(name))
    }

    pub fn name(&self) -> &str {
        &self.0
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        let _ = docker(&["network", "rm", &self.0]);
    }
}
