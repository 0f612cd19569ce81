//! The one date that the xtask writes: the day of a release.

use std::time::{SystemTime, UNIX_EPOCH};

const DAY: u64 = 86_400;

/// Today in UTC as `YYYY-MM-DD`, or the day of `SOURCE_DATE_EPOCH` (seconds since 1970) where that is set.
pub fn today() -> String {
    let said = std::env::var("SOURCE_DATE_EPOCH").ok();
    let said = said.and_then(|seconds| seconds.parse::<u64>().ok());
    let now = || {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_secs()
    };
    date(said.unwrap_or_else(now) / DAY)
}

/// The date that lies so many days after 1970-01-01 (proleptic Gregorian calendar).
fn date(mut days: u64) -> String {
    // 400 years repeat: no input takes longer than that many steps.
    let mut year = 1970 + days / 146_097 * 400;
    days %= 146_097;
    while days >= days_of_year(year) {
        days -= days_of_year(year);
        year += 1;
    }
    let february = if days_of_year(year) == 366 { 29 } else { 28 };
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    format!("{year:04}-{month:02}-{:02}", days + 1)
}

fn days_of_year(year: u64) -> u64 {
    let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    if leap { 366 } else { 365 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_dates() {
        for (days, text) in [
            (0, "1970-01-01"),
            (59, "1970-03-01"),
            (11_016, "2000-02-29"),
            (11_017, "2000-03-01"),
            (20_453, "2025-12-31"),
            (20_454, "2026-01-01"),
            (146_097, "2370-01-01"),
        ] {
            assert_eq!(date(days), text, "{days}");
        }
    }
}
