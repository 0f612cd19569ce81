//! What a run tells while it goes on, as data. `report::running` draws it.

use std::{path::Path, time::Duration};

use super::launch::ServiceLaunch;

#[derive(Clone, Debug)]
pub enum UpEvent<'a> {
    /// The virtual environment of a service is looked for, or made.
    Preparing {
        service: &'a str,
        number: usize,
        total: usize,
    },
    /// The service does not get its own port, which is in use.
    Moved {
        service: &'a str,
        own: u16,
        port: u16,
    },
    /// The person's own environment sets a variable that the manifest sets too.
    Kept {
        service: &'a str,
        variable: &'a str,
    },
    /// It is not started, though it would be elsewhere.
    LeftOut {
        service: &'a str,
        reason: &'a str,
    },
    Started {
        service: &'a str,
        port: u16,
    },
    /// The service does nothing until a debugger connects to this port.
    WaitsForDebugger {
        service: &'a str,
        port: u16,
    },
    /// A program wrote a line: the service of this number, or the test of the application.
    Line {
        from: Option<(usize, &'a str)>,
        text: &'a str,
    },
    Healthy {
        service: &'a str,
        number: usize,
        total: usize,
        after: Duration,
    },
    /// The service is up, and something that it needs is not.
    NotReady {
        service: &'a str,
        said: &'a str,
    },
    /// These do not answer yet.
    Waiting {
        services: &'a [&'a str],
        after: Duration,
    },
    Ready {
        services: &'a [ServiceLaunch],
        state: &'a Path,
        after: Duration,
    },
    Testing {
        script: &'a str,
    },
    Stopping,
    /// These did not stop in time, or the person does not want to wait.
    Killing {
        services: &'a [&'a str],
    },
    Stopped,
}
