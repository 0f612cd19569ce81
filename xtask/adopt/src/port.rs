//! The port that a service listens on.

use evidence::image::Image;
use facts::Subject;

use crate::ByHand;

/// Ports that servers listen on when they are not told.
const PORTS: [(&str, u16); 6] = [
    ("uvicorn", 8000),
    ("gunicorn", 8000),
    ("hypercorn", 8000),
    ("granian", 8000),
    ("flask", 5000),
    ("streamlit", 8501),
];

/// Packages that answer requests.
const ANSWERING: [&str; 14] = [
    "aiohttp",
    "django",
    "falcon",
    "fastapi",
    "flask",
    "granian",
    "grpcio",
    "gunicorn",
    "hypercorn",
    "litestar",
    "starlette",
    "streamlit",
    "tornado",
    "uvicorn",
];

/// Words of commands that wait for work, and not for requests.
const WORKERS: [&str; 10] = [
    "arq",
    "beat",
    "celery",
    "consumer",
    "cron",
    "dramatiq",
    "job",
    "rq",
    "scheduler",
    "worker",
];

/// The port, where it listens on one: as the command has it, the image, what runs the image, or as its server does by default.
pub(crate) fn of(
    subject: &Subject<'_>,
    image: Option<&Image>,
    command: &[String],
    by_hand: &mut Vec<ByHand>,
) -> Option<u16> {
    let debugger = subject.service.debug_port();
    let exposed = image.iter().flat_map(|image| &image.config.ports);
    let exposed = exposed.filter_map(|port| port.value.split('/').next()?.parse::<u16>().ok());
    let exposed: Vec<u16> = exposed.filter(|port| Some(*port) != debugger).collect();
    let listened = listened(command);
    if let (Some(listened), Some(image)) = (listened, image)
        && let [only] = exposed.as_slice()
        && *only != listened
    {
        by_hand.push(ByHand::new(
            format!("`EXPOSE` says {only}, but the command listens on {listened}"),
            format!("check `port`: {listened} is used here"),
            image.config.ports.first().map(|port| &port.place),
        ));
    }
    let of_charts = subject.containers().flat_map(|container| &container.ports);
    let of_charts = of_charts.filter_map(|port| port.value.parse::<u16>().ok()).next();
    let of_compose = subject.compose.iter().flat_map(|run| &run.service.ports);
    let of_compose = of_compose.filter_map(|port| port.value.parse::<u16>().ok()).next();
    let usual = || {
        let program = command.first()?;
        PORTS.iter().find(|(name, _)| name == program).map(|(_, port)| *port)
    };
    let port = listened.or(exposed.first().copied()).or(of_charts).or(of_compose);
    let port = port.or_else(usual);
    if port.is_none() && serves(subject, command) {
        by_hand.push(ByHand::new(
            format!("no file shows which port `{}` listens on", subject.service.package.name),
            "add `port = …` to this table if it listens on one",
            None,
        ));
    }
    port
}

/// Whether it brings what answers requests, and what starts is not a worker: others have no port, and nobody is asked for one.
fn serves(subject: &Subject<'_>, command: &[String]) -> bool {
    let mut words = command.iter();
    let is_worker = words.any(|word| {
        WORKERS
            .iter()
            .any(|worker| word.split(['/', '_', '-']).any(|part| part == *worker))
    });
    let mut main = subject.service.package.manifest.main.iter();
    !is_worker && main.any(|dependency| ANSWERING.contains(&dependency.name.value.as_str()))
}

/// The port in the words of a command: `--port 80`, `--bind 0.0.0.0:80`, `-p 80`.
fn listened(command: &[String]) -> Option<u16> {
    let after = |word: &str, next: Option<&String>| -> Option<u16> {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, value.to_owned()),
            None => (word, next?.clone()),
        };
        let is_port = ["--port", "-p", "--bind", "-b", "--server.port"].contains(&name);
        let number = value.rsplit(':').next().unwrap_or_default();
        is_port.then(|| number.parse().ok())?
    };
    let mut words = command.iter().enumerate();
    words.find_map(|(index, word)| after(word, command.get(index + 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_in_the_command() {
        for (command, port) in [
            ("uvicorn web.main:app --host 0.0.0.0 --port 8080", Some(8080)),
            ("uvicorn web.main:app --port=81", Some(81)),
            ("gunicorn -b 0.0.0.0:5000 web:app", Some(5000)),
            ("gunicorn --bind=:5001 web:app", Some(5001)),
            ("celery -A web worker", None),
            ("uvicorn web.main:app --port $PORT", None),
        ] {
            let words: Vec<String> = command.split(' ').map(str::to_owned).collect();
            assert_eq!(listened(&words), port, "{command}");
        }
    }
}
