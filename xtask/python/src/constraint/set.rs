use std::fmt;

use pep440_rs::Version;

/// A cut through the ordered line of all versions (PEP 440): just before a version, or just after it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cut {
    /// The version next to the cut.
    pub version: Version,
    /// Whether the cut is after the version.
    pub after: bool,
}

/// A set of versions: any union of intervals.
///
/// Kept as the sorted cuts at which membership changes, so that equal sets are equal values and each operation is one
/// walk over both lists.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct VersionSet {
    /// Whether the lowest versions of all are members.
    from_below: bool,
    cuts: Vec<Cut>,
}

/// One piece of a set. `None` is unbounded.
pub type Interval<'a> = (Option<&'a Cut>, Option<&'a Cut>);

impl Cut {
    /// The cut just before a version.
    pub fn before(version: Version) -> Self {
        Self { version, after: false }
    }

    /// The cut just after a version.
    pub fn after(version: Version) -> Self {
        Self { version, after: true }
    }

    fn is_below(&self, version: &Version) -> bool {
        if self.after {
            self.version < *version
        } else {
            self.version <= *version
        }
    }
}

impl VersionSet {
    /// All versions.
    pub fn any() -> Self {
        Self {
            from_below: true,
            cuts: Vec::new(),
        }
    }

    /// No version.
    pub fn empty() -> Self {
        Self {
            from_below: false,
            cuts: Vec::new(),
        }
    }

    /// All versions above a cut.
    pub fn at_least(from: Cut) -> Self {
        Self {
            from_below: false,
            cuts: vec![from],
        }
    }

    /// All versions below a cut.
    pub fn below(to: Cut) -> Self {
        Self {
            from_below: true,
            cuts: vec![to],
        }
    }

    /// The versions between two cuts; none where they are not in order.
    pub fn between(from: Cut, to: Cut) -> Self {
        if from < to {
            Self {
                from_below: false,
                cuts: vec![from, to],
            }
        } else {
            Self::empty()
        }
    }

    /// One version alone.
    pub fn exactly(version: Version) -> Self {
        Self::between(Cut::before(version.clone()), Cut::after(version))
    }

    /// Whether it has all versions.
    pub fn is_any(&self) -> bool {
        self.from_below && self.cuts.is_empty()
    }

    /// Whether it has no version.
    pub fn is_empty(&self) -> bool {
        !self.from_below && self.cuts.is_empty()
    }

    /// The versions that it does not have.
    pub fn complement(mut self) -> Self {
        self.from_below = !self.from_below;
        self
    }

    /// The versions of either set.
    pub fn union(&self, other: &Self) -> Self {
        self.combine(other, |a, b| a || b)
    }

    /// The versions of both sets.
    pub fn intersection(&self, other: &Self) -> Self {
        self.combine(other, |a, b| a && b)
    }

    /// Whether the other set has all of its versions.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.combine(other, |a, b| a && !b).is_empty()
    }

    /// Whether a requirement with this constraint accepts the version. A local version (`2.1.0+cu118`) also counts as
    /// its public part, because a constraint without a local part does not look at it (PEP 440, "version matching").
    pub fn contains(&self, version: &Version) -> bool {
        self.contains_exactly(version) || version.is_local() && self.contains_exactly(&version.clone().without_local())
    }

    fn contains_exactly(&self, version: &Version) -> bool {
        let passed = self.cuts.partition_point(|cut| cut.is_below(version));
        self.from_below ^ (passed % 2 == 1)
    }

    /// The pieces, lowest first.
    pub fn intervals(&self) -> Vec<Interval<'_>> {
        let mut intervals = Vec::new();
        let mut open = self.from_below.then_some(None);
        for cut in &self.cuts {
            open = match open {
                Some(from) => {
                    intervals.push((from, Some(cut)));
                    None
                }
                None => Some(Some(cut)),
            };
        }
        intervals.extend(open.map(|from| (from, None)));
        intervals
    }

    /// The union of intervals; `None` stands for an end that is open.
    pub fn from_intervals(intervals: impl IntoIterator<Item = (Option<Cut>, Option<Cut>)>) -> Self {
        let mut all = Self::empty();
        for interval in intervals {
            let piece = match interval {
                (None, None) => Self::any(),
                (Some(from), None) => Self::at_least(from),
                (None, Some(to)) => Self::below(to),
                (Some(from), Some(to)) => Self::between(from, to),
            };
            all = all.union(&piece);
        }
        all
    }

    fn combine(&self, other: &Self, holds: fn(bool, bool) -> bool) -> Self {
        let from_below = holds(self.from_below, other.from_below);
        let (mut a, mut b, mut inside) = (self.from_below, other.from_below, from_below);
        let (mut left, mut right) = (self.cuts.iter().peekable(), other.cuts.iter().peekable());
        let mut cuts = Vec::new();
        while let Some(next) = [left.peek(), right.peek()].into_iter().flatten().min().copied() {
            a ^= left.next_if_eq(&next).is_some();
            b ^= right.next_if_eq(&next).is_some();
            if holds(a, b) != inside {
                inside = !inside;
                cuts.push(next.clone());
            }
        }
        Self { from_below, cuts }
    }
}

impl fmt::Display for VersionSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("nothing");
        }
        for (index, interval) in self.intervals().into_iter().enumerate() {
            if index > 0 {
                f.write_str(" || ")?;
            }
            display_interval(f, interval)?;
        }
        Ok(())
    }
}

fn display_interval(f: &mut fmt::Formatter<'_>, (from, to): Interval<'_>) -> fmt::Result {
    match (from, to) {
        (None, None) => return f.write_str("*"),
        (Some(from), Some(to)) if from.version == to.version => return write!(f, "=={}", from.version),
        (Some(_), Some(_)) | (Some(_), None) | (None, Some(_)) => {}
    }
    if let Some(from) = from {
        write!(f, "{}{}", if from.after { ">" } else { ">=" }, from.version)?;
    }
    if from.is_some() && to.is_some() {
        f.write_str(",")?;
    }
    if let Some(to) = to {
        // `<4.dev0` is what `<4` means.
        let version = if to.version.dev() == Some(0) && !to.version.is_pre() {
            to.version.only_release()
        } else {
            to.version.clone()
        };
        write!(f, "{}{version}", if to.after { "<=" } else { "<" })?;
    }
    Ok(())
}

impl fmt::Debug for VersionSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VersionSet({self})")
    }
}
