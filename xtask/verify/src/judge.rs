//! Asks the rules: of the files of services, and of images.

use std::{collections::BTreeSet, thread};

use super::{
    Clock, Finding, Options, Report, Subjects, aspects, causes, exceptions, finding,
    images::{self, Probed},
    observe, other_images, portrait, production, unfound,
};
use diagnostics::{Level, Place, Problem, at_once};
use facts::{Member, OtherImage, Pair, Subject, Twins, Workspace};
use formats::PackageName;
use repo::{
    Repo, RepoPath, Service,
    generated::{Change, Header},
};
use rules::{Check, GENERATED_FILE_STALE, RULES, Rule, command_for, stale};
use surfaces::{
    Surroundings,
    compose::{self, Index},
};

/// Judges services by their files, and where asked by their images.
pub fn services(
    repo: &Repo,
    options: &Options,
    selected: &[&Service],
    clock: &mut Clock,
    mut problems: Vec<Problem>,
) -> Report {
    let compose = compose::read(&repo.root, &repo.services, &mut problems);
    clock.lap("compose files");
    thread::scope(|scope| {
        // Charts alone take about as long as the services do.
        let reading = scope.spawn(|| {
            let mut found = Vec::new();
            (Surroundings::read(&repo.root, repo.tree(), &mut found), found)
        });
        let mut of_packages = Vec::new();
        let libs = observe::libs(repo, selected, &mut of_packages);
        clock.lap("libs");
        let mut subjects: Vec<Subject<'_>> = Vec::new();
        for (subject, found) in observe::all(repo, &libs, &Index::of(&compose), selected) {
            subjects.push(subject);
            of_packages.extend(found);
        }
        clock.lap("Dockerfiles and locks");
        // Nothing is drawn from manifests that are wrong.
        let changes = if problems.iter().any(|problem| problem.level == Level::Error) {
            Vec::new()
        } else {
            observe::generated(repo, &subjects, options.services.is_empty(), &mut of_packages)
        };
        clock.lap("generated files");
        let reading = reading.join();
        let (mut surroundings, found) = reading.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        problems.extend(found.into_iter().chain(of_packages));
        surroundings.compose = compose;
        observe::among(repo, &surroundings, &mut subjects);
        clock.lap("Tiltfile, charts and workflows");
        compare(
            repo,
            options,
            selected,
            subjects,
            &changes,
            &surroundings,
            clock,
            problems,
        )
    })
}

/// Asks the rules of files, and of images where that is wanted.
#[expect(clippy::too_many_arguments, reason = "what was read, each once")]
fn compare<'a>(
    repo: &'a Repo,
    options: &Options,
    selected: &[&Service],
    mut subjects: Vec<Subject<'a>>,
    changes: &'a [Change],
    surroundings: &Surroundings,
    clock: &mut Clock,
    mut problems: Vec<Problem>,
) -> Report {
    let is_built = options.subjects == Subjects::Built;
    for subject in &mut subjects {
        let dir = &subject.service.package.dir;
        subject.changes = changes.iter().filter(|change| change.path.is_under(dir)).collect();
    }
    let workspace = Workspace {
        repo,
        subjects: &subjects,
        surroundings,
        others: if subjects.len() == repo.services.len() {
            other_images::read(repo, &subjects, surroundings)
        } else {
            Vec::new()
        },
    };
    let members = Member::all(&workspace);
    let mut portraits = portrait::of_services(repo, &subjects);
    let found = at_once(RULES, |rule, _| of_files(&workspace, &members, rule));
    let mut findings: Vec<Finding> = found.into_iter().flat_map(|(found, _)| found).collect();
    clock.lap("rules");
    if is_built {
        let probed = images::build(&repo.root, &subjects, &mut problems);
        clock.lap("images");
        for ((subject, probed), portrait) in subjects.iter().zip(&probed).zip(&mut portraits) {
            let Some(probed) = probed else { continue };
            portrait::add_digests(portrait, probed);
            images::check_python(probed, &mut problems);
            let found = of_images(repo, probed, Some(subject), subject.service.package.name.as_str());
            causes::add_those_of_images(&mut findings, found);
        }
        clock.lap("rules of images");
    }
    if let (Subjects::Production { image }, Some(portrait)) = (&options.subjects, portraits.first_mut()) {
        problems.extend(production::bind(&repo.root, portrait, image).err());
        clock.lap("the production image");
    }
    let of_service = |finding: &Finding| {
        repo.services
            .iter()
            .position(|service| finding.service.as_deref() == Some(service.package.name.as_str()))
    };
    findings.sort_by_key(|finding| of_service(finding).unwrap_or(usize::MAX));
    let elsewhere = changes.iter().filter(|change| {
        subjects
            .iter()
            .all(|subject| !change.path.is_under(&subject.service.package.dir))
    });
    // Why one cannot be read is said already.
    let is_unreadable = |change: &&Change| {
        let mut places = problems.iter().filter_map(|problem| problem.places.first());
        places.any(|place| place.position().0 == change.path.as_str())
    };
    let elsewhere = elsewhere.filter(|change| !is_unreadable(change));
    findings.extend(
        elsewhere
            .map(stale)
            .map(|problem| finding(repo, &GENERATED_FILE_STALE, None, problem)),
    );
    let mut findings = causes::merge(findings);
    // Where something is wrong with the manifests, nothing says what the files should be.
    let is_wrong = changes.is_empty() && problems.iter().any(|problem| problem.level == Level::Error);
    drawn_first(&mut findings, changes, is_wrong);
    let allowed = exceptions::take_out(repo, &mut findings, |findings| {
        exceptions::unused(repo, &mut subjects, findings, is_built)
    });
    let unclear = subjects
        .iter()
        .filter(|subject| subject.images().any(|image| image.is_unclear))
        .map(|subject| subject.service.package.name.to_string())
        .collect();
    Report {
        services: selected
            .iter()
            .map(|service| (service.package.name.to_string(), service.package.dir.clone()))
            .collect(),
        strays: if selected.is_empty() {
            repo::dockerfiles::of_python(repo)
        } else {
            Vec::new()
        },
        unclear,
        unfound: unfound::of(&subjects, surroundings),
        aspects: aspects::looked_at(repo, surroundings),
        findings,
        allowed,
        fixed: None,
        asked: RULES
            .iter()
            .copied()
            .filter(|rule| is_built || !matches!(rule.check, Check::Images(_)))
            .collect(),
        portraits,
        libs: portrait::of_libs(repo, &subjects),
        problems,
        timings: None,
    }
}

/// What a rule says of the files.
fn of_files(workspace: &Workspace<'_>, members: &[Member<'_>], rule: &'static Rule) -> Vec<Finding> {
    let repo = workspace.repo;
    let mut findings = Vec::new();
    match rule.check {
        Check::Service(check) => {
            findings.extend(of_services(workspace, rule, check));
        }
        Check::Both(check) => {
            findings.extend(of_services(workspace, rule, |subject| check(&Twins::of_files(subject))));
        }
        Check::Among(check) => {
            let found = check(workspace).into_iter();
            let named =
                |(service, problem): (PackageName, Problem)| finding(repo, rule, Some(service.to_string()), problem);
            findings.extend(found.map(named));
        }
        Check::Package(check) => {
            for member in members {
                let first = member.services.first();
                let service = first.map(|subject| subject.service.package.name.to_string());
                let found = check(member).into_iter();
                findings.extend(found.map(|problem| finding(repo, rule, service.clone(), problem)));
            }
        }
        Check::Workspace(check) => {
            let found = check(workspace).into_iter();
            findings.extend(found.map(|problem| finding(repo, rule, None, problem)));
        }
        Check::Files(check, of_other) => {
            findings.extend(of_services(workspace, rule, check));
            findings.extend(of_others(workspace, rule, of_other));
        }
        Check::OtherImage(check) => findings.extend(of_others(workspace, rule, check)),
        Check::Images(_) => {}
    }
    findings
}

/// What a rule says of each image that belongs to no service.
fn of_others(
    workspace: &Workspace<'_>,
    rule: &'static Rule,
    check: impl Fn(&OtherImage<'_>) -> Vec<Problem>,
) -> Vec<Finding> {
    let found = workspace.others.iter().flat_map(check);
    found
        .map(|problem| finding(workspace.repo, rule, None, problem))
        .collect()
}

/// What a rule says of each service by itself.
fn of_services<'a>(
    workspace: &'a Workspace<'a>,
    rule: &'static Rule,
    check: impl Fn(&'a Subject<'a>) -> Vec<Problem>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for subject in workspace.subjects {
        let service = Some(subject.service.package.name.to_string());
        let found = check(subject).into_iter();
        findings.extend(found.map(|problem| finding(workspace.repo, rule, service.clone(), problem)));
    }
    findings
}

/// Judges two images by themselves, and by the lock of a service where one is known.
pub fn two_images(
    repo: &Repo,
    (dev, prod): (&str, &str),
    service: Option<&Service>,
    clock: &mut Clock,
    mut problems: Vec<Problem>,
) -> Report {
    let probed = images::named(&repo.root, dev, prod, &mut problems);
    images::check_python(&probed, &mut problems);
    clock.lap("images");
    let service = service.or_else(|| images::titled(repo, &probed));
    let libs = observe::libs(repo, service.as_slice(), &mut problems);
    let mut subject = None;
    if let Some(service) = service {
        for (observed, found) in observe::all(repo, &libs, &Index::of(&[]), &[service]) {
            subject = Some(observed);
            problems.extend(found);
        }
    }
    // The Dockerfiles of this tree need not be those that the images were built from.
    if let Some(subject) = &mut subject {
        (subject.dev, subject.prod) = (None, None);
    }
    let (name, dir) = match service {
        Some(service) => (service.package.name.to_string(), service.package.dir.clone()),
        None => (prod.to_owned(), RepoPath::root()),
    };
    let portrait = portrait::of_images(repo, &name, &dir, &probed, subject.as_ref());
    let mut findings = of_images(repo, &probed, subject.as_ref(), &name);
    let allowed = exceptions::take_out(repo, &mut findings, |_| Vec::new());
    clock.lap("rules of images");
    Report {
        services: vec![(name, dir)],
        strays: Vec::new(),
        unclear: BTreeSet::new(),
        unfound: BTreeSet::new(),
        aspects: aspects::of_images(),
        findings,
        allowed,
        fixed: None,
        asked: RULES.iter().copied().filter(|rule| rule.check.has_images()).collect(),
        portraits: vec![portrait],
        libs: portrait::of_libs(repo, subject.as_slice()),
        problems,
        timings: None,
    }
}

/// What the rules say of two images, where both could be read.
fn of_images(repo: &Repo, probed: &Probed, subject: Option<&Subject<'_>>, name: &str) -> Vec<Finding> {
    let (Some(dev), Some(prod)) = (&probed.dev, &probed.prod) else {
        return Vec::new();
    };
    let pair = Pair { dev, prod, subject };
    let mut findings = Vec::new();
    for rule in RULES {
        let found = rule.check.of_images(&pair).into_iter();
        findings.extend(found.map(|problem| finding(repo, rule, Some(name.to_owned()), problem)));
    }
    findings
}

/// What is wrong in a generated file that is not what its sources say is fixed by drawing it, and by no edit of it.
fn drawn_first(findings: &mut [Finding], changes: &[Change], is_wrong: bool) {
    for finding in findings {
        let problem = &mut finding.problem;
        let mut places = problem.places.iter().map(|place| place.position().0);
        let stale = places.find_map(|path| changes.iter().find(|change| change.path.as_str() == path));
        if let Some(change) = stale.filter(|_| finding.rule.id != GENERATED_FILE_STALE.id) {
            problem.remedy = Some(format!(
                "run `{}`: `{}` is generated, but does not match its sources",
                command_for(change),
                change.path
            ));
        } else if let Some(path) = problem.places.first().and_then(drawn).filter(|_| is_wrong) {
            problem.remedy = Some(format!(
                "fix what cannot be read, then run `cargo xtask gen-dockerfiles`: `{path}` is generated"
            ));
        }
    }
}

/// The generated file that a place lies in.
fn drawn(place: &Place) -> Option<RepoPath> {
    let (source, _) = place.text()?;
    Header::path_in(source.text()).filter(|path| path.as_str() == source.path())
}
