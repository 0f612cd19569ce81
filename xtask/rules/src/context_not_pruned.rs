use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Place, Problem};
use evidence::image::Reach;
use facts::Subject;

pub const RULE: Rule = Rule {
    id: "context-not-pruned",
    aspect: Aspect::Files,
    level: Level::Warning,
    what: "everything is copied, and the ignore file does not exclude files that no image should contain",
    why: "the git history, secrets and local environments end up in a layer, and every build differs",
    example: "COPY . . and no .dockerignore",
    fix: "add `.git`, `**/.venv` and `**/.env` to the ignore file",
    check: Check::Service(check),
};

const UNWANTED: [&str; 3] = [".git", ".venv", ".env"];

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found: Vec<Problem> = Vec::new();
    // A backend that takes the version from tags fails without them.
    let packages = subject.libs().map(|(lib, _)| lib).chain([&subject.service.package]);
    let needs_git = packages.into_iter().any(|package| package.version_of_git().is_some());
    for image in subject.images() {
        let (context, ignore) = (&image.context.dir, &image.context.ignore);
        let all = image.copied.iter().filter(|copied| copied.reach <= Reach::Copied);
        let whole = all.filter(|copied| matches!(copied.what.source.written.as_str(), "" | "."));
        let Some(copied) = whole.min_by_key(|copied| copied.reach).map(|copied| &copied.what) else {
            continue;
        };
        let unwanted = UNWANTED
            .into_iter()
            .filter(|name| image.context.sends(&context.child(name)))
            .filter(|name| *name != ".git" || !needs_git);
        let unwanted: Vec<&str> = unwanted.collect();
        if unwanted.is_empty() {
            continue;
        }
        let (file, problem) = match &ignore.path {
            Some(file) => (file.to_string(), "does not exclude"),
            None => (
                context.child(".dockerignore").to_string(),
                "does not exist, so nothing excludes",
            ),
        };
        let message = format!(
            "everything is copied, and `{file}` {problem} `{}`",
            unwanted.join("`, `")
        );
        // Both images are built with the same file: it is fixed once.
        if let Some(known) = found.iter_mut().find(|known| known.message == message) {
            if known.places.first() != Some(&copied.place) {
                known.places.insert(1, copied.place.clone().label("and here"));
            }
            continue;
        }
        let problem = Problem::warning(message)
            .at(copied.place.clone())
            .remedy(format!("add them to `{file}`"));
        found.push(match &ignore.path {
            Some(_) => problem.at(Place::File(file)),
            None => problem,
        });
    }
    found
}
