use super::syntax;

/// What every Python from 3.8 on reads.
const READ: [&str; 22] = [
    "",
    "x = 1\n",
    "if x:\n    y = 1; z = 2\nelse: pass",
    "def f(a, /, b=1, *, c, **k) -> int: return a",
    "def f(*a, b=1, c): pass\n",
    "print >> f, 'text'\n",
    "match = case = type = lazy = 1\nmatch(x)\nmatch[x]: int = 1\n",
    "async def f():\n    async with a as b, c: await d\n    return [x async for x in y]\n",
    "def f():\n    return (await x for x in y)\n",
    "a = f'{x!r:>{width}} {{}} {y[\"k\"]}' 'text' r'\\d'\n",
    "b = b'\\x00' rb'\\x'\nc = u'\\u00e9'\n",
    "class A(B, metaclass=C):\n\tx: int = 1\n\n\tdef f(self): yield\n",
    "(a, *b), c.d, e[1:2, ::3] = x\n",
    "lambda *a, b=1: (yield)\n",
    "with (a): pass\nwith (a), (b) as c: pass\n",
    "try: pass\nexcept (A, B) as e: raise C from e\nelse: pass\nfinally: pass\n",
    "x = 1if y else 2\nx = 0_0 + 1e3j + .5 + 0xFF\n",
    "for x, in y: break\nelse: pass\n",
    "from . import (a as b, c,)\nfrom ...d import *\n",
    "f(*a, b=1, *c, **d)\nf(x for x in y)\n",
    "x = not -1 ** 2 in [y] and z is not None\n",
    "a = \\\n  1\n# \u{201c}quotes\u{201d}\n",
];

/// What none reads, and a word of the reason.
const REFUSED: [(&str, &str); 30] = [
    ("def f(:\n    pass\n", "closed"),
    ("x = (1,\ny = 2\n", "closed"),
    ("x = 'a\n", "closed"),
    ("x = '''a\n", "closed"),
    ("if x\n    y\n", "colon"),
    ("if x:\ny = 1\n", "indented"),
    ("x = 1\n  y = 2\n", "indented"),
    ("if x:\n        a\n    b\n", "block around"),
    ("def f():\n    a = 1\n\tb = 2\n", "tabs"),
    ("x = )\n", "bracket"),
    ("x = (1]\n", "different"),
    ("print 'text'\n", "Python 2"),
    ("x = 0777\n", "zero"),
    ("x = 12abc\n", "letter"),
    ("return 1\n", "outside"),
    ("class A:\n    yield 1\n", "outside"),
    ("def f():\n    await x\n", "asynchronous"),
    ("if x:\n    break\n", "loop"),
    ("f(a=1, b)\n", "follows"),
    ("f(a=1, a=2)\n", "twice"),
    ("def f(a=1, b): pass\n", "default"),
    ("def f(a, a): pass\n", "same name"),
    ("f() = 1\n", "assigned"),
    ("x = 'C:\\Users'\n", "escape"),
    ("x = \u{201c}a\u{201d}\n", "looks like"),
    ("try:\n    pass\nx = 1\n", "neither"),
    ("x = f'{a b}'\n", "not Python"),
    ("x = f'{a'\n", "closed"),
    ("x = 'a' b'b'\n", "kinds"),
    ("x = 1 +\n", "too early"),
];

/// What only newer versions read, and the first of them.
const NEW: [(&str, u64); 14] = [
    ("if (x := 1): pass\n", 8),
    ("with (a as b, c as d): pass\n", 9),
    ("match x:\n    case [1, *_] | {'a': B(c=d)} as e if f: pass\n", 10),
    ("try: pass\nexcept* A: pass\n", 11),
    ("a[*b]\n", 11),
    ("type A[T] = B\n", 12),
    ("def f[T](x: T) -> T: return x\n", 12),
    ("x = f'{a['b']}'\n", 12),
    ("x = f'{'\\n'.join(a)}'\n", 12),
    ("class A[T = int]: pass\n", 13),
    ("try: pass\nexcept A, B: pass\n", 14),
    ("x = t'{a}'\n", 14),
    ("lazy import a\n", 15),
    ("x = [*a for a in b]\n", 15),
];

#[test]
fn reads_what_python_reads() {
    for text in READ {
        let found = syntax(text);
        assert_eq!(found.fault, None, "{text}");
        assert!(found.needs.is_none_or(|needs| needs.minor <= 8), "{text}");
    }
}

#[test]
fn refuses_what_python_refuses() {
    for (text, word) in REFUSED {
        let what = syntax(text).fault.map(|fault| fault.what);
        assert!(what.is_some_and(|what| what.contains(word)), "{text}: {what:?}");
    }
}

#[test]
fn knows_since_when() {
    for (text, minor) in NEW {
        let found = syntax(text);
        assert_eq!(found.fault, None, "{text}");
        assert_eq!(found.needs.map(|needs| needs.minor), Some(minor), "{text}");
    }
}

#[test]
fn says_where() {
    let at = |text: &str| syntax(text).fault.map(|fault| fault.span.start);
    assert_eq!(at("x = 1\ny = (2\n"), Some(10));
    assert_eq!(at("\u{feff}x = )\n"), Some(7));
    assert_eq!(at("x = f'{a b}'\n"), Some(9));
}

#[test]
fn deep_texts_end() {
    let deep = [
        "(",
        "[x for x in ",
        "not ",
        "-",
        "lambda: ",
        "if x:\n ",
        "f'{",
        "a = ",
        "{**",
        "x if y else ",
        "async ",
    ];
    for part in deep {
        let text = part.repeat(20_000);
        for text in [text.as_str(), &text[..text.len() - 1]] {
            assert!(syntax(text).needs.is_none_or(|needs| needs.minor > 0));
        }
    }
}
