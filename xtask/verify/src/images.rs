//! Gets hold of the images to compare: builds them, or takes those that are named.

use std::{
    sync::{Mutex, PoisonError},
    thread,
};

use console::progress::Progress;
use diagnostics::Problem;
use evidence::{
    built::{Built, docker},
    image::Image,
};
use facts::Subject;
use repo::Root;
use repo::{Repo, Service};

/// The two images of one service, of which one may be unreadable.
pub struct Probed {
    pub dev: Option<Built>,
    pub prod: Option<Built>,
}

/// What is to be read, and built before where it is one of a Dockerfile.
struct Order<'a> {
    reference: String,
    image: Option<&'a Image>,
}

/// BuildKit works on many steps at once; two at a time is one build while the other image is read.
const WORKERS: usize = 2;

/// Builds both images of every service that has both Dockerfiles, and reads them. One entry a service, in order.
pub fn build(root: &Root, subjects: &[Subject<'_>], problems: &mut Vec<Problem>) -> Vec<Option<Probed>> {
    let mut orders = Vec::new();
    for subject in subjects {
        let Some((dev, prod)) = subject.both() else { continue };
        for (image, flavour) in [(dev, "development"), (prod, "production")] {
            orders.push(Order {
                reference: format!("xtask-parity/{}:{flavour}", subject.service.package.name),
                image: Some(image),
            });
        }
    }
    let mut images = all(root, &orders, problems).into_iter();
    let mut probed = || {
        Some(Probed {
            dev: images.next()?,
            prod: images.next()?,
        })
    };
    subjects
        .iter()
        .map(|subject| subject.both().and_then(|_| probed()))
        .collect()
}

/// Reads two images that are there, or can be pulled.
pub fn named(root: &Root, dev: &str, prod: &str, problems: &mut Vec<Problem>) -> Probed {
    let order = |reference: &str| Order {
        reference: reference.to_owned(),
        image: None,
    };
    let mut images = all(root, &[order(dev), order(prod)], problems).into_iter();
    Probed {
        dev: images.next().flatten(),
        prod: images.next().flatten(),
    }
}

/// The service that an image says it is of: its title (OCI), as in the images that the xtask draws.
pub fn titled<'a>(repo: &'a Repo, probed: &Probed) -> Option<&'a Service> {
    let images = probed.prod.iter().chain(&probed.dev);
    let mut titles = images.filter_map(|image| image.config.label("org.opencontainers.image.title"));
    titles.find_map(|title| {
        repo.services
            .iter()
            .find(|service| service.package.name.as_str() == title)
    })
}

/// Every image, in the order asked for; `None` for what a problem is reported of.
fn all(root: &Root, orders: &[Order<'_>], problems: &mut Vec<Problem>) -> Vec<Option<Built>> {
    if orders.is_empty() {
        return Vec::new();
    }
    if let Err(problem) = docker::check() {
        problems.push(problem);
        return orders.iter().map(|_| None).collect();
    }
    let progress = Progress::of("Reading", orders.len());
    let waiting = Mutex::new(orders.iter().enumerate());
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        let _drawing = progress.draw(scope);
        let work = || {
            loop {
                let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some((index, order)) = next else { return };
                let read = one(root, order, &progress);
                done.lock().unwrap_or_else(PoisonError::into_inner).push((index, read));
            }
        };
        let workers: Vec<_> = (0..WORKERS.min(orders.len())).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(index, _)| *index);
    done.into_iter()
        .map(|(_, read)| read.map_err(|problem| problems.push(problem)).ok())
        .collect()
}

fn one(root: &Root, order: &Order<'_>, progress: &Progress) -> Result<Built, Problem> {
    let step = &order.reference;
    progress.started(step);
    let read = match order.image {
        Some(image) => {
            progress.doing(step, "building");
            docker::build(root, image, step).and_then(|built| {
                progress.doing(step, "reading its files");
                docker::read_as(built.name(), step)
            })
        }
        None => {
            progress.doing(step, "reading its files");
            docker::read(step)
        }
    };
    match &read {
        Ok(_) => progress.done(step, "Read"),
        Err(_) => progress.failed(step),
    }
    read
}

/// An image without Python can be compared in part, which is not a pass.
pub fn check_python(probed: &Probed, problems: &mut Vec<Problem>) {
    for image in probed
        .dev
        .iter()
        .chain(&probed.prod)
        .filter(|image| image.interpreter.is_none())
    {
        let folders: Vec<&str> = image.config.path().collect();
        problems.push(
            Problem::error(format!("`{}` does not contain Python", image.reference))
                .at(image.place())
                .note(format!(
                    "looked for `python`, `python3` and `pypy3` in {}",
                    folders.join(", ")
                ))
                .remedy("compare images that run Python, or set PATH in the image to its folder"),
        );
    }
}
