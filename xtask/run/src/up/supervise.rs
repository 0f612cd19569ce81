//! Starts the services, waits until all are healthy, and keeps them until a signal, a death or the end of the test.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    path::Path,
    process::ExitStatus,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread,
    time::{Duration, Instant},
};

use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    iterator::Signals,
};

use super::{
    death,
    event::UpEvent,
    group::{Event, Group},
    health,
    launch::{Launch, Missing, ServiceLaunch},
    strays,
};
use diagnostics::Problem;
use subprocess::watcher;

/// How long services may take to end by themselves.
const GRACE: Duration = Duration::from_secs(10);
const TICK: Duration = Duration::from_secs(5);
const LAST_LINES: usize = 20;

/// What a run is to start.
pub struct Application<'a> {
    pub services: &'a [ServiceLaunch],
    /// Runs once all services are healthy; the run ends with it.
    pub test: Option<&'a Launch>,
    pub missing: &'a [Missing],
    pub state: &'a Path,
    /// How long services may take to become ready. One that waits for a debugger may take longer.
    pub patience: Duration,
}

/// Runs until the end. Nothing that was started is left then.
pub fn run(application: &Application<'_>, tell: &mut dyn FnMut(&UpEvent<'_>)) -> Result<(), Vec<Problem>> {
    let (sender, events) = mpsc::channel();
    watcher::mark(&format!("{}={}", strays::VARIABLE, strays::mark()))
        .map_err(|error| Problem::error(format!("cannot monitor the services: {error}")))?;
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])
        .map_err(|error| Problem::error(format!("cannot listen for signals: {error}")))?;
    let handle = signals.handle();
    let interrupted = sender.clone();
    thread::spawn(move || {
        for _ in signals.forever() {
            if interrupted.send(Event::Interrupted).is_err() {
                return;
            }
        }
    });
    let over = Arc::new(AtomicBool::new(false));
    let mut running = Running {
        application,
        tell,
        sender,
        over: Arc::clone(&over),
        groups: Vec::new(),
        healthy: BTreeSet::new(),
        unready: BTreeMap::new(),
        last_lines: vec![VecDeque::new(); application.services.len() + 1],
        started: Instant::now(),
    };
    let outcome = running.start().map_err(Vec::from).and_then(|()| running.keep(&events));
    over.store(true, Ordering::Relaxed);
    running.stop(&events);
    handle.close();
    outcome
}

struct Running<'a> {
    application: &'a Application<'a>,
    tell: &'a mut dyn FnMut(&UpEvent<'_>),
    sender: Sender<Event>,
    over: Arc<AtomicBool>,
    /// By number; the test comes after the services. `None` where it has ended.
    groups: Vec<Option<Group>>,
    healthy: BTreeSet<usize>,
    /// What those said that are up, and whose needs are not.
    unready: BTreeMap<usize, String>,
    last_lines: Vec<VecDeque<String>>,
    started: Instant,
}

impl Running<'_> {
    fn start(&mut self) -> Result<(), Problem> {
        for (number, service) in self.application.services.iter().enumerate() {
            self.groups
                .push(Some(Group::start(number, &service.launch, &self.sender)?));
            let name = &service.launch.name;
            (self.tell)(&UpEvent::Started {
                service: name,
                port: service.port,
            });
            if let Some(port) = service.debug_port {
                (self.tell)(&UpEvent::WaitsForDebugger { service: name, port });
            }
            health::watch(number, service, &self.sender, &self.over);
        }
        Ok(())
    }

    /// Until a signal, or the end of the test. That a service ends is a problem.
    fn keep(&mut self, events: &Receiver<Event>) -> Result<(), Vec<Problem>> {
        let tick = TICK.min(self.application.patience);
        let mut next_tick = tick;
        loop {
            let wait = next_tick.saturating_sub(self.started.elapsed());
            match events.recv_timeout(wait) {
                Ok(Event::Line { from, text }) => self.line(from, text),
                Ok(Event::Healthy { service }) => self.became_healthy(service)?,
                Ok(Event::NotReady { service, said }) => {
                    let name = &self.application.services[service].launch.name;
                    (self.tell)(&UpEvent::NotReady {
                        service: name,
                        said: &said,
                    });
                    self.unready.insert(service, said);
                }
                Ok(Event::Interrupted) => return Ok(()),
                Ok(Event::Ended { from, status }) => {
                    self.groups[from] = None;
                    return self.ended(from, &status);
                }
                Err(RecvTimeoutError::Timeout) => {
                    next_tick += tick;
                    self.tick()?;
                }
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
        }
    }

    fn line(&mut self, from: usize, text: String) {
        let name = self.application.services.get(from).map(|service| &service.launch.name);
        (self.tell)(&UpEvent::Line {
            from: name.map(|name| (from, name.as_str())),
            text: &text,
        });
        let lines = &mut self.last_lines[from];
        lines.push_back(text);
        if lines.len() > LAST_LINES {
            lines.pop_front();
        }
    }

    fn became_healthy(&mut self, number: usize) -> Result<(), Problem> {
        self.healthy.insert(number);
        let services = self.application.services;
        (self.tell)(&UpEvent::Healthy {
            service: &services[number].launch.name,
            number: self.healthy.len(),
            total: services.len(),
            after: self.started.elapsed(),
        });
        if self.healthy.len() < services.len() {
            return Ok(());
        }
        (self.tell)(&UpEvent::Ready {
            services,
            missing: self.application.missing,
            state: self.application.state,
            after: self.started.elapsed(),
        });
        if let Some(test) = self.application.test {
            (self.tell)(&UpEvent::Testing { script: &test.name });
            self.groups
                .push(Some(Group::start(services.len(), test, &self.sender)?));
        }
        Ok(())
    }

    fn ended(&self, from: usize, status: &std::io::Result<ExitStatus>) -> Result<(), Vec<Problem>> {
        match self.application.services.get(from) {
            Some(service) => Err(death::of_service(service, status, &self.last_lines[from]).into()),
            None if status.as_ref().is_ok_and(ExitStatus::success) => Ok(()),
            None => Err(death::of_test(status).into()),
        }
    }

    fn tick(&mut self) -> Result<(), Vec<Problem>> {
        let services = self.application.services.iter().enumerate();
        let waiting: Vec<(usize, &ServiceLaunch)> = services
            .filter(|(number, service)| service.debug_port.is_none() && !self.healthy.contains(number))
            .collect();
        let after = self.started.elapsed();
        if waiting.is_empty() {
            return Ok(());
        }
        let patience = self.application.patience;
        if after < patience {
            let names: Vec<&str> = waiting
                .iter()
                .map(|(_, service)| service.launch.name.as_str())
                .collect();
            (self.tell)(&UpEvent::Waiting {
                services: &names,
                after,
            });
            return Ok(());
        }
        let problems = waiting.into_iter().map(|(number, service)| {
            let unready = self.unready.get(&number).map(String::as_str);
            death::never_healthy(service, unready, patience, &self.last_lines[number])
        });
        Err(problems.collect())
    }

    /// Asks all that runs to end, and kills what does not, or all when a signal comes again.
    fn stop(&mut self, events: &Receiver<Event>) {
        (self.tell)(&UpEvent::Stopping);
        for group in self.groups.iter().flatten() {
            group.terminate();
        }
        let mut deadline = Some(Instant::now() + GRACE);
        while self.groups.iter().any(Option::is_some) {
            let wait = deadline.map_or(GRACE, |deadline| deadline.saturating_duration_since(Instant::now()));
            match events.recv_timeout(wait) {
                Ok(Event::Line { from, text }) => self.line(from, text),
                Ok(Event::Ended { from, .. }) => self.groups[from] = None,
                Ok(Event::Healthy { .. } | Event::NotReady { .. }) => {}
                Ok(Event::Interrupted) | Err(RecvTimeoutError::Timeout) if deadline.is_some() => {
                    deadline = None;
                    self.kill();
                }
                Ok(Event::Interrupted) => {}
                // A killed process that does not end hangs in the kernel.
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
            }
        }
        strays::kill();
        (self.tell)(&UpEvent::Stopped);
    }

    fn kill(&mut self) {
        let services = self.application.services.iter().zip(&self.groups);
        let names: Vec<&str> = services
            .filter(|(_, group)| group.is_some())
            .map(|(service, _)| service.launch.name.as_str())
            .collect();
        (self.tell)(&UpEvent::Killing { services: &names });
        for group in self.groups.iter().flatten() {
            group.kill();
        }
    }
}
