//! What is said of a service that did not live, with its last lines.

use std::{collections::VecDeque, io, process::ExitStatus, time::Duration};

use super::launch::ServiceLaunch;
use diagnostics::Problem;

pub fn of_service(service: &ServiceLaunch, status: &io::Result<ExitStatus>, lines: &VecDeque<String>) -> Problem {
    let message = format!("`{}` ended with {}", service.launch.name, said(status));
    with_last_lines(Problem::error(message), lines)
}

/// Its own lines have said what failed.
pub fn of_test(status: &io::Result<ExitStatus>) -> Problem {
    Problem::error(format!("the test of the application ended with {}", said(status)))
}

pub fn never_healthy(
    service: &ServiceLaunch,
    unready: Option<&str>,
    after: Duration,
    lines: &VecDeque<String>,
) -> Problem {
    let (name, port, health) = (&service.launch.name, service.port.unwrap_or_default(), &service.health);
    if let Some(said) = unready {
        return Problem::error(format!("`{name}` is not ready after {} s", after.as_secs()))
            .note(format!("`http://127.0.0.1:{port}`: {said}"))
            .remedy(
                "start what is missing, or correct its address in the environment, and run `cargo xtask up` again",
            );
    }
    let message = format!("`{name}` is not healthy after {} s", after.as_secs());
    let problem = Problem::error(message).note(format!("`http://127.0.0.1:{port}{health}` does not answer 200"));
    with_last_lines(problem, lines)
}

fn said(status: &io::Result<ExitStatus>) -> String {
    match status {
        Ok(status) => status.to_string(),
        Err(error) => format!("an unknown status: {error}"),
    }
}

fn with_last_lines(problem: Problem, lines: &VecDeque<String>) -> Problem {
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    if lines.is_empty() {
        return problem.note("it wrote nothing");
    }
    problem.note(format!("its last lines:\n{}", lines.join("\n")))
}
