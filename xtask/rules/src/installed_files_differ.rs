use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem, count};
use facts::{Twins, package_edits::Unlike};

pub const RULE: Rule = Rule {
    id: "installed-files-differ",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "the files of an installed Python package differ between the images, or a step changes them in one of them alone",
    why: "the installed code does not match its version",
    example: "RUN sed -i … /opt/venv/lib/python3.13/site-packages/httpx/_client.py",
    fix: "change installed files in both images or in none, and install the same archive",
    check: Check::Both(check),
};

fn check(twins: &Twins<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = twins.both() else {
        return Vec::new();
    };
    let problem = |unlike: Unlike| match unlike {
        Unlike::Step { edit, name } => {
            let verb = if edit.edit.removes { "removes" } else { "changes" };
            let message = format!(
                "`{}` {verb} `{}` of the installed packages only in {name}",
                edit.edit.program(),
                edit.file
            );
            Problem::error(message).at(edit.edit.place)
        }
        Unlike::Archive { name, version, files } => {
            let message = format!(
                "`{name}` {version} was installed from different archives in the two images: {} differ",
                count(files.len(), "file")
            );
            let problem = Problem::error(message).at(dev.place.clone()).at(prod.place.clone());
            let first = files.first().map(|first| format!("the first is `{first}`"));
            first.into_iter().fold(problem, Problem::note)
        }
    };
    twins.unlike_packages().into_iter().map(problem).collect()
}
