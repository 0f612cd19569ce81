use std::str::FromStr;

use pep440_rs::Version;
use proptest::prelude::*;

use super::{variable::Kind, *};
use crate::constraint::{Dialect, specifier};

fn marker(text: &str) -> Marker {
    Marker::parse(text).unwrap_or_else(|error| panic!("{text}: {error} at {:?}", error.span))
}

fn pythons(text: &str) -> VersionSet {
    VersionSet::parse(text, Dialect::Poetry).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn extras(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn markers_are_written_in_their_shortest_form() {
    for (text, written) in [
        (
            "python_version>='3.12' and sys.platform=='win32'",
            r#"python_version >= "3.12" and sys_platform == "win32""#,
        ),
        (
            r#"python_version >= "3.12" and python_version < "3.13""#,
            r#"python_version == "3.12""#,
        ),
        (
            r#"python_full_version >= "3.12.0" and python_version < "3.12""#,
            r#"python_version < "0""#,
        ),
        (r#"python_version < "3.8" or python_version >= "3.8""#, ""),
        (r#"python_version <= "3.10""#, r#"python_version < "3.11""#),
        (r#"python_version > "3.10""#, r#"python_version >= "3.11""#),
        (r#"python_version != "3.10""#, r#"python_version != "3.10""#),
        (
            r#"python_full_version == "3.12.11""#,
            r#"python_full_version == "3.12.11""#,
        ),
        (r#"python_full_version > "3.11""#, r#"python_full_version >= "3.11.1""#),
        (
            r#"python_version in "3.8 3.9,3.11""#,
            r#"python_version >= "3.8" and python_version < "3.12" and python_version != "3.10""#,
        ),
        (
            r#"python_version not in "3.8, 3.10""#,
            r#"python_version != "3.8" and python_version != "3.10""#,
        ),
        (
            r#"python_version ~= "3.9""#,
            r#"python_version >= "3.9" and python_version < "4.0""#,
        ),
        (
            r#"python_version == "3.*""#,
            r#"python_version >= "3.0" and python_version < "4.0""#,
        ),
        (r#"python_version === "3.9""#, r#"python_version == "3.9""#),
        (r#"python_version === "3.9.0""#, r#"python_version < "0""#),
        (r#""3.9" <= python_version"#, r#"python_version >= "3.9""#),
        (
            r#"sys_platform in "linux darwin""#,
            r#"sys_platform == "darwin" or sys_platform == "linux""#,
        ),
        (
            r#""lin" in sys_platform or sys_platform == "linux""#,
            r#""lin" in sys_platform"#,
        ),
        (
            r#""lin" in sys_platform and sys_platform == "linux""#,
            r#"sys_platform == "linux""#,
        ),
        (
            r#""lin" in sys_platform and sys_platform == "win32""#,
            r#"python_version < "0""#,
        ),
        (
            r#"(sys_platform == "win32" or platform_system == "Windows") and python_version == "3.12""#,
            r#"python_version == "3.12" and (sys_platform == "win32" or platform_system == "Windows")"#,
        ),
        (
            r#"os_name != "nt" or sys_platform != "win32" and sys_platform != "emscripten""#,
            r#"os_name != "nt" or sys_platform != "emscripten" and sys_platform != "win32""#,
        ),
        (
            r#"platform_release >= "11.0" and platform_release >= "13.0""#,
            r#"platform_release >= "13.0""#,
        ),
        (
            r#"platform_release == "6.1-generic""#,
            r#"platform_release == "6.1-generic""#,
        ),
        (r#"extra == "Foo_Bar" or extra != "foo.bar""#, ""),
        (r#"platform_version == 'a "b"'"#, r#"platform_version == 'a "b"'"#),
        ("", ""),
        ("<empty>", r#"python_version < "0""#),
    ] {
        assert_eq!(marker(text).to_string(), written, "{text}");
        assert_eq!(marker(written), marker(text), "{text}");
    }
}

#[test]
fn what_is_no_marker_is_refused_with_its_place() {
    for (text, span, message) in [
        (r#"python_version"#, 14..14, "expected an operator"),
        (
            r#"python_verson > "3""#,
            0..13,
            "`python_verson` is not a marker variable",
        ),
        (r#"(python_version > "3""#, 21..21, "expected `)`"),
        (r#"python_version > "3" )"#, 21..22, "`)` without `(`"),
        (r#"python_version > "3"#, 17..19, "the quote is not closed"),
        (r#"python_version > "abc""#, 0..22, "`abc` is not a version"),
        (r#"python_version >= "3.*""#, 0..23, "has no meaning"),
        (r#"os_name ~= "nt""#, 0..15, "`~=` compares versions"),
        (r#""a" == "b""#, 0..10, "compares a variable with a quoted value"),
        (r#"os_name == "nt" os_name == "nt""#, 16..23, "expected `and` or `or`"),
        (r#"os_name not "nt""#, 12..16, "expected `in` after `not`"),
        (r#"os_name == ü"#, 11..13, "a marker cannot contain this character"),
    ] {
        let error = Marker::parse(text).expect_err(text);
        assert_eq!(error.span, span, "{text}: {error}");
        assert!(error.message.contains(message), "{text}: {error}");
    }
}

#[test]
fn hostile_nesting_is_refused() {
    assert!(Marker::parse(&"(".repeat(100_000)).is_err());
    let long = vec![r#"os_name == "nt""#; 10_000].join(" or ");
    assert!(Marker::parse(&long).is_err());
}

#[test]
fn extras_are_decided() {
    let one = marker(r#"python_version >= "3.11" and (python_version < "3.13" or extra == "inmem")"#);
    let none = one.with_extras(&extras(&[]));
    assert_eq!(
        none.to_string(),
        r#"python_version >= "3.11" and python_version < "3.13""#
    );
    assert_eq!(
        one.with_extras(&extras(&["inmem"])).to_string(),
        r#"python_version >= "3.11""#
    );
}

#[test]
fn ranges_of_pythons_are_read_as_poetry_reads_them() {
    for (constraint, written) in [
        ("^3.12,<3.14", r#"python_version >= "3.12" and python_version < "3.14""#),
        (">=3.12,<3.13", r#"python_version == "3.12""#),
        ("3.9", r#"python_version == "3.9""#),
        ("3.12.11", r#"python_full_version == "3.12.11""#),
        ("3.11.*", r#"python_version == "3.11""#),
        (
            ">3.11,<3.13",
            r#"python_full_version >= "3.11.1" and python_version < "3.13""#,
        ),
        (
            "^3.13.2",
            r#"python_full_version >= "3.13.2" and python_version < "4.0""#,
        ),
        (
            "~2.7 || ^3.6",
            r#"python_version == "2.7" or python_version >= "3.6" and python_version < "4.0""#,
        ),
        ("*", ""),
    ] {
        assert_eq!(
            Marker::python(&pythons(constraint)).to_string(),
            written,
            "{constraint}"
        );
    }
}

#[test]
fn an_assumed_python_range_is_left_out() {
    for (text, range, written) in [
        (
            r#"python_version >= "3.11" and python_version < "3.13""#,
            ">=3.11,<3.13",
            "",
        ),
        (
            r#"python_version >= "3.8" and sys_platform == "win32""#,
            ">=3.11,<3.13",
            r#"sys_platform == "win32""#,
        ),
        (
            r#"python_version < "3.12""#,
            ">=3.11,<3.13",
            r#"python_version < "3.12""#,
        ),
        (
            r#"python_version == "3.12""#,
            ">=3.11,<3.13",
            r#"python_version >= "3.12""#,
        ),
        (r#"python_version < "3.8""#, ">=3.11,<3.13", r#"python_version < "0""#),
    ] {
        assert_eq!(
            marker(text).assuming_python(&pythons(range)).to_string(),
            written,
            "{text}"
        );
    }
}

/// A comparison evaluated by the book, as the other side of the property tests.
fn evaluate(expression: &Expression, environment: &Environment) -> bool {
    match expression {
        Expression::All(members) => members.iter().all(|member| evaluate(member, environment)),
        Expression::Any(members) => members.iter().any(|member| evaluate(member, environment)),
        Expression::Compare(one) => compare(one, environment),
    }
}

fn compare(one: &Comparison, environment: &Environment) -> bool {
    use crate::constraint::{Operator, Pattern};
    let text = environment.text(one.variable);
    let operator = match one.operator {
        MarkerOperator::Equal => Operator::Equal,
        MarkerOperator::NotEqual => Operator::NotEqual,
        MarkerOperator::Less => Operator::Less,
        MarkerOperator::LessEqual => Operator::LessEqual,
        MarkerOperator::Greater => Operator::Greater,
        MarkerOperator::GreaterEqual => Operator::GreaterEqual,
        MarkerOperator::Compatible => Operator::Compatible,
        MarkerOperator::Arbitrary => return text == one.value,
        MarkerOperator::In | MarkerOperator::NotIn => {
            let positive = one.operator == MarkerOperator::In;
            if one.swapped {
                return text.contains(&one.value) == positive;
            }
            let found = one.value.split([' ', ',', '|']).any(|member| {
                // A minor in a list of full versions is all of its releases.
                member == text || text.strip_prefix(member).is_some_and(|rest| rest.starts_with('.'))
            });
            return found == positive;
        }
    };
    match one.variable.kind() {
        Kind::Extra => environment.extras.contains(&one.value) == (operator == Operator::Equal),
        Kind::String(_) => (text == one.value) == (operator == Operator::Equal),
        Kind::PythonVersion | Kind::PythonFullVersion | Kind::Version(_) => {
            let pattern = Pattern::parse(&one.value).expect("a version");
            let set = specifier(operator, pattern).expect("a meaning");
            set.contains(&Version::from_str(text).expect("a version"))
        }
    }
}

fn comparison() -> impl Strategy<Value = String> {
    let ordered = prop::sample::select(vec!["==", "!=", "<", "<=", ">", ">="]);
    let equal = prop::sample::select(vec!["==", "!="]);
    let minor = prop::sample::select(vec!["3.8", "3.9", "3.10", "3.11"]);
    let full = prop::sample::select(vec!["3.8.0", "3.9.2", "3.10", "3.10.7", "3.11.0"]);
    let text = prop::sample::select(vec![
        ("sys_platform", "linux"),
        ("sys_platform", "win32"),
        ("platform_machine", "x86_64"),
        ("platform_machine", "arm64"),
        ("os_name", "nt"),
        ("extra", "a"),
        ("extra", "b"),
    ]);
    prop_oneof![
        (ordered.clone(), minor.clone()).prop_map(|(op, v)| format!("python_version {op} \"{v}\"")),
        (ordered.clone(), full).prop_map(|(op, v)| format!("python_full_version {op} '{v}'")),
        (ordered, minor.clone()).prop_map(|(op, v)| format!("implementation_version {op} \"{v}\"")),
        (equal, text).prop_map(|(op, (name, value))| format!("{name} {op} \"{value}\"")),
        minor.clone().prop_map(|v| format!("python_version ~= \"{v}\"")),
        (minor.clone(), minor).prop_map(|(a, b)| format!("python_version not in \"{a} {b}\"")),
        Just(r#""64" in platform_machine"#.to_owned()),
        Just(r#""arm" not in platform_machine"#.to_owned()),
        Just(r#"platform_machine in "x86_64, amd64""#.to_owned()),
    ]
}

fn marker_text() -> impl Strategy<Value = String> {
    comparison().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|all| format!("({})", all.join(" and "))),
            prop::collection::vec(inner, 1..4).prop_map(|any| format!("({})", any.join(" or "))),
        ]
    })
}

fn environment() -> impl Strategy<Value = Environment> {
    let python = prop::sample::select(vec![
        "3.7.9", "3.8.0", "3.8.5", "3.9.2", "3.10.0", "3.10.7", "3.11.0", "3.12.1",
    ]);
    let machine = prop::sample::select(vec!["x86_64", "arm64", "amd64", "armv7l"]);
    let platform = prop::sample::select(vec![("linux", "posix"), ("win32", "nt"), ("darwin", "posix")]);
    let extras = prop::collection::btree_set("[abc]", 0..3);
    (python, machine, platform, extras).prop_map(|(python, machine, (platform, os), extras)| Environment {
        sys_platform: platform.into(),
        os_name: os.into(),
        extras,
        ..Environment::linux(python, machine)
    })
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,40}", strange in "[a-z_.() \"'=<>!~0-9]{0,40}") {
        for text in [text, strange] {
            match Marker::parse(&text) {
                Ok(read) => prop_assert_eq!(marker(&read.to_string()), read),
                Err(error) => prop_assert!(text.get(error.span).is_some()),
            }
        }
    }

    #[test]
    fn diagrams_mean_what_the_text_says(text in marker_text(), environment in environment()) {
        let expression = Expression::parse(&text).expect("a marker");
        prop_assert_eq!(marker(&text).evaluate(&environment), evaluate(&expression, &environment));
    }

    #[test]
    fn written_markers_read_the_same(text in marker_text()) {
        let one = marker(&text);
        prop_assert_eq!(marker(&one.to_string()), one, "{}", one);
    }

    #[test]
    fn markers_obey_the_laws(a in marker_text(), b in marker_text(), c in marker_text()) {
        let (a, b, c) = (marker(&a), marker(&b), marker(&c));
        prop_assert_eq!(a.and(b), b.and(a));
        prop_assert_eq!(a.and(b.or(c)), a.and(b).or(a.and(c)));
        prop_assert_eq!(a.and(b).negated(), a.negated().or(b.negated()));
        prop_assert_eq!(a.negated().negated(), a);
        prop_assert!(a.and(a.negated()).is_false());
        prop_assert!(a.or(a.negated()).is_true());
        prop_assert_eq!(a.or(a.and(b)), a);
        prop_assert!(a.and(b).implies(a) && a.implies(a.or(b)));
    }

    #[test]
    fn extras_and_ranges_are_substituted(text in marker_text(), environment in environment()) {
        let one = marker(&text);
        prop_assert_eq!(one.with_extras(&environment.extras).evaluate(&environment), one.evaluate(&environment));
        let range = pythons(">=3.8.1,<3.11");
        let assumed = one.assuming_python(&range);
        let inside = Marker::python(&range);
        prop_assert_eq!(assumed.and(inside), one.and(inside));
        let releases = one.python_releases();
        if one.evaluate(&environment) {
            let version = Version::from_str(&environment.python_full_version).expect("a version");
            prop_assert!(releases.contains(&version));
        }
    }
}
