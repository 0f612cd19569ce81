use std::{num::NonZero, path::PathBuf, thread};

use super::{Args, plan::Plan};
use console::progress::Progress;
use diagnostics::Problem;
use run::environments::{self as python, Interpreter};
use wheels::{Stage, Workshop};

/// What a build needs that lies on disk: the tools' Python, and room for copies.
pub struct Workplace {
    pub python: PathBuf,
    stage: Stage,
    jobs: usize,
    progress: Progress,
}

impl Workplace {
    pub fn new(plan: &Plan, args: &Args, builds: usize) -> Result<Self, Vec<Problem>> {
        let one = |problem| vec![problem];
        let settings = &plan.repo.settings;
        let root = &plan.repo.root;
        let tools = match python::Tools::present(root, settings)? {
            Some(tools) => tools,
            None => {
                let pythons = Interpreter::all(settings.base_image()?.python)?;
                python::Tools::provide(root, settings, &pythons[0])?
            }
        };
        let cores = || thread::available_parallelism().map_or(1, NonZero::get);
        Ok(Self {
            python: tools.program("python").map_err(one)?,
            stage: Stage::new(root).map_err(one)?,
            jobs: args.jobs.map_or_else(cores, NonZero::get),
            progress: Progress::of("Building", builds),
        })
    }

    pub fn workshop(&self) -> Workshop<'_> {
        Workshop {
            python: &self.python,
            stage: &self.stage,
            jobs: self.jobs,
            progress: &self.progress,
        }
    }
}
