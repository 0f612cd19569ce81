use super::*;

fn found(text: &str) -> Vec<String> {
    let opened = opened(text).into_iter();
    let shown = opened.map(|opened| match opened.from {
        Anchor::Above(above) => format!("{above}:{}", opened.path),
        Anchor::Package(name) => format!("{}:{}", name.unwrap_or_default(), opened.path),
    });
    shown.collect()
}

#[test]
fn paths_from_the_source_are_followed() {
    for (text, expected) in [
        (
            "x = (Path(__file__).parent / 'a' / \"b.txt\").read_text()\n",
            "1:a/b.txt",
        ),
        (
            "x = Path(__file__).resolve().parents[1].joinpath('a', 'b.txt').read_bytes()\n",
            "2:a/b.txt",
        ),
        (
            "def f():\n    with open(os.path.join(os.path.dirname(__file__), 'a.txt'), 'r') as file:\n        pass\n",
            "1:a.txt",
        ),
        (
            "with open(dirname(__file__) + '/a.txt'): pass\nx = Path(__file__).with_name('b.txt').open()\n",
            "1:b.txt",
        ),
        (
            "A = 'a.txt'\ndef f():\n    return (HERE / A).read_text(encoding='utf-8')\nHERE: Path = pathlib.Path(__file__).parent\n",
            "1:a.txt",
        ),
        (
            "P = Path(__file__).parent / 'a.txt'\ndef f():\n    return json.loads(P.read_text())\n",
            "1:a.txt",
        ),
        ("x = files('a.b').joinpath('c.txt').read_text()\n", "a.b:c.txt"),
        (
            "x = (importlib.resources.files(__package__) / 'c.txt').read_text()\n",
            ":c.txt",
        ),
        ("x = pkgutil.get_data('a', 'b/c.html')\n", "a:b/c.html"),
    ] {
        assert_eq!(found(text), [expected], "{text}");
    }
}

#[test]
fn what_is_not_written_out_is_not_known() {
    for text in [
        "x = (Path(__file__).parent / name).read_text()\n",
        "x = (Path(__file__).parent / f'{name}.txt').read_text()\n",
        "x = Path(__file__).parent / 'a.txt'\n",
        "open(Path(__file__).parent / 'a.txt', 'w')\n",
        "open(Path(__file__).parent / 'a.txt', mode)\n",
        "open(Path(__file__).parent / 'a.txt', mode='w')\n",
        "A = 'a'\nA = 'b'\nx = (Path(__file__).parent / A).read_text()\n",
        "x = (Path(__file__).parent / '/etc' / 'a.txt').read_text()\n",
        "# (Path(__file__).parent / 'a.txt').read_text()\n",
        "'''(Path(__file__).parent / 'a.txt').read_text()'''\n",
        "try:\n    x = (Path(__file__).parent / 'a.txt').read_text()\nexcept OSError:\n    x = ''\n",
        "x = files(__name__).joinpath('c.txt').read_text()\n",
        "x = (Path(__file__).parents[n] / 'a').read_text()\n",
        "files('",
        "get_data('\\",
    ] {
        assert_eq!(found(text), [""; 0], "{text}");
    }
}

/// Each bracket may begin an expression, and none is followed to the end of all of them.
#[test]
fn brackets_without_end_take_no_time() {
    let text = format!("{}__file__ files(", "(".repeat(20_000));
    assert_eq!(found(&text), [""; 0]);
}
