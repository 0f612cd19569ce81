"""Web pages without what is around their text."""

import pytest

from extractor_api_lib.formats.found import Found
from extractor_api_lib.formats.html_page import blocks_of

TEXT = "<p>The harbour office opens at seven and closes at four on weekdays, but not in the winter months.</p>" * 3


def _texts(page: str) -> list[str]:
    return [found.content for found in blocks_of(page)]


def _headings(found: list[Found]) -> list[tuple[str, int]]:
    return [(item.content, item.heading) for item in found if item.heading]


def test_menus_tables_of_contents_and_links_at_the_edges_are_left_out() -> None:
    links = "".join(f'<li><a href="#{name}">{name}</a></li>' for name in ("Berths", "Fees", "Dogs"))
    page = f"""<div class="breadcrumbs">You are here</div><ul>{links}</ul><p><a href="p">Previous</a></p><h1>Rules</h1>
    <div role="navigation">More</div><div hidden>Secret</div><ol>{links}</ol>{TEXT}<p><a href="n">Next</a></p>"""

    texts = _texts(page)

    assert texts[0] == "Rules"
    assert not {"Berths", "Previous", "Next", "More", "Secret", "You are here"} & set(" ".join(texts).split())


@pytest.mark.parametrize(
    "foot",
    [
        "<footer><p>© 2026 Harbour Trust. All rights reserved.</p></footer>",
        "<body><footer><div><p>© 2026 Harbour Trust.</p><p>Imprint</p></div></footer></body>",
        '<div id="footer">Harbour Trust, last changed on 2 May</div>',
        '<div class="wide page-footer"><ul><li>Imprint of the trust</li></ul></div>',
        '<div role="contentinfo">Harbour Trust</div>',
        '<div class="cookie_notice">The trust uses cookies</div>',
    ],
)
def test_the_foot_of_the_site_is_left_out(foot: str) -> None:
    texts = _texts(f"<h1>Rules</h1>{TEXT}{foot}")

    assert "trust" not in " ".join(texts).lower()
    assert texts[0] == "Rules"
    assert len(texts) == 4


@pytest.mark.parametrize(
    "page",
    [
        f"<article>{TEXT}<footer><p>Written by the harbour master.</p></footer></article>",
        f"<main><h1>Rules</h1>{TEXT}<footer><p>Written by the harbour master.</p></footer></main>",
        f"{TEXT}<blockquote><p>Keep right.</p><footer>Written by the harbour master.</footer></blockquote>",
        f'{TEXT}<section><div class="footer">Written by the harbour master.</div></section>',
        f"{TEXT}<footer>Trust</footer><p>Written by the harbour master.</p>",
        f'{TEXT}<h2 class="footer">Written by the harbour master.</h2><p>And others</p>',
    ],
)
def test_the_foot_of_a_part_and_what_follows_a_foot_stay(page: str) -> None:
    assert "Written by the harbour master." in _texts(page)


def test_links_within_the_text_stay() -> None:
    assert "See the fees" in _texts(f'{TEXT}<p><a href="f">See the fees</a></p>{TEXT}')


def test_a_page_of_links_is_left_whole() -> None:
    links = "".join(f'<li><a href="{name}">{name} of the harbour</a></li>' for name in ("Berths", "Fees", "Dogs"))

    assert "Dogs of the harbour" in "\n".join(_texts(f"<h1>Links</h1><ul>{links}</ul>"))


def test_a_bold_paragraph_is_a_heading_also_when_it_is_a_question() -> None:
    page = f"<h1>Questions</h1><p><b>(1) How do I create a field?</b></p>{TEXT}<p><b>Note:</b> not this.</p>"

    assert _headings(blocks_of(page)) == [("Questions", 1), ("(1) How do I create a field?", 6)]


def test_lists_and_definitions_stay_whole_and_code_keeps_its_lines() -> None:
    page = """<p>The chair may:</p><ol><li>open the meeting</li><li>count votes<ul><li>twice</li></ul></li></ol>
    <dl><dt>--force</dt><dd>Do it anyway.</dd><dt>--help</dt><dd>Say how.</dd></dl><pre>if x:\n    y()\n</pre>"""

    assert _texts(page) == [
        "The chair may:\n1. open the meeting\n2. count votes\n  • twice",
        "--force\nDo it anyway.",
        "--help\nSay how.",
        "if x:\n    y()",
    ]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<dl><dt><b>Who pays?</b></dt><dd>Guests.<br>All of them.<dt><b>When?</b></dt><dd>On leaving.</dl>",
         [(6, "Who pays?"), (None, "Guests. All of them."), (6, "When?"), (None, "On leaving.")]),
        ("<dl><dt>Berth<dd><p>A place.<p>For a boat.<dl><dt>Buoy<dd>A float.</dl><dt>Pier<dd>A bridge.</dl>",
         [(None, "Berth\nA place."), (None, "For a boat."), (None, "Buoy\nA float."), (None, "Pier\nA bridge.")]),
        ("<ul><li><p><b>Fees</b><li><p><b>Dogs</b></ul>", [(6, "Fees"), (6, "Dogs")]),
        ("<ol><li>Moor<ol><li>Bow<li>Stern</ol><li>Pay</ol>", [(None, "1. Moor\n  1. Bow\n  2. Stern\n2. Pay")]),
        ("<dl><dt>Pier</dt><dd>A bridge.</dd></dl><dl><dt>Buoy</dt><dd>A float.</dd></dl>",
         [(None, "Pier\nA bridge."), (None, "Buoy\nA float.")]),
    ],
)  # fmt: skip
def test_elements_may_leave_out_their_end_tags(page: str, expected: list[tuple[int | None, str]]) -> None:
    assert [(found.heading, found.content) for found in blocks_of(page)] == expected


def test_a_page_of_unended_elements_is_read_in_linear_time() -> None:
    page = "<li><fieldset>" + "<address><i>" * 100_000 + TEXT

    assert "harbour office" in _texts(page)[-1]
