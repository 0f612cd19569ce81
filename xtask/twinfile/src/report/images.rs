//! What `build-images` did.

use super::status::{Rendered, line};
use console::terminal;
use diagnostics::{Problem, count};
use run::build_images::Outcome;

/// Said as a step begins; what Docker writes follows.
pub fn step(verb: &str, what: &str) -> String {
    line(verb, what)
}

/// What was pushed goes to standard output, as lines to append to `$GITHUB_OUTPUT`.
pub fn built(outcome: &Outcome) -> Rendered {
    let mut rendered = Rendered::default();
    for pushed in &outcome.pushed {
        rendered
            .out
            .push_str(&format!("image={}\ndigest={}\n", pushed.image, pushed.digest));
        if let Some(platform) = &pushed.platform {
            rendered.out.push_str(&format!("platform={platform}\n"));
        }
    }
    rendered.err = match (outcome.is_empty, outcome.targets.len()) {
        (true, _) => terminal::problems(&[Problem::error("no service found to build images of")]),
        (false, 0) => line("Finished", "the change affects no service: nothing was built"),
        (false, targets) => {
            let tested = match outcome.tested.len() {
                0 => String::new(),
                tested => format!(", {} tested in the image", count(tested, "service")),
            };
            line("Finished", &format!("{}{tested}", count(targets, "image")))
        }
    };
    rendered
}
