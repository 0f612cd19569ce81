"""AsciiDoc: what its documents are mostly made of, without its marks. Nothing is included, and no macro is run."""

import re
from collections.abc import Iterator

from extractor_api_lib.formats.found import Found, table_text
from extractor_api_lib.formats.text_encoding import decode
from extractor_api_lib.models import PieceType
from extractor_api_lib.settings import ExtractorSettings

_HEADING = re.compile(r"(={1,6}|#{1,6})\s+(\S.*?)(?:\s+\1)?$")
_ATTRIBUTE = re.compile(r":(!?[\w-]+!?):(?:\s+(.*))?$")
_FENCE = re.compile(r"(-{4,}|\.{4,}|={4,}|\*{4,}|_{4,}|\+{4,}|/{4,}|--|```\w*)$")
_TABLE = re.compile(r"[|,;!]===$")
_BLOCK_ATTRIBUTES = re.compile(r"\[\[?[^\]]*\]\]?$")
_BLOCK_TITLE = re.compile(r"\.([^\s.].*)$")
_ITEM = re.compile(r"\s*(?:[*-]+|\.+|\d+\.|<\d+>)\s+(\S.*)$")
_IMAGE = re.compile(r"image::\S*?\[([^\],]+)[^\]]*\]")
_LEFT_OUT = re.compile(
    r"image::\S*\[\s*\]|(?:include|toc|ifdef|ifndef|ifeval|endif|video|audio)::.*$|//(?!/)|<<<$|'''$"
)
_INLINE = (
    (re.compile(r"image:[^\s:\[][^\s\[]*\[([^\],]*)[^\]]*\]"), r"\1"),
    (re.compile(r"(?:link:|xref:|mailto:)?(?:https?://|mailto:)?[^\s\[\]<>]+\[([^\]\n]+)\]"), r"\1"),
    (re.compile(r"<<[^,>\n]+,\s*([^>\n]+)>>"), r"\1"),
    (re.compile(r"<<([^>\n]+)>>"), r"\1"),
    (re.compile(r"\[[.#][\w.#-]+\](?=[*_`#])"), ""),
    (re.compile(r"(\*\*|__|``|##)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<!\w)([*_`#])(?=\S)(.+?)(?<=\S)\1(?!\w)"), r"\2"),
)
_REFERENCE = re.compile(r"\{([\w-]+)\}")
_CELL = re.compile(r"(?:^|\s*)(?:\d+\+|\.\d+\+|[a-z^<>]+)?\|")


def read(data: bytes, _settings: ExtractorSettings) -> Iterator[Found]:
    """Yield headings, paragraphs, list items, listings, tables and the words that stand for images."""
    return _Reader(decode(data).split("\n")).found()


class _Reader:
    """Reads line by line; a paragraph ends where something else begins."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = iter(lines)
        self._names: dict[str, str] = {}
        self._paragraph: list[str] = []

    def found(self) -> Iterator[Found]:
        for raw in self._lines:
            line = raw.rstrip()
            new = self._block(line)
            if new is None:
                self._paragraph.append(line)
                continue
            yield from self._ended()
            yield from new
        yield from self._ended()

    def _block(self, line: str) -> list[Found] | None:
        """Return what a line is besides text of a paragraph, which is None."""
        if attribute := _ATTRIBUTE.match(line):
            self._names[attribute[1].strip("!")] = attribute[2] or ""
            return []
        if _TABLE.match(line):
            return self._table(line)
        if fence := _FENCE.match(line):
            return self._fenced(fence[1])
        if not line or line == "+" or _LEFT_OUT.match(line) or _BLOCK_ATTRIBUTES.match(line):
            return []
        found = self._line(line)
        return [found] if found else None

    def _line(self, line: str) -> Found | None:
        """Return what fills a line: a heading, an image, an item of a list, or the title of a block."""
        if heading := _HEADING.match(line):
            return Found(self._plain(heading[2]), heading=len(heading[1]))
        if image := _IMAGE.match(line):
            return Found(self._plain(image[1]) or line, PieceType.IMAGE)
        alone = _ITEM.match(line) or _BLOCK_TITLE.match(line)
        return Found(self._plain(alone[1])) if alone else None

    def _fenced(self, fence: str) -> list[Found]:
        """Return a listing as it is; what is in blocks of other kinds is read as if it stood outside of them."""
        if fence.startswith(("=", "*", "_")) or fence == "--":
            return []
        end = "```" if fence.startswith("```") else fence
        inside: list[str] = []
        for line in self._lines:
            if line.rstrip() == end:
                break
            inside.append(line)
        text = "\n".join(inside).strip("\n")
        return [Found(text)] if text.strip() and not fence.startswith("/") else []

    def _table(self, fence: str) -> list[Found]:
        separator = fence[0] if fence[0] in ",;" else None
        rows: list[list[str]] = []
        loose: list[str] = []
        for raw in self._lines:
            line = raw.rstrip()
            if line == fence:
                break
            if separator:
                rows.append([self._plain(cell) for cell in line.split(separator)])
                continue
            _, *cells = _CELL.split(line)
            if len(cells) > 1:
                rows.append([self._plain(cell) for cell in cells])
            elif cells:
                loose.append(self._plain(cells[0]))
            elif not line and loose:
                rows, loose = [*rows, loose], []
            elif line.strip() and (loose or (rows and rows[-1])):
                last = loose or rows[-1]
                last[-1] = f"{last[-1]} {self._plain(line)}"
        if loose:
            # A cell on each line: the rows are as wide as the first one.
            width = len(rows[0]) if rows else len(loose)
            rows.extend(loose[start : start + width] for start in range(0, len(loose), width))
        text = table_text(rows)
        return [Found(text, PieceType.TABLE)] if text else []

    def _ended(self) -> Iterator[Found]:
        text = self._plain("\n".join(self._paragraph))
        self._paragraph = []
        if text.strip():
            yield Found(text.strip())

    def _plain(self, text: str) -> str:
        text = _REFERENCE.sub(lambda name: self._names.get(name[1], name[0]), text)
        for pattern, replacement in _INLINE:
            text = pattern.sub(replacement, text)
        return text.removesuffix(" +").strip()
