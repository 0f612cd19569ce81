use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::image::{Image, Reach};
use facts::{
    Subject,
    base_image::python_of as python,
    own_code::OwnCode,
    program::{Missing, Why, missing},
    started_program::Started,
};

pub const RULE: Rule = Rule {
    id: "environment-not-on-path",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "an image starts a program by name, or a Python by path, that is not in the virtual environment with its packages",
    why: "the program is not found, or it is a Python without the packages",
    example: "COPY --from=build /venv /venv and CMD [\"uvicorn\", \"app:app\"] without `ENV PATH=/venv/bin:$PATH`",
    fix: "set `ENV PATH=/venv/bin:$PATH`, or start the program by its full path",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let own = OwnCode::of(subject);
    let by_tree = own.sides().into_iter().flat_map(|side| {
        let missing = missing(subject, &own, &side).into_iter();
        missing
            .filter_map(|missing| elsewhere(missing, side.image))
            .collect::<Vec<_>>()
    });
    let by_path = subject.images().filter_map(in_front);
    let mut found: Vec<Problem> = subject.images().filter_map(of_image).chain(by_path).collect();
    for problem in by_tree {
        // One file may make both images, and both ways of looking tell the same.
        if !found
            .iter()
            .any(|known| known.message == problem.message && known.places[0] == problem.places[0])
        {
            found.push(problem);
        }
    }
    found
}

fn elsewhere(missing: Missing, image: &Image) -> Option<Problem> {
    let Why::Elsewhere(prefix) = missing.why else {
        return None;
    };
    let folder = prefix.trim_end_matches('/');
    let message = format!(
        "`{}` is started by its name, but PATH does not contain `{folder}/bin`",
        missing.name
    );
    let problem = Problem::error(message).at(missing.place);
    let problem = match image.config.env.get("PATH") {
        Some(path) => problem.at(path.place.clone().label("PATH")),
        None => problem,
    };
    Some(problem.remedy(format!("add `ENV PATH={folder}/bin:$PATH` to the last stage")))
}

fn of_image(image: &Image) -> Option<Problem> {
    // Another base may have any PATH, a link may stand on it, and what is not understood may install beside the environment.
    if image.is_unclear
        || image.is_linked
        || !is_official(&image.base.value)
        || image.config.env.contains_key("PYTHONHOME")
    {
        return None;
    }
    let [environment] = image.environments.as_slice() else {
        return None;
    };
    let folder = environment.value.trim_end_matches('/');
    let is_inside = |path: &str| path.starts_with(folder);
    let said = |name: &str| image.config.env.get(name).map_or("", |said| said.value.as_str());
    let program = image.config.started_program();
    // That the image has no such version is another rule.
    let is_absent = |program: &String| {
        image
            .absent_pythons
            .iter()
            .any(|absent| program.ends_with(&absent.asked))
    };
    let outside = program.filter(|program| is_python_of_system(program) && !is_absent(program));
    let is_open = said("PATH").contains(['$', '*']) || said("PATH").split(':').any(is_inside);
    if (is_open && outside.is_none()) || said("PYTHONPATH").contains("packages") {
        return None;
    }
    let inside = |reach: Reach| reach <= Reach::Copied;
    let mut installs = image.installs.iter().filter(|install| inside(install.reach));
    let is_filled = image.installs.iter().any(|install| inside(install.reach));
    // Packages of the system are found by any name.
    let is_elsewhere = installs.any(|install| {
        let prefix = install.what.prefix.as_str();
        let moved = image.moved.iter().any(|moved| moved.from == prefix);
        prefix != folder && !moved
    });
    if is_elsewhere || !is_filled {
        return None;
    }
    if let (Some(outside), Some(place)) = (outside, image.config.started_at()) {
        let message = format!("`{outside}` is started by its path, and does not see the packages in `{folder}`");
        let problem = Problem::error(message).at(place.clone());
        let problem = problem.at(environment.place.clone().label("the environment"));
        return Some(problem.remedy(format!("start `{folder}/bin/python`")));
    }
    let started = Started::of(image).filter(|started| started.is_by_name(image))?;
    let message = format!(
        "`{}` is started by its name, but PATH does not contain `{folder}/bin`",
        started.name
    );
    Some(
        Problem::error(message)
            .at(started.place.clone())
            .at(environment.place.clone().label("the environment"))
            .remedy(format!("add `ENV PATH={folder}/bin:$PATH` to the last stage")),
    )
}

/// A Python that is started by its name, and that PATH finds in front of the environment: the one of the image itself.
fn in_front(image: &Image) -> Option<Problem> {
    if image.is_unclear || image.is_linked || !is_official(&image.base.value) {
        return None;
    }
    let said = |name: &str| image.config.env.get(name).map_or("", |said| said.value.as_str());
    if !said("PYTHONHOME").is_empty() || said("PYTHONPATH").contains("packages") {
        return None;
    }
    let started = Started::of(image).filter(|started| is_python(&started.name))?;
    let path = image.config.env.get("PATH")?;
    let value = path.value.replace("${PATH}", OF_BASE).replace("$PATH", OF_BASE);
    let folders: Vec<&str> = value.split(':').map(|folder| folder.trim_end_matches('/')).collect();
    let is_filled = |folder: &str| {
        let mut installs = image.installs.iter().filter(|install| install.reach <= Reach::Copied);
        installs.any(|install| {
            let prefix = install.what.prefix.as_str();
            prefix == folder || image.moved.iter().any(|moved| moved.from == prefix)
        })
    };
    let mut installs = image.installs.iter().filter(|install| install.reach <= Reach::Copied);
    let is_of_system = installs.any(|install| install.what.prefix == SYSTEM);
    let (at, folder) = folders.iter().enumerate().find_map(|(at, on_path)| {
        let mut environments = image.environments.iter().map(|known| known.value.trim_end_matches('/'));
        environments
            .find(|folder| on_path.strip_suffix("/bin") == Some(folder))
            .map(|folder| (at, folder))
    })?;
    let before = folders.get(..at)?;
    let is_told = !before.iter().any(|folder| folder.contains(['$', '*']));
    if !is_told || is_of_system || !is_filled(folder) || !before.contains(&OF_SYSTEM) {
        return None;
    }
    let message = format!(
        "PATH has `{OF_SYSTEM}` in front of `{folder}/bin`, so `{}` is a Python without the packages in `{folder}`",
        started.name
    );
    Some(
        Problem::error(message)
            .at(started.place)
            .at(path.place.clone().label("PATH"))
            .remedy(format!("put the environment first: `ENV PATH={folder}/bin:$PATH`")),
    )
}

fn is_python(name: &str) -> bool {
    let version = name
        .strip_prefix("python")
        .map(|version| version.trim_start_matches('3'));
    version.is_some_and(|version| version.bytes().all(|byte| byte == b'.' || byte.is_ascii_digit()))
}

/// Where the Python of an official image is, and the PATH that such an image has.
const SYSTEM: &str = "/usr/local";
const OF_SYSTEM: &str = "/usr/local/bin";
const OF_BASE: &str = "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin";

/// `/usr/local/bin/python3`: the Python of the image itself.
fn is_python_of_system(program: &str) -> bool {
    let (folder, name) = program.rsplit_once('/').unwrap_or_default();
    matches!(folder, "/usr/local/bin" | "/usr/bin" | "/bin") && name.starts_with("python")
}

/// An official image of Python, whose PATH is known.
fn is_official(base: &str) -> bool {
    let name = base.split([':', '@']).next().unwrap_or_default();
    python(base).is_some() && matches!(name, "python" | "docker.io/python" | "docker.io/library/python")
}
