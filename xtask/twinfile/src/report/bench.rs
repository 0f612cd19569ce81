//! Draws measurements as a table.

use std::{fmt::Write, time::Duration};

use console::style::{BOLD, DIM, GREEN, YELLOW};
use run::bench::{Against, Measured};

/// The table of `bench`.
pub fn table(measured: &[Measured]) -> String {
    let width = measured.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
    let mut text = format!(
        "{BOLD}{:width$}  {:>10}  {:>26}  {:>8}{BOLD:#}\n",
        "", "ours", "reference", "ratio"
    );
    for row in measured {
        let (reference, ratio) = match &row.against {
            Against::Nothing => (String::new(), String::new()),
            Against::Reference { name, time } => {
                let ratio = time.as_secs_f64() / row.ours.as_secs_f64().max(f64::MIN_POSITIVE);
                (format!("{name} {:>10}", seconds(*time)), format!("{ratio:.1} ×"))
            }
            Against::Absent { name } => (format!("{name} is not here"), "skipped".into()),
        };
        let style = match row.against {
            Against::Nothing => DIM,
            Against::Reference { .. } => GREEN,
            Against::Absent { .. } => YELLOW,
        };
        let ours = seconds(row.ours);
        let _ = writeln!(
            text,
            "{:width$}  {ours:>10}  {reference:>26}  {style}{ratio:>8}{style:#}",
            row.name
        );
    }
    text
}

fn seconds(time: Duration) -> String {
    if time < Duration::from_secs(1) {
        format!("{:.1} ms", time.as_secs_f64() * 1000.0)
    } else {
        format!("{:.2} s", time.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_absent_is_said() {
        let row = |name: &str, against| Measured {
            name: name.into(),
            ours: Duration::from_millis(20),
            against,
        };
        let time = Duration::from_secs(2);
        let rows = [
            row("a", Against::Nothing),
            row(
                "longer",
                Against::Reference {
                    name: "poetry export",
                    time,
                },
            ),
            row("c", Against::Absent { name: "poetry build" }),
        ];
        insta::assert_snapshot!(anstream::adapter::strip_str(&table(&rows)).to_string());
    }
}
