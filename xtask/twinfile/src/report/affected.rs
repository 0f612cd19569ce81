//! What a change affects: to people, and to workflows.

use serde_json::{Map, Value, json};

use super::status::{Rendered, line};
use crate::tasks::affected::{By, Format, Image, Outcome, Service};
use affected::Base;
use console::style::DIM;
use diagnostics::count;

/// The outcome of `affected` in the format that was asked for.
pub fn outcome(outcome: &Outcome, format: Format) -> Rendered {
    let out = match format {
        Format::Text => text(outcome),
        Format::Json => format!("{:#}\n", object(outcome)),
        Format::GithubMatrix => github(outcome),
    };
    Rendered {
        out,
        err: totals(outcome),
    }
}

fn text(outcome: &Outcome) -> String {
    let services = outcome
        .services
        .iter()
        .map(|service| ("service", &service.name, &service.by));
    let libs = outcome.libs.iter().map(|lib| ("lib", &lib.name, &lib.by));
    let rows: Vec<(&str, &String, &By)> = services.chain(libs).collect();
    let width = rows.iter().map(|(_, name, _)| name.chars().count()).max().unwrap_or(0);
    let row = |(kind, name, by): &(&str, &String, &By)| {
        let more = match by.others {
            0 => String::new(),
            others => format!(" and {others} more"),
        };
        format!("{kind:<7} {name:width$}  {DIM}{}{more}{DIM:#}\n", by.file)
    };
    rows.iter().map(row).collect()
}

/// For `strategy: { matrix: ${{ fromJSON(…) }} }`. GitHub refuses a matrix without entries, so a job asks `any` first.
fn github(outcome: &Outcome) -> String {
    let entry = |service: &Service| {
        let mut entry = json!({ "service": service.name });
        for image in &service.images {
            entry[image.flavour] = of_image(image);
        }
        entry
    };
    let include: Vec<Value> = outcome.services.iter().map(entry).collect();
    let any = !include.is_empty();
    format!("matrix={}\nany={any}\n", json!({ "include": include }))
}

fn of_image(image: &Image) -> Value {
    json!({
        "dockerfile": image.dockerfile.as_str(),
        "image": image.name,
        "target": image.target,
    })
}

fn object(outcome: &Outcome) -> Value {
    let by = |by: &By| json!({ "file": by.file.as_str(), "others": by.others });
    let service = |service: &Service| {
        json!({
            "name": service.name,
            "folder": service.dir.as_str(),
            "by": by(&service.by),
            "images": service.images.iter().map(|image| (image.flavour.to_owned(), of_image(image))).collect::<Map<_, _>>(),
        })
    };
    let libs = outcome
        .libs
        .iter()
        .map(|lib| json!({ "name": lib.name, "folder": lib.dir.as_str(), "by": by(&lib.by) }));
    let base = match &outcome.base {
        Base::Commit { said, commit } => json!({ "revision": said, "commit": commit }),
        Base::Nothing => Value::Null,
    };
    json!({
        "base": base,
        "changed_files": outcome.files,
        "services": outcome.services.iter().map(service).collect::<Vec<_>>(),
        "libs": libs.collect::<Vec<_>>(),
    })
}

fn totals(outcome: &Outcome) -> String {
    let since = match &outcome.base {
        Base::Commit { said, commit } => format!("since {said} ({})", commit.get(..7).unwrap_or(commit)),
        Base::Nothing => "with nothing before".to_owned(),
    };
    let (services, libs) = outcome.known;
    line(
        "Affected",
        &format!(
            "{} of {} and {} of {} by {} {since}",
            outcome.services.len(),
            count(services, "service"),
            outcome.libs.len(),
            count(libs, "lib"),
            count(outcome.files, "changed file"),
        ),
    )
}
