//! Says what `build-wheels` did.

use super::{release, status::Rendered};
use crate::tasks::build_wheels::{Comparison, Outcome};
use console::style::{BOLD, GREEN, RED};
use diagnostics::{called, count};
use wheels::Difference;

/// The outcome of `build-wheels`.
pub fn build_wheels(outcome: &Outcome) -> Rendered {
    let mut rendered = Rendered::default();
    match outcome {
        Outcome::Nothing { what } => rendered.err = format!("{RED}error{RED:#}: no {what} found\n"),
        Outcome::Built {
            out,
            libs,
            built,
            written,
        } => {
            for (verb, names) in [
                ("Created", &written.created),
                ("Updated", &written.updated),
                ("Removed", &written.removed),
            ] {
                for name in names {
                    rendered.err.push_str(&line(verb, name));
                }
            }
            let fresh = libs - built;
            rendered.err.push_str(&line(
                "Finished",
                &format!(
                    "{}, {built} built, {fresh} fresh: {}",
                    count(*libs, "lib"),
                    out.display()
                ),
            ));
        }
        Outcome::Published { build, publication } => {
            rendered = build_wheels(build);
            rendered.err.push_str(&release::published(publication));
        }
        Outcome::Same { files, how } => {
            let what = match how {
                Comparison::TwoBuilds => "reproducible",
                Comparison::Published => "what this tree builds",
            };
            let verb = if *files == 1 { "is" } else { "are" };
            rendered.err = line("Same", &format!("{} {verb} {what}", count(*files, "file")));
        }
        Outcome::Different {
            files,
            differences,
            how,
            published_revision,
        } => {
            for difference in differences {
                rendered.out.push_str(&block(difference));
            }
            let differing = differences
                .iter()
                .map(|difference| &difference.file)
                .collect::<std::collections::BTreeSet<_>>();
            rendered.err = format!(
                "{RED}{:>12}{RED:#} {} of {}\n",
                "Differ",
                differing.len(),
                count(*files, "file")
            );
            if let Some(revision) = published_revision {
                rendered.err.push_str(&format!(
                    "note: the published files are from commit {revision}, which is not checked out\n"
                ));
            }
            rendered.err.push_str(&called::as_called(match how {
                Comparison::TwoBuilds => "help: see what the build backend writes there: a wheel must not depend on the machine or the date\n",
                Comparison::Published => "help: check out the commit that was published, or publish a new version: `cargo xtask bump`\n",
            }));
        }
    }
    rendered
}

fn block(difference: &Difference) -> String {
    let mut text = format!("{BOLD}{}{BOLD:#}: {}\n", difference.file, difference.what);
    for member in &difference.members {
        match member.name.as_str() {
            "" => text.push_str(&format!("    {}\n", member.how)),
            name => text.push_str(&format!("    {name}: {}\n", member.how)),
        }
    }
    text
}

fn line(verb: &str, what: &str) -> String {
    format!("{GREEN}{verb:>12}{GREEN:#} {what}\n")
}
