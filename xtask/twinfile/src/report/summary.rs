//! The page of a pull request, in Markdown.

use std::fmt::Write;

use super::parity;
use crate::tasks::{
    affected::{By, Outcome as Affected},
    summary::Outcome,
};
use diagnostics::count;
use run::build_images::Size;

/// The Markdown of `summary`.
pub fn markdown(outcome: &Outcome) -> String {
    let mut text = affected(&outcome.affected);
    text.push('\n');
    text.push_str(&parity::github::summary(&outcome.parity));
    if !outcome.sizes.is_empty() {
        text.push_str("\n### Image sizes\n\n| service | image | size | base branch | change |\n| --- | --- | ---: | ---: | ---: |\n");
        for (service, sizes) in &outcome.sizes {
            for (image, size) in &sizes.0 {
                let _ = writeln!(text, "| {service} | {image} | {} |", row(size));
            }
        }
    }
    text
}

fn affected(outcome: &Affected) -> String {
    let (services, libs) = outcome.known;
    let mut text = format!(
        "### Affected: {} of {} and {} of {}\n",
        outcome.services.len(),
        count(services, "service"),
        outcome.libs.len(),
        count(libs, "lib")
    );
    let services = outcome
        .services
        .iter()
        .map(|service| ("service", &service.name, &service.by));
    let libs = outcome.libs.iter().map(|lib| ("lib", &lib.name, &lib.by));
    let rows: Vec<(&str, &String, &By)> = services.chain(libs).collect();
    if rows.is_empty() {
        return text;
    }
    text.push_str("\n| | name | through |\n| --- | --- | --- |\n");
    for (kind, name, by) in rows {
        let more = if by.others == 0 {
            String::new()
        } else {
            format!(" and {} more", by.others)
        };
        let _ = writeln!(text, "| {kind} | {name} | `{}`{more} |", by.file);
    }
    text
}

fn row(size: &Size) -> String {
    let Some(before) = size.before else {
        return format!("{} | unknown | ", megabytes(size.bytes as f64));
    };
    let change = size.bytes as f64 - before as f64;
    let share = if before == 0 {
        0.0
    } else {
        change / before as f64 * 100.0
    };
    // Less than a tenth of a megabyte is what a label or a time makes.
    let change = if change.abs() < 50_000.0 {
        "none".to_owned()
    } else {
        format!(
            "{}{} ({share:+.1} %)",
            if change > 0.0 { "+" } else { "" },
            megabytes(change)
        )
    };
    format!(
        "{} | {} | {change}",
        megabytes(size.bytes as f64),
        megabytes(before as f64)
    )
}

fn megabytes(bytes: f64) -> String {
    format!("{:.1} MB", bytes / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_with_its_sign_and_share() {
        let row = |bytes, before| super::row(&Size { bytes, before });
        assert_eq!(
            row(110_000_000, Some(100_000_000)),
            "110.0 MB | 100.0 MB | +10.0 MB (+10.0 %)"
        );
        assert_eq!(
            row(90_000_000, Some(100_000_000)),
            "90.0 MB | 100.0 MB | -10.0 MB (-10.0 %)"
        );
        assert_eq!(row(100_010_000, Some(100_000_000)), "100.0 MB | 100.0 MB | none");
        assert_eq!(row(100_000_000, None), "100.0 MB | unknown | ");
    }
}
