//! What a guide promises against what was printed. `…` stands for any text in a line, and alone on a line for any lines.

const ANY: &str = "…";

pub fn matches(expected: &[String], printed: &str) -> bool {
    let lines: Vec<&str> = printed.lines().map(str::trim_end).collect();
    let end = lines
        .iter()
        .rposition(|line| !line.is_empty())
        .map_or(0, |last| last + 1);
    all(expected, &lines[..end])
}

fn all(expected: &[String], lines: &[&str]) -> bool {
    match expected {
        [] => lines.is_empty(),
        [any, rest @ ..] if any == ANY => (0..=lines.len()).any(|skipped| all(rest, &lines[skipped..])),
        [first, rest @ ..] => lines
            .split_first()
            .is_some_and(|(line, lines)| one(first, line) && all(rest, lines)),
    }
}

fn one(expected: &str, line: &str) -> bool {
    let Some((start, rest)) = expected.split_once(ANY) else {
        return expected.trim_end() == line;
    };
    let Some(left) = line.strip_prefix(start) else {
        return false;
    };
    (0..=left.len())
        .filter(|at| left.is_char_boundary(*at))
        .any(|at| one(rest, &left[at..]))
}
