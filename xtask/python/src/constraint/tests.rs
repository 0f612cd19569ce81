use std::str::FromStr;

use pep440_rs::Version;
use proptest::prelude::*;

use super::Dialect;
use super::*;

fn poetry(text: &str) -> VersionSet {
    VersionSet::parse(text, Dialect::Poetry).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn version(text: &str) -> Version {
    Version::from_str(text).expect("a version")
}

#[test]
fn constraints_of_poetry_are_read() {
    for (text, shown) in [
        ("*", "*"),
        ("x", "*"),
        ("", "*"),
        ("^1.2.3", ">=1.2.3,<2"),
        ("^0.2.3", ">=0.2.3,<0.3"),
        ("^0.0.3", ">=0.0.3,<0.0.4"),
        ("^0.0", ">=0.0,<0.1"),
        ("^0", ">=0,<1"),
        ("~1.2.3", ">=1.2.3,<1.3"),
        ("~1", ">=1,<2"),
        ("~=1.4.5", ">=1.4.5,<1.5"),
        ("~=2.2", ">=2.2,<3"),
        ("3.9.*", ">=3.9.dev0,<3.10"),
        ("==3.*", ">=3.dev0,<4"),
        ("!=3.0.*", "<3.0 || >=3.1.dev0"),
        ("!=2.2.0", "<2.2.0 || >2.2.0"),
        (">=2.7, !=3.0.*, !=3.1.*, !=3.2.*", ">=2.7,<3.0 || >=3.3.dev0"),
        (">=1.25.4,<1.27", ">=1.25.4,<1.27"),
        (">=1.0 <2.0", ">=1.0,<2.0"),
        (">= 1.0, < 2.0", ">=1.0,<2.0"),
        // The pre-releases of 4 are in neither half.
        ("^3.8 || ^4", ">=3.8,<4 || >=4,<5"),
        ("<3 | >4", "<3 || >4"),
        ("1.2.3", "==1.2.3"),
        ("= 1.2.3", "==1.2.3"),
        (">2,<1", "nothing"),
        (">=1.0,", ">=1.0"),
        (">=5.3.*", ">=5.3"),
        (">=5.3.*,<6.*", ">=5.3,<6"),
    ] {
        assert_eq!(poetry(text).to_string(), shown, "{text}");
    }
}

#[test]
fn what_is_no_constraint_is_refused_with_its_place() {
    for (text, span) in [
        (">=", 0..2),
        (">=1,abc", 4..7),
        ("><1", 0..3),
        ("^1.*", 0..4),
        (">1.*", 0..4),
    ] {
        let error = VersionSet::parse(text, Dialect::Poetry).expect_err(text);
        assert_eq!(error.span, span, "{text}");
    }
    for text in ["^1", "1.0", ">1 || <0", "~=1"] {
        VersionSet::parse(text, Dialect::Pep440).expect_err(text);
    }
}

#[test]
fn membership_follows_pep_440() {
    for (text, inside, outside) in [
        ("<2", &["1.9", "0"][..], &["2", "2.0rc1", "2.dev3"][..]),
        ("==2.2.0", &["2.2", "2.2.0+cu118"], &["2.2.1", "2.2.0.post1"]),
        ("<=2.2.0", &["2.2.0+cu118", "2.2.0rc1"], &["2.2.1"]),
        ("==1.*", &["1.0.dev1", "1.99"], &["2.dev0", "0.9"]),
        ("!=1.5", &["1.5rc1", "1.6"], &["1.5.0"]),
        ("==2.2.0+cu118", &["2.2.0+cu118"], &["2.2.0", "2.2.0+cu121"]),
    ] {
        for member in inside {
            assert!(poetry(text).contains(&version(member)), "{member} in {text}");
        }
        for other in outside {
            assert!(!poetry(text).contains(&version(other)), "{other} not in {text}");
        }
    }
}

fn constraint() -> impl Strategy<Value = String> {
    let single = (
        "(\\^|~|~=|==|!=|>=|<=|<|>|)",
        "[0-3](\\.[0-3]){0,2}(rc1|\\.dev1|\\.post1)?",
    )
        .prop_map(|(a, b)| a + &b);
    let all = prop::collection::vec(single, 1..3).prop_map(|parts| parts.join(","));
    prop::collection::vec(all, 1..3).prop_map(|parts| parts.join(" || "))
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,24}", strange in "[\\^~=<>!|,. *x0-9a-]{0,24}") {
        for text in [text, strange] {
            for dialect in [Dialect::Poetry, Dialect::Pep440] {
                if let Err(error) = VersionSet::parse(&text, dialect) {
                    prop_assert!(text.get(error.span).is_some());
                }
            }
        }
    }

    #[test]
    fn sets_obey_the_laws(a in constraint(), b in constraint(), number in "[0-4](\\.[0-4]){0,2}(rc1|\\.dev1|\\.post1)?") {
        let (a, b, number) = (poetry(&a), poetry(&b), version(&number));
        let (in_a, in_b) = (a.contains(&number), b.contains(&number));
        prop_assert_eq!(a.union(&b).contains(&number), in_a || in_b);
        prop_assert_eq!(a.intersection(&b).contains(&number), in_a && in_b);
        prop_assert_eq!(a.clone().complement().contains(&number), !in_a);
        prop_assert_eq!(a.union(&b), b.union(&a));
        prop_assert!(a.intersection(&b).is_subset(&a));
        prop_assert!(a.union(&a.clone().complement()).is_any());
        let again = VersionSet::from_intervals(a.intervals().into_iter().map(|(from, to)| (from.cloned(), to.cloned())));
        prop_assert_eq!(again, a);
    }
}
