//! Our parser of Starlark against another one, which knows nothing of ours.

use formats::starlark::parse;
use proptest::prelude::*;
use starlark::syntax::{AstModule, Dialect, DialectTypes};

const SAMPLE: &str = include_str!("../../Tiltfile");

/// Both parsers refuse what is wrong in these.
#[test]
fn what_is_no_starlark_is_refused() {
    for text in [
        "f(a=1, 2)",
        "f(**a, b)",
        "f(**a, *b)",
        "a[1, 2,]",
        "a[]",
        "[1 2]",
        "{1}",
        "{1: 2 3: 4}",
        "a = = b",
        "1 = a",
        "f(",
        "f)",
        "def f(: pass",
        "if a:\nb",
        "for a b: pass",
        "a b",
        "a +",
        "not",
        "x = 'a",
        "a.1b",
        "lambda",
        "return = 1",
        "if a\n  pass",
        "  a = 1\nb = 2\n   c",
        "class A: pass",
        "import os",
        "a @ b",
        "a ? b",
        "a if b",
    ] {
        assert!(parse::parse(0, text).is_err(), "{text}");
        assert!(!is_starlark(text), "{text}");
    }
}

/// Tilt turns on what other dialects lack.
#[test]
fn while_is_allowed() {
    let statements = parse::parse(0, "while a:\n    a = a - 1\n    if a > 2: break\n").unwrap();
    assert_eq!(statements.len(), 1);
    assert!(parse::parse(0, "while:\n    pass\n").is_err());
}

fn is_starlark(text: &str) -> bool {
    let dialect = Dialect {
        enable_top_level_stmt: true,
        enable_types: DialectTypes::Disable,
        ..Dialect::Extended
    };
    AstModule::parse("Tiltfile", text.to_owned(), &dialect).is_ok()
}

proptest! {
    /// What another parser takes is taken. It refuses some more, such as an index of three values, which Tilt's takes.
    #[test]
    fn another_parser_agrees(at in 0..SAMPLE.len(), length in 0..20usize) {
        let end = (at + length).min(SAMPLE.len());
        if let (Some(before), Some(after)) = (SAMPLE.get(..at), SAMPLE.get(end..)) {
            let text = format!("{before}{after}");
            let ours = parse::parse(0, &text).map(drop);
            prop_assert!(ours.is_ok() || !is_starlark(&text), "{:?}\n{}", ours, text);
        }
    }
}
