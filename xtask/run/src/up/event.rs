//! What a run tells while it goes on, as data. `report::running` draws it.

use std::{path::Path, time::Duration};

use super::launch::{Missing, ServiceLaunch};

/// What happens during `cargo xtask up`.
#[derive(Clone, Debug)]
pub enum UpEvent<'a> {
    /// The virtual environment of a service is looked for, or made.
    Preparing {
        /// The service.
        service: &'a str,
        /// Which of all, from 1.
        number: usize,
        /// How many there are.
        total: usize,
    },
    /// The environment of the service was made just now.
    Prepared {
        /// The service.
        service: &'a str,
        /// How long that took.
        after: Duration,
    },
    /// The tools that make environments are installed, which happens once.
    PreparingTools,
    /// The service does not get its own port, which is in use.
    Moved {
        /// The service.
        service: &'a str,
        /// The port of its manifest.
        own: u16,
        /// The port that it gets.
        port: u16,
    },
    /// The person's own environment sets a variable that the manifest sets too.
    Kept {
        /// The service.
        service: &'a str,
        /// The variable.
        variable: &'a str,
    },
    /// It is not started, though it would be elsewhere.
    LeftOut {
        /// What is left out.
        service: &'a str,
        /// Why it is not started.
        reason: &'a str,
    },
    /// The program of the service was started.
    Started {
        /// The service.
        service: &'a str,
        /// The port on which it will listen, if it does.
        port: Option<u16>,
    },
    /// The service does nothing until a debugger connects to this port.
    WaitsForDebugger {
        /// The service.
        service: &'a str,
        /// The port of the debugger.
        port: u16,
    },
    /// A program wrote a line: the service of this number, or the test of the application.
    Line {
        /// The number of the service and its name; `None` for the test.
        from: Option<(usize, &'a str)>,
        /// The line, without its end.
        text: &'a str,
    },
    /// The service answers.
    Healthy {
        /// The service.
        service: &'a str,
        /// How many answer now.
        number: usize,
        /// How many there are.
        total: usize,
        /// The time since it was started.
        after: Duration,
    },
    /// The service is up, and something that it needs is not.
    NotReady {
        /// The service.
        service: &'a str,
        /// The answer of its readiness check.
        said: &'a str,
    },
    /// These do not answer yet.
    Waiting {
        /// The services.
        services: &'a [&'a str],
        /// The time since they were started.
        after: Duration,
    },
    /// All services answer.
    Ready {
        /// The services.
        services: &'a [ServiceLaunch],
        /// What is not on this machine.
        missing: &'a [Missing],
        /// The folder with the state of this run.
        state: &'a Path,
        /// The time since they were started.
        after: Duration,
    },
    /// The test of the application starts.
    Testing {
        /// The script of the test.
        script: &'a str,
    },
    /// The services are asked to stop.
    Stopping,
    /// These did not stop in time, or the person does not want to wait.
    Killing {
        /// The services.
        services: &'a [&'a str],
    },
    /// All services have stopped.
    Stopped,
}
