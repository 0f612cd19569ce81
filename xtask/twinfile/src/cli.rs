//! The command line. These comments are the user documentation.

use std::{
    cell::OnceCell,
    io::{IsTerminal, stdout},
    path::{Path, PathBuf},
};

use clap::{
    Command, CommandFactory, Parser, Subcommand,
    builder::{Resettable, StyledStr},
};
use repo::Root;

use crate::{
    report::{
        affected as change, bench as measurements, ci as steps, docs as pages, images, init as adoption, parity,
        release, requirements, running, sbom as materials, status, summary as page, table, tilt, wheels,
    },
    tasks::{
        affected, build_wheels, bump, completions, docs, explain, export_requirements, gen_dockerfiles, init, lock,
        summary, update_tilt, verify_parity,
    },
};
use ::release::publish::Archive;
use console::{output, terminal};
use diagnostics::{Exit, Problem, called};
use generate::sync;
use repo::{RepoPath, keys::former, root};
use run::{bench, build_images, ci, sbom, test, tool, up};

/// Owns the maintenance tasks of this repository: developers, CI and release engineers run the same commands.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, disable_help_subcommand = true, after_help = exit_codes())]
pub struct Cli {
    /// Repository to work on [default: the repository around the current folder]
    #[arg(long, value_name = "DIR", global = true)]
    root: Option<PathBuf>,

    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    Affected(affected::Args),
    Bench(bench::Args),
    BuildImages(build_images::Args),
    BuildWheels(build_wheels::Args),
    Bump(bump::Args),
    Ci(ci::Args),
    Completions(completions::Args),
    Docs(docs::Args),
    GenDockerfiles(gen_dockerfiles::Args),
    ExportRequirements(export_requirements::Args),
    Explain(explain::Args),
    Init(init::Args),
    Lock(lock::Args),
    Sbom(sbom::Args),
    Summary(summary::Args),
    Test(test::Args),
    Tool(tool::Args),
    Up(up::Args),
    UpdateTilt(update_tilt::Args),
    VerifyParity(verify_parity::Args),
}

impl Cli {
    /// Runs the task. Problems come back as data: `main` prints them.
    pub fn run(self) -> Result<Exit, Vec<Problem>> {
        let found = OnceCell::new();
        let said = self.root.clone();
        let root = || root::find(said.as_deref()).map(|root| found.get_or_init(|| root).clone());
        let result = self.perform(root);
        output::eprint(&terminal::problems(&former::warnings()));
        let untold = |told: &[Problem]| found.get().map(|root| root.untold(told)).unwrap_or_default();
        match result {
            // What failed has said why.
            Ok(Exit::Failed) => Ok(Exit::Failed),
            Ok(exit) => match untold(&[]) {
                unreadable if unreadable.is_empty() => Ok(exit),
                unreadable => Err(unreadable),
            },
            Err(problems) => {
                let more = untold(&problems);
                Err(problems.into_iter().chain(more).collect())
            }
        }
    }

    fn perform(self, root: impl Fn() -> Result<Root, Vec<Problem>>) -> Result<Exit, Vec<Problem>> {
        match self.task {
            Task::Affected(args) => {
                let outcome = affected::run(&root()?, &args)?;
                let rendered = change::outcome(&outcome, args.format);
                output::print(&rendered.out);
                output::eprint(&rendered.err);
                Ok(outcome.exit())
            }
            Task::Bench(args) => {
                output::print(&measurements::table(&bench::run(&root()?, &args)?));
                Ok(Exit::Clean)
            }
            Task::BuildImages(args) => {
                let on_step = |verb: &str, what: &str| output::eprint(&images::step(verb, what));
                let outcome = build_images::run(&root()?, &args, &on_step)?;
                let rendered = images::built(&outcome);
                output::print(&rendered.out);
                output::eprint(&rendered.err);
                Ok(outcome.exit())
            }
            Task::BuildWheels(args) => {
                let on_wait = || output::eprint(&status::waiting());
                let on_upload = |archive: &Archive| output::eprint(&release::uploading(archive));
                let outcome = build_wheels::run(&root()?, &args, on_wait, &on_upload)?;
                let rendered = wheels::build_wheels(&outcome);
                output::print(&rendered.out);
                output::eprint(&rendered.err);
                Ok(outcome.exit())
            }
            Task::Bump(args) => {
                let on_wait = || output::eprint(&status::waiting());
                let on_lock = |folder: &RepoPath| output::eprint(&release::locking(folder));
                let rendered = release::bumped(&bump::run(&root()?, &args, on_wait, &on_lock)?);
                output::print(&rendered.out);
                output::eprint(&rendered.err);
                Ok(Exit::Clean)
            }
            Task::Ci(args) => {
                let on_github = std::env::var_os("GITHUB_ACTIONS").is_some();
                let on_start = |step: &ci::Step| output::print_escaped(&steps::started(step, on_github));
                let on_end = |row: &ci::Row| output::print_escaped(&steps::ended(row, on_github));
                let outcome = ci::run(&root()?, &args, &on_start, &on_end)?;
                let rendered = if args.list {
                    steps::list(&outcome)
                } else {
                    steps::table(&outcome)
                };
                output::print(&rendered);
                Ok(outcome.exit())
            }
            Task::Completions(args) => {
                output::print_escaped(&completions::run(&args, Self::command()));
                Ok(Exit::Clean)
            }
            Task::Docs(args) => {
                let on_wait = || output::eprint(&status::waiting());
                let outcome = docs::run(&root()?, &args, Self::command(), on_wait)?;
                let rendered = pages::docs(&outcome);
                output::print(&rendered.out);
                output::eprint(&rendered.err);
                Ok(outcome.exit())
            }
            Task::ExportRequirements(args) => {
                let outcome = export_requirements::run(self.root.as_deref(), &args)?;
                let rendered = requirements::exported(&outcome);
                output::eprint(&rendered.err);
                match &args.output {
                    Some(file) => sync::write_named(file, &rendered.out).map_err(|problem| vec![problem])?,
                    None => export_requirements::print(&rendered.out)?,
                }
                Ok(Exit::Clean)
            }
            Task::Explain(args) => {
                output::print(&called::all_as_called(&parity::explain(&explain::run(&args)?)));
                Ok(Exit::Clean)
            }
            Task::GenDockerfiles(args) => {
                let on_wait = || output::eprint(&status::waiting());
                let outcome = gen_dockerfiles::run(&root()?, &args, on_wait)?;
                let rendered = status::gen_dockerfiles(&outcome);
                output::print(&rendered.out);
                output::eprint(&rendered.err);
                Ok(outcome.exit())
            }
            Task::Init(args) => {
                let on_wait = || output::eprint(&status::waiting());
                let outcome = init::run(&root()?, &args, on_wait)?;
                let rendered = adoption::init(&outcome);
                output::print(&rendered.out);
                output::eprint(&rendered.err);
                Ok(outcome.exit())
            }
            Task::Lock(args) => {
                let on_wait = || output::eprint(&status::waiting());
                let on_lock = |folder: &RepoPath| output::eprint(&release::locking(folder));
                let outcome = lock::run(&root()?, &args, on_wait, &on_lock)?;
                let rendered = release::locked(&outcome);
                output::print(&rendered.out);
                output::eprint(&rendered.err);
                Ok(outcome.exit())
            }
            Task::Sbom(args) => {
                let outcome = sbom::run(&root()?, &args)?;
                let rendered = materials::outcome(&outcome);
                output::print(&rendered.out);
                output::eprint(&rendered.err);
                Ok(outcome.exit())
            }
            Task::Summary(args) => {
                let outcome = summary::run(&root()?, &args)?;
                output::print(&page::markdown(&outcome));
                Ok(Exit::Clean)
            }
            Task::Test(args) => {
                let summary = test::run(&root()?, &args, &again("test", self.root.as_deref()))?;
                output::print(&table::summary(&summary));
                Ok(summary.exit())
            }
            Task::Tool(args) => tool::run(&root()?, &args),
            Task::Up(args) => {
                let mut width = 0;
                let reader = if stdout().is_terminal() {
                    running::Reader::Person
                } else {
                    running::Reader::Program
                };
                up::run(&root()?, &args, &mut |event| {
                    if let up::UpEvent::Preparing { service, .. } = event {
                        width = width.max(service.len());
                    }
                    let rendered = running::up_event(event, width, reader);
                    // Services have to be stopped also when nobody reads any more.
                    output::print(&rendered.out);
                    output::eprint(&rendered.err);
                })?;
                Ok(Exit::Clean)
            }
            Task::UpdateTilt(args) => {
                let on_wait = || output::eprint(&status::waiting());
                let outcome = update_tilt::run(&root()?, &args, on_wait)?;
                let rendered = tilt::update_tilt(&outcome);
                output::print(&rendered.out);
                output::eprint(&rendered.err);
                Ok(outcome.exit())
            }
            Task::VerifyParity(args) => {
                let on_wait = || output::eprint(&status::waiting());
                let outcome = verify_parity::run(&root()?, &args, on_wait)?;
                if args.format == verify_parity::Format::Github {
                    sync::append_step_summary(&parity::github::summary(&outcome))?;
                }
                let detail = if args.verbose {
                    parity::Detail::All
                } else {
                    parity::Detail::Screen
                };
                let rendered = parity::outcome(&outcome, args.format, detail)?;
                match args.format {
                    verify_parity::Format::Terminal => output::print(&rendered.out),
                    verify_parity::Format::Json
                    | verify_parity::Format::Sarif
                    | verify_parity::Format::Github
                    | verify_parity::Format::Html
                    | verify_parity::Format::Intoto
                    | verify_parity::Format::IntotoPredicate => output::print_escaped(&rendered.out),
                }
                output::eprint(&rendered.err);
                Ok(outcome.exit())
            }
        }
    }
}

fn exit_codes() -> String {
    let codes = Exit::ALL.map(|exit| format!("{} {}", exit as u8, exit.meaning()));
    format!("Exit codes: {}", codes.join(", "))
}

/// How a person runs a task on the same repository again.
fn again(task: &str, root: Option<&Path>) -> String {
    let command = called::command();
    match root {
        Some(root) => format!("{command} --root {} {task}", root.display()),
        None => format!("{command} {task}"),
    }
}

/// The command line with the name by which the installed program was called, in its usage and in every text.
pub fn named(cli: Command, name: &str) -> Command {
    if name == called::WRITTEN {
        return cli;
    }
    let cli = reworded(cli.name(crate::NAME).bin_name(name), name);
    cli.mut_subcommands(|task| {
        reworded(task, name).mut_args(|argument| {
            let (help, long) = (argument.get_help(), argument.get_long_help());
            let (help, long) = (in_words(help, name), in_words(long, name));
            argument.help(help).long_help(long)
        })
    })
}

fn reworded(command: Command, name: &str) -> Command {
    let about = in_words(command.get_about(), name);
    let long = in_words(command.get_long_about(), name);
    let after = in_words(command.get_after_help(), name);
    command.about(about).long_about(long).after_help(after)
}

/// Whoever installs the program keeps settings in a `pyproject.toml`, as far as help can know.
fn in_words(text: Option<&StyledStr>, name: &str) -> Resettable<StyledStr> {
    let reworded = |text: &StyledStr| {
        let text = text.to_string();
        StyledStr::from(called::reworded(&text, name, called::Settings::Pyproject).into_owned())
    };
    Resettable::from(text.map(reworded))
}
