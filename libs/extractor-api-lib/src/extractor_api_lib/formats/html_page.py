"""HTML pages."""

from collections.abc import Iterator
from html.parser import HTMLParser

from extractor_api_lib.formats.found import Found, table_text
from extractor_api_lib.formats.plain_text import declared_encoding, decode
from extractor_api_lib.models import PieceType
from extractor_api_lib.settings import ExtractorSettings

_UNSEEN = frozenset({"script", "style", "template", "noscript", "svg", "nav"})
_HEADINGS = {"title": 1, "h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "dd", "div", "dl", "dt", "figcaption", "figure", "footer"}
    | {"form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table"}
    | {"title", "ul"}
)


def read(data: bytes, _settings: ExtractorSettings) -> Iterator[Found]:
    """Yield the title, the blocks of text and the tables; scripts, styles and navigation are left out."""
    yield from blocks_of(decode(data, declared_encoding(data)))


def blocks_of(page: str) -> list[Found]:
    """Return the title, the blocks of text and the tables of a page or a part of one."""
    collector = _Collector()
    collector.feed(page)
    return collector.finish()


class _Collector(HTMLParser):
    """Gathers text until a block ends. Cells of a table within a table count as cells of the outer one."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._found: list[Found] = []
        self._text: list[str] = []
        self._rows: list[list[str]] = []
        self._heading: int | None = None
        self._unseen_depth = 0
        self._table_depth = 0

    def finish(self) -> list[Found]:
        """Return what was found.

        What is left is a text that may go on, or a tag or comment that the page does not end. Browsers show nothing of
        the latter (HTML, section 13.2.5), and `close` of `HTMLParser` takes time that grows with its square.
        """
        if not self.rawdata.startswith("<"):
            self.close()
        self._end_block()
        self._end_table()
        return self._found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 (HTMLParser's)
        if tag in _UNSEEN:
            self._unseen_depth += 1
        elif tag == "br":
            self._text.append("\n")
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
            self._heading = _HEADINGS.get(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen_depth = max(0, self._unseen_depth - 1)
        elif tag == "table":
            self._end_cell()
            self._table_depth = max(0, self._table_depth - 1)
            if not self._table_depth:
                self._end_table()
        elif tag in _BLOCKS:
            self._end_block()
            self._heading = None

    def handle_data(self, data: str) -> None:
        if not self._unseen_depth:
            self._text.append(data)

    def _end_cell(self) -> None:
        text = self._take_text()
        if text and self._rows and self._rows[-1]:
            self._rows[-1][-1] = f"{self._rows[-1][-1]} {text}".strip()
        elif text:
            self._found.append(Found(text))

    def _end_block(self) -> None:
        if self._table_depth:
            self._text.append(" ")
        elif text := self._take_text():
            self._found.append(Found(text, heading=self._heading))

    def _end_table(self) -> None:
        if text := table_text(self._rows):
            self._found.append(Found(text, PieceType.TABLE))
        self._rows = []

    def _take_text(self) -> str:
        lines = (" ".join(line.split()) for line in "".join(self._text).split("\n"))
        self._text = []
        return " ".join(line for line in lines if line)
