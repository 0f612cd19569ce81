"""HTML pages."""

from collections.abc import Iterator
from html.parser import HTMLParser

from extractor_api_lib.formats.found import Found, table_text
from extractor_api_lib.formats.html_blocks import Block, without_navigation
from extractor_api_lib.formats.html_implied_ends import DEEPEST, ended_by
from extractor_api_lib.formats.lists import Item, grouped
from extractor_api_lib.formats.text_encoding import declared_encoding, decode
from extractor_api_lib.models import PieceType
from extractor_api_lib.settings import ExtractorSettings

_UNSEEN = frozenset(
    {"script", "style", "template", "noscript", "svg", "nav", "button", "select", "textarea", "datalist", "iframe"}
)
_UNSEEN_ROLES = frozenset({"navigation", "search", "menu", "menubar", "banner", "contentinfo", "toolbar", "tablist"})
_UNSEEN_CLASSES = frozenset(
    "nav navbar navigation navheader navfooter navi docnav breadcrumb breadcrumbs menu menubar mainmenu toc "  # noqa: SIM905
    "table-of-contents tableofcontents site-header site-footer pagination pager skip-link cookie-banner "
    "headerlink mw-jump-link prevnext cookie-consent cookie-notice cookie-bar share-buttons social-links".split()
)
_FOOT_NAMES = frozenset({"footer", "page-footer", "main-footer", "global-footer", "colophon", "site-info"})
_HAS_OWN_FOOT = frozenset({"main", "article", "section", "blockquote", "aside", "dialog", "td"})
"""The foot of one of these is about it; any other foot is about the site, and is the same on all of its pages."""
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())  # noqa: SIM905
_HEADINGS = {"title": 1, "h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_LEAST_WORDS_OF_IMAGE = 2
"""Fewer are the names of icons."""
_BOLD_HEADING = 6
_LONGEST_BOLD_HEADING = 160
_LONGEST_CONTINUATION = 300
"""Characters of a further paragraph of an item that stays with it."""
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "dd", "div", "dl", "dt", "figcaption", "figure", "footer"}
    | {"form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table"}
    | {"title", "ul"}
)
_BOLD = frozenset({"b", "strong"})
_MARKS = {"ul": "• ", "ol": "{}. "}


def read(data: bytes, _settings: ExtractorSettings) -> Iterator[Found]:
    """Yield the title, the headings, the blocks of text and the tables; scripts, styles and navigation are left out."""
    yield from blocks_of(decode(data, declared_encoding(data)))


def blocks_of(page: str) -> list[Found]:
    """Return the title, the headings, the blocks of text and the tables of a page or a part of one."""
    collector = _Collector()
    collector.feed(page)
    return list(grouped(block.item for block in without_navigation(collector.finish())))


class _Collector(HTMLParser):
    """Gathers text until a block ends. Cells of a table within a table count as cells of the outer one."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._blocks: list[Block] = []
        self._text: list[str] = []
        self._linked = self._bold = 0
        self._rows: list[list[str]] = []
        self._heading: int | None = None
        self._open: list[tuple[str, bool]] = []
        """The open elements with whether they are left out, for those whose end matters."""
        self._unseen_depth = self._table_depth = self._pre_depth = self._link_depth = self._bold_depth = 0
        self._lists: list[tuple[str, int]] = []
        self._item_mark: str | None = None
        self._term: str | None = None

    def finish(self) -> list[Block]:
        """Return what was found.

        What is left is a text that may go on, or a tag or comment that the page does not end. Browsers show nothing of
        the latter (HTML, section 13.2.5), and `close` of `HTMLParser` takes time that grows with its square.
        """
        if not self.rawdata.startswith("<"):
            self.close()
        self._end_block()
        self._end_table()
        return self._blocks

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name in ended_by(tag, [name for name, _ in self._open[-DEEPEST:]]):
            self.handle_endtag(name)
        if tag not in _VOID:
            is_unseen = tag in _UNSEEN or _is_left_out(tag, dict(attrs)) or self._is_foot_of_site(tag, dict(attrs))
            self._open.append((tag, is_unseen))
            if is_unseen and not self._unseen_depth:
                self._end_block()
            self._unseen_depth += is_unseen
        if tag == "br":
            self._text.append("\n")
        elif tag == "a":
            self._link_depth += 1
        elif tag in _BOLD:
            self._bold_depth += 1
        elif tag == "img":
            self._add_image(dict(attrs).get("alt"))
        elif tag == "table":
            self._end_block()
            self._table_depth += 1
        elif self._table_depth and tag == "tr":
            self._end_cell()
            self._rows.append([])
        elif self._table_depth and tag in {"td", "th"}:
            self._end_cell()
            if not self._rows:
                self._rows.append([])
            self._rows[-1].append("")
        elif tag in _BLOCKS:
            self._end_block()
            self._begin_block(tag)

    def _is_foot_of_site(self, tag: str, attributes: dict[str, str | None]) -> bool:
        """Tell whether an element is the foot of the page: who made the site, its licence, further links."""
        is_foot = tag == "footer" or (tag in {"div", "p"} and not _FOOT_NAMES.isdisjoint(_names(attributes)))
        return is_foot and not any(name in _HAS_OWN_FOOT for name, _ in self._open)

    def _begin_block(self, tag: str) -> None:
        self._heading = _HEADINGS.get(tag)
        if tag in _MARKS:
            self._lists.append((tag, 0))
        elif tag == "li":
            kind, count = self._lists.pop() if self._lists else ("ul", 0)
            self._lists.append((kind, count + 1))
            self._item_mark = "  " * (len(self._lists) - 1) + _MARKS[kind].format(count + 1)
        elif tag == "pre":
            self._pre_depth += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID or not any(name == tag for name, _ in self._open):
            return
        if tag in _BLOCKS and not self._table_depth:
            # Before the element is closed: the end of the text depends on what it is in.
            self._end_block()
        while self._open:
            name, is_unseen = self._open.pop()
            self._unseen_depth -= is_unseen
            self._close(name)
            if name == tag:
                return

    def _close(self, tag: str) -> None:
        if tag == "a":
            self._link_depth = max(0, self._link_depth - 1)
        elif tag in _BOLD:
            self._bold_depth = max(0, self._bold_depth - 1)
        elif tag == "table":
            self._end_cell()
            self._table_depth = max(0, self._table_depth - 1)
            if not self._table_depth:
                self._end_table()
        elif tag in _BLOCKS:
            self._end_block()
            self._heading = None
            if tag in _MARKS and self._lists:
                self._lists.pop()
            elif tag == "pre":
                self._pre_depth = max(0, self._pre_depth - 1)
            elif tag == "li":
                self._item_mark = None

    def handle_data(self, data: str) -> None:
        if self._unseen_depth:
            return
        self._text.append(data if self._pre_depth else data.replace("\n", " "))
        letters = len("".join(data.split()))
        self._linked += letters if self._link_depth else 0
        self._bold += letters if self._bold_depth else 0

    def _add_image(self, words: str | None) -> None:
        """Add the words that stand for an image: in a table to its cell, else as a piece of their own."""
        text = " ".join((words or "").split())
        if not text or self._unseen_depth:
            return
        if self._table_depth:
            self._text.append(f" {text} ")
        elif len(text.split()) >= _LEAST_WORDS_OF_IMAGE:
            heading = self._heading
            self._end_block()
            self._heading = heading
            self._blocks.append(Block(Item(Found(text, PieceType.IMAGE)), bool(self._link_depth)))

    def _end_cell(self) -> None:
        text = " ".join(self._take_text().split())
        if text and self._rows and self._rows[-1]:
            self._rows[-1][-1] = f"{self._rows[-1][-1]} {text}".strip()
        elif text:
            self._blocks.append(Block(Item(Found(text))))

    def _end_block(self) -> None:
        if self._table_depth:
            self._text.append(" ")
            return
        linked, bold = self._linked, self._bold
        text = self._take_text()
        if not text:
            return
        letters = len("".join(text.split()))
        heading = self._heading
        if heading is None and bold >= letters and self._is_like_heading(text):
            heading = _BOLD_HEADING
        inside = [name for name, _ in self._open]
        if "dt" in inside and self._term is None and heading is None:
            # A term goes with its definition.
            self._term = text
            return
        if self._term:
            text, self._term = f"{self._term}\n{text}", None
        is_list = bool(self._lists) and heading is None
        mark = self._item_mark if is_list else None
        if is_list and mark is None:
            is_list = len(text) <= _LONGEST_CONTINUATION
        self._item_mark = None
        item = Item(Found(f"{mark or ''}{text}", heading=heading), is_list, is_continued=is_list and mark is None)
        self._blocks.append(Block(item, linked >= letters))

    def _is_like_heading(self, text: str) -> bool:
        # In a list it has to be a paragraph of its own, not the whole of an item.
        is_apart = not self._lists or (bool(self._open) and self._open[-1][0] in {"p", "div"})
        is_short = len(text) <= _LONGEST_BOLD_HEADING and text[-1] not in ".:,;"
        return is_apart and is_short and self._term is None and not self._pre_depth

    def _end_table(self) -> None:
        if text := table_text(self._rows):
            self._blocks.append(Block(Item(Found(text, PieceType.TABLE))))
        self._rows = []

    def _take_text(self) -> str:
        whole = "".join(self._text)
        self._text = []
        self._linked = self._bold = 0
        if self._pre_depth:
            return "\n".join(line.rstrip() for line in whole.splitlines()).strip("\n")
        return " ".join(whole.split())


def _is_left_out(tag: str, attributes: dict[str, str | None]) -> bool:
    """Tell whether an element is hidden, or navigation by its role or by a name that many sites give it."""
    if tag in {"body", "html", "main", "article"}:
        return False
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    if (attributes.get("role") or "").lower() in _UNSEEN_ROLES:
        return True
    style = (attributes.get("style") or "").replace(" ", "").lower()
    if "display:none" in style:
        return True
    return tag not in _HEADINGS and any(name in _UNSEEN_CLASSES for name in _names(attributes))


def _names(attributes: dict[str, str | None]) -> list[str]:
    """Return the classes and the id of an element, in one spelling."""
    return f"{attributes.get('class') or ''} {attributes.get('id') or ''}".lower().replace("_", "-").split()
