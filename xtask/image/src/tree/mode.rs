//! Modes as `chmod` takes them.

/// The default mode of a folder, and of a program.
pub(super) const OPEN: u32 = 0o755;

/// The first argument of `chmod`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Nothing changes.
    Same,
    /// `755`
    Set(u32),
    /// `u+x,go-w`, as written.
    Clauses(String),
    /// Nobody can tell.
    Unknown,
}

impl Mode {
    /// As `chmod` takes it.
    pub fn parse(text: &str) -> Self {
        match u32::from_str_radix(text, 8) {
            Ok(mode) => Self::Set(mode & 0o7777),
            Err(_) if clauses(text, OPEN).is_some() => Self::Clauses(text.to_owned()),
            Err(_) => Self::Unknown,
        }
    }
}

/// `u=rwX,go-w` over a mode. `None` where the text is something else.
pub(super) fn clauses(text: &str, mode: u32) -> Option<u32> {
    let mut mode = mode;
    for clause in text.split(',') {
        let at = clause.find(['+', '-', '='])?;
        let (who, rest) = clause.split_at(at);
        let mut shifts: Vec<u32> = Vec::new();
        for letter in who.chars() {
            match letter {
                'u' => shifts.push(6),
                'g' => shifts.push(3),
                'o' => shifts.push(0),
                'a' => shifts.extend([6, 3, 0]),
                _ => return None,
            }
        }
        if who.is_empty() {
            shifts.extend([6, 3, 0]);
        }
        let mut bits = 0;
        for letter in rest[1..].chars() {
            bits |= match letter {
                'r' => 4,
                'w' => 2,
                'x' => 1,
                // Of folders, and of what somebody may run already: what matters here is whether a folder can be entered.
                'X' => 1,
                's' | 't' => 0,
                _ => return None,
            };
        }
        for shift in shifts {
            match rest.as_bytes()[0] {
                b'+' => mode |= bits << shift,
                b'-' => mode &= !(bits << shift),
                _ => mode = mode & !(7 << shift) | bits << shift,
            }
        }
    }
    Some(mode)
}
