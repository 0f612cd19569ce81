use crate::{When, imports};

/// `path`, `path?` for an optional one, `path:` for one of type checkers.
fn found(text: &str) -> String {
    let all = imports(text).into_iter().map(|import| match import.when {
        When::Always => import.path,
        When::Optional => format!("{}?", import.path),
        When::TypeChecking => format!("{}:", import.path),
    });
    all.collect::<Vec<_>>().join(" ")
}

#[test]
fn statements_are_found() {
    assert_eq!(found("import a"), "a");
    assert_eq!(found("import a.b as c, d ,e.f\n"), "a.b d e.f");
    assert_eq!(found("from a.b import c as d, e # import f\n"), "a.b.c a.b.e");
    assert_eq!(
        found("from a import (\n    b,  # one\n    c as d,\n)\nimport e\n"),
        "a.b a.c e"
    );
    assert_eq!(found("from a import *\nfrom a import(b)\n"), "a a.b");
    assert_eq!(found("import a; import b;\n"), "a b");
    assert_eq!(found("from a \\\n    import b, \\\r\n    c\nimport d"), "a.b a.c d");
    assert_eq!(
        found("def f():\n\timport a\n\tclass B:\n\t\tfrom c import d\n"),
        "a c.d"
    );
    assert_eq!(found("if x: import a\nelse: import b\n"), "a b");
    assert_eq!(found("\u{feff}import a\r\nimport b\r\n"), "a b");
}

#[test]
fn what_is_no_statement_is_left_alone() {
    assert_eq!(
        found("\"\"\"Doc.\n\nimport a\nfrom b import c\n\"\"\"\nimport d\n"),
        "d"
    );
    assert_eq!(found("x = '''\\'''\nimport a\n'''\nimport b\n"), "b");
    assert_eq!(found("x = r'\\'\nimport a\n"), "a");
    assert_eq!(found("f(\n  import_,\nfrom_\n)\nimported = 1\nfromage = 2\n"), "");
    assert_eq!(found("# import a\nx = 1  # '\nimport b\n"), "b");
    assert_eq!(found("x = 'it''s' \"#\" # \"\nimport b\n"), "b");
    assert_eq!(
        found("x = (1 +\nimport_error)\nfrom . import a\nfrom .b import c\nfrom .. import d\n"),
        ""
    );
    assert_eq!(found("x = 'not closed\nimport a\n"), "a");
    assert_eq!(found("x = f\"{y[\"a\"]}\"\nimport a\n"), "a");
}

#[test]
fn imports_that_may_fail_are_optional() {
    assert_eq!(
        found("try:\n    import a\nexcept ImportError:\n    import b\nimport c\n"),
        "a? b? c"
    );
    assert_eq!(found("try:\n    import a\nexcept KeyError:\n    import b\n"), "a b");
    assert_eq!(
        found("try:\n    import a\nexcept KeyError:\n    import b\nexcept:\n    pass\n"),
        "a? b"
    );
    assert_eq!(
        found("try: import a\nexcept (ModuleNotFoundError, OSError): a = None\nelse:\n  import b\n"),
        "a? b"
    );
    assert_eq!(found("with contextlib.suppress(ImportError):\n    import a\n"), "a?");
    assert_eq!(
        found("if sys.version_info >= (3, 11):\n    import a\nelse:\n    import b\nimport c\n"),
        "a? b? c"
    );
    assert_eq!(
        found("if TYPE_CHECKING:\n    from a import b\n\n    import c\nelse:\n    import d\nimport e\n"),
        "a.b: c: d e"
    );
    assert_eq!(
        found("if importlib.util.find_spec('a') is not None:\n    import a\nimport b\n"),
        "a? b"
    );
    assert_eq!(found("if not find_spec('a'):\n    import b\n"), "b");
    assert_eq!(found("if find_spec('a'):\n    import a\nimport b\n"), "a? b");
    assert_eq!(found("if not TYPE_CHECKING:\n    import a\n"), "a");
}

#[test]
fn literal_names_are_found() {
    assert_eq!(found("m = importlib.import_module(\"a.b\")\n"), "a.b");
    assert_eq!(found("m = import_module(\n    'a'\n)\nn = __import__('b')\n"), "a b");
    assert_eq!(found("m = import_module('.a', 'b')\nimport_module(f'{x}')\n"), "");
}

/// Neither half a statement nor any cut through a source makes it fail, and what it says lies in the text.
#[test]
fn nothing_makes_it_fail() {
    let text = "from a.b import (c, # é\n d)\ntry:\n  import ü as y; x = '''\\''' \\\nexcept: import_module('q')\nif a := b: import";
    let cuts = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    for cut in cuts {
        for half in [&text[..cut], &text[cut..]] {
            for import in imports(half) {
                assert!(half.get(import.span).is_some());
            }
        }
    }
    imports("x = '\\");
    imports("from a import (");
    imports("((((\n:::");
}

#[test]
fn places_are_those_of_the_module() {
    let text = "x = 1\nfrom a.b import c\n";
    assert_eq!(&text[imports(text)[0].span.clone()], "a.b");
}

#[test]
fn relative_imports_and_conditions_are_told() {
    let text =
        "from . import a\nfrom .b import c\nfrom ..d.e import f\nif x:\n    import g\nelse:\n    import h\nimport i\n";
    let all: Vec<String> = crate::all(text)
        .into_iter()
        .map(|import| format!("{}{}", import.path, if import.is_guarded { "?" } else { "" }))
        .collect();
    assert_eq!(all.join(" "), ".a .b.c ..d.e.f g? h? i");
    assert_eq!(found(text), "g h i");
}

fn bound(text: &str) -> Vec<String> {
    crate::names(text).bound.into_iter().collect()
}

#[test]
fn names_are_those_that_statements_bind() {
    for (text, expected) in [
        ("app = build()\n", &["app"][..]),
        ("app: App = build()\n", &["App", "app"]),
        ("(app, _) = (one, two)\n", &["_", "app"]),
        ("a = b = c\n", &["a", "b"]),
        ("def app(request):\n    local = request\n    return local\n", &["app"]),
        ("async def app(scope): inner = scope\n", &["app"]),
        ("class App:\n    field = 1\n", &["App"]),
        ("import a.b, c.d as e\n", &["a", "e"]),
        ("from a.app import b as c, (d)\n", &["c", "d"]),
        ("from a import (\n    b,\n    c as d,  # more\n)\nuse(d)\n", &["b", "d"]),
        (
            "try:\n    app = 1\nexcept Error as error:\n    app = 2\n",
            &["app", "error", "try"],
        ),
        ("if x: app = 1\n", &["app", "if", "x"]),
        ("if (app := build()):\n    pass\n", &["app"]),
        ("for app, other in apps:\n    pass\n", &["app", "other"]),
        ("with make() as app:\n    pass\n", &["app"]),
        ("def f():\n    global app, b\n    app = 1\n", &["app", "b", "f"]),
    ] {
        assert_eq!(bound(text), expected, "{text}");
    }
}

#[test]
fn words_that_bind_nothing_are_no_names() {
    for text in [
        "\"\"\"app = 1\"\"\"\n# app = 1\nrun('app', app=1, key=app)\n",
        "from x.app import y\n",
        "server.app = 1\n",
        "@app.get('/')\ndef f(app=1): app = 2\n",
        "if __name__ == '__main__':\n    app = 1\n",
        "assert app == 1\nprint(app)\n",
    ] {
        assert!(!bound(text).contains(&"app".to_owned()), "{text}");
    }
    assert!(crate::names("from x import *\n").is_open);
    assert!(crate::names("def __getattr__(name): ...\n").is_open);
}

#[test]
fn modules_that_describe_themselves_have_no_code() {
    for text in [
        "",
        "# nothing\n",
        "\"\"\"Words.\"\"\"\n",
        "'''\nimport a\n'''\nfrom __future__ import annotations\npass\n",
    ] {
        assert!(!crate::has_code(text), "{text}");
    }
    for text in [
        "__version__ = '1'\n",
        "\"\"\"Words.\"\"\"\nimport a\n",
        "from . import b\n",
    ] {
        assert!(crate::has_code(text), "{text}");
    }
}
