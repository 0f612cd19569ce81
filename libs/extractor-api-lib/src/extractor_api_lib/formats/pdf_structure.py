"""From the lines of a PDF to its headings, paragraphs, lists and tables."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from extractor_api_lib.formats.found import Found
from extractor_api_lib.formats.pdf_furniture import Page
from extractor_api_lib.formats.pdf_hyphens import joint
from extractor_api_lib.formats.pdf_lines import DrawnTable, Line
from extractor_api_lib.models import PieceType

_LARGER = 1.12
"""A heading's letters against those of the text, at least."""
_LONGEST_HEADING = 200
_LONGEST_BOLD_HEADING = 90
_WIDE_GAP = 1.6
"""Distance between the lines of two paragraphs against that within one, at least."""
_SHORT_LINE = 0.8
_AROUND = 40
_SMALLER = 0.86
"""Letters of a footnote against those of the text, at most."""
_BULLET = re.compile(r"([•‣◦▪●○■□➢✓∙·*–—-]|\(?\d{1,3}[.)]|\(?[a-z][.)])(\s+|$)")  # noqa: RUF001
_BARE_BULLET = re.compile(r"[•‣◦▪●○■□➢✓∙·*–—-]|\(?\d{1,3}[.)]|\(?[a-z][.)]")  # noqa: RUF001
_SENTENCE_END = re.compile(r"[.!?:;…][\"'”“’»)\]]*$")  # noqa: RUF001
_CAPTION = re.compile(
    r"(table|tabelle|tab\.|figure|fig\.|abbildung|abb\.)\s*(\d+|[a-z](?=[.-]?\d)|[ivxlc]+\b)([.-]?\d+)*\s*([:.–—-]|$)",  # noqa: RUF001
    re.IGNORECASE,
)
"""The number of a table or picture, in front of what it shows; often in bold letters."""
_NUMBERED = re.compile(r"(\d{1,3}|[A-Z])(\.\d{1,3})+\.?\s+\S")
"""The number of a section within another one; its title may be smaller than the text."""
_BOLD_NAME = re.compile(r"bold|black|heavy|demi|medi(?!um)|bx\d", re.IGNORECASE)
_GOES_ON = re.compile(r"[a-zäöüßéèà(„\"]")
_LETTERS = re.compile(r"[^\W\d_]{2}")


@dataclass(frozen=True, slots=True)
class Style:
    """What the text of a document looks like: its size, and the sizes of its headings, the largest first."""

    size: float
    heading_sizes: tuple[float, ...]
    is_bold: bool = False
    """Whether the text is bold by its font's weight, which PDFium guesses for fonts of TeX; then names tell."""

    def level(self, line: Line) -> int | None:
        """Return the level of a heading, from 1, None for other lines."""
        if not _LETTERS.search(line.text) or (line.is_fixed and not line.is_bold) or _CAPTION.match(line.text):
            return None
        if line.size in self.heading_sizes:
            return min(self.heading_sizes.index(line.size) + 1, 6)
        is_bold = line.is_bold and (not self.is_bold or _BOLD_NAME.search(line.font) is not None)
        if not is_bold or len(line.text) > _LONGEST_BOLD_HEADING or _SENTENCE_END.search(line.text):
            return None
        is_numbered = _NUMBERED.match(line.text) is not None
        if line.size < self.size * (_SMALLER if is_numbered else 1):
            return None
        if _BULLET.match(line.text) and not line.text[:2].isdigit():
            return None
        return min(len(self.heading_sizes) + 1, 6)


def style_of(pages: Sequence[Page]) -> Style:
    """Return the style; the size of most letters is that of the text."""
    letters: Counter[float] = Counter()
    bold: Counter[float] = Counter()
    for line in _lines(pages):
        letters[line.size] += len(line.text)
        bold[line.size] += len(line.text) if line.is_bold else 0
    if not letters:
        return Style(0.0, ())
    size = letters.most_common(1)[0][0]
    larger = {line.size for line in _lines(pages) if line.size >= size * _LARGER and len(line.text) <= _LONGEST_HEADING}
    # What fills more than a tenth of the document is no heading, whatever its size.
    sizes = sorted((item for item in larger if letters[item] <= letters.total() / 10), reverse=True)
    return Style(size, tuple(sizes), bold[size] > letters[size] / 2)


def _lines(pages: Sequence[Page]) -> Iterator[Line]:
    return (item for page in pages for item in page.items if isinstance(item, Line))


@dataclass(slots=True)
class _Block:
    """Lines that belong together."""

    page: int
    lines: list[Line] = field(default_factory=list[Line])
    level: int | None = None

    def found(self) -> Found:
        return Found(_joined(self.lines), PieceType.TEXT, self.page, self.level)


def structured(pages: Sequence[Page], style: Style) -> Iterator[Found]:
    """Yield headings, paragraphs and tables; a paragraph that goes on over a page break has the page it begins on."""
    waiting: Found | None = None
    for page in pages:
        for found in _of_page(page, style):
            if waiting and _goes_on(waiting, found):
                waiting = replace(waiting, content=f"{waiting.content} {found.content}")
                continue
            if waiting:
                yield waiting
            waiting = found
    if waiting:
        yield waiting


def _goes_on(before: Found, after: Found) -> bool:
    """Tell whether a paragraph at the end of a page is one with that at the beginning of the next."""
    if before.page == after.page or before.heading or after.heading:
        return False
    if before.type is not PieceType.TEXT or after.type is not PieceType.TEXT or "\n" in before.content[-80:]:
        return False
    return not _SENTENCE_END.search(before.content) and _GOES_ON.match(after.content) is not None


def _of_page(page: Page, style: Style) -> Iterator[Found]:
    lines = [item for item in page.items if isinstance(item, Line)]
    spacing = _spacing(lines)
    rights = {id(line): _right(lines, number) for number, line in enumerate(lines)}
    block = _Block(page.number)
    for item in page.items:
        if isinstance(item, DrawnTable):
            if block.lines:
                yield block.found()
            yield Found(item.text, PieceType.TABLE, page.number)
            block = _Block(page.number)
            continue
        level = style.level(item)
        if block.lines and (level != block.level or _is_new(block.lines, item, spacing, rights[id(item)], level)):
            yield block.found()
            block = _Block(page.number)
        block.level = level
        block.lines.append(item)
    if block.lines:
        yield block.found()


def _spacing(lines: Sequence[Line]) -> float:
    """Return the distance of two baselines within a paragraph."""
    steps = [
        before.bottom - after.bottom
        for before, after in zip(lines, lines[1:], strict=False)  # noqa: RUF007
        if 0 < before.bottom - after.bottom < 4 * before.size
    ]
    return median(steps) if steps else 0.0


def _right(lines: Sequence[Line], number: int) -> float:
    """Return where the column of a line ends: the right end of the lines around it that are above or below it."""
    line = lines[number]
    around = lines[max(0, number - _AROUND) : number + _AROUND]
    return max(other.right for other in around if other.left < line.right and other.right > line.left)


def _is_new(lines: Sequence[Line], line: Line, spacing: float, right: float, level: int | None) -> bool:  # noqa: PLR0911
    """Tell whether a line begins a different block than the lines before it."""
    last = lines[-1]
    if last.is_broken:
        return False
    step = last.bottom - line.bottom
    if level is not None:
        # The lines of one heading are close together.
        return not (0 < step < 1.8 * line.size + 2) or line.size != last.size
    if min(line.size, last.size) < _SMALLER * max(line.size, last.size):
        return True
    if line.is_fixed and last.is_fixed:
        return not 0 <= step <= 2 * max(spacing, line.size)
    if line.is_fixed != last.is_fixed and (
        _is_short(last, right) or line.left > last.left + 1 or _SENTENCE_END.search(last.text)
    ):
        return True
    if _BULLET.match(line.text):
        # The items of a list stay together, and with the line that leads to it.
        return not (_BULLET.match(lines[0].text) or _ends_with_colon(last) or _has_bullet(lines))
    if step < 0:
        # The next column; a sentence may go on there.
        return _SENTENCE_END.search(last.text) is not None or _GOES_ON.match(line.text) is None
    if step > _WIDE_GAP * max(spacing, last.size):
        return not (_has_bullet(lines) and 0 < step < 2 * spacing and line.left > lines[0].left + 1)
    indented = abs(line.left - last.left) > 4 * line.size
    return (
        _is_short(last, right)
        and _SENTENCE_END.search(last.text) is not None
        and (not _has_bullet(lines) or line.left <= lines[0].left + 1 or indented)
    )


def _has_bullet(lines: Sequence[Line]) -> bool:
    return any(_BULLET.match(line.text) for line in lines)


def _ends_with_colon(line: Line) -> bool:
    return line.text.endswith(":")


def _is_short(line: Line, right: float) -> bool:
    return line.right < right * _SHORT_LINE


def _joined(lines: Sequence[Line]) -> str:
    """Return the text of a block: lines of code and items of lists stay lines, the rest is one."""
    text = lines[0].text
    for before, line in zip(lines, lines[1:], strict=False):  # noqa: RUF007
        if before.is_broken:
            text += joint(text, line.text) + line.text
        elif _BARE_BULLET.fullmatch(before.text):
            text += f" {line.text}"
        elif _BULLET.match(line.text) or (before.is_fixed and line.is_fixed):
            text += f"\n{line.text}"
        else:
            text += f" {line.text}"
    return text
